"""What one scale's numbers say in one group: level, change, and beside others."""

from __future__ import annotations

from reports import wording
from reports.findings import Change, Comparison, Reason, ScaleFinding, Verdict
from reports.voice import Voice, capital

FEW = 10


def scale_text(voice: Voice, finding: ScaleFinding) -> str:
    """Two to five sentences; why there is nothing to say, where there is not."""
    parts = [_level(voice, finding)]
    if finding.level.mean.value is None:
        parts += [_beside_whole(voice, comparison) for comparison in finding.comparisons[:1]]
        return " ".join(parts)
    if finding.level.positive.value is not None:
        parts.append(voice.say("positive", share=wording.percent(finding.level.positive.value, voice.language)))
    if finding.change:
        parts.append(_change(voice, finding.change))
    return " ".join([*parts, *_beside(voice, finding)])


def _level(voice: Voice, finding: ScaleFinding) -> str:
    mean = finding.level.mean
    scale = voice.instrument.scales_by_id[finding.scale]
    if mean.reason is Reason.PROTECTED:
        return voice.say("level_protected")
    if mean.value is None:
        return voice.say("no_level", reason=wording.reason(mean.reason, voice.language))
    facts = {"mean": voice.number(mean.value), "range": voice.range(scale)}
    low, high = voice.number(mean.low), voice.number(mean.high)
    # Everybody invited answered: the correction leaves no width to speak of.
    if mean.low is None or low == high:
        return voice.say("level", **facts)
    return voice.say("level_interval", **facts, low=low, high=high)


def _change(voice: Voice, change: Change) -> str:
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
    signed = wording.signed(difference.value, voice.language)
    if difference.low is None or difference.high is None:
        return voice.say("unsure_few" if (difference.n or 0) < FEW else "unsure_bare", signed=signed)
    key = {
        Verdict.INCREASE: "rose",
        Verdict.DECREASE: "fell",
        Verdict.UNCHANGED: "stayed",
        Verdict.CANNOT_TELL: "holm_scale" if change.holm_overruled else "unsure",
    }[change.verdict]
    low, high = (wording.signed(end, voice.language) for end in (difference.low, difference.high))
    return voice.say(key, signed=signed, size=voice.number(abs(difference.value)), low=low, high=high)


def _beside(voice: Voice, finding: ScaleFinding) -> list[str]:
    """Certain differences one by one, the rest in one sentence; a group too small to compare, the nearest."""
    if (finding.level.mean.n or 0) < FEW:
        nearest = finding.comparisons[:1]
        return [
            voice.say("beside_only", others=voice.others(other), mean=voice.number(other.mean.value))
            for other in nearest
        ]
    keys = {
        Verdict.INCREASE: "beside_higher",
        Verdict.DECREASE: "beside_lower",
        Verdict.UNCHANGED: "beside_same",
    }
    said = [
        voice.say(keys[other.verdict], others=voice.others(other), mean=voice.number(other.mean.value))
        for other in finding.comparisons
        if other.verdict in keys
    ]
    unsure = tuple(
        f"{voice.others(other)} ({voice.number(other.mean.value)})"
        for other in finding.comparisons
        if other.verdict is Verdict.CANNOT_TELL
    )
    return [*said, voice.say("beside_unsure", others=wording.listing(unsure, voice.language))] if unsure else said


def _beside_whole(voice: Voice, comparison: Comparison) -> str:
    whole = capital(voice.whole(comparison))
    return voice.say("beside_whole", whole=whole, mean=voice.number(comparison.mean.value))
