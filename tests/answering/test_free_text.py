"""Free text leaves the answers at mixing: it stands in a table of its own, in an order of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import select

from survey.answering.mixing import mix
from survey.models import FreeText, Response

LATER = NOON + timedelta(hours=2)


@pytest.fixture
def written(make_field: Callable[..., Field]) -> Field:
    """Twelve answers from one unit, each with its number; every second one says why."""
    field = make_field(cards=(12, 0, 0))
    for number, code in enumerate(field.cards):
        said = {"why": f"därför {number}"} if number % 2 else {}
        field.send(code, {"a": 3, "years": number, **said})
    field.close()
    return field


def test_texts_come_out_once_at_the_place_of_their_answers_and_not_among_them(written: Field) -> None:
    with written.session() as session:
        mix(session, written.round_keys, written.round_id, LATER)
        responses, texts = session.scalars(select(Response)).all(), session.scalars(select(FreeText)).all()
    assert sorted(text.text for text in texts) == sorted(f"därför {number}" for number in range(1, 12, 2))
    assert {(text.item, text.state, text.unit_id) for text in texts} == {("why", "unread", written.units[0])}
    assert all(response.answers.keys() == {"a", "years"} for response in responses)


def test_texts_are_shuffled_apart_from_the_answers(written: Field) -> None:
    """A shuffle of their own decides their order: kept in the answers' order, the two tables could be laid together."""
    shuffled: list[list[object]] = []

    def reverse(rows: list) -> None:
        rows.reverse()
        shuffled.append(list(rows))

    with written.session() as session:
        mix(session, written.round_keys, written.round_id, LATER, shuffle=reverse)
        told = [row.text for row in session.scalars(select(FreeText))]
    answers, texts, _invitations = shuffled
    assert told == [one.text for one in texts]  # type: ignore[attr-defined]
    assert told == [one.answers["why"] for one in reversed(answers) if "why" in one.answers]  # type: ignore[attr-defined]
