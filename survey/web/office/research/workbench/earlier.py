"""The round before another: the one that its changes are measured from."""

from __future__ import annotations

from reports.charts import Focus
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench.bench import Bench


def earlier(bench: Bench, opened: OpenRelease, code: str) -> Focus | None:
    """The group in the round before; None where there is none, it is not released, or the group is not in it."""
    before = opened.release.round.before_id
    if before is None or before not in {release.round_id for release in bench.releases}:
        return None
    return bench.focus(bench.opened(before), code)
