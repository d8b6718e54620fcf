"""The views, in the order that they are offered. Each has a module with one function: `make(bench, asked) -> Shown`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from werkzeug.utils import import_string

from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Shown

_HERE = "survey.web.office.research.workbench"


@dataclass(frozen=True)
class View:
    name: str
    """Its part of the address."""
    title: LazyString
    answers: LazyString
    """The question that it answers, for whoever chooses among the views."""
    module: str
    """Beside this file; imported by the first who asks."""

    def make(self, bench: Bench, asked: Asked) -> Shown:
        return cast(Callable[[Bench, Asked], Shown], import_string(f"{_HERE}.{self.module}.make"))(bench, asked)


VIEWS = (
    View("over-tid", _l("Over time"), _l("Where does a group stand in each round, and what has changed?"), "over_time"),
    View("ordnade", _l("In order"), _l("How do municipalities or units lie, with their uncertainty?"), "ranked"),
    View("tratt", _l("Funnel"), _l("Which groups stand apart, given how many answered?"), "funnel"),
    View("rutor", _l("Small multiples"), _l("How has each group moved over the rounds?"), "small_multiples"),
    View("karta", _l("Heat map"), _l("Which groups lie high or low, on which scales?"), "heat_map"),
    View(
        "bakgrund", _l("By background"), _l("Do those with different backgrounds answer differently?"), "by_background"
    ),
    View("styrdiagram", _l("Control chart"), _l("Is the newest round more than the usual up and down?"), "control"),
    View(
        "fragor", _l("Items"), _l("Which items of a scale stand high and low, and how do the answers spread?"), "items"
    ),
    View("flyttat", _l("Who moved"), _l("Of those followed, how many stand higher now, and how many lower?"), "flows"),
    View("svarsandel", _l("Who answered"), _l("How many of those invited answered, and does it matter?"), "answered"),
    View("matsakerhet", _l("Reliability"), _l("How well do the scales measure?"), "quality"),
    View(
        "jamforbart",
        _l("Versions"),
        _l("Which rounds may be compared, and what has changed in the questions?"),
        "versions",
    ),
    View(
        "aktiviteter",
        _l("Activities"),
        _l("What was done between the rounds, and where did the level stand?"),
        "activities",
    ),
    View("kanslighet", _l("Sensitivity"), _l("Do other methods say the same of the change?"), "sensitivity"),
    View(
        "planera",
        _l("Plan the next round"),
        _l("How many answers, how many followed, what change could be found?"),
        "planning",
    ),
)

BY_NAME = {view.name: view for view in VIEWS}
