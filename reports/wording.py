"""Numbers and single words as people write them, in Swedish and English. Sentences are in `reports.reading`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from reports.findings import Estimate, Reason, Verdict

MINUS = "\N{MINUS SIGN}"
DASH = "\N{EN DASH}"
NO_BREAK = "\N{NO-BREAK SPACE}"
NOTHING = {"sv": "–", "en": "–"}

_DECIMAL = {"sv": ",", "en": "."}
_THOUSANDS = {"sv": NO_BREAK, "en": ","}
_TO = {"sv": "till", "en": "to"}
OF = {"sv": "av", "en": "of"}
_PERCENT = {"sv": f"{NO_BREAK}%", "en": "%"}


@dataclass(frozen=True)
class Unit:
    """What a scale's score is told in: the decimals, and what stands after a level and after a difference."""

    decimals: int
    sign: Mapping[str, str]
    change: Mapping[str, str]
    step: float
    """Between the grid lines of a chart of changes."""


POINTS = Unit(2, {"sv": "", "en": ""}, {"sv": "", "en": ""}, 0.5)
PER_CENT = Unit(0, _PERCENT, {"sv": f"{NO_BREAK}procentenheter", "en": f"{NO_BREAK}percentage points"}, 10.0)

_VERDICTS = {
    "sv": {
        Verdict.INCREASE: "ökning",
        Verdict.DECREASE: "minskning",
        Verdict.UNCHANGED: "oförändrat",
        Verdict.CANNOT_TELL: "kan inte avgöras",
    },
    "en": {
        Verdict.INCREASE: "increase",
        Verdict.DECREASE: "decrease",
        Verdict.UNCHANGED: "unchanged",
        Verdict.CANNOT_TELL: "cannot tell",
    },
}

_COMPARISONS = {
    "sv": {
        Verdict.INCREASE: "högre",
        Verdict.DECREASE: "lägre",
        Verdict.UNCHANGED: "ungefär lika",
        Verdict.CANNOT_TELL: "kan inte avgöras",
    },
    "en": {
        Verdict.INCREASE: "higher",
        Verdict.DECREASE: "lower",
        Verdict.UNCHANGED: "about the same",
        Verdict.CANNOT_TELL: "cannot tell",
    },
}

_REASONS = {
    "sv": {
        Reason.TOO_FEW: "för få svar",
        Reason.PROTECTED: "visas inte, för att skydda dem som svarat",
        Reason.NO_VARIATION: "alla har svarat lika",
        Reason.NOT_ASKED: "frågades inte",
        Reason.UNKNOWN_INVITED: "antalet inbjudna är inte känt",
        Reason.NO_OTHERS: "det finns inga andra att jämföra med",
        Reason.NO_MODEL: "metoden går inte att använda på de här frågorna eller svaren",
    },
    "en": {
        Reason.TOO_FEW: "too few answers",
        Reason.PROTECTED: "not shown, to protect those who answered",
        Reason.NO_VARIATION: "everybody answered the same",
        Reason.NOT_ASKED: "was not asked",
        Reason.UNKNOWN_INVITED: "the number invited is not known",
        Reason.NO_OTHERS: "there are no others to compare with",
        Reason.NO_MODEL: "the method cannot be used on these questions or answers",
    },
}


def language_of(language: str) -> str:
    """Raises ValueError for a language that reports are not written in."""
    if language not in _DECIMAL:
        raise ValueError(f"reports are written in {', '.join(_DECIMAL)}, not in {language!r}")
    return language


def number(value: float | None, language: str, decimals: int = 2) -> str:
    """3,42 and −0,07 in Swedish, 3.42 and −0.07 in English. Halves go up, as people round; −0 is 0."""
    if value is None:
        return NOTHING[language]
    rounded = _rounded(value, decimals)
    text = f"{abs(rounded):,.{decimals}f}"
    text = text.translate({ord(","): _THOUSANDS[language], ord("."): _DECIMAL[language]})
    return (MINUS if rounded < 0 else "") + text


def signed(value: float | None, language: str, decimals: int = 2) -> str:
    """The same with a plus sign: for differences."""
    plus = "+" if value is not None and _rounded(value, decimals) > 0 else ""
    return plus + number(value, language, decimals)


def percent(share: float | None, language: str) -> str:
    """A share of 0-1 in whole per cent: 73 % in Swedish, 73% in English."""
    return NOTHING[language] if share is None else number(share * 100, language, 0) + _PERCENT[language]


def span(low: float, high: float, language: str, decimals: int = 2) -> str:
    """3,21–3,63; with a word between where the second number is negative, so that no two dashes meet."""
    first, second = number(low, language, decimals), number(high, language, decimals)
    if second.startswith(MINUS):
        return f"{first} {_TO[language]} {second}"
    return f"{first}{DASH}{second}"


def interval(estimate: Estimate, language: str, decimals: int = 2) -> str:
    """The 95 % interval as a range; empty where there is none."""
    if estimate.low is None or estimate.high is None:
        return ""
    return span(estimate.low, estimate.high, language, decimals)


def estimate(estimate: Estimate, language: str, decimals: int = 2) -> str:
    """3,42 (3,21–3,63); the number alone without interval; the reason where there is no number."""
    return _with_interval(number(estimate.value, language, decimals), estimate, language, decimals)


def signed_estimate(estimate: Estimate, language: str, decimals: int = 2) -> str:
    """+0,37 (0,16–0,58)."""
    return _with_interval(signed(estimate.value, language, decimals), estimate, language, decimals)


def level(value: float | None, language: str, unit: Unit) -> str:
    """3,42; 73 %."""
    said = number(value, language, unit.decimals)
    return said if value is None else said + unit.sign[language]


def level_interval(estimate: Estimate, language: str, unit: Unit) -> str:
    """3,21–3,63; 68–78 %; empty where there is none."""
    between = interval(estimate, language, unit.decimals)
    return between + unit.sign[language] if between else ""


def level_estimate(estimate: Estimate, language: str, unit: Unit) -> str:
    """3,42 (3,21–3,63); 73 % (68–78 %); the reason where there is no number."""
    if estimate.value is None:
        return reason(estimate.reason, language)
    between = level_interval(estimate, language, unit)
    said = level(estimate.value, language, unit)
    return f"{said} ({between})" if between else said


def change(value: float, language: str, unit: Unit) -> str:
    """+0,37; +12 procentenheter."""
    return signed(value, language, unit.decimals) + unit.change[language]


def change_estimate(estimate: Estimate, language: str, unit: Unit) -> str:
    """+0,37 (0,16–0,58); +12 procentenheter (5–19)."""
    if estimate.value is None:
        return reason(estimate.reason, language)
    between = interval(estimate, language, unit.decimals)
    said = change(estimate.value, language, unit)
    return f"{said} ({between})" if between else said


def verdict(verdict: Verdict, language: str) -> str:
    """Of a change: ökning, minskning, oförändrat, kan inte avgöras."""
    return _VERDICTS[language][verdict]


def comparison(verdict: Verdict, language: str) -> str:
    """Of a comparison with others: högre, lägre, ungefär lika, kan inte avgöras."""
    return _COMPARISONS[language][verdict]


def reason(reason: Reason | None, language: str) -> str:
    """Why a number is not there."""
    return _REASONS[language][reason] if reason else NOTHING[language]


def listing(words: tuple[str, ...], language: str) -> str:
    """a, b och c."""
    if len(words) < 2:
        return "".join(words)
    last = {"sv": " och ", "en": " and "}[language]
    return ", ".join(words[:-1]) + last + words[-1]


def _with_interval(text: str, estimate: Estimate, language: str, decimals: int) -> str:
    if estimate.value is None:
        return reason(estimate.reason, language)
    between = interval(estimate, language, decimals)
    return f"{text} ({between})" if between else text


def _rounded(value: float, decimals: int) -> Decimal:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a number that can be shown")
    # Twelve digits first: 0.145 stored as 0.14499999999999999 is 0.145 to the person who reads it.
    exact = Decimal(f"{value:.12g}")
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP) + 0
