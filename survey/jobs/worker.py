"""A worker: the job engine in this process, with a heartbeat, taking up what lost workers left."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from dbos import DBOS, DBOSConfig
from sqlalchemy.exc import SQLAlchemyError

from survey.jobs.client import start_chores
from survey.jobs.executors import BEAT_SECONDS, beat, claim_executor, living, retire
from survey.jobs.store import APPLICATION, QUEUE, SCHEMA, VERSION, NumbersOnly, client_for, open_store
from survey.jobs.workflows import register
from survey.services import Services, utc_now

GRACE_SECONDS = 20
"""How long a stopping worker waits for the work in hand; what does not finish is taken up again from its last step."""
POLL_SECONDS = 0.25

log = logging.getLogger("termometern.jobs")


@contextmanager
def working(services: Services) -> Iterator[str]:
    """Runs jobs in this process while the block lasts. Gives the executor id. One at a time in a process."""
    # Makes the engine's tables in one transaction first: two workers may start together.
    client_for(services.settings.jobs_url)
    with claim_executor(services.settings.home / "workers") as executor_id:
        stop = threading.Event()
        beat(services.sessions, executor_id, utc_now())
        heart = threading.Thread(target=_keep_alive, args=(services, executor_id, stop), name="heartbeat", daemon=True)
        store = open_store(services.settings.jobs_url)
        _launch(services, executor_id, store)
        heart.start()
        try:
            yield executor_id
        finally:
            stop.set()
            DBOS.destroy(workflow_completion_timeout_sec=_patience(executor_id), destroy_registry=True)
            heart.join()
            retire(services.sessions, executor_id)
            store.dispose()


def _patience(executor_id: str) -> int:
    """Seconds to wait for the work in hand: none where there is none."""
    in_hand = DBOS.list_workflows(status="PENDING", executor_id=executor_id, load_input=False, load_output=False)
    return GRACE_SECONDS if in_hand else 0


def _launch(services: Services, executor_id: str, store: object) -> None:
    config: DBOSConfig = {
        "name": APPLICATION,
        "application_version": VERSION,
        "executor_id": executor_id,
        "system_database_engine": store,  # type: ignore[typeddict-item]
        "dbos_system_schema": SCHEMA,
        "serializer": NumbersOnly(),
        # Nothing leaves this machine: no telemetry, no admin port, no conductor.
        "enable_otlp": False,
        "run_admin_server": False,
        "use_listen_notify": False,
        # Failures are told by the job's own result; the engine's log would print their text.
        "log_level": "CRITICAL",
    }
    DBOS(config=config)
    register(services)
    DBOS.launch()
    DBOS.register_queue(QUEUE, worker_concurrency=1, polling_interval_sec=POLL_SECONDS, on_conflict="always_update")


def _keep_alive(services: Services, executor_id: str, stop: threading.Event) -> None:
    asked = None
    while not stop.wait(BEAT_SECONDS):
        hour = utc_now().replace(minute=0, second=0, microsecond=0)
        try:
            beat(services.sessions, executor_id, utc_now())
            take_up_lost_work(services, executor_id)
            if hour != asked:
                start_chores(services.settings, hour)
                asked = hour
        except SQLAlchemyError as error:
            # A database that is away for a moment must not silence the heart for good.
            log.warning("heartbeat missed: %s", type(error).__name__)


def take_up_lost_work(services: Services, executor_id: str) -> list[str]:
    """Puts back in the queue what silent workers had begun. Returns their executor ids."""
    alive = living(services.sessions, utc_now()) | {executor_id}
    pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
    lost = sorted({job.executor_id for job in pending if job.executor_id and job.executor_id not in alive})
    if lost:
        # Only this call asks the database whether the lost worker still has the job; `resume_workflow` does not, and
        # two reapers could run it twice.
        DBOS._recover_pending_workflows(lost)
        log.warning("took up the jobs of %d lost worker(s)", len(lost))
    return lost
