"""The ledger in the database: every release is entered, and held against all that was told of the same answers."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime
from threading import Event, Thread
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from instruments.load import load
from reports.ledger import from_text
from survey.database import session_factory
from survey.errors import Refusal
from survey.models import LedgerEntry, Release, Response, RoundUnit
from survey.releases.freeze import freeze, open_release
from survey.releases.late import late_answers

LATER = datetime(2026, 4, 1, tzinfo=UTC)
AGAIN = datetime(2026, 5, 1, tzinfo=UTC)


def _late(session: Session, round_id: int, numbers: Mapping[str, int], batch: int = 1) -> None:
    loaded = load("ebp-thermometer")
    places = session.scalars(select(RoundUnit).where(RoundUnit.round_id == round_id)).all()
    units = {place.unit.code: place.unit_id for place in places}
    draw = random.Random(7)  # noqa: S311 - made-up answers
    for code, number in numbers.items():
        for _ in range(number):
            answers = {item.id: draw.randint(1, 5) for item in loaded.instrument.scored_items}
            session.add(
                Response(
                    round_id=round_id,
                    unit_id=units[code],
                    instrument_digest=loaded.digest,
                    way="import",
                    variant="standard",
                    language="sv",
                    batch=batch,
                    answers=answers,
                )
            )
    session.flush()


def _shown(session: Session, release: Release) -> dict[str, int | None]:
    findings = open_release(session, release.id)[1].findings
    return {group.code: group.n for group in findings.groups}


def test_a_release_is_entered_once_for_each_round_that_it_tells_about(session: Session, sealed: Any) -> None:
    release = freeze(session, sealed.now, LATER)
    freeze(session, sealed.now, AGAIN)
    entries = session.scalars(select(LedgerEntry).order_by(LedgerEntry.round_id)).all()
    assert [(one.round_id, one.release_id, one.kind, one.batch) for one in entries] == [
        (sealed.before, release.id, "release", 0),
        (sealed.now, release.id, "release", 0),
    ]
    assert {one.label for one in entries} == {"2026, 2026-04-01"}
    assert from_text(entries[1].cells).families[0].people == (24, 30, 3)


def test_what_is_rolled_back_has_told_nothing(session: Session, sealed: Any) -> None:
    freeze(session, sealed.now, LATER)
    session.rollback()
    assert session.scalars(select(LedgerEntry)).all() == []


@pytest.mark.parametrize("late", [1, 4])
def test_fewer_than_k_late_answers_are_not_released(session: Session, sealed: Any, late: int) -> None:
    freeze(session, sealed.now, LATER)
    _late(session, sealed.now, {"2309": late})
    with pytest.raises(Refusal) as refused:
        freeze(session, sealed.now, AGAIN)
    assert refused.value.code == "late_too_few"
    # They wait for others; before anything was released there is nothing to tell them by.
    _late(session, sealed.now, {"2309": 5 - late}, batch=2)
    assert _shown(session, freeze(session, sealed.now, AGAIN))["2309"] == 35
    assert late_answers(session, sealed.now) == 0


def test_before_the_first_release_a_late_answer_is_like_any_other(session: Session, sealed: Any) -> None:
    _late(session, sealed.now, {"2309": 1})
    assert _shown(session, freeze(session, sealed.now, LATER))["2309"] == 31


def test_where_few_came_late_the_group_waits_and_says_because_of_which_release(session: Session, sealed: Any) -> None:
    first = _shown(session, freeze(session, sealed.now, LATER))
    assert (first["2303"], first["2309"], first["2313"], first["23"]) == (None, 30, None, 57)
    _late(session, sealed.now, {"2309": 2, "2303": 4})
    release = freeze(session, sealed.now, AGAIN)
    findings = open_release(session, release.id)[1].findings
    # 30 before and 32 now would tell of two; the county's six are enough.
    assert (findings.group("2309").n, findings.group("23").n) == (None, 63)
    assert {one.because for one in findings.withheld if one.group == "2309"} == {("2026, 2026-04-01",)}


def test_an_earlier_rounds_few_late_answers_do_not_stand_beside_a_later_round(session: Session, sealed: Any) -> None:
    freeze(session, sealed.before, LATER)
    _late(session, sealed.before, {"2309": 2})
    release = freeze(session, sealed.now, AGAIN)
    assert open_release(session, release.id)[1].findings.group("2309").n_before == 30
    batches = {one.round_id: one.batch for one in session.scalars(select(LedgerEntry)) if one.release_id == release.id}
    assert batches == {sealed.now: 0, sealed.before: 0}


def test_what_the_earlier_rounds_own_release_showed_binds_what_stands_beside_the_next(
    session: Session, sealed: Any
) -> None:
    """Two took their answers out after the first release: the same municipality again would tell of those two."""
    freeze(session, sealed.before, LATER)
    unit = session.scalars(select(RoundUnit).where(RoundUnit.round_id == sealed.before)).all()
    krokom = next(place.unit_id for place in unit if place.unit.code == "2309")
    there = select(Response).where(Response.round_id == sealed.before, Response.unit_id == krokom)
    for response in session.scalars(there.limit(2)).all():
        session.delete(response)
    session.flush()
    findings = open_release(session, freeze(session, sealed.now, AGAIN).id)[1].findings
    assert (findings.group("2309").n, findings.group("2309").n_before) == (30, None)
    assert {one.because for one in findings.withheld if one.group == "2309"} == {("2025, 2026-04-01",)}


def test_two_releases_of_one_study_come_one_after_the_other(engine: Engine, session: Session, sealed: Any) -> None:
    """The second waits until the first is committed, and is then held against it."""
    first, done = session_factory(engine)(), Event()
    freeze(first, sealed.before, LATER)

    def second() -> None:
        with session_factory(engine)() as other:
            freeze(other, sealed.now, AGAIN)
            other.commit()
        done.set()

    session.rollback()
    thread = Thread(target=second)
    thread.start()
    assert not done.wait(1.0)
    first.commit()
    first.close()
    thread.join(60)
    assert done.is_set()
    labels = select(LedgerEntry.label).where(LedgerEntry.round_id == sealed.before).order_by(LedgerEntry.id)
    assert session.scalars(labels).all() == ["2025, 2026-04-01", "2026, 2026-05-01"]
