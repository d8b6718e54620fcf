"""The real process killed in the middle of a report batch, and started again: finished once, nothing twice.

On SQLite `./run serve` is killed, whose worker dies with it; on PostgreSQL `./run worker`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import numpy as np
import pytest
from real_processes import Start, wait_until, wait_until_it_answers, worker_lives
from sqlalchemy import select

from bench.ports import is_free
from instruments.load import load
from survey.answering.entry import find_entry
from survey.answering.submit import submit
from survey.config import Settings, settings_from
from survey.demo.respondents import answers_of, new_person
from survey.fieldwork.rounds import create_round, open_round
from survey.fieldwork.studies import create_study
from survey.jobs import client, rounds
from survey.models import OrganisationUnit, Release, ReportFile, Round, RoundState
from survey.organisation.register import load_register
from survey.services import Services, services_from

MUNICIPALITIES = 24
EACH = 5
COUNTIES = ("01", "14")


def sealed_round(services: Services) -> int:
    """A round of 24 municipalities in two counties, answered by open link, closed and sealed."""
    random = np.random.default_rng(1)
    instrument = load("ebp-thermometer").instrument
    now = services.clock()
    with services.sessions.begin() as session:
        load_register(session)
        units = session.scalars(
            select(OrganisationUnit)
            .where(OrganisationUnit.parent.has(OrganisationUnit.code.in_(COUNTIES)))
            .order_by(OrganisationUnit.code)
        ).all()
        codes = [unit.code for unit in units][:: len(units) // MUNICIPALITIES][:MUNICIPALITIES]
        study = create_study(
            session, slug="batch", title="Batch", instrument="ebp-thermometer", owner_code="SE", k=5, simulated=True
        )
        round_ = create_round(session, study, name="1", unit_codes=codes)
        open_round(session, round_, now, public_key=services.round_keys.make(round_.id))
        for unit in round_.units:
            assert unit.open_code is not None
            for _ in range(EACH):
                nonce = secrets.token_bytes(16)
                entry = find_entry(session, services.keys, unit.open_code, now, nonce=nonce)
                answers = answers_of(new_person(instrument, random), instrument, {}, random)
                submit(session, services.keys, entry, answers, variant="standard", language="sv")
    rounds.close(services, round_.id)
    rounds.seal(services, round_.id)
    return round_.id


@pytest.fixture
def services(environment: dict[str, str], database_url: str) -> Iterator[Services]:
    environment["TERMOMETERN_DATABASE"] = database_url
    services = services_from(settings_from(environment))
    yield services
    services.engine.dispose()


def files(settings: Settings) -> dict[str, tuple[int, int]]:
    """Finished reports: name -> (inode, time), which both change when a file is written anew."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in settings.reports.glob("*.pdf")}


def test_a_killed_batch_is_finished_once_and_nothing_twice(services: Services, start: Start) -> None:
    settings = services.settings
    round_id = sealed_round(services)

    process = start("serve" if settings.embedded else "worker")
    job_id = client.start(settings, "release", round_id)
    wait_until(lambda: len(files(settings)) > 2 or process.poll() is not None, "no report was begun")
    process.kill()
    process.wait()
    wait_until(lambda: not worker_lives(settings.home), "the worker outlived its parent")
    wait_until(lambda: is_free(settings.port), "the port is still held")
    before = files(settings)
    assert 2 < len(before) < MUNICIPALITIES, "not killed in the middle"
    assert not client.find_job(settings, job_id).finished

    again = start("serve" if settings.embedded else "worker")
    if settings.embedded:
        wait_until_it_answers(again, settings.port)
    job = client.wait(settings, job_id)

    after = files(settings)
    groups = MUNICIPALITIES + len(COUNTIES)
    assert job.state == "done"
    assert job.result["reports"] == len(after) == groups
    # What was finished before the kill stands as it was; only the one in hand may have been written again.
    rewritten = [name for name in before if after[name] != before[name]]
    assert len(rewritten) <= 1
    assert [path.name for path in settings.reports.iterdir() if path.name not in after] == []
    with services.sessions() as session:
        releases = session.scalars(select(Release)).all()
        assert [release.id for release in releases] == [job.result["release"]]
        stored = session.scalars(select(ReportFile.path)).all()
        assert sorted(stored) == sorted(after)
        assert session.get_one(Round, round_id).state == RoundState.RELEASED
    assert [job.id for job in client.list_jobs(settings)] == [job_id]
    # Freeze, count and mark, and every report's step once.
    assert job.steps == groups + 3
