"""What an address asks of a view. Each choice that a view takes is a control of its page, and a part of its address."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from flask_babel import format_decimal
from flask_babel import gettext as _

from instruments.model import Scale
from reports.charts import Focus
from survey.web.office.research.library import OpenRelease
from survey.web.office.research.workbench.bench import Bench, not_here

ROUND, GROUP, SCALE = "matomgang", "grupp", "delskala"
MOST_CHIPS = 8
"""More choices than this stand better in a list."""


class Option(NamedTuple):
    value: str
    label: str


@dataclass(frozen=True)
class Control:
    """A choice as the page draws it: a list, a row of links, or a field for a number."""

    name: str
    label: str
    chosen: str
    options: tuple[Option, ...] = ()
    chips: bool = False
    low: float | None = None
    high: float | None = None
    step: float | None = None


class Asked:
    """The query of an address, asked for one choice after the other. What is not known falls back, and is told of."""

    def __init__(self, query: Mapping[str, str]) -> None:
        self._query = query
        self.controls: list[Control] = []
        """In the order that the view asked in."""
        self.notes: list[str] = []
        """What fell back, in words."""

    @property
    def query(self) -> dict[str, str]:
        """The whole state of the view: the same query asks for the same page."""
        return {control.name: control.chosen for control in self.controls}

    def choose(
        self,
        name: str,
        label: str,
        options: Sequence[Option],
        *,
        default: str | None = None,
        chips: bool = False,
        others: Collection[str] = (),
    ) -> str:
        """The value chosen of `options`; `default`, else the first, where nothing fitting is asked for.

        Raises Refusal `view_not_here` where one of `others` is asked for, which exists and is not the person's; and
        ValueError without options.
        """
        if not options:
            raise ValueError(f"there is nothing to choose as {name!r}")
        wanted, labels = self._query.get(name, ""), dict(options)
        if wanted in others:
            raise not_here()
        chosen = wanted if wanted in labels else options[0].value if default is None else default
        if wanted and wanted not in labels:
            self._fell_back(label, wanted, labels[chosen])
        self.controls.append(Control(name, label, chosen, tuple(options), chips and len(options) <= MOST_CHIPS))
        return chosen

    def number(self, name: str, label: str, default: float, low: float, high: float, step: float = 1) -> float:
        """A typed number; outside `low` to `high` it becomes the nearest end, and what is no number `default`."""
        wanted = self._query.get(name, "")
        try:
            typed = float(wanted.replace(",", ".")) if wanted else default
            found = min(max(typed, low), high) if typed == typed else default
        except ValueError:
            found = default
        said = f"{found:g}"
        if wanted and (not _is_number(wanted) or float(wanted.replace(",", ".")) != found):
            self._not_used(label, wanted, found, low, high)
        self.controls.append(Control(name, label, said, low=low, high=high, step=step))
        return found

    def round(self, bench: Bench) -> OpenRelease:
        """One round of the study; the newest if none is asked for."""
        options = [Option(str(release.round_id), release.round.name) for release in reversed(bench.releases)]
        others = {str(round_.id) for round_ in bench.study.rounds} - {option.value for option in options}
        return bench.opened(int(self.choose(ROUND, _("Round"), options, others=others)))

    def group(self, bench: Bench, opened: OpenRelease) -> Focus:
        """One of the person's groups in that round; the one that the release is about if none is asked for."""
        options = [Option(group.code, group.name) for group in opened.groups]
        others = {group.code for group in opened.findings.groups} - opened.codes
        return opened.focus(
            self.choose(GROUP, _("Group"), options, default=opened.lead.code, others=others), bench.language
        )

    def group_anywhere(self, bench: Bench) -> str:
        """The code of one of the person's groups in any round; that of the newest release if none is asked for."""
        names: dict[str, str] = {}
        for opened in reversed(bench.rounds):
            for group in opened.groups:
                names.setdefault(group.code, group.name)
        others = {group.code for opened in bench.rounds for group in opened.findings.groups} - names.keys()
        options = [Option(code, name) for code, name in names.items()]
        return self.choose(GROUP, _("Group"), options, default=bench.newest.lead.code, others=others)

    def scale(self, focus: Focus) -> Scale | None:
        """One of the group's scales; None where nothing of the group is shown."""
        options = [Option(scale.id, focus.text(scale.title)) for scale in focus.scales]
        if not options:
            return None
        return focus.instrument.scales_by_id[self.choose(SCALE, _("Scale"), options, chips=True)]

    def _fell_back(self, label: str, wanted: str, shown: str) -> None:
        self.notes.append(
            _(
                "%(label)s: there is no choice “%(wanted)s” here. Shown is %(shown)s.",
                label=label,
                wanted=wanted[:40],
                shown=shown,
            )
        )

    def _not_used(self, label: str, wanted: str, found: float, low: float, high: float) -> None:
        self.notes.append(
            _(
                "%(label)s: “%(wanted)s” cannot be used, only a number from %(low)s to %(high)s. Shown is %(shown)s.",
                label=label,
                wanted=wanted[:40],
                low=format_decimal(low),
                high=format_decimal(high),
                shown=format_decimal(found),
            )
        )


def _is_number(text: str) -> bool:
    try:
        return float(text.replace(",", ".")) == float(text.replace(",", "."))
    except ValueError:
        return False
