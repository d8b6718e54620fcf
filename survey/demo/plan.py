"""What the demo consists of: eight municipalities, how many answered, and what was put into their answers.

Levels and shifts are in steps of the answer set, on the latent scale of `survey.demo.respondents`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from survey.fieldwork.law import Law, LegalBasis

SEED = 2326
COUNTY = "23"
ADMINISTRATOR = "administrator@exempel.se"
ANALYST = "analytiker@exempel.se"
STAFF_STUDY = "ebp"
STAFF_TITLE = "EBP-termometern Jämtland (demo)"
STAFF_INSTRUMENT = "ebp-thermometer"
STAFF_K = 7
USER_STUDY = "bistand"
USER_TITLE = "Brukarundersökning ekonomiskt bistånd (demo)"
USER_INSTRUMENT = "user-survey-economic-assistance"
TRY_ROUND = "Pröva själv"
LAW = Law(
    purpose="Visar hur Termometern fungerar. Alla svar är simulerade.",
    legal_basis=LegalBasis.PUBLIC_INTEREST,
    controller="Region Exempel",
    contact="dataskydd@exempel.se",
)

BASE = {"knowledge": 0.2, "attitude": 0.6, "conditions": -0.3, "practice": -0.1}
"""Where the county's staff stand on each scale in the first round."""
SHIFTED = (-0.4, 0.0, 1.0)
"""How much of a place's shift has been added in each of the three rounds: little happened before the work began."""
STAYS = 0.55
"""Share of those with a card in one round who answer with the same card in the next."""
BY_OPEN_LINK = 0.12
"""Share who answer through the open link instead of a card."""
TRY_ANSWERED = 0.35
"""How many of a municipality's people have already answered in the round that a visitor may try."""


@dataclass(frozen=True)
class Place:
    """`first`: in each of the two earlier rounds; `second`: in the last one."""

    code: str
    invited_first: int
    answered_first: int
    invited_second: int
    answered_second: int
    level: dict[str, float] = field(default_factory=dict)
    """Added to BASE in every round."""
    shift: dict[str, float] = field(default_factory=dict)
    """Added in the last round; see SHIFTED."""


PLACES = (
    # Ragunda is small: nine answers are described, and nothing is concluded from them.
    Place("2303", 14, 9, 15, 9, {"conditions": 0.2}),
    # Bräcke was under k in the first round, so its first round is protected and no change is shown.
    Place("2305", 30, 5, 34, 22, {"knowledge": -0.2}),
    Place("2309", 78, 55, 80, 58, {"practice": 0.1}, {"knowledge": 0.5, "practice": 0.45}),
    Place("2313", 66, 42, 64, 44, {"attitude": 0.1}, {"attitude": -0.45}),
    Place("2321", 60, 38, 62, 41, {"conditions": -0.2}, {"conditions": 0.2}),
    Place("2326", 45, 26, 44, 29, {"attitude": -0.2}, {"practice": 0.25}),
    Place("2361", 58, 36, 60, 35, {"knowledge": 0.1}),
    Place("2380", 150, 88, 155, 90, {"knowledge": 0.25, "attitude": 0.1}, {"conditions": -0.2}),
)


@dataclass(frozen=True)
class Office:
    """A unit that asks its clients."""

    code: str
    name: str
    parent: str
    invited: int
    answered: int
    level: dict[str, float]


OFFICES = (
    Office("2380-bistand", "Ekonomiskt bistånd Östersund", "2380", 90, 34, {"treatment": 0.6, "accessibility": -0.2}),
    Office("2309-bistand", "Ekonomiskt bistånd Krokom", "2309", 40, 15, {"treatment": 0.7, "information": 0.3}),
)
