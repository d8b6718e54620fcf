"""Planning the next round in plain sentences: how many answers, how many followed, and what change could be found.

Worked out from what a release tells of its own spread, when somebody asks; docs/method/planning.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from instruments.model import Scale
from reports import wording
from reports.charts.detectable import Curve
from reports.charts.focus import Focus, scale_finding
from reports.charts.phrases import Phrases
from reports.estimates import tidy
from reports.pairs import FEWEST_PAIRS
from reports.statistics.planning import (
    Plan,
    answers_needed,
    linked_pairs,
    power,
    simulated_power,
    smallest_change,
)
from reports.sums import unit_of
from reports.wording import PER_CENT, Unit

SURE = 0.8
"""A plan asks for this probability to find the change: eight times of ten."""
SHARES = (0.0, 0.5, 1.0)
"""Followed, in the chart."""
MOST = 100_000
USUAL_CORRELATION = 0.5
"""Where the study has none of its own."""
_POINTS = 24
_STREAM = 6
"""Sets the simulation's numbers apart from others that are made from the release's seed."""


@dataclass(frozen=True)
class Basis:
    """What the study itself says of the spread on one scale."""

    sd: float
    within: bool
    """True: within units, pooled over those shown. False: the group's own."""
    correlation: float | None
    """Between two rounds of the same people; None where nobody knows."""
    pairs: int | None
    round: str


def basis_of(focus: Focus, scale: Scale) -> Basis | None:
    """None where no spread is told: then nothing can be planned from this release."""
    spread = next((one for one in focus.findings.analyst.spreads if one.scale == scale.id), None)
    correlation, pairs = (spread.correlation, spread.pairs) if spread else (None, None)
    if spread is not None and spread.sd:
        return Basis(spread.sd, True, correlation, pairs, focus.round)
    try:
        own = scale_finding(focus.group, scale.id).level.sd
    except KeyError:
        return None
    return Basis(own, False, correlation, pairs, focus.round) if own else None


@dataclass(frozen=True)
class Wish:
    """What somebody asks about."""

    now: int
    """Answers in the newest round."""
    coming: int
    """Answers in the next."""
    share: float
    """0-1 of the smaller round's answers come from people who answer both times."""
    correlation: float
    change: float
    """To be found, in the scale's unit."""


@dataclass(frozen=True)
class Prospect:
    """What can be found with one share followed; None = cannot be computed."""

    share: float
    pairs: int
    smallest: float | None
    """The change that is found eight times of ten."""
    smallest_simulated: float | None
    """How often that change was found in the simulation, 0-1."""
    found: float | None
    """The probability (0-1) that the wished change is found."""
    found_simulated: float | None
    needed: int | None
    """Answers in each round for the wished change to be found eight times of ten."""


def prospects(basis: Basis, wish: Wish, *, fewest: int, seed: int) -> tuple[Prospect, ...]:
    """First what is asked about, then nobody, half and everybody followed.

    With fewer answers than `fewest` no test is made. The same wish and seed give the same numbers.
    """
    shares = shares_of(wish)
    plan = _plan(basis, wish, float(wish.coming), shares)
    smallest, found = smallest_change(plan, SURE), power(plan, wish.change)
    needed = answers_needed(plan, wish.change, shares, SURE)
    generator = np.random.default_rng([seed, _STREAM])

    def drawn(pairs: float, change: float) -> float | None:
        return tidy(simulated_power(replace(plan, pairs=pairs), change, generator).power)

    return tuple(
        Prospect(
            share=float(share),
            pairs=int(pairs),
            smallest=tidy(least),
            smallest_simulated=drawn(pairs, least) if math.isfinite(least) else None,
            found=tidy(chance),
            found_simulated=drawn(pairs, wish.change),
            needed=max(math.ceil(answers), fewest) if math.isfinite(answers) else None,
        )
        for share, pairs, least, chance, answers in zip(
            shares, np.asarray(plan.pairs, float), smallest, found, needed, strict=True
        )
    )


def shares_of(wish: Wish) -> NDArray[np.float64]:
    """What is asked about, then nobody, half and everybody followed."""
    return np.array([wish.share, *(share for share in SHARES if share != wish.share)])


def curves(basis: Basis, wish: Wish) -> tuple[Curve, ...]:
    """The smallest change against the number of answers next time, for nobody, half and everybody followed."""
    answers = np.unique(np.round(np.geomspace(10, max(2.0 * wish.coming, 60.0), _POINTS)))
    found = smallest_change(_plan(basis, wish, answers, np.array(SHARES)[:, None]), SURE)
    return tuple(
        Curve(
            share, tuple((n, change) for n, change in zip(answers.tolist(), row, strict=True) if math.isfinite(change))
        )
        for share, row in zip(SHARES, found.tolist(), strict=True)
    )


def sentences(scale: Scale, wish: Wish, found: Prospect, language: str) -> tuple[str, ...]:
    """What the plan comes to."""
    unit = unit_of(scale)
    facts = {"n": wish.coming, "now": wish.now, "pairs": found.pairs, "change": steps(wish.change, unit, language)}
    if found.smallest is None:
        return (phrase(language, "cannot", **facts),)
    followed = "followed" if found.pairs else "nobody"
    said = [phrase(language, followed, smallest=steps(found.smallest, unit, language), **facts)]
    if found.found is not None and found.found_simulated is not None:
        told = of_cases(found.found, language), of_cases(found.found_simulated, language)
        said.append(phrase(language, "chance", chance=told[0], simulated=told[1], **facts))
    key = "too_many" if found.needed is None else "needed"
    said.append(phrase(language, key, needed=found.needed, **facts))
    if 0 < found.pairs < FEWEST_PAIRS:
        said.append(phrase(language, "few_pairs", least=FEWEST_PAIRS))
    return tuple(said)


def notes(scale: Scale, basis: Basis, language: str) -> tuple[str, ...]:
    """What the plan rests on."""
    sd = steps(basis.sd, unit_of(scale), language)
    said = [phrase(language, "within" if basis.within else "own", sd=sd, round=basis.round)]
    if basis.correlation is None:
        said.append(phrase(language, "no_correlation"))
    else:
        told = wording.number(basis.correlation, language)
        said.append(phrase(language, "correlation", correlation=told, pairs=basis.pairs))
    return (*said, phrase(language, "one_scale"))


def of_cases(share: float | None, language: str) -> str:
    """A probability in whole per cent; nothing is certain to be found, so neither 0 nor 100 % is said."""
    if share is not None and not 0.005 <= share < 0.995:
        key = "above" if share > 0.5 else "below"
        return phrase(language, key, share=wording.percent(0.99 if share > 0.5 else 0.01, language))
    return wording.percent(share, language)


def steps(value: float, unit: Unit, language: str) -> str:
    """0,31 steg; 8 procentenheter."""
    if unit is PER_CENT:
        return wording.number(value, language, 0 if value >= 1 else 1) + unit.change[language]
    return phrase(language, "steps", value=wording.number(value, language))


def _plan(basis: Basis, wish: Wish, coming: ArrayLike, share: ArrayLike) -> Plan:
    return Plan(
        n_first=float(wish.now),
        n_second=coming,
        pairs=linked_pairs(wish.now, coming, share),
        correlation=wish.correlation,
        sd_first=basis.sd,
        sd_second=basis.sd,
        link_from=FEWEST_PAIRS,
    )


phrase = Phrases(
    {
        "sv": {
            "steps": "{value} steg",
            "above": "över {share}",
            "below": "under {share}",
            "followed": (
                "Med {n} svar nästa gång, varav {pairs} från samma personer, syns en förändring på ungefär {smallest}"
                " åtta gånger av tio."
            ),
            "nobody": (
                "Med {n} svar nästa gång, och ingen som följs, syns en förändring på ungefär {smallest} åtta gånger"
                " av tio."
            ),
            "cannot": "Med {n} svar nästa gång går det inte att räkna ut vilken förändring som kan upptäckas.",
            "chance": "En förändring på {change} skulle synas i {chance} av fallen (simulerat: {simulated}).",
            "needed": "För att {change} ska synas åtta gånger av tio behövs ungefär {needed} svar i varje mätomgång.",
            "too_many": "För att se en förändring på {change} skulle det behövas fler svar än det går att få.",
            "few_pairs": "Testet följer bara personer om minst {least} svarar båda gångerna.",
            "within": "Spridningen är undersökningens egen: {sd} inom enheterna, {round}.",
            "own": "Spridningen är gruppens egen: {sd}, {round}.",
            "correlation": "Sambandet mellan två mätomgångar var {correlation}, från {pairs} följda personer.",
            "no_correlation": "Undersökningen har inget eget samband mellan två mätomgångar: 0,5 är en vanlig storlek.",
            "one_scale": (
                "Räknat för en delskala för sig. När flera delskalor prövas samtidigt krävs något större förändringar."
            ),
        },
        "en": {
            "steps": "{value} steps",
            "above": "above {share}",
            "below": "below {share}",
            "followed": (
                "With {n} answers next time, {pairs} of them from the same people, a change of about {smallest} is"
                " found eight times out of ten."
            ),
            "nobody": (
                "With {n} answers next time, and nobody followed, a change of about {smallest} is found eight times out"
                " of ten."
            ),
            "cannot": "With {n} answers next time, what change can be found cannot be worked out.",
            "chance": "A change of {change} would be found in {chance} of cases (simulated: {simulated}).",
            "needed": "For {change} to be found eight times out of ten, about {needed} answers a round are needed.",
            "too_many": "No survey can have as many answers as it would take to see a change of {change}.",
            "few_pairs": "The test follows people only where at least {least} answer both times.",
            "within": "The spread is the study's own: {sd} within the units, {round}.",
            "own": "The spread is the group's own: {sd}, {round}.",
            "correlation": "The correlation between two rounds was {correlation}, from {pairs} people followed.",
            "no_correlation": "The study has no correlation of its own between two rounds: 0.5 is a usual size.",
            "one_scale": (
                "Worked out for one scale by itself. When several are tested at once, changes must be somewhat larger."
            ),
        },
    }
)
