"""Jobs as pages and commands see them: one at a time for a round, refused in words, taken up when a worker is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from lawful import LAW
from sqlalchemy import text

from survey.config import Settings, settings_from
from survey.errors import Refusal
from survey.fieldwork.rounds import create_round
from survey.fieldwork.studies import create_study
from survey.jobs import client, rounds
from survey.jobs.executors import beat
from survey.jobs.store import client_for, close_clients, open_store
from survey.jobs.worker import take_up_lost_work, working
from survey.models import Round, RoundState
from survey.organisation.register import load_register
from survey.services import Services, services_from, utc_now


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_from({"TERMOMETERN_HOME": str(tmp_path), "TERMOMETERN_DATABASE": database_url})


@pytest.fixture
def services(settings: Settings) -> Iterator[Services]:
    services = services_from(settings)
    yield services
    close_clients()
    services.engine.dispose()


@pytest.fixture
def draft(services: Services) -> int:
    """A round that nobody has opened."""
    with services.sessions.begin() as session:
        load_register(session)
        study = create_study(session, slug="s", title="S", instrument="ebp-thermometer", owner_code="23", law=LAW)
        return create_round(session, study, name="1", unit_codes=["2309"]).id


def opened(services: Services, round_id: int) -> None:
    rounds.open_(services, round_id)


def test_asked_for_twice_it_is_one_job(settings: Settings, draft: int) -> None:
    assert client.start(settings, "close", draft) == client.start(settings, "close", draft)
    assert client.start(settings, "seal", draft) != client.start(settings, "close", draft)
    assert {job.state for job in client.list_jobs(settings)} == {"waiting"}


def test_a_rounds_jobs_are_found_among_any_number_of_others(settings: Settings, draft: int) -> None:
    """Round 1 is not round 11, and its job is found though newer ones fill the list."""
    first = client.start(settings, "close", 1)
    for other in range(10, 15):
        client.start(settings, "close", other)
    assert [job.id for job in client.list_jobs(settings, limit=2, round_id=1)] == [first]
    assert [job.round_id for job in client.list_jobs(settings, limit=2)] == [14, 13]


def test_a_job_that_does_not_exist_is_a_fault_of_the_caller(settings: Settings) -> None:
    with pytest.raises(ValueError, match="close, seal, release"):
        client.start(settings, "destroy", 1)
    with pytest.raises(Refusal, match="there is no job"):
        client.find_job(settings, "nothing")


def test_a_refused_job_says_why_in_words_and_can_be_asked_for_again(services: Services, draft: int) -> None:
    """Without a living worker the command is the worker itself."""
    settings = services.settings
    with pytest.raises(Refusal) as refused:
        client.run(settings, "close", draft)
    assert refused.value.code == "wrong_round_state"
    opened(services, draft)
    done = client.run(settings, "close", draft)
    assert (done.state, done.round_id, done.result) == ("done", draft, {"round": draft})
    assert [job.state for job in client.list_jobs(settings)] == ["done", "failed"]
    with services.sessions() as session:
        assert session.get_one(Round, draft).state == RoundState.CLOSED


def test_opening_is_a_job_that_makes_the_rounds_keys(services: Services, draft: int) -> None:
    """Asked for again it finds the round open: the key that people answer to stays the same."""
    for _ in range(2):
        assert client.run(services.settings, "open", draft).result == {"round": draft}
    with services.sessions() as session:
        round_ = session.get_one(Round, draft)
        assert (round_.state, round_.public_key) == (RoundState.OPEN, services.round_keys.make(draft))
    assert services.round_keys.has(draft)


def test_a_step_that_was_done_before_it_was_noted_is_not_done_twice(services: Services, draft: int) -> None:
    """Cut off between the work and the note of it, the step comes again."""
    opened(services, draft)
    for _ in range(2):
        client.run(services.settings, "close", draft)
    with services.sessions() as session:
        assert session.get_one(Round, draft).state == RoundState.CLOSED


def test_the_work_of_a_silent_worker_is_taken_up(services: Services, draft: int) -> None:
    settings = services.settings
    opened(services, draft)
    job_id = client.start(settings, "close", draft)
    store = open_store(settings.jobs_url)
    table = "dbos.workflow_status" if store.dialect.name == "postgresql" else "workflow_status"
    with store.begin() as connection:
        # As it stands when a worker on another machine has begun it and is never heard of again.
        connection.execute(text(f"UPDATE {table} SET status = 'PENDING', executor_id = 'worker-gone'"))
    store.dispose()
    with working(services) as executor_id:
        beat(services.sessions, "worker-gone", utc_now())
        assert take_up_lost_work(services, executor_id) == [], "it was heard of a moment ago"
        with services.sessions.begin() as session:
            session.execute(text("DELETE FROM worker WHERE executor_id = 'worker-gone'"))
        assert take_up_lost_work(services, executor_id) == ["worker-gone"]
        assert client.wait(settings, job_id).state == "done"
        assert take_up_lost_work(services, executor_id) == []


def test_what_the_engine_has_stored_is_numbers(services: Services, draft: int) -> None:
    """Reads the store itself: arguments and results of jobs, results of steps."""
    opened(services, draft)
    client.run(services.settings, "close", draft)
    engine = client_for(services.settings.jobs_url)._sys_db.engine
    schema = "dbos." if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        stored = connection.execute(text(f"SELECT inputs, output FROM {schema}workflow_status")).one()
        steps = connection.execute(text(f"SELECT output FROM {schema}operation_outputs")).scalars().all()
    assert tuple(stored) == (f'{{"args": [{draft}], "kwargs": {{}}}}', f'{{"round": {draft}}}')
    assert steps == [str(draft)]
