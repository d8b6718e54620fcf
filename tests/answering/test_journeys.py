"""Whatever a person does in whatever order, the round ends with none or one of their answers: the last acknowledged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from instruments.model import Answer
from survey.answering.drafts import load_draft, save_draft
from survey.answering.entry import Purpose
from survey.answering.mixing import mix
from survey.answering.withdraw import withdraw
from survey.errors import Refusal
from survey.models import Base, Response, Round

answers = st.fixed_dictionaries(
    {"a": st.integers(1, 3)}, optional={"b": st.integers(1, 3), "years": st.integers(0, 60)}
)
steps = st.one_of(
    st.tuples(st.just("save"), answers),
    st.tuples(st.sampled_from(["submit", "double"]), answers),
    st.tuples(st.sampled_from(["look", "withdraw", "close", "wait"]), st.none()),
)


class _Person:
    """One person with one link, and what they have been told."""

    def __init__(self, field: Field, code: str, nonce: bytes | None) -> None:
        self.field, self.code, self.nonce = field, code, nonce
        self.now = NOON
        self.acknowledged: dict[str, Answer] | None = None
        self.receipt = "2" * 15 + "2"
        self.saved: dict[str, Answer] | None = None

    def save(self, given: dict[str, Answer]) -> None:
        with self.field.session() as session:
            entry = self.field.enter(session, self.code, now=self.now, nonce=self.nonce)
            save_draft(session, self.field.keys, entry, given, variant="standard", language="sv")
            session.commit()
        self.saved = given

    def submit(self, given: dict[str, Answer]) -> None:
        receipt = self.field.send(self.code, given, nonce=self.nonce, now=self.now)
        if self.acknowledged is None:
            # Told for the first time that it has arrived: from now on these answers are the ones.
            self.acknowledged, self.receipt = given, receipt
        assert receipt == self.receipt

    def double(self, given: dict[str, Answer]) -> None:
        self.submit(given)
        self.submit({"a": 1})

    def look(self, _nothing: None) -> None:
        with self.field.session() as session:
            entry = self.field.enter(session, self.code, now=self.now, nonce=self.nonce)
            draft = load_draft(session, self.field.keys, entry)
        if self.acknowledged is None:
            assert (draft.answers if draft else None) == self.saved

    def withdraw(self, _nothing: None) -> None:
        with self.field.session() as session:
            entry = self.field.enter(session, self.code, now=self.now, nonce=self.nonce, purpose=Purpose.WITHDRAW)
            withdraw(session, self.field.keys, entry, self.receipt)
            session.commit()
        self.acknowledged = self.saved = None

    def close(self, _nothing: None) -> None:
        with self.field.session() as session:
            is_open = session.get_one(Round, self.field.round_id).state == "open"
        if is_open:
            self.field.close(self.now)

    def wait(self, _nothing: None) -> None:
        self.now += timedelta(minutes=40)


@pytest.mark.parametrize("way", ["open", "card"])
def test_any_sequence_ends_in_none_or_one_answer(make_field: Callable[..., Field], way: str) -> None:
    field = make_field(cards=(1, 0, 0))
    code, nonce = (field.open_codes[0], bytes(16)) if way == "open" else (next(iter(field.cards)), None)

    @settings(max_examples=25, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=8))
    def journey(taken: list) -> None:
        _reset(field)
        person = _Person(field, code, nonce)
        for name, given_ in taken:
            try:
                getattr(person, name)(given_)
            except Refusal:
                continue
        person.close(None)
        with field.session() as session:
            mix(session, field.round_keys, field.round_id, person.now + timedelta(hours=1))
            stored = session.scalars(select(Response.answers)).all()
        assert list(stored) == ([person.acknowledged] if person.acknowledged is not None else [])

    journey()


def _reset(field: Field) -> None:
    """The round as it was when it opened."""
    with field.session() as session:
        for table in ("response", "urn", "draft"):
            session.execute(delete(Base.metadata.tables[table]))
        session.execute(update(Base.metadata.tables["invitation"]).values(answered=False, withdrawn=False))
        round_ = session.get_one(Round, field.round_id)
        round_.state, round_.closed_at, round_.sealed_at = "open", None, None
        round_.public_key = field.round_keys.make(field.round_id)
        session.commit()
