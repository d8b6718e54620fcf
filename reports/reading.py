"""Findings to plain sentences: what a manager may say aloud, and what nobody may.

The message comes first; then what changed, what did not, and what cannot be told. Never a cause.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from instruments.model import Instrument, Scale
from reports import wording
from reports.disclosure import Disclosed
from reports.findings import Reason, ScaleFinding, Verdict
from reports.outlook import EVEN, cannot_say, stands_out, talk_about
from reports.scale_reading import scale_text
from reports.sums import score_range
from reports.voice import Voice, capital

FEW = 10
"""Below this a group is only described."""


@dataclass(frozen=True)
class GroupReading:
    """What one group's report says in words."""

    headline: str
    """The message, as a person would say it aloud."""
    answered: str
    """Who answered; empty for a protected group."""
    sentences: tuple[str, ...]
    """What else the numbers support, the most important first."""
    cannot_say: tuple[str, ...]
    stands_out: tuple[str, ...]
    talk_about: tuple[str, ...]
    """Questions for the work group."""
    scales: Mapping[str, str]
    """Scale id -> what that scale's numbers say."""
    verdicts: Mapping[str, str]
    """Scale id -> ökning, minskning, oförändrat, kan inte avgöras; empty without an earlier round."""


def read_group(disclosed: Disclosed, instrument: Instrument, code: str, language: str = "sv") -> GroupReading:
    """Raises KeyError for a group that took no part, ValueError for a language that is not written here."""
    group = disclosed.findings.group(code)
    voice = Voice(disclosed.findings, group, instrument, wording.language_of(language))
    protected = group.n is None
    return GroupReading(
        headline=_masked(voice) if protected else _headline(voice),
        answered="" if protected else _answered(voice),
        sentences=_wholes(voice) if protected else (*_change_sentences(voice), *_comparison_sentences(voice)),
        cannot_say=() if protected else cannot_say(voice),
        stands_out=() if protected else stands_out(voice),
        talk_about=() if protected else talk_about(voice),
        scales={finding.scale: scale_text(voice, finding) for finding in group.scales},
        verdicts={
            finding.scale: wording.verdict(finding.change.verdict, language)
            for finding in group.scales
            if finding.change
        },
    )


def _masked(voice: Voice) -> str:
    key = "masked_few" if voice.group.reason is Reason.TOO_FEW else "masked_protected"
    return voice.say(key, name=voice.name, k=voice.findings.k)


def _wholes(voice: Voice) -> tuple[str, ...]:
    """A protected group may still see where the whole county stands."""
    return tuple(
        capital(
            voice.say(
                "whole_level",
                whole=voice.whole(finding.comparisons[0]),
                mean=voice.level(finding.comparisons[0].mean.value, finding.scale),
                scale=voice.titles[finding.scale],
            )
        )
        for finding in voice.group.scales
        if finding.comparisons
    )


def _headline(voice: Voice) -> str:
    group = voice.group
    changed = any(finding.change and finding.change.difference.value is not None for finding in voice.shown)
    if group.n is not None and group.n < FEW:
        return voice.say("headline_few_change" if changed else "headline_few", n=group.n)
    if changed:
        return _headline_of_change(voice)
    return _headline_beside(voice) or _headline_of_order(voice)


def _headline_of_change(voice: Voice) -> str:
    up, down = _with(voice, Verdict.INCREASE), _with(voice, Verdict.DECREASE)
    if up or down:
        key = "headline_both" if up and down else "headline_up" if up else "headline_down"
        return voice.say(key, up=voice.names(up), down=voice.names(down))
    if not _with(voice, Verdict.CANNOT_TELL):
        return voice.say("headline_unchanged")
    return voice.say("headline_some_unchanged" if _with(voice, Verdict.UNCHANGED) else "headline_cannot_tell")


def _headline_beside(voice: Voice) -> str | None:
    """Without an earlier round: beside the nearest others, where a difference is certain."""
    for nearest in (finding.comparisons[0] for finding in voice.shown if finding.comparisons):
        up, down = _beside(voice, nearest.against)
        if up or down:
            key = "headline_above_below" if up and down else "headline_above" if up else "headline_below"
            return voice.say(key, up=voice.names(up), down=voice.names(down), others=voice.others(nearest))
    return None


def _headline_of_order(voice: Voice) -> str:
    """Without anything to compare with: the highest and the lowest scale."""
    ranked = voice.ranked
    if not ranked:
        return voice.say("headline_nothing")
    if len(ranked) == 1:
        scale = voice.instrument.scales_by_id[ranked[0].scale]
        mean = voice.level(ranked[0].level.mean.value, scale.id)
        key = "headline_share" if voice.is_share(scale.id) else "headline_level"
        return voice.say(key, mean=mean, scale=voice.titles[scale.id], range=voice.range(scale))
    low, high = (end.level.mean.value or 0.0 for end in (ranked[0], ranked[-1]))
    scale = voice.instrument.scales_by_id[ranked[0].scale]
    bottom, top = score_range(scale)
    if voice.has_one_range() and high - low < EVEN * (top - bottom):
        lowest, highest = (_roughly(voice, end, scale) for end in (low, high))
        return voice.say("headline_alike" if lowest == highest else "headline_even", low=lowest, high=highest)
    return voice.say("headline_order", highest=voice.names(ranked[-1:]), lowest=voice.names(ranked[:1]))


def _roughly(voice: Voice, value: float, scale: Scale) -> str:
    return voice.level(value, scale.id) if voice.is_share(scale.id) else voice.number(value, 1)


def _answered(voice: Voice) -> str:
    group = voice.group
    if group.invited is not None and group.response_rate.value is not None:
        rate = wording.percent(group.response_rate.value, voice.language)
        said = voice.say("answered_of", n=group.n, invited=group.invited, rate=rate)
    else:
        said = voice.say("answered", n=group.n)
    if voice.findings.before and group.n_linked:
        everybody = group.n_linked == group.n
        said += " " + voice.say("answered_again_all" if everybody else "answered_again", n=group.n_linked)
    return said


def _change_sentences(voice: Voice) -> tuple[str, ...]:
    if voice.findings.before is None or (voice.group.n or 0) < FEW:
        return ()
    changed = [*_with(voice, Verdict.INCREASE), *_with(voice, Verdict.DECREASE)]
    small = [finding for finding in changed if _within_margin(finding)]
    overruled = [finding for finding in voice.shown if finding.change and finding.change.holm_overruled]
    unsure = [finding for finding in _with(voice, Verdict.CANNOT_TELL) if finding not in overruled]
    incomparable = [
        finding for finding in voice.shown if finding.change and finding.change.difference.reason is Reason.NOT_ASKED
    ]
    said = {
        "beyond_chance": changed,
        "small_but_certain": small,
        "unchanged": _with(voice, Verdict.UNCHANGED),
        "holm": overruled,
        # When nothing can be told, the headline has said so.
        "cannot_tell": unsure if len(unsure) < len(voice.shown) else [],
        "not_comparable": incomparable,
    }
    return tuple(
        voice.say(key, scales=voice.names(findings), Scales=capital(voice.names(findings)))
        for key, findings in said.items()
        if findings
    )


def _comparison_sentences(voice: Voice) -> tuple[str, ...]:
    """Certain differences first, one sentence for each group of others; then those without any, in one sentence."""
    if (voice.group.n or 0) < FEW:
        return ()
    said, alike = [], []
    nearest = {comparison.against: comparison for finding in voice.shown for comparison in finding.comparisons}
    for against, comparison in nearest.items():
        up, down = _beside(voice, against)
        if not up and not down:
            alike.append(voice.others(comparison))
            continue
        key = "above_below" if up and down else "above" if up else "below"
        names = {"up": voice.names(up), "down": voice.names(down), "scales": voice.names([*up, *down])}
        said.append(voice.say(key, others=voice.others(comparison), **names))
    if alike:
        said.append(voice.say("no_difference", others=wording.listing(tuple(alike), voice.language)))
    return tuple(said)


def _with(voice: Voice, verdict: Verdict) -> list[ScaleFinding]:
    """Scales whose change has this verdict and a number."""
    return [
        finding
        for finding in voice.shown
        if finding.change and finding.change.difference.value is not None and finding.change.verdict is verdict
    ]


def _beside(voice: Voice, against: str) -> tuple[list[ScaleFinding], list[ScaleFinding]]:
    """Scales that are certainly higher, and certainly lower, than one group of others."""
    higher, lower = [], []
    for finding in voice.shown:
        for comparison in finding.comparisons:
            if comparison.against == against and comparison.verdict is Verdict.INCREASE:
                higher.append(finding)
            if comparison.against == against and comparison.verdict is Verdict.DECREASE:
                lower.append(finding)
    return higher, lower


def _within_margin(finding: ScaleFinding) -> bool:
    """A change that is certain and still small: g's interval stays below Cohen's small effect (0.2)."""
    effect = finding.change.hedges_g if finding.change else None
    if effect is None or effect.low is None or effect.high is None:
        return False
    return max(abs(effect.low), abs(effect.high)) < 0.2
