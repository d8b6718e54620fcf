"""What a release says, as plain data: every number with its interval, its n, and a reason where it is missing.

Nothing in here computes. `reports.analysis` fills it from a dataset, `reports.disclosure` takes away what may not be
shown, and only then does anything else (reading, charts, PDF, pages, export) see it, as `disclosure.Disclosed`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from reports.analyst_findings import AnalystFindings
from reports.estimates import Estimate as Estimate
from reports.estimates import Reason as Reason


class Verdict(StrEnum):
    INCREASE = "increase"
    DECREASE = "decrease"
    UNCHANGED = "unchanged"
    CANNOT_TELL = "cannot_tell"


class NodeKind(StrEnum):
    NATION = "nation"
    COUNTY = "county"
    REGION = "region"
    MUNICIPALITY = "municipality"
    UNIT = "unit"


class LinkedBy(StrEnum):
    """How the same person is known again in another round."""

    NONE = "none"
    """Nobody is followed."""
    LINKS = "links"
    """By a code that comes with the personal link or the card."""
    OWN_CODE = "own_code"
    """By a code that each person makes anew from a few questions, and sometimes makes differently."""


SMALLEST_INTERVAL = 10
"""Below this a group is only described: no interval, no test, no spread of answers."""
SMALLEST_OWN = 20
"""From this n a group's own SD may be shown and used (DESIGN section 5)."""


@dataclass(frozen=True)
class Thresholds:
    """How many respondents each kind of number needs: a study may ask for more than these, never for less."""

    k: int
    """Anything at all; never below 5."""
    spread_from: int
    """Distributions of at most three categories, positive shares, intervals; never below 10 or k."""
    sd_from: int
    """A group's own SD, and all steps of an item; never below 20 or `spread_from`."""

    @classmethod
    def of(cls, k: int, spread_from: int = SMALLEST_INTERVAL, sd_from: int = SMALLEST_OWN) -> Thresholds:
        """What a study asks for, raised to where it holds together: a larger k raises the others with it."""
        spread_from = max(SMALLEST_INTERVAL, spread_from, k)
        return cls(k, spread_from, max(SMALLEST_OWN, sd_from, spread_from))


@dataclass(frozen=True)
class AnswerRange:
    """What a mean can be made of: needed to see when a mean tells what everybody answered."""

    kind: str
    """`scale` or `item`."""
    id: str
    lowest: float
    highest: float
    step: float
    """The smallest distance between two values; 0 where any number may be answered, and no range is known."""


@dataclass(frozen=True)
class Withheld:
    """A cell of one group that is not shown because something told earlier would make it tell too much."""

    cell: tuple[str, ...]
    group: str
    because: tuple[str, ...]
    """Labels of the earlier releases, counts or exports."""


@dataclass(frozen=True)
class Level:
    """Where a group stands on one scale in one round."""

    mean: Estimate
    sd: float | None
    """Only from n = 20: mean with SD can fix a small distribution."""
    interval_from: str
    """`own` (the group's own SD), `pooled` (the round's pooled within-unit SD) or `none`."""
    positive: Estimate
    """Share (0-1) of the item answers in the positive steps, Wilson interval on respondents; reason if no steps."""


@dataclass(frozen=True)
class Change:
    """From the earlier round to this one. Intervals are 95 %; `equivalence_*` is the 90 % interval."""

    difference: Estimate
    """In scale points; its n is the smaller round's."""
    equivalence_low: float | None
    equivalence_high: float | None
    hedges_g: Estimate
    p: float | None
    p_holm: float | None
    method: str
    """`welch` (nobody linked), `partial_overlap` (Derrick's T_new2) or `paired` (all linked)."""
    n_before: int | None
    n_after: int | None
    n_linked: int | None
    verdict: Verdict
    holm_overruled: bool
    """True where the interval leaves 0 out but Holm does not agree: one sentence says so."""


@dataclass(frozen=True)
class Comparison:
    """This group against the others, itself left out."""

    against: str
    """Code of the node whose other respondents are the comparison group (a county's or the nation's code)."""
    against_name: str
    whole: bool
    """True where the group itself is protected and so stands beside the whole node, not the node without it."""
    mean: Estimate
    """The others' mean."""
    difference: Estimate
    verdict: Verdict
    """Here INCREASE reads "higher than", DECREASE "lower than"."""


@dataclass(frozen=True)
class Band:
    """The middle half of the other groups of the same kind: quartiles of their means."""

    low: float
    high: float
    groups: int


@dataclass(frozen=True)
class ScaleFinding:
    scale: str
    level: Level
    before: Level | None
    change: Change | None
    comparisons: tuple[Comparison, ...]
    alpha: Estimate
    band: Band | None


@dataclass(frozen=True)
class ItemFinding:
    """One item in one group: how the answers spread."""

    item: str
    n: int | None
    counts: tuple[int, ...] | None
    """Number of answers per category of `labels`; None where protected or too few."""
    categories: tuple[tuple[int, ...], ...]
    """Option values in each category: single values, or merged steps where n is below 20."""
    mean: float | None
    """None also where the item's scale is told as a share."""
    reason: Reason | None = None


@dataclass(frozen=True)
class GroupFinding:
    """All that is said of one organisation unit in one round."""

    code: str
    name: str
    kind: NodeKind
    parent: str | None
    n: int | None
    """Respondents; None where protected."""
    n_before: int | None
    n_linked: int | None
    invited: int | None
    response_rate: Estimate
    scales: tuple[ScaleFinding, ...]
    items: tuple[ItemFinding, ...]
    reason: Reason | None = None
    """PROTECTED or TOO_FEW when nothing is shown of the group."""
    open_link_share: float | None = None
    """Share of answers that may have come by open link, where one person could have answered twice; never too low."""


@dataclass(frozen=True)
class CutCell:
    """Those of a group who chose one category of a background item."""

    options: tuple[int, ...]
    """The option values in the category."""
    n: int | None
    means: tuple[Estimate, ...]
    """The mean of each scale, in the instrument's order; intervals from the round's pooled spread."""
    reason: Reason | None = None
    """TOO_FEW or PROTECTED when nothing is shown."""


@dataclass(frozen=True)
class CutFinding:
    """One group by one background item of the menu (`reports.cuts`)."""

    group: str
    item: str
    cells: tuple[CutCell, ...]
    """One a category, in the order of the options. Those who skipped the item are in none."""


@dataclass(frozen=True)
class Findings:
    study: str
    round: str
    round_id: int
    before: str | None
    """Name of the earlier round compared with, if any."""
    instrument: str
    instrument_version: str
    instrument_digest: str
    matrix_digest: str
    """Digest of the response matrix: same data, same digest, whatever order the rows stood in."""
    seed: int
    thresholds: Thresholds
    simulated: bool
    linked_by: LinkedBy
    groups: tuple[GroupFinding, ...]
    """Parents before children; units last."""
    ranges: tuple[AnswerRange, ...]
    withheld: tuple[Withheld, ...] = ()
    cuts: tuple[CutFinding, ...] = ()
    """Groups by background, group after group in the order of `groups`."""
    analyst: AnalystFindings = field(default_factory=AnalystFindings)

    @property
    def k(self) -> int:
        return self.thresholds.k

    @property
    def linked(self) -> bool:
        return self.linked_by is not LinkedBy.NONE

    def group(self, code: str) -> GroupFinding:
        """Raises KeyError for a code that took no part."""
        for group in self.groups:
            if group.code == code:
                return group
        raise KeyError(code)
