"""How many of an item's answers lie in the positive steps, worked out from the counts that are already told.

Nothing here passes the gate anew: counts that are not shown give no share, and a merged category that holds both
positive steps and others gives none either.
"""

from __future__ import annotations

from dataclasses import dataclass

from instruments.model import Instrument, Method, Option, Scale
from reports import wording
from reports.findings import ItemFinding

PERCENT_FROM = 20
"""Below this many answers persons are told, not per cent: one person would be five per cent or more."""


@dataclass(frozen=True)
class ItemShare:
    positive: int
    of: int
    """Those whose answer can be scored; "vet inte" is not among them."""

    @property
    def per_cent(self) -> float:
        return 100 * self.positive / self.of

    def said(self, language: str) -> str:
        """73 %; 9 av 12 where they are few."""
        if self.of >= PERCENT_FROM:
            return wording.percent(self.positive / self.of, language)
        return f"{self.positive} {wording.OF[language]} {self.of}"


def told_as_share(scale: Scale | None) -> bool:
    """Whether the scale, and so its items, are told as the share of the answers in the positive steps."""
    return scale is not None and scale.method is Method.POSITIVE


def share_scale(instrument: Instrument, item_id: str) -> Scale | None:
    """The first scale told as a share that the item belongs to."""
    return next((scale for scale in instrument.scales if told_as_share(scale) and item_id in scale.item_ids), None)


def item_share(instrument: Instrument, scale: Scale | None, finding: ItemFinding) -> ItemShare | None:
    """None for a scale that is not told as a share, and where the counts that are told do not give it."""
    if scale is None or not told_as_share(scale) or finding.counts is None:
        return None
    missing = {option.value for option in _options(instrument, finding) if option.missing}
    positive = of = 0
    for values, count in zip(finding.categories, finding.counts, strict=True):
        kinds = {None if value in missing else is_positive(scale, finding.item, value) for value in values}
        if len(kinds) > 1:
            return None
        of += 0 if None in kinds else count
        positive += count if True in kinds else 0
    return ItemShare(positive, of) if of else None


def is_positive(scale: Scale, item_id: str, value: float) -> bool:
    """As the scale counts it: a reversed item's value is turned round first."""
    turned = scale.maximum + scale.minimum - value if item_id in scale.reversed_ids else value
    return scale.positive_from is not None and turned >= scale.positive_from


def positive_options(instrument: Instrument, scale: Scale, finding: ItemFinding) -> tuple[Option, ...]:
    """The options that count as positive, in the order they are asked; empty for an item without options."""
    scored = (option for option in _options(instrument, finding) if not option.missing)
    return tuple(option for option in scored if is_positive(scale, finding.item, option.value))


def _options(instrument: Instrument, finding: ItemFinding) -> tuple[Option, ...]:
    return instrument.options(instrument.items_by_id[finding.item])
