"""The job deletes what is due, nothing else, once, under a decision where one is needed, and leaves a signed record."""

from __future__ import annotations

from datetime import timedelta

import pytest
from keeping_field import DAYS, SEALED, sealed_round
from sqlalchemy import func, select

from survey.accounts import audit
from survey.errors import Refusal
from survey.keeping import chores
from survey.keeping.chores import do_chores
from survey.keeping.due import INSTALLATION, Waits, all_due
from survey.keeping.policy import KINDS
from survey.keeping.records import verify_key_of, verify_records
from survey.models import Account, AuditEvent, DeletionRecord, FreeText, LiveCount, LoginCode, Round, Study
from survey.services import Services

pytestmark = pytest.mark.usefixtures("register")
LATER = SEALED + timedelta(days=DAYS)


def records(services: Services) -> list[tuple[str, str, int, str]]:
    with services.sessions() as session:
        assert verify_records(session, verify_key_of(services.round_keys.signing_key())) == ()
        found = session.scalars(select(DeletionRecord).order_by(DeletionRecord.id))
        return [(one.what, one.subject, one.amount, one.decision) for one in found if one.what != "keys"]


def texts(services: Services) -> dict[str, int]:
    with services.sessions() as session:
        query = select(Study.slug, func.count().label("texts")).join(Round, Round.study_id == Study.id)
        counted = query.join(FreeText, FreeText.round_id == Round.id).group_by(Study.slug)
        return {row.slug: row.texts for row in session.execute(counted)}


def test_texts_go_on_their_day_under_a_decision_and_else_wait_for_it(services: Services) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "decided", "SN 2026/7")
        sealed_round(session, "undecided")
        sealed_round(session, "made-up", simulated=True)
    do_chores(services, LATER - timedelta(seconds=1))
    assert texts(services) == {"decided": 3, "undecided": 3, "made-up": 3}
    assert do_chores(services, LATER)["free_text"] == 6
    assert texts(services) == {"undecided": 3}
    assert [one for one in records(services) if one[0] == "free_text"] == [
        ("free_text", "decided/1", 3, "SN 2026/7"),
        ("free_text", "made-up/1", 3, ""),
    ]
    with services.sessions() as session:
        waiting = [one for one in all_due(session, services.settings, LATER) if one.waits is Waits.DECISION]
        assert [(one.what, one.subject, one.amount) for one in waiting] == [("free_text", "undecided/1", 3)]


def test_a_second_run_finds_nothing_and_writes_nothing(services: Services) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "ebp", "SN 2026/7")
    do_chores(services, LATER)
    before = records(services)
    assert do_chores(services, LATER) == {}
    assert records(services) == before


def test_counts_shown_while_a_round_was_open_go_once_it_is_sealed(services: Services) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "ebp")
    assert do_chores(services, SEALED)["live_counts"] == 1
    with services.sessions() as session:
        assert session.scalar(select(func.count()).select_from(LiveCount)) == 0
        assert session.scalar(select(func.count()).select_from(FreeText)) == 3


def test_a_one_time_link_that_has_expired_goes(services: Services) -> None:
    with services.sessions.begin() as session:
        account = Account(email="a@b.se", name="A")
        session.add(account)
        session.flush()
        for number, hours in enumerate((0, 1)):
            expires_at = SEALED + timedelta(hours=hours)
            session.add(LoginCode(code_hash=bytes([number]) * 32, account_id=account.id, expires_at=expires_at))
    assert do_chores(services, SEALED) == {"login_codes": 1}
    assert records(services) == [("login_codes", INSTALLATION, 1, "")]


def test_keys_go_by_the_hours_and_count_among_the_chores(services: Services) -> None:
    with services.sessions.begin() as session:
        round_ = sealed_round(session, "ebp")
        round_id = round_.id
    services.round_keys.make(round_id)
    hours = timedelta(hours=services.settings.key_hours)
    assert "keys" not in do_chores(services, SEALED + hours - timedelta(seconds=1))
    assert do_chores(services, SEALED + hours)["keys"] == 1
    assert not services.round_keys.has(round_id)


def add_events(services: Services, *subjects: str) -> None:
    with services.sessions.begin() as session:
        for subject in subjects:
            for days in (0, 10):
                moment = SEALED + timedelta(days=days)
                audit.record(session, actor="x", account_id=None, action="a", subject=subject, detail={}, now=moment)


def test_old_events_of_a_study_follow_its_own_decision(services: Services) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "ebp", "SN 2026/7")
        sealed_round(session, "ebp-2")
    add_events(services, "ebp", "ebp/1", "ebp-2/1", "a@b.se")
    now = SEALED + timedelta(days=services.settings.audit_days)
    assert do_chores(services, now)["audit"] == 2
    with services.sessions() as session:
        left = sorted(session.scalars(select(AuditEvent.subject)))
        assert left == ["a@b.se", "a@b.se", "ebp", "ebp-2/1", "ebp-2/1", "ebp/1"]
        waiting = [one for one in all_due(session, services.settings, now) if one.waits is Waits.DECISION]
        assert [(one.what, one.subject, one.amount) for one in waiting if one.what == "audit"] == [
            ("audit", INSTALLATION, 1),
            ("audit", "ebp-2", 1),
        ]


def test_one_deletion_that_fails_does_not_hold_up_the_others(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "ebp", "SN 2026/7")

    def broken(*_: object) -> None:
        raise RuntimeError("a text that must not be logged")

    monkeypatch.setattr(chores, "DELETIONS", {**chores.DELETIONS, "free_text": broken})
    with pytest.raises(Refusal) as refused:
        do_chores(services, LATER)
    assert refused.value.code == "chores_unfinished"
    assert [one[0] for one in records(services)] == ["live_counts"]
    assert texts(services) == {"ebp": 3}


def test_every_kind_of_record_stands_in_the_policy(services: Services) -> None:
    with services.sessions.begin() as session:
        sealed_round(session, "ebp", "SN 2026/7")
        assert {one.what for one in all_due(session, services.settings, LATER)} <= set(KINDS)
