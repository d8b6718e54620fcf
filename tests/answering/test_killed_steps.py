"""SIGKILL before every step of submitting, mixing, opening and destroying: nothing lost, nothing twice, nothing shown.

Each attempt is a real process on a real database (bench/kills.py), killed one step later than the one before it, so
that every attempt is also the second one after a kill.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from nacl.bindings import crypto_scalarmult_base
from sqlalchemy import Engine, select

from bench import kills
from survey.answering.drafts import save_draft
from survey.answering.mixing import mix
from survey.models import Base, DeletionRecord, Round, RoundState

CARDS = 7


@pytest.fixture
def field(make_field: Callable[..., Field]) -> Field:
    return make_field(cards=(CARDS, 0, 0))


@pytest.fixture
def stage(field: Field, engine: Engine, tmp_path: Path) -> kills.Stage:
    environment = {
        "TERMOMETERN_HOME": str(tmp_path),
        "TERMOMETERN_DATABASE": engine.url.render_as_string(hide_password=False),
    }
    return kills.Stage(environment, NOON, field.round_id, next(iter(field.cards)), {"a": 1}, field.folder)


def state_of(field: Field) -> str:
    with field.session() as session:
        return session.get_one(Round, field.round_id).state


def rows(field: Field, table: str) -> list[str]:
    with field.session() as session:
        return sorted(map(repr, session.execute(select(Base.metadata.tables[table])).all()))


def test_a_killed_submission_is_sent_in_whole_or_not_at_all(field: Field, stage: kills.Stage) -> None:
    with field.session() as session:
        save_draft(session, field.keys, field.enter(session, stage.code), {"a": 1}, variant="standard", language="sv")
        session.commit()
    seen = set()
    for _ in kills.every_step(kills.do_submit, stage):
        boxes, drafts = field.count("urn"), field.count("draft")
        with field.session() as session:
            answered = field.invitation(session, stage.code).answered
        assert (boxes, drafts, answered) in {(0, 1, False), (1, 0, True)}
        seen.add(boxes)
    assert seen == {0} or seen == {0, 1}
    assert (field.count("urn"), field.count("draft")) == (1, 0)


def test_a_killed_mixing_reveals_nothing_and_is_done_by_the_next_attempt(field: Field, stage: kills.Stage) -> None:
    for code in field.cards:
        field.send(code, {"a": 1})
    field.close()
    before = {name: rows(field, name) for name in ("urn", "invitation")}
    steps = 0
    for step in kills.every_step(kills.do_mix, stage):
        steps = step
        if state_of(field) == RoundState.SEALED:
            break
        # All of it is as it was: no response beside a box, no invitation written anew.
        assert field.count("response") == 0
        assert {name: rows(field, name) for name in before} == before
        assert field.round_keys.private_key(field.round_id)
    assert steps > 15, "the steps of a mixing were not counted"
    after = {name: rows(field, name) for name in ("invitation", "response")}
    assert not set(before["invitation"]) & set(after["invitation"])
    # What is left to do after the commit is killed at each of its steps too.
    for _ in kills.every_step(kills.do_mix, stage):
        assert {name: rows(field, name) for name in after} == after
    assert (field.count("urn"), field.count("response"), field.count("invitation")) == (0, CARDS, CARDS)
    left = {path.name for path in field.round_keys.path.glob("round-*")}
    assert left == {f"round-{field.round_id}.key", f"round-{field.round_id}.token"}


def test_a_killed_opening_ends_with_one_key_pair(field: Field, stage: kills.Stage) -> None:
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        round_.study.simulated = True
        round_.state, round_.opened_at, round_.public_key, round_.instrument_digest = "draft", None, None, None
        session.commit()
    for path in field.round_keys.path.glob("round-*"):
        path.unlink()
    made = set()
    for _ in kills.every_step(kills.do_open, stage):
        if (field.round_keys.path / f"round-{field.round_id}.key").exists():
            made.add(field.round_keys.private_key(field.round_id))
    assert len(made) == 1
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        assert round_.state == RoundState.OPEN
        assert round_.public_key == crypto_scalarmult_base(made.pop())
    assert {path.suffix for path in field.round_keys.path.glob("round-*")} == {".key", ".copy", ".token"}


def test_a_killed_destruction_is_finished_and_noted_once(field: Field, stage: kills.Stage) -> None:
    field.send(stage.code, {"a": 1})
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))
    for _ in kills.every_step(kills.do_destroy, stage):
        with field.session() as session:
            noted = session.get_one(Round, field.round_id).keys_destroyed_at
        assert noted is None or not field.round_keys.has(field.round_id)
    assert field.round_keys.destroyed(field.round_id)
    assert not field.round_keys.has(field.round_id)
    with field.session() as session:
        assert session.get_one(Round, field.round_id).keys_destroyed_at is not None
        records = session.scalars(select(DeletionRecord.what).where(DeletionRecord.what == "keys")).all()
    assert list(records) == ["keys"]
