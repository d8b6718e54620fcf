"""What goes at mixing leaves its signed record in the same transaction; nothing that went leaves none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import func, select

from survey.answering.drafts import save_draft
from survey.answering.mixing import mix
from survey.errors import Refusal
from survey.keeping.records import verify_key_of, verify_records
from survey.models import DeletionRecord, UrnBox

LATER = NOON + timedelta(hours=2)


def _records(field: Field) -> list[tuple[str, int]]:
    with field.session() as session:
        assert verify_records(session, verify_key_of(field.round_keys.signing_key())) == ()
        records = session.scalars(select(DeletionRecord).order_by(DeletionRecord.id))
        return [(record.what, record.amount) for record in records]


def test_boxes_and_drafts_that_went_are_recorded(make_field: Callable[..., Field]) -> None:
    field = make_field()
    for number in range(6):
        field.send(field.open_codes[1], {"a": 1}, nonce=bytes([number]) * 16)
    with field.session() as session:
        entry = field.enter(session, next(iter(field.cards)))
        save_draft(session, field.keys, entry, {"a": 1}, variant="standard", language="sv")
        session.commit()
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, LATER)
    assert _records(field) == [("drafts", 1), ("boxes", 6)]


def test_a_mixing_that_is_refused_leaves_no_record(make_field: Callable[..., Field]) -> None:
    field = make_field()
    for number in range(6):
        field.send(field.open_codes[1], {"a": 1}, nonce=bytes([number]) * 16)
    field.close()
    with field.session() as session:
        session.query(UrnBox).limit(1).one().box = b"not a box"
        session.commit()
        with pytest.raises(Refusal):
            mix(session, field.round_keys, field.round_id, LATER)
        session.rollback()
        assert session.scalar(select(func.count()).select_from(DeletionRecord)) == 0
