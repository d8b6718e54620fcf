"""Whether other methods say of a change what the deciding test says: the sensitivity of a result, in one sentence."""

from __future__ import annotations

from enum import StrEnum

from reports.analyst_findings import Sensitivity
from reports.charts.phrases import Phrases
from reports.estimates import Estimate
from reports.findings import Change


class Agreement(StrEnum):
    """Of the deciding test's interval with those of the mixed model and of Cliff's delta."""

    ALL_CHANGE = "all_change"
    """All leave 0 out, to the same side."""
    NONE_CHANGE = "none_change"
    """None does."""
    HELD_BACK = "held_back"
    """All leave 0 out, but Holm does not agree: so many scales were tested at once."""
    OTHERS_DIFFER = "others_differ"
    """One leaves 0 out and another does not, or to the other side."""
    NOTHING = "nothing"
    """There is no test, or nothing beside it."""


def agreement(change: Change | None, beside: Sensitivity | None) -> Agreement:
    """Each interval says up, down or neither; they agree where all that are there say the same."""
    if change is None or beside is None or (decided := _direction(change.difference)) is None:
        return Agreement.NOTHING
    others = {way for one in (beside.mixed, beside.cliffs_delta) if (way := _direction(one)) is not None}
    if not others:
        return Agreement.NOTHING
    if others != {decided}:
        return Agreement.OTHERS_DIFFER
    if not decided:
        return Agreement.NONE_CHANGE
    return Agreement.HELD_BACK if change.holm_overruled else Agreement.ALL_CHANGE


def agreement_words(found: Agreement, language: str) -> str:
    return phrase(language, found.value)


def _direction(estimate: Estimate) -> int | None:
    """1 where the whole interval lies above 0, -1 below, 0 where it holds it; None without one."""
    if estimate.low is None or estimate.high is None:
        return None
    return 1 if estimate.low > 0 else -1 if estimate.high < 0 else 0


phrase = Phrases(
    {
        "sv": {
            "all_change": "Alla sätt att räkna visar en förändring åt samma håll.",
            "none_change": "Inget sätt att räkna visar en säker förändring.",
            "held_back": (
                "Alla sätt att räkna pekar åt samma håll, men förändringen räcker inte när flera delskalor prövas"
                " samtidigt."
            ),
            "others_differ": (
                "Sätten att räkna ger olika besked. Testet är det som avgör, men läs resultatet med försiktighet."
            ),
            "nothing": "Det finns inget annat sätt att räkna bredvid testet.",
        },
        "en": {
            "all_change": "Every way of counting shows a change in the same direction.",
            "none_change": "No way of counting shows a change that can be told from chance.",
            "held_back": (
                "Every way of counting points in the same direction, but the change is not enough when several scales"
                " are tested at once."
            ),
            "others_differ": "The ways of counting do not agree. The test decides, but read the result with care.",
            "nothing": "There is no other way of counting beside the test.",
        },
    }
)
