"""Submitting: one answer for one token however often and however simultaneously it is sent, and taking it back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import select

from survey.answering.box import open_box
from survey.answering.codes import shown, tidy_code
from survey.answering.drafts import save_draft
from survey.answering.entry import Purpose
from survey.answering.submit import submit
from survey.answering.withdraw import withdraw
from survey.errors import Refusal
from survey.models import UrnBox

NONCE = b"n" * 16


def _urn(field: Field) -> list:
    with field.session() as session:
        boxes = session.scalars(select(UrnBox)).all()
    return [open_box(box.box, field.round_keys.private_key(field.round_id)) for box in boxes]


def _withdraw(field: Field, code: str, receipt: str, **how: object) -> None:
    with field.session() as session:
        entry = field.enter(session, code, purpose=Purpose.WITHDRAW, **how)  # type: ignore[arg-type]
        withdraw(session, field.keys, entry, receipt)
        session.commit()


@pytest.mark.parametrize("way", ["open", "card"])
def test_the_first_submission_stands_and_later_ones_get_its_receipt(field: Field, way: str) -> None:
    code = field.open_codes[0] if way == "open" else next(iter(field.cards))
    nonce = NONCE if way == "open" else None
    receipts = {field.send(code, {"a": value}, nonce=nonce) for value in (1, 2, 3)}
    assert len(receipts) == 1
    assert tidy_code(shown(receipts.pop()), 16)
    assert [box.answers for box in _urn(field)] == [{"a": 1}]


@pytest.mark.parametrize("way", ["open", "card"])
def test_twenty_at_once_make_one_box(field: Field, way: str) -> None:
    code = field.open_codes[0] if way == "open" else next(iter(field.cards))
    nonce = NONCE if way == "open" else None
    with ThreadPoolExecutor(8) as pool:
        receipts = set(pool.map(lambda value: field.send(code, {"a": value % 3 + 1}, nonce=nonce), range(20)))
    assert len(receipts) == 1
    assert field.count("urn") == 1


def test_different_people_make_different_boxes(field: Field) -> None:
    sent = [field.send(code, {"a": 1}) for code in field.cards]
    sent += [field.send(field.open_codes[0], {"a": 1}, nonce=bytes([n]) * 16) for n in range(4)]
    assert len(set(sent)) == len(sent) == field.count("urn")
    with field.session() as session:
        assert len({len(box) for box in session.scalars(select(UrnBox.box))}) == 1


def test_what_reaches_the_box(field: Field) -> None:
    code, unit = next(iter(field.cards.items()))
    field.send(code, {"a": 2, "why": "off the path", "many": (3, 1)})
    (box,) = _urn(field)
    assert (box.unit_id, box.way, box.variant, box.language) == (unit, "card", "standard", "sv")
    assert box.answers == {"a": 2, "many": (1, 3)}


def test_the_draft_goes_with_the_submission(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        save_draft(session, field.keys, field.enter(session, code), {}, variant="standard", language="sv")
        session.commit()
    field.send(code, {"a": 1})
    assert field.count("draft") == 0


def test_nothing_is_changed_until_the_caller_commits(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        submit(session, field.keys, field.enter(session, code), {"a": 1}, variant="standard", language="sv")
        session.rollback()
    assert field.count("urn") == 0
    with field.session() as session:
        assert not field.enter(session, code).answered


def test_an_invalid_answer_leaves_the_link_unused(field: Field) -> None:
    code = next(iter(field.cards))
    with pytest.raises(Refusal):
        field.send(code, {"a": 9})
    with field.session() as session:
        assert not field.enter(session, code).answered


@pytest.mark.parametrize("way", ["open", "card"])
def test_in_the_hour_after_closing_a_draft_may_be_sent_in_and_sent_again(field: Field, way: str) -> None:
    code, late = (field.open_codes[0], field.open_codes[1]) if way == "open" else list(field.cards)[:2]
    how = {"nonce": NONCE} if way == "open" else {}
    with field.session() as session:
        entry = field.enter(session, code, **how)
        too_late = field.enter(session, late, **how)
        save_draft(session, field.keys, entry, {"a": 1}, variant="standard", language="sv")
        session.commit()
    field.close()
    in_grace = NOON + timedelta(minutes=59)
    receipt = field.send(code, {"a": 1}, now=in_grace, **how)
    assert field.send(code, {"a": 1}, now=in_grace + timedelta(hours=2), **how) == receipt
    with field.session() as session, pytest.raises(Refusal) as refused:
        submit(session, field.keys, too_late, {"a": 1}, variant="standard", language="sv")
    assert refused.value.code == "round_closed"
    assert field.count("urn") == 1


@pytest.mark.parametrize("way", ["open", "card"])
def test_link_and_receipt_together_take_an_answer_back(field: Field, way: str) -> None:
    code, other = (field.open_codes[0], field.open_codes[1]) if way == "open" else list(field.cards)[:2]
    nonce = NONCE if way == "open" else None
    receipt = field.send(code, {"a": 1}, nonce=nonce)
    neighbour = field.send(other, {"a": 2}, nonce=nonce)
    for link, wrong in ((code, neighbour), (other, receipt)):
        with pytest.raises(Refusal) as refused:
            _withdraw(field, link, wrong)
        assert refused.value.code == "receipt_unknown"
    field.close()
    _withdraw(field, code, shown(receipt).lower())
    assert [box.answers for box in _urn(field)] == [{"a": 2}]
    with pytest.raises(Refusal):
        _withdraw(field, code, receipt)


def test_an_answer_by_card_is_not_taken_back_at_the_open_link(field: Field) -> None:
    """Its box would go and its card stay used: the round could never be mixed."""
    code, unit = next(iter(field.cards.items()))
    receipt = field.send(code, {"a": 1})
    with pytest.raises(Refusal, match="receipt"):
        _withdraw(field, field.open_codes[field.units.index(unit)], receipt)
    assert field.count("urn") == 1


def test_a_withdrawn_card_is_marked_and_takes_no_new_answer(field: Field) -> None:
    code = next(iter(field.cards))
    _withdraw(field, code, field.send(code, {"a": 1}))
    with field.session() as session:
        row = field.invitation(session, code)
        assert (row.answered, row.withdrawn) == (False, True)
    with pytest.raises(Refusal) as refused:
        field.send(code, {"a": 2})
    assert refused.value.code == "withdrawn_link"


def test_a_submission_that_was_on_its_way_when_the_link_was_withdrawn(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        on_its_way = field.enter(session, code)
    _withdraw(field, code, field.send(code, {"a": 1}))
    with field.session() as session, pytest.raises(Refusal) as refused:
        submit(session, field.keys, on_its_way, {"a": 2}, variant="standard", language="sv")
    assert refused.value.code == "withdrawn_link"
