"""What a chart or a page is about: one group of a release, in one language.

Everything that draws takes a `Focus`, and a `Focus` takes only `Disclosed`: a number that the gate has not passed has
no way to a page.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from instruments.model import Instrument, Scale, in_language
from reports.disclosure import Disclosed
from reports.findings import Comparison, Findings, GroupFinding, ItemFinding, NodeKind, ScaleFinding
from reports.voice import Voice, capital, inside


@dataclass(frozen=True)
class Focus:
    """`code` is the organisation unit's. Raises TypeError without a `Disclosed`, KeyError for a unit that took no part,
    ValueError when the instrument is not the one the release was made with."""

    disclosed: Disclosed
    instrument: Instrument
    code: str
    language: str

    def __post_init__(self) -> None:
        if not isinstance(self.disclosed, Disclosed):
            raise TypeError("Only results that have passed reports.disclosure can be drawn.")
        released = (self.findings.instrument, self.findings.instrument_version)
        if released != (self.instrument.id, self.instrument.version):
            raise ValueError(
                f"The release was made with {' '.join(released)}, not {self.instrument.id} {self.instrument.version}."
            )
        self.findings.group(self.code)

    @cached_property
    def findings(self) -> Findings:
        return self.disclosed.findings

    @cached_property
    def group(self) -> GroupFinding:
        return self.findings.group(self.code)

    @cached_property
    def voice(self) -> Voice:
        """How the readings name this group, its others and the earlier round: a page uses the same names."""
        return Voice(self.findings, self.group, self.instrument, self.language)

    @property
    def name(self) -> str:
        return capital(self.name_inside)

    @property
    def name_inside(self) -> str:
        """The name inside a sentence."""
        return self.voice.name

    @property
    def round(self) -> str:
        """The round's name as it stands inside a sentence."""
        return inside(self.findings.round)

    @property
    def before(self) -> str | None:
        """The earlier round's name as it stands inside a sentence."""
        return inside(self.findings.before) if self.findings.before else None

    @cached_property
    def parent(self) -> GroupFinding | None:
        """The group one step up, if it is part of the release."""
        return next((group for group in self.findings.groups if group.code == self.group.parent), None)

    @cached_property
    def members(self) -> tuple[GroupFinding, ...]:
        """The municipalities (or regions) right under this group, shown or not."""
        kinds = (NodeKind.MUNICIPALITY, NodeKind.REGION)
        return tuple(group for group in self.findings.groups if group.parent == self.code and group.kind in kinds)

    @cached_property
    def scales(self) -> tuple[Scale, ...]:
        """The instrument's scales that the release has a finding for, in the instrument's order."""
        found = {finding.scale for finding in self.group.scales}
        return tuple(scale for scale in self.instrument.scales if scale.id in found)

    def finding(self, scale_id: str) -> ScaleFinding:
        return scale_finding(self.group, scale_id)

    def items(self, scale: Scale) -> tuple[ItemFinding, ...]:
        """The group's item findings of one scale, in the order of the scale."""
        by_id = {finding.item: finding for finding in self.group.items}
        return tuple(by_id[item_id] for item_id in scale.item_ids if item_id in by_id)

    def comparison_name(self, comparison: Comparison) -> str:
        """What stands beside this group, inside a sentence: the others, or the whole where the group is not shown."""
        return self.voice.whole(comparison) if comparison.whole else self.voice.others(comparison)

    def on(self, code: str) -> Focus:
        """The same release, another group."""
        return Focus(self.disclosed, self.instrument, code, self.language)

    def text(self, texts: dict[str, str]) -> str:
        """An instrument text in the focus's language."""
        return in_language(texts, self.language)


def scale_finding(group: GroupFinding, scale_id: str) -> ScaleFinding:
    """Raises KeyError where the group has no finding on the scale."""
    for finding in group.scales:
        if finding.scale == scale_id:
            return finding
    raise KeyError(scale_id)
