"""Drafts: found again with the same link, and unreadable, unmovable and silent about their content without it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from answering_field import NOON, Field
from sqlalchemy import select, update

from survey.answering import tokens
from survey.answering.drafts import (
    DraftChanged,
    DraftContents,
    drop_draft,
    drop_seen,
    find_draft,
    load_draft,
    save_draft,
)
from survey.answering.keys import KeyFolder
from survey.errors import Refusal
from survey.models import Draft, Round

ANSWERS = {"a": 3, "why": "Åsa på hörnet", "many": (1, 3), "b": None}


def _save(field: Field, code: str, answers: dict, **how: object) -> None:
    with field.session() as session:
        entry = field.enter(session, code, **how)  # type: ignore[arg-type]
        save_draft(session, field.keys, entry, answers, variant="easy", language="en")
        session.commit()


def test_a_draft_is_found_again_and_the_last_one_counts(field: Field) -> None:
    code, other = list(field.cards)[:2]
    _save(field, code, {})
    _save(field, code, ANSWERS)
    with field.session() as session:
        assert load_draft(session, field.keys, field.enter(session, code)) == DraftContents(ANSWERS, "easy", "en")
        assert load_draft(session, field.keys, field.enter(session, other)) is None
        assert load_draft(session, field.keys, field.enter(session, field.open_codes[0])) is None
    assert field.count("draft") == 1


def test_the_order_of_a_persons_items_is_kept_with_the_draft(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        entry = field.enter(session, code)
        save_draft(session, field.keys, entry, {}, variant="easy", language="en", order_seed=0)
        session.commit()
        found = load_draft(session, field.keys, field.enter(session, code))
        assert found == DraftContents({}, "easy", "en", order_seed=0)


def test_open_link_drafts_belong_to_the_cookie(field: Field) -> None:
    _save(field, field.open_codes[0], ANSWERS, nonce=bytes(16))
    with field.session() as session:
        assert load_draft(session, field.keys, field.enter(session, field.open_codes[0], nonce=bytes(16))) is not None
        assert load_draft(session, field.keys, field.enter(session, field.open_codes[0], nonce=b"\1" * 16)) is None


def test_a_draft_opens_with_the_half_that_it_was_saved_under_alone(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        entry = field.enter(session, code)
        save_draft(session, field.keys, entry, {}, variant="easy", language="en")
        assert load_draft(session, field.keys, entry, b"1" * 16) == DraftContents({}, "easy", "en")
        seen = find_draft(session, field.keys, entry)
        save_draft(session, field.keys, entry, ANSWERS, variant="easy", language="en", half=b"1" * 16, seen=seen)
        session.commit()
        assert load_draft(session, field.keys, entry, b"1" * 16) == DraftContents(ANSWERS, "easy", "en")
        for other in (b"", b"2" * 16):
            with pytest.raises(Refusal) as refused:
                load_draft(session, field.keys, entry, other)
            assert refused.value.code == "draft_unreadable"


def test_what_is_saved_after_sending_in_leaves_nothing_behind(field: Field) -> None:
    code = next(iter(field.cards))
    _save(field, code, {})
    with field.session() as session:
        entry = field.enter(session, code)
        seen = find_draft(session, field.keys, entry)
        drop_draft(session, field.keys, entry)
        with pytest.raises(DraftChanged):
            save_draft(session, field.keys, entry, ANSWERS, variant="easy", language="en", seen=seen)
        session.commit()
    assert field.count("draft") == 0


def test_a_draft_is_saved_over_only_as_it_was_seen(field: Field) -> None:
    code = next(iter(field.cards))
    with field.session() as session:
        entry = field.enter(session, code)
        nothing = find_draft(session, field.keys, entry)
        # A draft that nobody had yet, begun twice; then one that another tab has changed meanwhile.
        for answers in ({}, ANSWERS):
            seen = find_draft(session, field.keys, entry)
            save_draft(session, field.keys, entry, answers, variant="easy", language="en", seen=seen)
            for before in (nothing, seen):
                with pytest.raises(DraftChanged):
                    save_draft(session, field.keys, entry, {"a": 3}, variant="easy", language="en", seen=before)
                with pytest.raises(DraftChanged):
                    drop_seen(session, tokens.draft_id(field.keys, field.round_id, entry.the_token()), before)
            assert load_draft(session, field.keys, entry) == DraftContents(answers, "easy", "en")


def test_a_draft_shows_neither_its_words_nor_how_far_it_has_come(field: Field) -> None:
    one, other = list(field.cards)[:2]
    _save(field, one, {})
    _save(field, other, ANSWERS)
    with field.session() as session:
        bodies = session.scalars(select(Draft.body)).all()
    assert len({len(body) for body in bodies}) == 1
    for body in bodies:
        for word in ("Åsa", "why", "answers", one, other):
            assert json.dumps(word)[1:-1].encode() not in body
            assert word.encode() not in body


def test_a_draft_opens_under_no_other_pepper_and_in_no_other_round(field: Field, tmp_path_factory) -> None:
    code = next(iter(field.cards))
    _save(field, code, ANSWERS)
    with field.session() as session:
        entry = field.enter(session, code)
        stranger = KeyFolder(tmp_path_factory.mktemp("other") / "keys")
        assert load_draft(session, stranger, entry) is None
        # Moved to where another key would look for it: found, and not opened.
        moved = tokens.draft_id(field.keys, field.round_id, b"another token")
        session.execute(update(Draft).values(id=moved))
        with pytest.raises(Refusal) as refused:
            load_draft(session, field.keys, replace(entry, token=b"another token"))
    assert refused.value.code == "draft_unreadable"


def test_after_closing_a_draft_is_changed_but_never_begun(field: Field) -> None:
    begun, late = list(field.cards)[:2]
    _save(field, begun, {})
    with field.session() as session:
        found_in_time = field.enter(session, late)
    field.close()
    _save(field, begun, ANSWERS, now=NOON + timedelta(minutes=30))
    with field.session() as session, pytest.raises(Refusal) as refused:
        save_draft(session, field.keys, found_in_time, ANSWERS, variant="easy", language="en")
    assert refused.value.code == "round_closed"
    assert field.count("draft") == 1


def test_no_draft_is_left_in_a_round_that_was_sealed_meanwhile(field: Field) -> None:
    with field.session() as session:
        entry = field.enter(session, next(iter(field.cards)))
    field.close()
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        round_.state, round_.sealed_at = "sealed", NOON
        session.commit()
        with pytest.raises(Refusal):
            save_draft(session, field.keys, entry, ANSWERS, variant="easy", language="en")
