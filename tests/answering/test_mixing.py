"""Mixing: every answer comes out once, nothing joins it to the way it came in, and any interruption heals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from sqlalchemy import Engine, event, select, update

from survey.answering.drafts import save_draft
from survey.answering.entry import Purpose
from survey.answering.mixing import Mixed, mix
from survey.answering.round_keys import RoundKeyFolder
from survey.answering.submit import submit
from survey.errors import Refusal
from survey.models import Base, Response, Round, RoundState, UrnBox

LATER = NOON + timedelta(hours=2)


def _fill(field: Field) -> Counter:
    """Ten cards of the first unit, six answers by the second's open link, two of the third's. What was answered."""
    sent: Counter = Counter()
    for number, code in enumerate(code for code, unit in field.cards.items() if unit == field.units[0]):
        field.send(code, {"a": number % 3 + 1, "years": number})
        sent[number % 3 + 1, number] += 1
    for number in range(8):
        open_code = field.open_codes[1] if number < 6 else field.open_codes[2]
        field.send(open_code, {"a": 1, "years": 20 + number}, nonce=bytes([number]) * 16)
        sent[1, 20 + number] += 1
    return sent


@pytest.fixture
def filled(make_field: Callable[..., Field]) -> Field:
    field = make_field(cards=(10, 2, 2))
    field.sent = _fill(field)  # type: ignore[attr-defined]
    field.close()
    return field


def _mix(field: Field, **how: object) -> Mixed:
    with field.session() as session:
        return mix(session, field.round_keys, field.round_id, LATER, **how)  # type: ignore[arg-type]


def _responses(field: Field) -> list[Response]:
    with field.session() as session:
        return list(session.scalars(select(Response)))


def _content(field: Field) -> dict[str, list]:
    """Every row of every table that answers pass through."""
    with field.session() as session:
        return {
            name: sorted(map(repr, session.execute(select(Base.metadata.tables[name])).all()))
            for name in ("urn", "draft", "invitation", "response", "round")
        }


def _assert_sealed(field: Field) -> None:
    responses = _responses(field)
    assert Counter((one.answers["a"], one.answers["years"]) for one in responses) == field.sent  # type: ignore[attr-defined]
    assert (field.count("urn"), field.count("draft")) == (0, 0)
    with field.session() as session:
        assert session.get_one(Round, field.round_id).state == RoundState.SEALED
    kept = {path.name for path in field.round_keys.path.iterdir()}
    assert kept == {f"round-{field.round_id}.key", f"round-{field.round_id}.token", "signing"}


def test_every_answer_comes_out_once_and_small_units_are_raised(filled: Field) -> None:
    mixed = _mix(filled)
    # Two answers of the third unit go to the municipality; the six of the second, the smallest group there, join them.
    assert mixed == Mixed(responses=18, units_raised=2)
    _assert_sealed(filled)
    assert Counter((one.unit_id, one.way) for one in _responses(filled)) == {
        (filled.units[0], "card"): 10,
        (filled.municipality, "open"): 8,
    }


def test_a_second_call_finds_it_done(filled: Field) -> None:
    _mix(filled)
    before = _content(filled)
    assert _mix(filled) == Mixed(responses=18, units_raised=None)
    assert _content(filled) == before


def test_no_value_is_shared_between_a_response_and_a_way_in(filled: Field) -> None:
    def values(table: str, without: set[str]) -> set:
        with filled.session() as session:
            rows = session.execute(select(Base.metadata.tables[table])).mappings().all()
        return {repr(value) for row in rows for name, value in row.items() if name not in without and value is not None}

    old_ids = values("invitation", {"round_id", "unit_id", "way", "answered", "withdrawn", "lookup"})
    boxes = values("urn", {"round_id", "unit_id"})
    _mix(filled)
    common = {"round_id", "unit_id"}
    ways_in = values("invitation", common | {"way", "answered", "withdrawn"}) | values("card", {"unit_id", "study_id"})
    responses = values("response", common | {"way", "variant", "language", "instrument_digest"})
    assert not responses & (ways_in | old_ids | boxes)
    assert not old_ids & values("invitation", common | {"way", "answered", "withdrawn", "lookup"})


def test_all_invitation_rows_are_rewritten_without_contacts_and_codes(filled: Field) -> None:
    invitation = Base.metadata.tables["invitation"]
    with filled.session() as session:
        session.execute(update(invitation).values(link_code=b"secret"))
        before = session.execute(select(invitation.c.lookup, invitation.c.answered)).all()
        session.commit()
    _mix(filled)
    with filled.session() as session:
        after = session.execute(select(invitation)).all()
    assert Counter((row.lookup, row.answered) for row in after) == Counter(map(tuple, before))
    assert {(row.contact, row.link_code) for row in after} == {(None, None)}


def test_both_tables_are_written_in_the_order_of_the_shuffle(filled: Field) -> None:
    shuffled = []

    def reverse(rows: list) -> None:
        rows.reverse()
        shuffled.append(len(rows))

    _mix(filled, shuffle=reverse)
    assert shuffled == [18, 14]


def test_link_codes_survive_mixing_and_join_nothing_else(make_field: Callable[..., Field]) -> None:
    field = make_field(linked=True, cards=(6, 0, 0))
    with field.session() as session:
        expected = {field.enter(session, code).link_code for code in field.cards}
    for code in field.cards:
        field.send(code, {"a": 1})
    field.close()
    _mix(field)
    assert {one.link_code for one in _responses(field)} == expected


def test_a_rare_card_is_not_told_by_its_link_code(make_field: Callable[..., Field]) -> None:
    field = make_field(linked=True, cards=(1, 0, 0))
    field.send(*field.cards, {"a": 1})
    for number in range(6):
        field.send(field.open_codes[0], {"a": 1}, nonce=bytes([number]) * 16)
    field.close()
    _mix(field)
    assert {(one.way, one.link_code) for one in _responses(field)} == {("open", None)}


def test_used_links_still_say_so_after_mixing(filled: Field) -> None:
    _mix(filled)
    used = next(code for code, unit in filled.cards.items() if unit == filled.units[0])
    fresh = next(code for code, unit in filled.cards.items() if unit == filled.units[1])
    for code, expected in ((used, "used_link"), (fresh, "round_closed")):
        with filled.session() as session, pytest.raises(Refusal) as refused:
            filled.enter(session, code)
        assert refused.value.code == expected
    with filled.session() as session:
        filled.enter(session, used, purpose=Purpose.SUBMIT)


def test_those_who_have_begun_are_waited_for(make_field: Callable[..., Field]) -> None:
    field = make_field()
    with field.session() as session:
        entry = field.enter(session, next(iter(field.cards)))
        save_draft(session, field.keys, entry, {}, variant="standard", language="sv")
        session.commit()
    field.close()
    with field.session() as session, pytest.raises(Refusal) as refused:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(minutes=59))
    assert (refused.value.code, refused.value.facts["drafts"]) == ("grace_running", 1)
    assert _mix(field) == Mixed(responses=0, units_raised=0)
    assert field.count("draft") == 0


def test_a_simulated_study_waits_for_nobody(make_field: Callable[..., Field]) -> None:
    field = make_field()
    with field.session() as session:
        session.execute(update(Base.metadata.tables["study"]).values(simulated=True))
        save_draft(
            session, field.keys, field.enter(session, next(iter(field.cards))), {}, variant="easy", language="sv"
        )
        session.commit()
    field.close()
    with field.session() as session:
        assert mix(session, field.round_keys, field.round_id, NOON) == Mixed(responses=0, units_raised=0)
    assert field.count("draft") == 0


def test_an_open_round_is_not_mixed(field: Field) -> None:
    with pytest.raises(Refusal) as refused:
        _mix(field)
    assert refused.value.code == "wrong_round_state"


class _KilledError(Exception):
    """Stands for SIGKILL: nothing after it runs."""


def test_an_interruption_before_any_statement_changes_nothing_and_heals(filled: Field, engine: Engine) -> None:
    before = _content(filled)
    statements: list[object] = []

    def note(*args: object) -> None:
        statements.append(args[2])

    # A whole run, undone at the last moment, tells how many statements there are.
    event.listen(engine, "before_cursor_execute", note)
    with filled.session() as session:
        event.listen(session, "before_commit", _kill, once=True)
        with pytest.raises(_KilledError):
            mix(session, filled.round_keys, filled.round_id, LATER)
    event.remove(engine, "before_cursor_execute", note)
    assert _content(filled) == before
    assert len(statements) > 10
    for point in range(len(statements)):
        left = [point]

        def kill_at(*_args: object, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise _KilledError

        event.listen(engine, "before_cursor_execute", kill_at)
        with filled.session() as session, pytest.raises(_KilledError):
            mix(session, filled.round_keys, filled.round_id, LATER)
        event.remove(engine, "before_cursor_execute", kill_at)
        assert _content(filled) == before, point
    _mix(filled)
    _assert_sealed(filled)


def _kill(*_args: object) -> None:
    raise _KilledError


def test_an_interruption_between_commit_and_the_copys_end_heals(filled: Field) -> None:
    class KeysThatDie(RoundKeyFolder):
        def drop_copy(self, round_id: int) -> None:
            raise _KilledError

    with filled.session() as session, pytest.raises(_KilledError):
        mix(session, KeysThatDie(filled.round_keys.path), filled.round_id, LATER)
    before = _content(filled)
    assert (filled.round_keys.path / f"round-{filled.round_id}.copy").exists()
    _mix(filled)
    assert _content(filled) == before
    _assert_sealed(filled)


def test_the_copy_opens_the_urn_where_the_first_key_is_spoilt(filled: Field) -> None:
    (filled.round_keys.path / f"round-{filled.round_id}.key").write_bytes(bytes(32))
    _mix(filled)
    _assert_sealed(filled)


_KEY_NAMES = ("round-{}.key", "round-{}.copy")
_SPOILT = {
    "box": "urn_inconsistent",
    "claim": "urn_inconsistent",
    "key": "key_wrong",
    "lost_key": "key_missing",
    "destroyed": "key_destroyed",
}


@pytest.mark.parametrize("spoil", _SPOILT)
def test_what_does_not_add_up_stops_the_mixing(filled: Field, spoil: str) -> None:
    with filled.session() as session:
        if spoil == "box":
            one = session.scalars(select(UrnBox)).first()
            assert one is not None
            one.box = bytes(len(one.box))
        elif spoil == "claim":
            session.delete(session.scalars(select(UrnBox).where(UrnBox.unit_id == filled.units[0])).first())
        elif spoil == "key":
            for name in _KEY_NAMES:
                (filled.round_keys.path / name.format(filled.round_id)).write_bytes(bytes(32))
        elif spoil == "lost_key":
            for name in _KEY_NAMES:
                (filled.round_keys.path / name.format(filled.round_id)).unlink()
        else:
            filled.round_keys.destroy(filled.round_id)
        session.commit()
    before = _content(filled)
    with pytest.raises(Refusal) as refused:
        _mix(filled)
    assert refused.value.code == _SPOILT[spoil]
    assert _content(filled) == before


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_answer_lies_in_the_file_after_sealing(filled: Field, tmp_path: Path) -> None:
    """Boxes are gone from SQLite's own files, free pages and log included."""
    with filled.session() as session:
        boxes = session.scalars(select(UrnBox.box)).all()
    _mix(filled)
    raw = b"".join(path.read_bytes() for path in tmp_path.glob("termometern.sqlite*"))
    assert not any(box[:32] in raw for box in boxes)


def _send_with_seed(field: Field, code: str, number: int, seed: int | None) -> None:
    with field.session() as session:
        entry = field.enter(session, code, purpose=Purpose.SUBMIT, nonce=bytes([number]) * 16)
        answers = {"a": 1, "years": number}
        submit(session, field.keys, entry, answers, variant="standard", language="sv", order_seed=seed)
        session.commit()


def test_the_seed_of_each_order_follows_its_answers(make_field: Callable[..., Field]) -> None:
    field = make_field()
    for number in range(6):
        _send_with_seed(field, field.open_codes[0], number, 100 + number)
    field.close()
    _mix(field)
    assert {(row.answers["years"], row.order_seed) for row in _responses(field)} == {(n, 100 + n) for n in range(6)}


def test_the_lack_of_a_seed_tells_no_few_answers_among_others(make_field: Callable[..., Field]) -> None:
    """Two came on paper, and are recorded as by open link since they are too few: nothing else may tell them."""
    field = make_field()
    for number in range(8):
        _send_with_seed(field, field.open_codes[0], number, None if number < 2 else number)
        _send_with_seed(field, field.open_codes[1], 20 + number, number)
    field.close()
    _mix(field)
    seeds = {(row.unit_id, row.order_seed) for row in _responses(field)}
    assert {seed for unit, seed in seeds if unit == field.units[0]} == {None}
    assert {seed for unit, seed in seeds if unit == field.units[1]} == set(range(8))
