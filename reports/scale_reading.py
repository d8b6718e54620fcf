"""What one scale's numbers say in one group: level, change, and beside others."""

from __future__ import annotations

from reports import wording
from reports.findings import Change, Comparison, Reason, ScaleFinding, Verdict
from reports.sums import unit_of
from reports.voice import Voice, capital
from reports.wording import Unit

FEW = 10


def scale_text(voice: Voice, finding: ScaleFinding) -> str:
    """Two to five sentences; why there is nothing to say, where there is not."""
    parts = [_level(voice, finding)]
    if finding.level.mean.value is None:
        parts += [_beside_whole(voice, comparison, finding.scale) for comparison in finding.comparisons[:1]]
        return " ".join(parts)
    if finding.level.positive.value is not None:
        parts.append(voice.say("positive", share=wording.percent(finding.level.positive.value, voice.language)))
    if finding.change:
        parts.append(_change(voice, finding.change, unit_of(voice.instrument.scales_by_id[finding.scale])))
    return " ".join([*parts, *_beside(voice, finding)])


def _level(voice: Voice, finding: ScaleFinding) -> str:
    mean = finding.level.mean
    scale = voice.instrument.scales_by_id[finding.scale]
    if mean.reason is Reason.PROTECTED:
        return voice.say("share_protected" if voice.is_share(finding.scale) else "level_protected")
    if mean.value is None:
        key = "no_share" if voice.is_share(finding.scale) else "no_level"
        return voice.say(key, reason=wording.reason(mean.reason, voice.language))
    what = "share" if voice.is_share(finding.scale) else "level"
    facts = {"mean": voice.level(mean.value, scale.id), "range": voice.range(scale)}
    low, high = voice.level(mean.low, scale.id), voice.level(mean.high, scale.id)
    # Everybody invited answered: the correction leaves no width to speak of.
    if mean.low is None or low == high:
        return voice.say(what, **facts)
    return voice.say(f"{what}_interval", **facts, low=low, high=high)


def _change(voice: Voice, change: Change, unit: Unit) -> str:
    difference = change.difference
    if difference.value is None:
        if difference.reason is Reason.NOT_ASKED:
            return voice.say("scale_not_comparable")
        if difference.reason is Reason.PROTECTED:
            return voice.say("change_protected")
        if difference.reason is Reason.TOO_FEW:
            # There is a level now, so it is the earlier round that had too few.
            return voice.say("no_change_few")
        return voice.say("no_change", reason=wording.reason(difference.reason, voice.language))
    signed = wording.change(difference.value, voice.language, unit)
    if difference.low is None or difference.high is None:
        return voice.say("unsure_few" if (difference.n or 0) < FEW else "unsure_bare", signed=signed)
    key = {
        Verdict.INCREASE: "rose",
        Verdict.DECREASE: "fell",
        Verdict.UNCHANGED: "stayed",
        Verdict.CANNOT_TELL: "holm_scale" if change.holm_overruled else "unsure",
    }[change.verdict]
    low, high = (wording.signed(end, voice.language, unit.decimals) for end in (difference.low, difference.high))
    size = voice.number(abs(difference.value), unit.decimals) + unit.change[voice.language]
    return voice.say(key, signed=signed, size=size, low=low, high=high)


def _beside(voice: Voice, finding: ScaleFinding) -> list[str]:
    """Certain differences one by one, the rest in one sentence; a group too small to compare, the nearest."""
    if (finding.level.mean.n or 0) < FEW:
        nearest = finding.comparisons[:1]
        return [
            voice.say("beside_only", others=voice.others(other), mean=voice.level(other.mean.value, finding.scale))
            for other in nearest
        ]
    keys = {
        Verdict.INCREASE: "beside_higher",
        Verdict.DECREASE: "beside_lower",
        Verdict.UNCHANGED: "beside_same",
    }
    said = [
        voice.say(keys[other.verdict], others=voice.others(other), mean=voice.level(other.mean.value, finding.scale))
        for other in finding.comparisons
        if other.verdict in keys
    ]
    unsure = tuple(
        f"{voice.others(other)} ({voice.level(other.mean.value, finding.scale)})"
        for other in finding.comparisons
        if other.verdict is Verdict.CANNOT_TELL
    )
    return [*said, voice.say("beside_unsure", others=wording.listing(unsure, voice.language))] if unsure else said


def _beside_whole(voice: Voice, comparison: Comparison, scale_id: str) -> str:
    whole = capital(voice.whole(comparison))
    return voice.say("beside_whole", whole=whole, mean=voice.level(comparison.mean.value, scale_id))
