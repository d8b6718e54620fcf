"""Paper forms typed in twice: kept unreadable until the second time, sealed once, and never half."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import delete, select, text, update

from instruments.model import Answer, Instrument, Variant
from survey.answering import tokens
from survey.answering.importing import twice
from survey.answering.importing.paper import PaperForm as TypedIn
from survey.answering.importing.paper import store_form
from survey.answering.mixing import mix
from survey.errors import Refusal
from survey.models import Base, PaperDifference, PaperForm, Response, Round, UrnBox

FIRST: Mapping[str, Answer] = {"a": 3, "why": "Tiden räcker inte.", "many": (1, 3)}


@pytest.fixture
def field(make_field: Callable[..., Field]) -> Field:
    field = make_field(cards=(0, 0, 0))
    with field.session() as session:
        assert twice.choose_twice(session, session.get_one(Round, field.round_id), True)
        session.commit()
    return field


def form(answers: Mapping[str, Answer], nonce: bytes | None = None) -> TypedIn:
    return TypedIn("2309-a", "sv", Variant.STANDARD, answers, nonce or secrets.token_bytes(16))


def keep(field: Field, number: int, answers: Mapping[str, Answer] = FIRST, nonce: str | None = None) -> bool:
    label = twice.Label(number, "2309-a", "sv", "standard", 1, nonce or secrets.token_hex(8))
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        kept = twice.keep_first(session, field.keys, round_, form(answers), label, folders=[field.folder])
        session.commit()
        return kept


def kept_of(field: Field, number: int) -> twice.Kept | None:
    with field.session() as session:
        return twice.find(session, field.keys, field.round_id, number)


def store(
    field: Field, kept: twice.Kept | None, answers: Mapping[str, Answer] = FIRST, differed: tuple[str, ...] = ()
) -> bool:
    assert kept is not None
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        done = twice.store_second(session, field.keys, round_, form(answers), kept, differed, folders=[field.folder])
        session.commit()
        return done


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        act()
    return refusal.value.code


def test_what_was_typed_first_is_kept_until_the_second_time_and_then_only_that_the_number_is_used(
    field: Field, instrument: Instrument
) -> None:
    assert keep(field, 12)
    kept = kept_of(field, 12)
    assert kept is not None
    assert (kept.answers, kept.label.number, kept.label.unit_code) == (FIRST, 12, "2309-a")
    assert field.count("urn") == 0
    assert store(field, kept)
    assert kept_of(field, 12) is None
    assert field.count("urn") == 1
    with field.session() as session:
        row = session.scalars(select(PaperForm)).one()
        assert (row.label, row.body) == (None, None)
        assert twice.quality(session, session.get_one(Round, field.round_id), instrument).forms == 1
    assert refused(lambda: keep(field, 12)) == "paper_number_used"


def test_what_is_kept_says_nothing_without_the_pepper_not_even_how_much_was_written(field: Field) -> None:
    keep(field, 1, {"a": 1})
    keep(field, 99_999, dict(FIRST) | {"why": "Tiden räcker inte. " * 400})
    with field.session() as session:
        rows = session.scalars(select(PaperForm)).all()
    assert len({(len(row.label or b""), len(row.body or b"")) for row in rows}) == 1
    raw = b"".join((row.id + (row.label or b"") + (row.body or b"")) for row in rows)
    assert not any(word in raw for word in (b"Tiden", b"2309-a", b"99999", b'"a"', b"number"))
    # A row that is put in another's place opens nowhere.
    one, other = rows
    with field.session() as session:
        session.execute(delete(PaperForm).where(PaperForm.id == other.id))
        session.execute(update(PaperForm).where(PaperForm.id == one.id).values(body=other.body))
        session.commit()
    number = next(number for number in (1, 99_999) if _is(field, number, one.id))
    assert refused(lambda: kept_of(field, number)) == "paper_unreadable"


def _is(field: Field, number: int, form_id: bytes) -> bool:
    return tokens.paper_number(field.keys, field.round_id, number) == form_id


def test_a_number_is_one_form_in_its_own_round_only(field: Field) -> None:
    keep(field, 12)
    assert refused(lambda: keep(field, 12)) == "paper_number_waits"
    with field.session() as session:
        assert refused(lambda: twice.find(session, field.keys, field.round_id + 1, 12)) == "paper_number_unknown"
        assert refused(lambda: twice.find(session, field.keys, field.round_id, 13)) == "paper_number_unknown"


def test_the_same_page_sent_twice_is_kept_once(field: Field) -> None:
    assert keep(field, 12, nonce="page") is True
    assert keep(field, 12, nonce="page") is False
    assert field.count("paper_form") == 1


def test_the_waiting_are_listed_by_number_and_the_next_number_is_the_first_free_one(field: Field) -> None:
    for number in (30, 2, 1):
        keep(field, number)
    store(field, kept_of(field, 2))
    with field.session() as session:
        waiting = twice.waiting(session, field.keys, field.round_id)
        free = [twice.next_number(session, field.keys, field.round_id, begins) for begins in (1, 30, 99_999, 100_000)]
    assert [label.number for label in waiting] == [1, 30]
    assert free == [3, 31, 99_999, None]


def test_only_real_differences_count_also_where_one_left_a_question_empty(instrument: Instrument) -> None:
    second: dict[str, Answer] = dict(FIRST) | {"why": "Tiden  räcker\ninte."}
    assert twice.differing(instrument, FIRST, second) == ()
    assert twice.differing(instrument, FIRST, second | {"years": 4, "a": 2, "many": (1,)}) == ("a", "many", "years")
    assert twice.differing(instrument, {"a": 1}, {}) == ("a",)


def test_three_differences_are_always_shown_and_of_many_answers_one_in_five() -> None:
    def too_many(differ: int, answered: int) -> bool:
        """Half of the answers by either hand: what counts is all that is answered."""
        items = [f"i{number}" for number in range(answered)]
        first: dict[str, Answer] = dict.fromkeys(items[::2], 1)
        second: dict[str, Answer] = dict.fromkeys(items[1::2], 1) | {"empty": None}
        return twice.too_many(items[:differ], first, second)

    assert [too_many(3, 3), too_many(4, 4), too_many(4, 19), too_many(4, 20)] == [False, True, True, False]
    assert [too_many(8, 41), too_many(9, 41)] == [False, True]


def test_differences_are_counted_by_item_and_answers_are_not(field: Field, instrument: Instrument) -> None:
    for number, differed in ((1, ("b", "a")), (2, ("a",)), (3, ())):
        keep(field, number)
        store(field, kept_of(field, number), {"a": 1}, differed)
    with field.session() as session:
        found = twice.quality(session, session.get_one(Round, field.round_id), instrument)
        assert session.scalars(select(PaperDifference.item).order_by(PaperDifference.item)).all() == ["a", "b"]
    assert (found.forms, found.fields, dict(found.differed)) == (3, 5, {"a": 2, "b": 1})
    assert found.rate == pytest.approx(3 / 15)
    assert replace(found, forms=0, differed={}).rate == 0.0


def test_two_who_type_the_same_number_at_once_keep_one_form(field: Field) -> None:
    def attempt(_: int) -> str:
        try:
            return str(keep(field, 12))
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(attempt, range(4)))
    assert done == ["True", *["paper_number_waits"] * 3]
    assert field.count("paper_form") == 1


def test_two_who_finish_the_same_form_at_once_seal_it_once(field: Field) -> None:
    keep(field, 12)
    kept = kept_of(field, 12)

    def attempt(_: int) -> str:
        try:
            return str(store(field, kept, FIRST, ("a", "b")))
        except Refusal as refusal:
            return refusal.code

    with ThreadPoolExecutor(4) as pool:
        done = sorted(pool.map(attempt, range(4)))
    assert done == ["True", *["paper_number_used"] * 3]
    assert field.count("urn") == 1
    with field.session() as session:
        assert session.get_one(Round, field.round_id).paper_compared == 1


def test_many_who_finish_many_forms_at_once_wait_for_nobody_in_a_ring(field: Field, instrument: Instrument) -> None:
    for number in range(1, 9):
        keep(field, number)

    def finish(number: int) -> bool:
        return store(field, kept_of(field, number), FIRST, ("a", "b") if number % 2 else ("b", "a"))

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(finish, range(1, 9)))
    with field.session() as session:
        found = twice.quality(session, session.get_one(Round, field.round_id), instrument)
    assert (found.forms, dict(found.differed)) == (8, {"a": 8, "b": 8})


def test_a_second_typing_that_is_cut_off_leaves_the_first_as_it_was(field: Field) -> None:
    """What a killed process leaves: box, used number and figures are of one transaction."""
    keep(field, 12)
    kept = kept_of(field, 12)
    assert kept is not None
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        assert twice.store_second(session, field.keys, round_, form(FIRST), kept, ("a",), folders=[field.folder])
        session.rollback()
    assert (field.count("urn"), field.count("paper_difference")) == (0, 0)
    assert kept_of(field, 12) == kept
    assert store(field, kept)


def test_a_form_thrown_away_is_begun_anew_and_the_old_comparison_seals_nothing(field: Field) -> None:
    keep(field, 12)
    old = kept_of(field, 12)
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        assert twice.throw_away(session, field.keys, round_, 12)
        assert not twice.throw_away(session, field.keys, round_, 12)
        session.commit()
    assert keep(field, 12, {"a": 1})
    assert refused(lambda: store(field, old)) == "paper_number_used"
    assert field.count("urn") == 0
    assert store(field, kept_of(field, 12), {"a": 1})
    with field.session() as session:
        assert not twice.throw_away(session, field.keys, session.get_one(Round, field.round_id), 12)


def test_a_round_with_half_typed_forms_is_not_mixed_and_loses_nothing(field: Field) -> None:
    keep(field, 1)
    keep(field, 2)
    store(field, kept_of(field, 1))
    field.close()
    later = NOON + timedelta(hours=2)
    with field.session() as session:
        assert (
            refused(lambda: mix(session, field.round_keys, field.round_id, later, drop_drafts=True)) == "paper_waiting"
        )
    assert (field.count("urn"), field.count("response"), field.count("paper_form")) == (1, 0, 2)
    assert store(field, kept_of(field, 2), {"a": 1})
    with field.session() as session:
        assert mix(session, field.round_keys, field.round_id, later).responses == 2
    assert (field.count("urn"), field.count("paper_form")) == (0, 0)
    assert refused(lambda: keep(field, 3)) == "wrong_round_state"


def test_no_number_follows_into_the_urn_the_responses_or_any_other_table(field: Field) -> None:
    """The numbers are such as appear in no other way; each is looked for as text, as bytes and as its HMAC."""
    numbers = [70_717, 80_818, 90_919]
    for number in numbers:
        keep(field, number)
    ids = set()
    with field.session() as session:
        ids = set(session.scalars(select(PaperForm.id)))
    for number in numbers:
        store(field, kept_of(field, number), FIRST, ("a",))
    with field.session() as session:
        boxes = session.scalars(select(UrnBox)).all()
        assert not ids & {value for box in boxes for value in (box.id, box.receipt)}
    assert not _found(field, numbers, ids, besides="paper_form")
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))
        assert {tuple(one) for one in session.scalars(select(Response.answers))} == {("a", "many")}
    assert not _found(field, numbers, ids, besides="")


def _found(field: Field, numbers: list[int], ids: set[bytes], besides: str) -> list[str]:
    signs = [str(number).encode() for number in numbers] + list(ids)
    found = []
    with field.session() as session:
        for name in Base.metadata.tables:
            if name != besides:
                for row in session.execute(text(f"SELECT * FROM {name}")):
                    cells = [bytes(one) if isinstance(one, bytes | memoryview) else str(one).encode() for one in row]
                    found += [name for cell in cells if any(sign in cell for sign in signs)]
    return found


def test_how_many_times_is_chosen_before_the_first_form_and_never_after(make_field: Callable[..., Field]) -> None:
    field = make_field(cards=(0, 0, 0))

    def choose(wish: bool) -> bool:
        with field.session() as session:
            changed = twice.choose_twice(session, session.get_one(Round, field.round_id), wish)
            session.commit()
            return changed

    def store_once() -> bool:
        with field.session() as session:
            round_ = session.get_one(Round, field.round_id)
            stored = store_form(session, field.keys, round_, form({"a": 1}), folders=[field.folder])
            session.commit()
            return stored

    assert [choose(True), choose(True)] == [True, False]
    # A page that was opened before is told, and nothing of it is stored.
    assert refused(store_once) == "paper_way_changed"
    assert choose(False)
    assert refused(lambda: keep(field, 1)) == "paper_way_changed"
    assert (field.count("urn"), field.count("paper_form")) == (0, 0)
    assert store_once()
    assert refused(lambda: choose(True)) == "paper_begun"
    assert choose(False) is False


def test_nothing_is_kept_or_sealed_beside_a_sealing(field: Field) -> None:
    """Whoever wins, no form is half in and half out: it stops the mixing, is mixed, or is refused."""
    for number in range(1, 5):
        keep(field, number)
    kept = {number: kept_of(field, number) for number in range(1, 5)}
    field.close()
    later = NOON + timedelta(hours=2)

    def finish(number: int) -> str:
        try:
            return str(store(field, kept[number]))
        except Refusal as refusal:
            return refusal.code

    def seal(_: int) -> str:
        with field.session() as session:
            try:
                return str(mix(session, field.round_keys, field.round_id, later).responses)
            except Refusal as refusal:
                return refusal.code

    with ThreadPoolExecutor(6) as pool:
        finished = [pool.submit(finish, number) for number in range(1, 5)]
        sealed = {one.result() for one in [pool.submit(seal, one) for one in range(3)]}
        assert {one.result() for one in finished} == {"True"}
    assert sealed <= {"paper_waiting", "4"}
    assert seal(0) == "4"
    assert (field.count("response"), field.count("urn"), field.count("paper_form")) == (4, 0, 0)
