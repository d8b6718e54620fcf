"""Start, follow and list jobs. The web process uses this and nothing else of the engine: it can never run a job.

DBOS is imported inside the functions: the web process starts without waiting for it.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from survey.config import Settings
from survey.errors import Refusal
from survey.jobs.executors import living
from survey.services import Services, services_from, utc_now

if TYPE_CHECKING:
    from dbos import WorkflowHandle, WorkflowStatus

NAMES = ("open", "close", "seal", "release")
STUDY_NAMES = ("end",)
"""Jobs whose number is a study's, not a round's."""
POLL_SECONDS = 0.2

STATES = {
    "ENQUEUED": "waiting",
    "DELAYED": "waiting",
    "PENDING": "running",
    "SUCCESS": "done",
    "ERROR": "failed",
    "CANCELLED": "cancelled",
    "MAX_RECOVERY_ATTEMPTS_EXCEEDED": "given up",
}
UNFINISHED = frozenset({"waiting", "running"})

OnProgress = Callable[[int, int | None], None]
"""Called with steps done and steps in all (None while unknown)."""


@dataclass(frozen=True)
class Job:
    id: str
    name: str
    round_id: int | None
    state: str
    """waiting, running, done, failed, cancelled or given up."""
    steps: int
    """Steps finished."""
    result: dict[str, int]
    """Ids and counts; empty until done."""
    refusal: Refusal | None
    """Why it failed, in words."""
    created_at: datetime
    finished_at: datetime | None

    @property
    def finished(self) -> bool:
        return self.state not in UNFINISHED


def start(settings: Settings, name: str, round_id: int) -> str:
    """Puts a job in the queue and returns its id. While one of the same name and round is unfinished: that one's id.

    For a name of STUDY_NAMES the number is the study's.
    """
    if name not in (*NAMES, *STUDY_NAMES):
        raise ValueError(f"no job is called {name!r}; jobs are {', '.join((*NAMES, *STUDY_NAMES))}")
    from survey.jobs.store import QUEUE, VERSION, client_for

    handle: WorkflowHandle[dict[str, int]] = client_for(settings.jobs_url).enqueue(
        {
            "workflow_name": name,
            "queue_name": QUEUE,
            "app_version": VERSION,
            "workflow_id": f"{_prefix(name, round_id)}{secrets.token_hex(6)}",
            "deduplication_id": f"{name}-{round_id}",
            "duplication_policy": "return-existing",
        },
        round_id,
    )
    return handle.get_workflow_id()


def start_chores(settings: Settings, now: datetime) -> str:
    """Puts this hour's deletions in the queue: once, however many workers ask. Returns the job's id."""
    from survey.jobs.store import QUEUE, VERSION, client_for

    hour = int(now.timestamp()) // 3600
    handle: WorkflowHandle[dict[str, int]] = client_for(settings.jobs_url).enqueue(
        {"workflow_name": "chores", "queue_name": QUEUE, "app_version": VERSION, "workflow_id": f"chores-{hour}"}, hour
    )
    return handle.get_workflow_id()


def find_job(settings: Settings, job_id: str) -> Job:
    jobs = _jobs(settings, workflow_ids=[job_id])
    if not jobs:
        raise Refusal("unknown_job", f"there is no job {job_id}; see ./run jobs", job_id=job_id)
    return jobs[0]


def list_jobs(settings: Settings, *, limit: int = 50, round_id: int | None = None) -> list[Job]:
    """The newest jobs first, of one round if that is given."""
    prefixes = None if round_id is None else [_prefix(name, round_id) for name in NAMES]
    return _jobs(settings, limit=limit, sort_desc=True, workflow_id_prefix=prefixes)


def wait(settings: Settings, job_id: str, on_progress: OnProgress | None = None) -> Job:
    """Follows a job to its end. Raises the Refusal that stopped it, if one did."""
    while not (job := find_job(settings, job_id)).finished:
        _tell(settings, job, on_progress)
        time.sleep(POLL_SECONDS)
    _tell(settings, job, on_progress)
    if job.refusal is not None:
        raise job.refusal
    return job


def run(
    settings: Settings,
    name: str,
    round_id: int,
    *,
    on_progress: OnProgress | None = None,
    services: Services | None = None,
) -> Job:
    """Starts a job and follows it to its end; where no worker lives, this process is the worker meanwhile.

    `services` gives the work another clock (the demo); without it they are opened from `settings`.
    """
    services = services or services_from(settings)
    job_id = start(settings, name, round_id)
    while not (job := find_job(settings, job_id)).finished:
        if not living(services.sessions, utc_now()):
            from survey.jobs.worker import working

            with working(services):
                return wait(settings, job_id, on_progress)
        _tell(settings, job, on_progress)
        time.sleep(POLL_SECONDS)
    return wait(settings, job_id, on_progress)


def _prefix(name: str, round_id: int) -> str:
    return f"{name}-{round_id}-"


def _tell(settings: Settings, job: Job, on_progress: OnProgress | None) -> None:
    if on_progress is not None:
        on_progress(*_progress(settings, job))


def _progress(settings: Settings, job: Job) -> tuple[int, int | None]:
    if job.name != "release":
        return job.steps, 1
    from survey.jobs.store import client_for

    steps = client_for(settings.jobs_url).list_workflow_steps(job.id)
    counted = [step["output"] for step in steps if step["function_name"] == "count_reports"]
    # Freeze, count and mark beside the reports themselves.
    return len(steps), counted[0] + 3 if counted and counted[0] is not None else None


def _jobs(settings: Settings, **filters: object) -> list[Job]:
    from survey.jobs.store import APPLICATION, client_for

    client = client_for(settings.jobs_url)
    found = client.list_workflows(application_name=APPLICATION, name=[*NAMES, *STUDY_NAMES], **filters)  # type: ignore[arg-type]
    return [_job(status, len(client.list_workflow_steps(status.workflow_id, load_output=False))) for status in found]


def _job(status: WorkflowStatus, steps: int) -> Job:
    arguments = (status.input or {"args": ()})["args"]
    return Job(
        id=status.workflow_id,
        name=status.name,
        round_id=arguments[0] if arguments and status.name in NAMES else None,
        state=STATES[status.status],
        steps=steps,
        result=dict(status.output or {}),
        refusal=status.error if isinstance(status.error, Refusal) else None,
        created_at=_moment(status.created_at or 0),
        finished_at=_moment(status.completed_at) if status.completed_at else None,
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
