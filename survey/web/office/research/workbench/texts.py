"""Columns and words that several views use."""

from __future__ import annotations

from flask_babel import gettext as _

from instruments.model import Comparability
from reports import wording
from reports.charts.phrases import phrase
from reports.wording import PER_CENT, Unit
from survey.web.office.research.workbench.shown import Column


def interval_column(language: str) -> Column:
    """Of `shown.interval`."""
    return Column(uncertainty(language), number=True, in_file=ends(language))


def change_column(language: str) -> Column:
    """Of `shown.change`. Its ends are named for it in a file: the level's stand in the same row."""
    change, (low, high) = _("Change"), ends(language)
    return Column(change, number=True, in_file=(change, f"{change}: {low}", f"{change}: {high}"))


def level_column(unit: Unit) -> Column:
    """Of `shown.level`."""
    return Column(_("Positive") if unit is PER_CENT else _("Mean"), number=True)


def ends(language: str) -> tuple[str, str]:
    """The heads of an interval's two ends in a file: the same as in the other files of a release."""
    return {"sv": ("Lägst 95 %", "Högst 95 %"), "en": ("Low 95 %", "High 95 %")}[wording.language_of(language)]


def uncertainty(language: str) -> str:
    """ "95 % osäkerhet": with its sign for per cent, which a translated text without gaps may not hold."""
    return phrase(language, "uncertainty").replace(" %", "\u00a0%")


def comparable_words(found: Comparability | None) -> str:
    """How a scale compares with the one of the round before."""
    if found is None:
        return "–"
    words = {
        Comparability.SAME: _("the same"),
        Comparability.REWORDED: _("reworded, may be compared"),
        Comparability.NEW: _("another, cannot be compared"),
    }
    return str(words[found])
