"""The workflows, as the job engine knows them: names, steps, and nothing but numbers in between.

    open     one step
    close    one step
    seal     one step
    release  freeze, then one step a report, then mark the round as released
    chores   one step: the hour's deletions

Cut off anywhere, a workflow goes on after its last finished step.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec

from dbos import DBOS

from survey.errors import Refusal
from survey.jobs import rounds, studies
from survey.keeping.chores import do_chores
from survey.services import Services

P = ParamSpec("P")
log = logging.getLogger("termometern.jobs")


def register(services: Services) -> None:
    """Tells the engine what each name does, on these services. Call before it is launched."""
    codes = cache(lambda release_id: rounds.report_codes(services, release_id))

    @_step("open")
    def open_(round_id: int) -> int:
        return rounds.open_(services, round_id)

    @_step("close")
    def close(round_id: int) -> int:
        return rounds.close(services, round_id)

    @_step("seal")
    def seal(round_id: int) -> int:
        return rounds.seal(services, round_id)

    @_step("freeze")
    def freeze(round_id: int) -> int:
        return rounds.freeze(services, round_id)

    @_step("count_reports")
    def count_reports(release_id: int) -> int:
        return len(codes(release_id))

    @_step("write_report")
    def write_report(release_id: int, index: int) -> int:
        rounds.write_report(services, release_id, codes(release_id)[index])
        return index

    @_step("mark_released")
    def mark_released(round_id: int) -> int:
        return rounds.mark_released(services, round_id)

    @_step("end")
    def end(study_id: int) -> int:
        return studies.end(services, study_id).link_codes

    @_step("chores")
    def chores(hour: int) -> int:
        return sum(do_chores(services, services.clock()).values())

    @DBOS.workflow(name="open")
    def open_workflow(round_id: int) -> dict[str, int]:
        return {"round": open_(round_id)}

    @DBOS.workflow(name="close")
    def close_workflow(round_id: int) -> dict[str, int]:
        return {"round": close(round_id)}

    @DBOS.workflow(name="seal")
    def seal_workflow(round_id: int) -> dict[str, int]:
        return {"responses": seal(round_id)}

    @DBOS.workflow(name="end")
    def end_workflow(study_id: int) -> dict[str, int]:
        return {"link_codes": end(study_id)}

    @DBOS.workflow(name="chores")
    def chores_workflow(hour: int) -> dict[str, int]:
        return {"deleted": chores(hour)}

    @DBOS.workflow(name="release")
    def release_workflow(round_id: int) -> dict[str, int]:
        release_id = freeze(round_id)
        reports = count_reports(release_id)
        for index in range(reports):
            write_report(release_id, index)
        mark_released(round_id)
        return {"release": release_id, "reports": reports}


def _step(name: str) -> Callable[[Callable[P, int]], Callable[P, int]]:
    """A named step. An error that is not a refusal is logged by place and type: its message may quote data."""

    def decorate(work: Callable[P, int]) -> Callable[P, int]:
        @wraps(work)
        def logged(*args: P.args, **kwargs: P.kwargs) -> int:
            try:
                return work(*args, **kwargs)
            except Refusal:
                raise
            except Exception as error:
                place = "".join(traceback.format_tb(error.__traceback__))
                log.error("step %s stopped on %s\n%s", name, type(error).__name__, place)
                raise

        step: Callable[P, int] = DBOS.step(name=name)(logged)
        return step

    return decorate
