"""Paper forms typed one by one: into the urn like any other answer, once, and only while the round takes them."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from instruments.model import Instrument, Variant
from survey.answering.importing.paper import PaperForm, TypedForm, is_stored, read_form, store_form
from survey.answering.mixing import mix
from survey.errors import Refusal
from survey.models import Response, Round, UrnBox


def _form(nonce: bytes, **changed: object) -> PaperForm:
    values: dict[str, object] = {"unit_code": "2309-a", "language": "sv", "variant": Variant.STANDARD}
    return PaperForm(**(values | {"answers": {"a": 1}, "nonce": nonce} | changed))  # type: ignore[arg-type]


def _store(field: Field, form: PaperForm) -> bool:
    with field.session() as session:
        stored = store_form(session, field.keys, session.get_one(Round, field.round_id), form, folders=[field.folder])
        session.commit()
        return stored


def test_codes_become_answers_and_what_is_wrong_is_named_all_at_once(instrument: Instrument) -> None:
    typed = {"a": " 3 ", "b": "-", "why": "För att.", "many": "1, 3", "years": "12,5"}
    assert read_form(instrument, typed).answers == {"a": 3, "why": "För att.", "many": (1, 3), "years": 12.5}
    assert read_form(instrument, {"many": "3 1"}).answers == {"many": (1, 3)}
    assert read_form(instrument, {"a": "–", "many": "-", "years": "−"}) == TypedForm({}, {}, (), ())
    assert read_form(instrument, {}) == TypedForm({}, {}, (), ())
    wrong = read_form(instrument, {"a": "4", "b": "1 2", "many": "1 9", "years": "61"})
    assert wrong.faults == ("a", "b", "many", "years")


def test_an_answer_off_the_path_is_named_and_left_out(instrument: Instrument) -> None:
    typed = read_form(instrument, {"a": "1", "why": "Ändå."})
    assert (typed.answers, typed.left_out) == ({"a": 1}, ("why",))
    # With a fault nobody knows the path.
    assert read_form(instrument, {"a": "7", "why": "Ändå."}).left_out == ()


@given(st.dictionaries(st.sampled_from(["a", "b", "why", "many", "years", "no_such"]), st.text(max_size=30)))
def test_whatever_is_typed_is_read_or_named(instrument: Instrument, typed: dict[str, str]) -> None:
    read = read_form(instrument, typed)
    for item_id, text in typed.items():
        if text.strip() and item_id != "no_such":
            assert item_id in {*read.answers, *read.left_out, *read.faults} or read.faults or not _says(text)


def _says(text: str) -> bool:
    """Whether anything is left when separators and what cannot be shown are taken away."""
    return any(one.isalnum() for one in text)


def test_a_form_lies_sealed_in_the_urn_and_comes_out_as_paper(field: Field) -> None:
    for _ in range(5):
        assert _store(field, _form(secrets.token_bytes(16), answers={"a": 3, "why": "Tid."}))
    with field.session() as session:
        boxes = session.scalars(select(UrnBox.box)).all()
        assert len({len(box) for box in boxes}) == 1
        assert not any(b"Tid." in box for box in boxes)
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))
        stored = session.scalars(select(Response)).all()
        assert {(one.unit_id, one.way, one.answers["a"], one.link_code) for one in stored} == {
            (field.units[0], "import", 3, None)
        }


def test_the_same_form_twice_is_one_answer_and_the_first_stands(field: Field) -> None:
    nonce = secrets.token_bytes(16)
    with field.session() as session:
        assert not is_stored(session, field.keys, field.round_id, nonce)
    assert _store(field, _form(nonce)) is True
    assert _store(field, _form(nonce, answers={"a": 3})) is False
    with field.session() as session:
        assert is_stored(session, field.keys, field.round_id, nonce)
    assert field.count("urn") == 1


def test_the_same_form_from_many_at_once_is_one_answer(field: Field) -> None:
    nonce = secrets.token_bytes(16)
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda _: _store(field, _form(nonce)), range(6)))
    assert sorted(done) == [False] * 5 + [True]
    assert field.count("urn") == 1


def test_a_form_without_a_commit_is_not_there(field: Field) -> None:
    """What a killed process leaves: nothing, since box and receipt are one row of one transaction."""
    nonce = secrets.token_bytes(16)
    with field.session() as session:
        store_form(session, field.keys, session.get_one(Round, field.round_id), _form(nonce), folders=[field.folder])
        session.rollback()
    assert field.count("urn") == 0
    assert _store(field, _form(nonce)) is True


def test_a_closed_round_takes_forms_and_a_sealed_one_does_not(field: Field) -> None:
    field.close()
    assert _store(field, _form(secrets.token_bytes(16)))
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))
        session.commit()
    with pytest.raises(Refusal) as refused:
        _store(field, _form(secrets.token_bytes(16)))
    assert refused.value.code == "wrong_round_state"


def test_nothing_is_stored_for_another_unit_an_odd_answer_or_a_language_that_is_not_asked(field: Field) -> None:
    with pytest.raises(Refusal, match="2309-x"):
        _store(field, _form(b"1" * 16, unit_code="2309-x"))
    with pytest.raises(Refusal) as refused:
        _store(field, _form(b"1" * 16, answers={"a": 4}))
    assert refused.value.code == "answer_invalid"
    with pytest.raises(ValueError, match="no form"):
        _store(field, _form(b"1" * 16, language="fi"))
    with pytest.raises(ValueError, match="no form"):
        _store(field, _form(b"1" * 16, variant=Variant.EASY))
    assert field.count("urn") == 0
