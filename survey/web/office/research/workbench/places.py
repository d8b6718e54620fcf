"""The groups below a group that a view sets beside each other: municipalities, units or what else there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from instruments.model import Scale
from reports.areas import Area, areas_of
from reports.charts import Focus
from reports.findings import GroupFinding, NodeKind
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench.asked import Asked, Option
from survey.web.office.research.workbench.bench import Bench

LEVEL = "niva"

_KINDS = {
    NodeKind.MUNICIPALITY: _l("Municipalities"),
    NodeKind.UNIT: _l("Units"),
    NodeKind.REGION: _l("Regions"),
    NodeKind.COUNTY: _l("Counties"),
}
"""In the order that they are offered."""


@dataclass(frozen=True)
class Places:
    """The person's groups of one kind below one group, in one round."""

    opened: OpenRelease
    focus: Focus
    groups: tuple[GroupFinding, ...]
    """None where there are fewer than two of any kind."""

    @property
    def codes(self) -> frozenset[str]:
        """Of the group and those below it: all that a figure of them shows."""
        return frozenset({self.focus.code, *(group.code for group in self.groups)})

    def areas(self, scale: Scale) -> tuple[Area, ...]:
        return areas_of(self.focus, scale.id, (group.code for group in self.groups))


def asked_places(bench: Bench, asked: Asked) -> Places:
    """Asks for round, group and kind of group."""
    opened = asked.round(bench)
    focus = asked.group(bench, opened)
    below = tuple(_below(opened, focus.code))
    kinds = [kind for kind in _KINDS if sum(group.kind is kind for group in below) >= 2]
    if not kinds:
        return Places(opened, focus, ())
    options = [Option(kind.value, str(_KINDS[kind])) for kind in kinds]
    chosen = asked.choose(LEVEL, _("Kind of group"), options)
    return Places(opened, focus, tuple(group for group in below if group.kind == chosen))


def nothing_below() -> str:
    return str(
        _("This view sets groups beside each other. It needs a group with at least two below it that you may read.")
    )


def _below(opened: OpenRelease, code: str) -> Iterator[GroupFinding]:
    """Everything under the group, parents before children: groups stand in that order in a release."""
    inside = {code}
    for group in opened.groups:
        if group.parent in inside:
            inside.add(group.code)
            yield group
