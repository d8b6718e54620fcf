"""A release as one long table: a line for every group and measure, with the reason where a number is not shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from instruments.model import Instrument, Scale, in_language, item_text
from reports import wording
from reports.export import analyst_lines
from reports.export.analyst_lines import OF_SHARES, Measure, measures_of
from reports.findings import (
    SMALLEST_OWN,
    Change,
    Comparison,
    CutFinding,
    Estimate,
    Findings,
    GroupFinding,
    ItemFinding,
    Level,
    NodeKind,
    Reason,
    ScaleFinding,
)
from reports.item_shares import item_share, share_scale, told_as_share

NOW, BEFORE, SINCE = "now", "before", "since"

HEADS = {
    "sv": (
        *("Kod", "Grupp", "Slag", "Gäller", "Id", "Rubrik", "Mått", "Närmare", "När"),
        *("Värde", "Lägst 95 %", "Högst 95 %", "Antal svar", "Varför inget värde"),
    ),
    "en": (
        *("Code", "Group", "Kind", "About", "Id", "Label", "Measure", "Detail", "When"),
        *("Value", "Low 95 %", "High 95 %", "Answers", "Why there is no value"),
    ),
}

_KINDS = {
    "sv": {
        NodeKind.NATION: "riket",
        NodeKind.COUNTY: "län",
        NodeKind.REGION: "region",
        NodeKind.MUNICIPALITY: "kommun",
        NodeKind.UNIT: "enhet",
    },
    "en": {kind: kind.value for kind in NodeKind},
}

_SWEDISH = {
    "group": "grupp",
    "scale": "delskala",
    "item": "fråga",
    "background": "bakgrundsfråga",
    "now": "nu",
    "before": "förra mätomgången",
    "since": "sedan förra mätomgången",
    "respondents": "antal som svarat",
    "linked": "antal som följs över mätomgångarna",
    "invited": "antal inbjudna",
    "response_rate": "svarsfrekvens (andel)",
    "open_link_share": "andel svar via öppen länk",
    "mean": "medelvärde",
    "sd": "standardavvikelse",
    "positive_share": "andel positiva svar",
    "change": "förändring",
    "effect_size": "effektstorlek (Hedges g)",
    "p": "p-värde",
    "p_holm": "p-värde efter Holm",
    "alpha": "alfa",
    "others_mean": "medelvärde för andra",
    "difference": "skillnad mot andra",
    "answers": "antal som valt svaret",
    "positive_percent": "procent positiva svar",
    "sd_points": "standardavvikelse i procentenheter",
    "change_points": "förändring i procentenheter",
    "others_positive_percent": "procent positiva svar för andra",
    "difference_points": "skillnad mot andra i procentenheter",
    **analyst_lines.SWEDISH,
}

_ENGLISH = {
    "positive_percent": "per cent positive answers",
    "sd_points": "sd in percentage points",
    "change_points": "change in percentage points",
    "others_positive_percent": "per cent positive answers of others",
    "difference_points": "difference in percentage points",
    **analyst_lines.ENGLISH,
}
"""Where the words are not the measure's own name."""

_OF_SHARES = {
    "mean": "positive_percent",
    "sd": "sd_points",
    "change": "change_points",
    "others_mean": "others_positive_percent",
    "difference": "difference_points",
}
"""What a measure is called where the score is the per cent of the answers in the positive steps."""


@dataclass(frozen=True)
class Line:
    """One number of one group, in words and figures."""

    code: str
    group: str
    kind: str
    about: str
    """`group`, `scale`, `item` or `background`, in the language of the table."""
    id: str
    label: str
    measure: str
    detail: str
    """The verdict of a change or difference, whom a comparison is with, which options a number is of."""
    when: str
    value: float | int | None
    low: float | None
    high: float | None
    n: int | None
    reason: str

    @property
    def cells(self) -> tuple[str | float | int | None, ...]:
        """In the order of `HEADS`."""
        return (
            *(self.code, self.group, self.kind, self.about, self.id, self.label, self.measure, self.detail, self.when),
            *(self.value, self.low, self.high, self.n, self.reason),
        )


def lines(findings: Findings, instrument: Instrument, language: str) -> Iterator[Line]:
    """Every line, groups in the release's order. Raises ValueError for a language that reports are not written in."""
    wording.language_of(language)
    for group in findings.groups:
        writer = _Writer(group, instrument, language)
        yield from writer.of_group()
        for scale in group.scales:
            yield from writer.of_scale(scale)
        for item in group.items:
            yield from writer.of_item(item)
        for cut in findings.cuts:
            if cut.group == group.code:
                yield from writer.of_cut(cut)
        for measure in measures_of(findings, group.code):
            yield writer.of_analyst(measure)


@dataclass(frozen=True)
class _Writer:
    """Writes one group's lines."""

    group: GroupFinding
    instrument: Instrument
    language: str

    def of_group(self) -> Iterator[Line]:
        group = self.group
        why = group.reason or Reason.PROTECTED
        yield self._count("respondents", NOW, group.n, why)
        yield self._count("respondents", BEFORE, group.n_before, group.reason or Reason.NOT_ASKED)
        yield self._count("linked", SINCE, group.n_linked, group.reason or Reason.NOT_ASKED)
        yield self._count("invited", NOW, group.invited, group.reason or Reason.UNKNOWN_INVITED)
        yield self._line("group", "", "", "response_rate", NOW, group.response_rate)
        share = Estimate(group.open_link_share, None, None, group.n, why if group.open_link_share is None else None)
        yield self._line("group", "", "", "open_link_share", NOW, share)

    def of_scale(self, finding: ScaleFinding) -> Iterator[Line]:
        scale = self.instrument.scales_by_id[finding.scale]
        title, share = in_language(scale.title, self.language), told_as_share(scale)
        for measure, when, estimate, detail in _scale_measures(finding, self.language):
            # The share of all answers is not told beside a score that is a share.
            if not (share and measure == "positive_share"):
                yield self._line("scale", finding.scale, title, _named(measure, scale), when, estimate, detail)

    def of_item(self, finding: ItemFinding) -> Iterator[Line]:
        text = item_text(self.instrument.items_by_id[finding.item], self.language)
        reason = finding.reason or (Reason.PROTECTED if finding.mean is None else None)
        yield self._item_level(finding, text, reason)
        if finding.counts is None:
            hidden = _bare(None, finding.n, finding.reason or Reason.TOO_FEW)
            yield self._line("item", finding.item, text, "answers", NOW, hidden)
            return
        for options, count in zip(finding.categories, finding.counts, strict=True):
            detail = "+".join(str(option) for option in options)
            yield self._line("item", finding.item, text, "answers", NOW, _bare(count, finding.n, None), detail)

    def _item_level(self, finding: ItemFinding, text: str, reason: Reason | None) -> Line:
        """Its mean; its share where its scale is told as a share."""
        scale = share_scale(self.instrument, finding.item)
        if scale is None:
            return self._line("item", finding.item, text, "mean", NOW, _bare(finding.mean, finding.n, reason))
        share = item_share(self.instrument, scale, finding)
        level = _bare(share.per_cent, share.of, None) if share else _bare(None, finding.n, reason or Reason.PROTECTED)
        return self._line("item", finding.item, text, "positive_percent", NOW, level)

    def of_cut(self, finding: CutFinding) -> Iterator[Line]:
        text = item_text(self.instrument.items_by_id[finding.item], self.language)
        for cell in finding.cells:
            chosen = "+".join(str(option) for option in cell.options)
            people = _bare(cell.n, None, cell.reason or Reason.PROTECTED)
            yield self._line("background", finding.item, text, "respondents", NOW, people, chosen)
            for scale, mean in zip(self.instrument.scales, cell.means, strict=True):
                title = in_language(scale.title, self.language)
                measure = _named("mean", scale)
                yield self._line("scale", scale.id, title, measure, NOW, mean, f"{finding.item}={chosen}")

    def of_analyst(self, one: Measure) -> Line:
        if one.about == "item":
            label = item_text(self.instrument.items_by_id[one.id], self.language)
            return self._line(one.about, one.id, label, one.name, one.when, one.estimate, one.detail)
        scale = self.instrument.scales_by_id[one.id]
        name = OF_SHARES.get(one.name, one.name) if told_as_share(scale) else one.name
        title = in_language(scale.title, self.language)
        return self._line(one.about, one.id, title, name, one.when, one.estimate, one.detail)

    def _count(self, measure: str, when: str, n: int | None, reason: Reason) -> Line:
        return self._line("group", "", "", measure, when, _bare(n, None, reason))

    def _line(
        self, about: str, id_: str, label: str, measure: str, when: str, estimate: Estimate, detail: str = ""
    ) -> Line:
        no_value = estimate.value is None
        return Line(
            code=self.group.code,
            group=self.group.name,
            kind=_KINDS[self.language][self.group.kind],
            about=_word(about, self.language),
            id=id_,
            label=label,
            measure=_word(measure, self.language),
            detail=detail,
            when=_word(when, self.language),
            value=estimate.value,
            low=estimate.low,
            high=estimate.high,
            n=estimate.n,
            reason=wording.reason(estimate.reason or Reason.PROTECTED, self.language) if no_value else "",
        )


def _scale_measures(finding: ScaleFinding, language: str) -> Iterator[tuple[str, str, Estimate, str]]:
    yield from _level_measures(finding.level, NOW)
    if finding.before is not None:
        yield from _level_measures(finding.before, BEFORE)
    if finding.change is not None:
        yield from _change_measures(finding.change, language)
    yield "alpha", NOW, finding.alpha, ""
    for comparison in finding.comparisons:
        yield "others_mean", NOW, comparison.mean, comparison.against
        yield "difference", NOW, comparison.difference, _against(comparison, language)


def _level_measures(level: Level, when: str) -> Iterator[tuple[str, str, Estimate, str]]:
    yield "mean", when, level.mean, ""
    enough = (level.mean.n or 0) >= SMALLEST_OWN
    why = level.mean.reason or (Reason.PROTECTED if enough else Reason.TOO_FEW)
    yield "sd", when, _bare(level.sd, level.mean.n, why), ""
    yield "positive_share", when, level.positive, ""


def _change_measures(change: Change, language: str) -> Iterator[tuple[str, str, Estimate, str]]:
    shown = change.difference.value is not None
    yield "change", SINCE, change.difference, wording.verdict(change.verdict, language) if shown else ""
    yield "effect_size", SINCE, change.hedges_g, ""
    why = change.difference.reason or Reason.TOO_FEW
    yield "p", SINCE, _bare(change.p, change.difference.n, why), ""
    yield "p_holm", SINCE, _bare(change.p_holm, change.difference.n, why), ""


def _against(comparison: Comparison, language: str) -> str:
    if comparison.difference.value is None:
        return comparison.against
    return f"{comparison.against}: {wording.comparison(comparison.verdict, language)}"


def _bare(value: float | int | None, n: int | None, reason: Reason | None) -> Estimate:
    """A number without an interval."""
    return Estimate(value, None, None, n, reason if value is None else None)


def _word(key: str, language: str) -> str:
    return _SWEDISH[key] if language == "sv" else _ENGLISH.get(key, key.replace("_", " "))


def _named(measure: str, scale: Scale) -> str:
    return _OF_SHARES.get(measure, measure) if told_as_share(scale) else measure
