"""Planning the next round for the share of positive answers: what shares could be told from today's, with how many.

Worked out beside the plan of the mean (`reports.next_round`), from what a release tells; docs/method/planning.md.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from reports import wording
from reports.charts.phrases import Phrases
from reports.estimates import tidy
from reports.next_round import SURE, Wish, of_cases, shares_of
from reports.pairs import FEWEST_PAIRS
from reports.statistics.change import Overlap
from reports.statistics.planning import answers_needed_for_shares, linked_pairs, power_of_shares, smallest_shares


@dataclass(frozen=True)
class ShareProspect:
    """What can be found with one share followed; None = there is none, or it cannot be computed."""

    followed: float
    pairs: int
    low: float | None
    """The highest share (0-1) below today's that is told from it eight times of ten; in whole per cent, outwards."""
    high: float | None
    """The lowest above it."""
    found: float | None
    """The probability (0-1) that the wished change is found, in the direction that is harder to see."""
    needed: int | None
    """Answers in each round for the wished change to be found eight times of ten, in either direction."""


def share_prospects(share: float, wish: Wish, change: float, *, fewest: int) -> tuple[ShareProspect, ...]:
    """First what is asked about, then nobody, half and everybody followed, as `next_round.prospects`.

    `share` is today's (0-1), `change` that to be found (0-1); `wish.change` is not read. With fewer answers than
    `fewest` nothing is compared. Fewer pairs than the test follows count as none, which promises no more than there is.
    """
    followed = shares_of(wish)
    pairs = linked_pairs(wish.now, wish.coming, followed)
    overlap = Overlap(np.where(pairs >= FEWEST_PAIRS, pairs, 0.0), np.full(pairs.shape, wish.correlation))
    nearest = smallest_shares(share, wish.now, wish.coming, overlap, SURE)
    targets = [min(max(to, 0.0), 1.0) for to in (share - change, share + change) if -1e-9 <= to <= 1 + 1e-9]
    found = [power_of_shares(share, to, wish.now, wish.coming, overlap) for to in targets]
    needed = [answers_needed_for_shares(share, to, followed, wish.correlation, SURE) for to in targets]
    return tuple(
        ShareProspect(
            followed=float(part),
            pairs=int(pairs[at]),
            low=None if math.isnan(nearest.low[at]) else math.floor(100 * nearest.low[at]) / 100,
            high=None if math.isnan(nearest.high[at]) else math.ceil(100 * nearest.high[at]) / 100,
            found=tidy(min(one[at] for one in found)) if found else None,
            needed=_most([float(one[at]) for one in needed], fewest),
        )
        for at, part in enumerate(followed)
    )


def _most(answers: list[float], fewest: int) -> int | None:
    return max(math.ceil(max(answers)), fewest) if answers and not any(map(math.isnan, answers)) else None


def share_sentences(share: float, wish: Wish, change: float, found: ShareProspect, language: str) -> tuple[str, ...]:
    """What the plan comes to for the share."""
    shares = {name: wording.percent(value, language) for name, value in (("low", found.low), ("high", found.high))}
    facts = {"share": wording.percent(share, language), "n": wish.coming, "pairs": found.pairs, **shares}
    sides = _SIDES[found.low is not None, found.high is not None]
    asked = phrase(language, "points", value=wording.number(100 * change, language, 0))
    with_whom = phrase(language, "followed" if found.pairs else "nobody", **facts)
    said = [phrase(language, sides, with_whom=with_whom, **facts)]
    if found.found is not None:
        said.append(phrase(language, "chance", change=asked, chance=of_cases(found.found, language)))
    if found.needed is not None:
        said.append(phrase(language, "needed", change=asked, needed=found.needed))
    return tuple(said)


_SIDES = {(True, True): "both", (True, False): "down", (False, True): "up", (False, False): "none"}


def share_notes(language: str) -> tuple[str, ...]:
    """What the plan for the share rests on."""
    return phrase(language, "as_one"), phrase(language, "correlation")


phrase = Phrases(
    {
        "sv": {
            "points": "{value} procentenheter",
            "followed": "Med {n} svar nästa gång, varav {pairs} från samma personer,",
            "nobody": "Med {n} svar nästa gång, och ingen som följs,",
            "both": (
                "Andelen positiva svar är {share} nu. {with_whom} syns det åtta gånger av tio om den har sjunkit till"
                " {low} eller stigit till {high}."
            ),
            "down": (
                "Andelen positiva svar är {share} nu. {with_whom} syns det åtta gånger av tio om den har sjunkit till"
                " {low}. Så högt upp går det inte att se om den har stigit."
            ),
            "up": (
                "Andelen positiva svar är {share} nu. {with_whom} syns det åtta gånger av tio om den har stigit till"
                " {high}. Så långt ner går det inte att se om den har sjunkit."
            ),
            "none": (
                "Andelen positiva svar är {share} nu. {with_whom} går det inte att se om den har ändrats, hur mycket"
                " det än är."
            ),
            "chance": "En förändring på {change}, uppåt eller nedåt, skulle synas i minst {chance} av fallen.",
            "needed": (
                "För att {change} uppåt eller nedåt ska synas åtta gånger av tio behövs ungefär {needed} svar i varje"
                " mätomgång."
            ),
            "as_one": "Räknat som om var och en svarade en gång, positivt eller inte, på hela delskalan.",
            "correlation": (
                "Sambandet mellan mätomgångarna är det som står i formuläret. För ja och nej är det oftast svagare än"
                " för medelvärden, och då behövs fler svar."
            ),
        },
        "en": {
            "points": "{value} percentage points",
            "followed": "With {n} answers next time, {pairs} of them from the same people,",
            "nobody": "With {n} answers next time, and nobody followed,",
            "both": (
                "The share of positive answers is {share} now. {with_whom} it is seen eight times out of ten if it has"
                " fallen to {low} or risen to {high}."
            ),
            "down": (
                "The share of positive answers is {share} now. {with_whom} it is seen eight times out of ten if it has"
                " fallen to {low}. So high up, no rise can be seen."
            ),
            "up": (
                "The share of positive answers is {share} now. {with_whom} it is seen eight times out of ten if it has"
                " risen to {high}. So far down, no fall can be seen."
            ),
            "none": (
                "The share of positive answers is {share} now. {with_whom} no change in it can be seen, however large."
            ),
            "chance": "A change of {change}, up or down, would be found in at least {chance} of cases.",
            "needed": (
                "For {change} up or down to be found eight times out of ten, about {needed} answers a round are needed."
            ),
            "as_one": "Worked out as if each person answered once, positively or not, on the whole scale.",
            "correlation": (
                "The correlation between the rounds is the one in the form. For yes and no it is mostly weaker than for"
                " means, and then more answers are needed."
            ),
        },
    }
)
