"""A release: the same data gives the same one, it passes the gate, and it cannot be changed unnoticed."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import LedgerEntry, Release, Response, Round
from survey.releases.code_version import code_version
from survey.releases.data import round_data, tree_of
from survey.releases.freeze import freeze, open_release, seed_of

LATER = datetime(2026, 4, 1, tzinfo=UTC)


def test_freezing_twice_gives_one_release(session: Session, sealed: Any) -> None:
    first = freeze(session, sealed.now, LATER)
    session.commit()
    assert freeze(session, sealed.now, datetime(2027, 1, 1, tzinfo=UTC)).id == first.id
    assert session.scalar(select(func.count()).select_from(Release)) == 1
    assert first.digest == hashlib.sha256(first.findings.encode()).hexdigest()
    assert first.code_version == code_version()
    assert first.seed == seed_of("ebp", "2026") < 2**31


def test_the_order_of_rows_and_a_new_computation_change_nothing(session: Session, sealed: Any) -> None:
    first = freeze(session, sealed.now, LATER).digest
    rows = session.execute(select(Response.__table__)).mappings().all()
    session.execute(delete(LedgerEntry))
    session.execute(delete(Release))
    session.execute(delete(Response))
    session.execute(Response.__table__.insert(), [dict(row) for row in reversed(rows)])
    session.expire_all()
    assert freeze(session, sealed.now, LATER).digest == first


def test_another_answer_gives_another_release(session: Session, sealed: Any) -> None:
    first = freeze(session, sealed.now, LATER)
    session.delete(session.scalars(select(Response).where(Response.round_id == sealed.now)).first())
    session.flush()
    second = freeze(session, sealed.now, LATER)
    assert (second.id, second.matrix_digest) != (first.id, first.matrix_digest)


def test_what_a_release_shows(session: Session, sealed: Any) -> None:
    release, disclosed, instrument = open_release(session, freeze(session, sealed.now, LATER).id)
    findings = disclosed.findings
    assert (findings.study, findings.round, findings.before) == ("EBP i länet", "2026", "2025")
    assert (instrument.id, release.instrument_digest) == ("ebp-thermometer", findings.instrument_digest)
    assert findings.group("2309").n == 30
    assert findings.group("2309").invited == 40
    assert findings.group("2309").scales[0].change is not None
    # Three answers are hidden, and so is what would give them away beside the county's total.
    assert findings.group("2313").n is None
    assert [group.code for group in findings.groups if group.n is None] == ["2303", "2313"]


def test_the_tree_holds_those_who_take_part_and_what_stands_above(session: Session, sealed: Any) -> None:
    data = round_data(session, session.get_one(Round, sealed.now))
    assert [node.code for node in tree_of(session, data).nodes] == ["SE", "23", "2303", "2309", "2313"]


@pytest.mark.parametrize(("which", "expected"), [("now", "wrong_round_state"), ("before", "before_not_sealed")])
def test_only_mixed_rounds_are_released(session: Session, sealed: Any, which: str, expected: str) -> None:
    round_ = session.get_one(Round, getattr(sealed, which))
    round_.state, round_.sealed_at = "closed", None
    session.flush()
    with pytest.raises(Refusal) as refused:
        freeze(session, sealed.now, LATER)
    assert refused.value.code == expected


def test_a_changed_release_is_not_opened(session: Session, sealed: Any) -> None:
    release = freeze(session, sealed.now, LATER)
    session.execute(update(Release).values(findings=release.findings.replace('"n":30', '"n":31', 1)))
    session.expire_all()
    with pytest.raises(Refusal) as refused:
        open_release(session, release.id)
    assert refused.value.code == "release_damaged"


def test_a_release_of_another_version_is_refused_in_words(session: Session, sealed: Any) -> None:
    release = freeze(session, sealed.now, LATER)
    other = release.findings.replace('"linked_by"', '"linked_with"', 1)
    session.execute(update(Release).values(findings=other, digest=hashlib.sha256(other.encode()).hexdigest()))
    session.expire_all()
    with pytest.raises(Refusal, match="publish the round again") as refused:
        open_release(session, release.id)
    assert refused.value.code == "release_of_other_version"


def test_unknown_ones_are_refused(session: Session) -> None:
    with pytest.raises(Refusal, match="no round 9"):
        freeze(session, 9, LATER)
    with pytest.raises(Refusal, match="no release 9"):
        open_release(session, 9)
