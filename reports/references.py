"""Published values from elsewhere beside a scale: one plain line.

Nothing is tested against them: the answers behind them are not here.
"""

from __future__ import annotations

from decimal import Decimal

from instruments.model import Reference, Scale, in_language
from reports import wording
from reports.sentences import sentence
from reports.sums import unit_of

MOST_DECIMALS = 2


def reference_line(scale: Scale, language: str) -> str:
    """Referens: 3,4 bland 612 kommunanställda (källa). Empty for a scale without a reference value."""
    known = scale.reference
    if known is None:
        return ""
    population = in_language(known.population, language)
    source = known.source.rstrip(".")
    return sentence(
        "reference", language, mean=reference_value(scale, known, language), population=population, source=source
    )


def reference_value(scale: Scale, known: Reference, language: str) -> str:
    """With the decimals that the source gives: 3,4 and not 3,40."""
    unit = unit_of(scale)
    exponent = Decimal(str(known.mean)).normalize().as_tuple().exponent
    decimals = min(MOST_DECIMALS, max(0, -exponent)) if isinstance(exponent, int) else MOST_DECIMALS
    return wording.number(known.mean, language, decimals) + unit.sign[language]
