"""Where a code leads, in every state of the round: what may be entered, and what is refused in which words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from answering_field import NOON, Field
from sqlalchemy import event

from survey.answering import tokens
from survey.answering.codes import new_code
from survey.answering.drafts import save_draft
from survey.answering.entry import Purpose
from survey.errors import Refusal
from survey.models import Round

IN_GRACE = NOON + timedelta(minutes=59)
AFTER_GRACE = NOON + timedelta(hours=1)
NONCE = bytes(16)


def _refusal(field: Field, code: str, **how: object) -> str:
    with field.session() as session, pytest.raises(Refusal) as refused:
        field.enter(session, code, **how)  # type: ignore[arg-type]
    return refused.value.code


def _begin(field: Field, code: str) -> None:
    with field.session() as session:
        save_draft(session, field.keys, field.enter(session, code, nonce=NONCE), {}, variant="standard", language="sv")
        session.commit()


def test_codes_lead_to_their_units(field: Field) -> None:
    with field.session() as session:
        open_entry = field.enter(session, field.open_codes[1].lower())
        assert (open_entry.way, open_entry.unit_id, open_entry.token) == ("open", field.units[1], None)
        assert open_entry.languages == ("sv",)
        for code, unit in field.cards.items():
            entry = field.enter(session, code)
            assert (entry.way, entry.unit_id, entry.round_id) == ("card", unit, field.round_id)
            assert entry.token is not None


def test_an_open_link_has_a_token_only_when_begun(field: Field) -> None:
    with field.session() as session:
        entry = field.enter(session, field.open_codes[0])
        with pytest.raises(ValueError, match="begun_with"):
            entry.the_token()
        one, other = entry.begun_with(bytes(16)), entry.begun_with(bytes(15) + b"\1")
        assert one.token != other.token
        assert field.enter(session, field.open_codes[0], nonce=bytes(16)) == one
        card = field.enter(session, next(iter(field.cards)))
        assert card.begun_with(bytes(16)) == card


def test_unknown_and_mistyped_codes(field: Field) -> None:
    assert _refusal(field, new_code()) == "unknown_link"
    assert _refusal(field, "hello") == "code_mistyped"


def test_a_round_that_has_not_opened(field: Field) -> None:
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        round_.state, round_.opened_at = "draft", None
        session.commit()
    assert _refusal(field, field.open_codes[0]) == "not_yet_open"
    assert _refusal(field, next(iter(field.cards))) == "not_yet_open"


@pytest.mark.parametrize("way", ["open", "card"])
def test_after_closing_only_those_who_have_begun_go_on_and_for_an_hour(field: Field, way: str) -> None:
    code = field.open_codes[0] if way == "open" else next(iter(field.cards))
    others = field.open_codes[0] if way == "open" else list(field.cards)[1]
    _begin(field, code)
    field.close()
    with field.session() as session:
        assert field.enter(session, code, now=IN_GRACE, nonce=NONCE).in_grace
    assert _refusal(field, others, now=IN_GRACE) == "round_closed"
    assert _refusal(field, code, now=AFTER_GRACE, nonce=NONCE) == "round_closed"


# state of the link, state of the round, purpose -> refusal code or None
CASES = [
    ("fresh", "open", Purpose.ANSWER, None),
    ("fresh", "open", Purpose.SUBMIT, None),
    ("fresh", "open", Purpose.WITHDRAW, None),
    ("fresh", "closed", Purpose.ANSWER, "round_closed"),
    ("fresh", "closed", Purpose.SUBMIT, "round_closed"),
    ("fresh", "closed", Purpose.WITHDRAW, None),
    ("fresh", "sealed", Purpose.ANSWER, "round_closed"),
    ("fresh", "sealed", Purpose.WITHDRAW, "already_sealed"),
    ("used", "open", Purpose.ANSWER, "used_link"),
    ("used", "open", Purpose.SUBMIT, None),
    ("used", "open", Purpose.WITHDRAW, None),
    ("used", "closed", Purpose.ANSWER, "used_link"),
    ("used", "closed", Purpose.SUBMIT, None),
    ("used", "closed", Purpose.WITHDRAW, None),
    ("used", "sealed", Purpose.SUBMIT, None),
    ("used", "sealed", Purpose.WITHDRAW, "already_sealed"),
    ("withdrawn", "open", Purpose.ANSWER, "withdrawn_link"),
    ("withdrawn", "open", Purpose.SUBMIT, "withdrawn_link"),
    ("withdrawn", "closed", Purpose.WITHDRAW, "withdrawn_link"),
]


def test_the_truth_table_of_a_card(field: Field) -> None:
    for link, state, purpose, expected in CASES:
        with field.session() as session:
            round_ = session.get_one(Round, field.round_id)
            round_.state = state
            round_.closed_at = None if state == "open" else NOON
            round_.sealed_at = NOON if state == "sealed" else None
            code = next(iter(field.cards))
            row = field.invitation(session, code)
            row.answered, row.withdrawn = link == "used", link == "withdrawn"
            session.flush()
            try:
                field.enter(session, code, now=AFTER_GRACE, purpose=purpose)
                got = None
            except Refusal as refused:
                got = refused.code
            assert got == expected, (link, state, purpose)
            session.rollback()


def test_a_card_leads_to_the_round_that_is_open_now(field: Field) -> None:
    code, unit = next(iter(field.cards.items()))
    field.close()
    with field.session() as session:
        before = session.get_one(Round, field.round_id)
        later = Round(
            study_id=field.study_id,
            name="r2",
            instrument_version=before.instrument_version,
            instrument_digest=before.instrument_digest,
            public_key=field.round_keys.make(99),
            state="open",
            opened_at=NOON,
        )
        session.add(later)
        session.flush()
        field.invite(session, later.id, unit, code)
        session.commit()
        assert field.enter(session, code).round_id == later.id
        assert tokens.receipt_of(field.round_id, b"t") != tokens.receipt_of(later.id, b"t")


def test_only_a_linked_study_gives_link_codes_and_the_same_in_every_round(make_field: Callable[..., Field]) -> None:
    field = make_field(linked=True)
    with field.session() as session:
        codes = {field.enter(session, code).link_code for code in field.cards}
        assert len(codes) == len(field.cards)
        assert {len(code or b"") for code in codes} == {16}
        assert field.enter(session, field.open_codes[0], nonce=NONCE).link_code is None


def test_an_unlinked_study_gives_none(field: Field) -> None:
    with field.session() as session:
        assert {field.enter(session, code).link_code for code in field.cards} == {None}


def test_an_instrument_file_that_was_changed_under_the_round_is_refused(field: Field) -> None:
    with field.session() as session:
        session.get_one(Round, field.round_id).instrument_digest = "0" * 64
        session.commit()
    assert _refusal(field, field.open_codes[0]) == "instrument_changed"


def test_a_code_is_found_by_index_whatever_its_round(field: Field) -> None:
    """A national round has 50,000 invitations, and every page of everybody asks."""
    asked: list[tuple[str, Any]] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    with field.session() as session:
        field.enter(session, next(iter(field.cards)))
        event.listen(field.engine, "before_cursor_execute", hear)
        field.enter(session, next(iter(field.cards)))
        event.remove(field.engine, "before_cursor_execute", hear)
        (statement, values), connection = asked[0], session.connection()
        on_sqlite = field.engine.dialect.name == "sqlite"
        if not on_sqlite:
            # Else it reads tables as small as these whole.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        explained = connection.exec_driver_sql(f"EXPLAIN {'QUERY PLAN' if on_sqlite else ''} {statement}", values)
        plan = " ".join(str(row) for row in explained)
    assert len(asked) == 1
    assert "ix_invitation_lookup" in plan
    assert "SCAN i" not in plan.replace("Index Scan", "")
    assert "ix_draft_round_id" not in plan
