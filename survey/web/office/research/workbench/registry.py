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
    method: str = "README"
    """The page of docs/method that says how its numbers are made; the first one where several do."""

    def make(self, bench: Bench, asked: Asked) -> Shown:
        return cast(Callable[[Bench, Asked], Shown], import_string(f"{_HERE}.{self.module}.make"))(bench, asked)


VIEWS = (
    View(
        "over-tid",
        _l("Over time"),
        _l("Where does a group stand in each round, and what has changed?"),
        "over_time",
        "change",
    ),
    View(
        "ordnade",
        _l("In order"),
        _l("How do municipalities or units lie, with their uncertainty?"),
        "ranked",
        "shrinkage",
    ),
    View("tratt", _l("Funnel"), _l("Which groups stand apart, given how many answered?"), "funnel", "comparison"),
    View("rutor", _l("Small multiples"), _l("How has each group moved over the rounds?"), "small_multiples", "levels"),
    View("karta", _l("Heat map"), _l("Which groups lie high or low, on which scales?"), "heat_map", "levels"),
    View(
        "bakgrund",
        _l("By background"),
        _l("Do those with different backgrounds answer differently?"),
        "by_background",
        "levels",
    ),
    View(
        "styrdiagram",
        _l("Control chart"),
        _l("Is the newest round more than the usual up and down?"),
        "control",
        "control-charts",
    ),
    View(
        "fragor",
        _l("Items"),
        _l("Which items of a scale stand high and low, and how do the answers spread?"),
        "items",
        "levels",
    ),
    View(
        "flyttat",
        _l("Who moved"),
        _l("Of those followed, how many stand higher now, and how many lower?"),
        "flows",
        "linking",
    ),
    View(
        "svarsandel",
        _l("Who answered"),
        _l("How many of those invited answered, and does it matter?"),
        "answered",
        "weighting",
    ),
    View("matsakerhet", _l("Reliability"), _l("How well do the scales measure?"), "quality", "reliability"),
    View(
        "jamforbart",
        _l("Versions"),
        _l("Which rounds may be compared, and what has changed in the questions?"),
        "versions",
        "invariance",
    ),
    View(
        "aktiviteter",
        _l("Activities"),
        _l("What was done between the rounds, and where did the level stand?"),
        "activities",
    ),
    View(
        "kanslighet",
        _l("Sensitivity"),
        _l("Do other methods say the same of the change?"),
        "sensitivity",
        "sensitivity",
    ),
    View(
        "planera",
        _l("Plan the next round"),
        _l("How many answers, how many followed, what change could be found?"),
        "planning",
        "planning",
    ),
)

BY_NAME = {view.name: view for view in VIEWS}
