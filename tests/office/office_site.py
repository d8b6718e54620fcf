"""An installation with accounts of every role, and a study with a released, an open and a draft round."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from unittest.mock import patch

import numpy as np
from flask import Flask
from flask.testing import FlaskClient
from page_text import text_of
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from bench.clock import Clock
from instruments.load import load
from instruments.model import Instrument
from reports.disclosure import Disclosed
from reports.pdf import report_pdf
from survey.accounts.accounts import create_account, grant_role
from survey.accounts.login_codes import issue_code
from survey.answering.entry import find_entry
from survey.answering.submit import submit
from survey.app import create_app
from survey.cases.desk import find_case, open_case
from survey.cases.occasions import Occasion, write
from survey.config import settings_from
from survey.demo.respondents import answers_of, new_person
from survey.fieldwork import rounds, studies
from survey.jobs import rounds as work
from survey.models import Account, AuditEvent, OrganisationUnit, Round, RoundUnit
from survey.organisation.units import add_unit, find_unit
from survey.records.entries import sign
from survey.releases import reports
from survey.services import Services, services_from

INSTRUMENT = "ebp-thermometer"
PASSWORD = "en ganska lång mening"  # noqa: S105

ACCOUNTS = {
    "administrator": ("administrator", "23"),
    "analyst": ("analyst", "23"),
    "manager": ("manager", "2309"),
    "outsider": ("administrator", "22"),
    "nobody": None,
    "caseworker": ("caseworker", "2309"),
}
"""Who -> role and node. The outsider has the same role as the administrator, in another county."""

PLACES = (
    ("23", "SE", "county", "Jämtlands län"),
    ("22", "SE", "county", "Västernorrlands län"),
    ("2303", "23", "municipality", "Ragunda kommun"),
    ("2309", "23", "municipality", "Krokoms kommun"),
    ("2326", "23", "municipality", "Bergs kommun"),
    ("2380", "23", "municipality", "Östersunds kommun"),
    ("2280", "22", "municipality", "Härnösands kommun"),
)


@dataclass
class Office:
    """The application, and what happens to it outside its pages: `services` are the worker's."""

    app: Flask
    services: Services
    clock: Clock

    def client(self, who: str | None = None) -> FlaskClient:
        """A browser of its own; logged in with a one-time link if `who` is given."""
        client = self.app.test_client()
        client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "sv"
        if who is not None:
            response = post(client, f"/logga-in/{self.code_for(who)}")
            assert response.status_code == 302, text_of(response)
        return client

    def code_for(self, who: str, hours: int = 1) -> str:
        with self.services.sessions.begin() as session:
            account = session.scalars(select(Account).where(Account.email == email_of(who))).one()
            return issue_code(session, account, self.clock(), hours)

    def events(self) -> list[tuple[str, str, str]]:
        """(actor, action, subject), oldest first."""
        with self.services.sessions() as session:
            found = session.scalars(select(AuditEvent).order_by(AuditEvent.id))
            return [(event.actor, event.action, event.subject) for event in found]

    def state_of(self, round_id: int) -> str:
        with self.services.sessions() as session:
            return session.get_one(Round, round_id).state

    def answer(self, round_id: int, numbers: dict[str, int]) -> None:
        """Have that many in each unit send in answers by the open link."""
        random = np.random.default_rng(1)
        instrument = load(INSTRUMENT).instrument
        with self.services.sessions.begin() as session:
            codes = {
                place.unit.code: place.open_code
                for place in session.scalars(select(RoundUnit).where(RoundUnit.round_id == round_id))
            }
            for unit, number in numbers.items():
                for _ in range(number):
                    nonce = secrets.token_bytes(16)
                    entry = find_entry(session, self.services.keys, codes[unit] or "", self.clock(), nonce=nonce)
                    answers = answers_of(new_person(instrument, random), instrument, {}, random)
                    submit(session, self.services.keys, entry, answers, variant="standard", language="sv")

    def finish(self, round_id: int) -> int:
        """Close, seal and release as the jobs do. Returns the release's id."""
        work.close(self.services, round_id)
        work.seal(self.services, round_id)
        release_id = work.freeze(self.services, round_id)
        with patch.object(reports, "report_pdf", _remembered):
            for code in work.report_codes(self.services, release_id):
                work.write_report(self.services, release_id, code)
        work.mark_released(self.services, round_id)
        return release_id


_PDFS: dict[tuple[str, str, str], bytes] = {}


def _remembered(disclosed: Disclosed, instrument: Instrument, code: str, language: str, *, digest: str) -> bytes:
    """`report_pdf`, once a process for the same release: many tests play the same study."""
    key = (digest, code, language)
    if key not in _PDFS:
        _PDFS[key] = report_pdf(disclosed, instrument, code, language, digest=digest)
    return _PDFS[key]


@dataclass
class Played:
    """A played office: ids of the released, the open and the draft round."""

    office: Office
    released: int
    open: int
    draft: int


def email_of(who: str) -> str:
    return f"{who}@exempel.se"


def make_office(home: Path, database_url: str) -> Office:
    """The tree and the accounts; no study."""
    clock = Clock()
    settings = settings_from({"TERMOMETERN_HOME": str(home), "TERMOMETERN_DATABASE": database_url})
    app = create_app(settings, clock)
    services = services_from(settings, clock)
    with services.sessions.begin() as session:
        _plant(session)
        for who, role in ACCOUNTS.items():
            account = create_account(session, email=email_of(who), name=who.capitalize())
            if role is not None:
                grant_role(session, account, role[0], find_unit(session, role[1]))
    return Office(app, services, clock)


def _plant(session: Session) -> None:
    start = date(2020, 1, 1)
    session.add(OrganisationUnit(kind="nation", code="SE", name="Sverige", short_name="Sverige", valid_from=start))
    session.flush()
    for code, parent, kind, name in PLACES:
        add_unit(session, code=code, name=name, parent_code=parent, kind=kind, valid_from=start)


def make_study(office: Office) -> tuple[int, int, int]:
    """Ids of a released round, an open one and a draft, in study `ebp`.

    Ragunda and Berg are too small to be shown; together they are enough that nobody can work one of them out.
    """
    units = ["2303", "2309", "2326", "2380"]
    with office.services.sessions.begin() as session:
        study = studies.create_study(
            session, slug="ebp", title="EBP i Jämtland", instrument=INSTRUMENT, owner_code="23", simulated=True
        )
        made = [rounds.create_round(session, study, name=name, unit_codes=units) for name in ("2024", "2025", "2026")]
        rounds.set_invited(session, made[0], {"2303": 9, "2309": 20, "2326": 10, "2380": 60})
        for round_ in made[:2]:
            public_key = office.services.round_keys.make(round_.id)
            rounds.open_round(session, round_, office.clock(), public_key=public_key)
        ids = (made[0].id, made[1].id, made[2].id)
    office.answer(ids[0], {"2303": 4, "2309": 14, "2326": 5, "2380": 25})
    office.finish(ids[0])
    return ids


def make_entry(office: Office) -> int:
    """A signed entry of Krokom's activity log."""
    with office.services.sessions.begin() as session:
        signed = sign(
            session,
            instrument=load("activity-log"),
            unit=find_unit(session, "2309"),
            happened_on=date(2026, 2, 10),
            answers={"A01": 1, "A02": 4, "A03": 12, "A05": "Att söka kunskap"},
            account=session.scalars(select(Account).where(Account.email == email_of("manager"))).one(),
            now=office.clock(),
        )
        return signed.id


def make_case(office: Office, code: str = "B-17", who: str = "caseworker") -> int:
    """A case in Krokom with what was answered before the support."""
    with office.services.sessions.begin() as session:
        account = session.scalars(select(Account).where(Account.email == email_of(who))).one()
        loaded, now = load("individual-follow-up"), office.clock()
        unit = find_unit(session, "2309")
        case = open_case(session, instrument=loaded, unit=unit, code=code, account=account, now=now)
        write(
            session,
            office.services.keys,
            find_case(session, case.id),
            Occasion.BEFORE,
            instrument=loaded,
            happened_on=date(2026, 1, 12),
            answers={"rater": 2, "N01": 3, "N02": 4, "N03": 2, "N04": 5, "G11": "Egen lägenhet", "G12": 3},
            account=account,
            now=now,
        )
        return case.id


def token_in(response: TestResponse) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', response.get_data(as_text=True))
    assert found, text_of(response)
    return found[1]


def post(
    client: FlaskClient, path: str, data: dict[str, object] | None = None, *, page: str | None = None
) -> TestResponse:
    """Open the page, then send its form."""
    return client.post(path, data={"csrf_token": token_in(client.get(page or path))} | (data or {}))
