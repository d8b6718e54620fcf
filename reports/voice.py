"""Who a reading speaks to and of: the names of the group, its scales, the others and the earlier round."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from instruments.model import Instrument, Method, Scale, in_language
from reports import wording
from reports.findings import Comparison, Findings, GroupFinding, NodeKind, ScaleFinding
from reports.sentences import sentence
from reports.sums import score_range, unit_of


@dataclass(frozen=True)
class Voice:
    findings: Findings
    group: GroupFinding
    instrument: Instrument
    language: str

    @cached_property
    def titles(self) -> dict[str, str]:
        """Scale id -> its title as it stands inside a sentence."""
        return {scale.id: inside(in_language(scale.title, self.language)) for scale in self.instrument.scales}

    @cached_property
    def shown(self) -> tuple[ScaleFinding, ...]:
        """The scales that have a mean to speak of."""
        return tuple(finding for finding in self.group.scales if finding.level.mean.value is not None)

    @property
    def ours(self) -> bool:
        """A municipality or unit reads its own report; a county's is read by others too."""
        return self.group.kind in (NodeKind.MUNICIPALITY, NodeKind.UNIT)

    @property
    def name(self) -> str:
        """The group inside a sentence. Those who take part are seldom the whole country: the nation goes by another."""
        return sentence("whole_all", self.language) if self.group.kind is NodeKind.NATION else self.group.name

    def say(self, key: str, **facts: object) -> str:
        """A sentence with the names that most sentences need already filled in."""
        we = sentence("we_ours", self.language) if self.ours else self.name
        are = "are_ours" if self.ours else "are_all" if self.group.kind is NodeKind.NATION else "are_named"
        common: dict[str, object] = {
            "we": we,
            "We": capital(we),
            "are": sentence(are, self.language),
            "before": inside(self.findings.before or ""),
            "subject": in_language(self.instrument.subject, self.language)
            if self.instrument.subject
            else sentence("subject", self.language),
        }
        return sentence(key, self.language, **{**common, **facts})

    def names(self, findings: Iterable[ScaleFinding]) -> str:
        """kunskap, attityd och praktik."""
        return wording.listing(tuple(self.titles[finding.scale] for finding in findings), self.language)

    def others(self, comparison: Comparison) -> str:
        """övriga Jämtlands län; övriga som deltar."""
        if self._is_nation(comparison):
            return sentence("others_all", self.language)
        return sentence("others_in", self.language, name=comparison.against_name)

    def whole(self, comparison: Comparison) -> str:
        """Jämtlands län som helhet; alla som deltar."""
        if self._is_nation(comparison):
            return sentence("whole_all", self.language)
        return sentence("whole_of", self.language, name=comparison.against_name)

    def number(self, value: float | None, decimals: int = 2) -> str:
        return wording.number(value, self.language, decimals)

    def level(self, value: float | None, scale_id: str) -> str:
        """A scale's score: 3,42 or 73 %."""
        return wording.level(value, self.language, unit_of(self.instrument.scales_by_id[scale_id]))

    @cached_property
    def ranked(self) -> tuple[ScaleFinding, ...]:
        """The scales from lowest to highest, each by its place on its own range."""
        return tuple(sorted(self.shown, key=self._place))

    def _place(self, finding: ScaleFinding) -> float:
        low, high = score_range(self.instrument.scales_by_id[finding.scale])
        return ((finding.level.mean.value or 0.0) - low) / (high - low)

    def has_one_range(self) -> bool:
        """Whether all scales are told in the same numbers, so that they can be told side by side."""
        return len({score_range(scale) for scale in self.instrument.scales}) == 1

    def is_share(self, scale_id: str) -> bool:
        """Whether the score is a share of the answers, so that it has no range to tell."""
        return self.instrument.scales_by_id[scale_id].method is Method.POSITIVE

    def all_shares(self) -> bool:
        """Whether every scale's score is a share, so that no mean is told anywhere."""
        return all(self.is_share(scale.id) for scale in self.instrument.scales)

    def range(self, scale: Scale) -> str:
        """1–5: the lowest and highest possible score."""
        return wording.span(*score_range(scale), self.language, decimals=0)

    def _is_nation(self, comparison: Comparison) -> bool:
        # Those who take part are seldom the whole country, so its name would say too much.
        return self.findings.group(comparison.against).kind is NodeKind.NATION


def inside(name: str) -> str:
    """A name as it stands inside a sentence: Kunskap -> kunskap, Well-being -> well-being, EBP -> EBP."""
    rest = name.split(" ")[0][1:]
    return name[:1].lower() + name[1:] if rest == rest.lower() else name


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
