"""Cases without pages: bound boxes, two who act at once, and answers that go when they are due."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from instruments.load import load
from survey.accounts.accounts import create_account, grant_role
from survey.cases.box import opened, sealed
from survey.cases.counting import count_cases
from survey.cases.desk import close_case, find_case, grant, open_case, revoke
from survey.cases.occasions import Occasion, read, version_of, write
from survey.config import ConfigError, settings_from
from survey.errors import Refusal
from survey.keeping.chores import do_chores
from survey.keeping.due import Waits, all_due
from survey.models import (
    Account,
    CaseCount,
    CaseLog,
    CaseOccasion,
    CaseRole,
    ClientCase,
    DeletionRecord,
    OrganisationUnit,
)
from survey.organisation.tree import load_tree
from survey.organisation.units import add_unit
from survey.services import Services, services_from

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
ISU = load("individual-follow-up")


@pytest.fixture(params=["", "SN 2026/9"], ids=["undecided", "decided"])
def services(request: pytest.FixtureRequest, tmp_path: Path, database_url: str) -> Iterator[Services]:
    settings = settings_from(
        {
            "TERMOMETERN_HOME": str(tmp_path),
            "TERMOMETERN_DATABASE": database_url,
            "TERMOMETERN_CASE_DECISION": request.param,
            "TERMOMETERN_CASE_DAYS": "30",
        }
    )
    services = services_from(settings, lambda: NOW)
    start = date(2020, 1, 1)
    with services.sessions.begin() as session:
        session.add(OrganisationUnit(kind="nation", code="SE", name="Sverige", short_name="Sverige", valid_from=start))
        session.flush()
        add_unit(session, code="23", name="Län", parent_code="SE", kind="county", valid_from=start)
        unit = add_unit(session, code="2309", name="Krokom", parent_code="23", kind="municipality", valid_from=start)
        for name in ("Anna", "Bo"):
            account = create_account(session, email=f"{name.lower()}@x.se", name=name)
            grant_role(session, account, "caseworker", unit)
    yield services
    services.engine.dispose()


def account(services: Services, name: str = "Anna") -> Account:
    with services.sessions() as session:
        found = session.scalars(select(Account).where(Account.name == name)).one()
        assert found.grants
        return found


def kept_case(services: Services, code: str = "K-1", *, closed: bool = False) -> int:
    who = account(services)
    with services.sessions.begin() as session:
        unit = session.scalars(select(OrganisationUnit).where(OrganisationUnit.code == "2309")).one()
        made = open_case(session, instrument=ISU, unit=unit, code=code, account=who, now=NOW)
        case = find_case(session, made.id)
        for occasion, level in ((Occasion.BEFORE, 3), (Occasion.AFTER, 6)):
            answers = {"N01": level, "N02": level + 1, "N03": level, "N04": level, "G04": 7}
            write(
                session, services.keys, case, occasion, instrument=ISU, happened_on=date(2026, 2, 1),
                answers=answers, account=who, now=NOW,
            )  # fmt: skip
        if closed:
            close_case(session, case, account=who, now=NOW)
        return case.id


def test_a_box_opens_in_its_own_place_only(services: Services) -> None:
    box = sealed(services.keys, 1, 2, {"N01": 4, "S01": (1, 3)})
    assert opened(services.keys, 1, 2, box) == {"N01": 4, "S01": (1, 3)}
    assert len(box) == len(sealed(services.keys, 1, 2, {}))
    for case_id, occasion, content in ((2, 2, box), (1, 3, box), (1, 2, box[:-1] + b"x"), (1, 2, b"")):
        with pytest.raises(Refusal) as refused:
            opened(services.keys, case_id, occasion, content)
        assert refused.value.code == "case_unreadable"


def test_a_reading_is_in_the_log_even_where_the_box_does_not_open(services: Services) -> None:
    case_id = kept_case(services)
    with services.sessions.begin() as session:
        session.scalars(select(CaseOccasion)).first().answers = b"damaged"  # type: ignore[union-attr]  # is there
    with pytest.raises(Refusal):
        read(services.sessions, services.keys, case_id, account=account(services), now=NOW)
    with services.sessions() as session:
        assert session.scalars(select(CaseLog.act).order_by(CaseLog.id)).all()[-1] == "read"


def test_who_is_not_named_reads_nothing_and_leaves_no_line(services: Services) -> None:
    case_id = kept_case(services)
    with pytest.raises(Refusal) as refused:
        read(services.sessions, services.keys, case_id, account=account(services, "Bo"), now=NOW)
    assert refused.value.code == "case_not_yours"
    with services.sessions() as session:
        assert "read" not in session.scalars(select(CaseLog.act)).all()


def test_a_reader_does_not_write(services: Services) -> None:
    case_id, anna, bo = kept_case(services), account(services), account(services, "Bo")
    with services.sessions.begin() as session:
        tree = load_tree(session)
        case = find_case(session, case_id)
        grant(session, case, account=bo, role=CaseRole.READER, by=anna, tree=tree, now=NOW)
        with pytest.raises(Refusal) as refused:
            grant(session, case, account=bo, role=CaseRole.HOLDER, by=anna, tree=tree, now=NOW)
        assert refused.value.code == "case_has_access"
    assert len(read(services.sessions, services.keys, case_id, account=bo, now=NOW)) == 2
    with services.sessions.begin() as session, pytest.raises(Refusal) as refused:
        write(
            session, services.keys, find_case(session, case_id), Occasion.DURING, instrument=ISU,
            happened_on=date(2026, 2, 1), answers={"N01": 1}, account=bo, now=NOW,
        )  # fmt: skip
    assert refused.value.code == "case_not_yours"
    with services.sessions.begin() as session, pytest.raises(Refusal) as refused:
        revoke(session, find_case(session, case_id), 1, by=bo, now=NOW)
    assert refused.value.code == "case_last_holder"


def test_what_is_written_between_reading_and_lock_is_seen(services: Services) -> None:
    """The version is that of the locked row, not of the row as this session read it before it waited for the lock."""
    case_id, who = kept_case(services), account(services)
    with services.sessions.begin() as session:
        case = find_case(session, case_id)
        seen = version_of(case.occasions[0])
        meanwhile = update(CaseOccasion).where(CaseOccasion.id == case.occasions[0].id)
        box = sealed(services.keys, case_id, Occasion.BEFORE, {"N01": 9})
        session.execute(meanwhile.values(answers=box), execution_options={"synchronize_session": False})
        with pytest.raises(Refusal) as refused:
            write(
                session, services.keys, case, Occasion.BEFORE, instrument=ISU, happened_on=date(2026, 2, 1),
                answers={"N01": 1}, account=who, now=NOW, seen=seen,
            )  # fmt: skip
    assert refused.value.code == "case_occasion_changed"


def test_answers_of_closed_cases_go_when_a_decision_lets_them(services: Services) -> None:
    kept_case(services, "open")
    case_id = kept_case(services, "shut", closed=True)
    early, late = NOW + timedelta(days=29), NOW + timedelta(days=31)

    def waits(now: datetime) -> list[tuple[Waits, int]]:
        with services.sessions() as session:
            due = all_due(session, services.settings, now)
            return [(one.waits, one.amount) for one in due if one.what == "case_answers"]

    decided = bool(services.settings.case_decision)
    assert waits(early) == [(Waits.NOT_DUE, 2)]
    assert waits(late) == [(Waits.NEXT_RUN if decided else Waits.DECISION, 2)]
    do_chores(services, early)
    do_chores(services, late)
    with services.sessions() as session:
        left = session.scalar(select(func.count()).select_from(CaseOccasion).where(CaseOccasion.case_id == case_id))
        records = session.scalars(select(DeletionRecord).where(DeletionRecord.what == "case_answers")).all()
    assert left == (0 if decided else 2)
    assert [(one.amount, one.decision) for one in records] == ([(2, "SN 2026/9")] if decided else [])
    # The case and its log stay, and its page says that nothing is there.
    assert len(read(services.sessions, services.keys, case_id, account=account(services), now=late)) == left


def test_few_cases_wait_unopened(services: Services) -> None:
    for place in range(4):
        kept_case(services, f"K-{place}", closed=True)
    anna = account(services)
    with services.sessions.begin() as session:
        tree = load_tree(session)
        county = tree.by_code["23"].id
        with pytest.raises(Refusal) as refused:
            count_cases(session, services.keys, instrument=ISU, unit_id=county, tree=tree, account=anna, now=NOW)
    assert refused.value.code == "case_count_few"
    with services.sessions() as session:
        assert session.scalars(select(CaseCount)).all() == []
        assert "counted" not in session.scalars(select(CaseLog.act)).all()
        assert {case.count_id for case in session.scalars(select(ClientCase))} == {None}


@pytest.mark.parametrize("days", ["0", "x", "-1", "99999999"])
def test_a_strange_number_of_days_is_refused(days: str) -> None:
    with pytest.raises(ConfigError, match="TERMOMETERN_CASE_DAYS"):
        settings_from({"TERMOMETERN_CASE_DAYS": days})


def test_boxes_are_opened_in_two_places_only() -> None:
    """Each of them enters it in the log before anything is shown; a third place would be a way around."""
    root = Path(__file__).parents[2]
    sources = [path for folder in ("survey", "reports", "bench") for path in (root / folder).rglob("*.py")]
    opening = {path.name for path in sources if re.search(r"cases\.box import .*\bopened\b", path.read_text("utf-8"))}
    assert opening == {"occasions.py", "counting.py"}
    making = {path.name for path in sources if re.search(r"\bcase_figures\(", path.read_text("utf-8"))}
    assert making == {"case_figures.py", "counting.py"}
