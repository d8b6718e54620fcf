"""Around the message: what the numbers cannot say, what stands out, and what a work group can talk about."""

from __future__ import annotations

from collections.abc import Iterator

from instruments.model import in_language
from reports import wording
from reports.findings import Change, ItemFinding, LinkedBy, Reason, ScaleFinding, Verdict
from reports.item_shares import ItemShare, item_share, share_scale, told_as_share
from reports.sums import score_range
from reports.voice import Voice

LOW_RATE = 0.6
"""Below this the report warns that those who did not answer may think otherwise."""
OPEN_SHARE = 0.1
EVEN = 0.05
"""Scales closer than this share of their range are not ranked, nor are statements."""
QUESTIONS = 2
"""A meeting has time for so many."""


def cannot_say(voice: Voice) -> tuple[str, ...]:
    """What a reader might take the numbers for, and must not."""
    return tuple(_limits(voice))


def _limits(voice: Voice) -> Iterator[str]:
    group = voice.group
    sources = {finding.level.interval_from for finding in voice.shown}
    sd_from = voice.findings.thresholds.sd_from
    if sources == {"none"}:
        few = "no_interval" if (group.n or 0) < sd_from else "no_interval_alike"
        yield voice.say(f"{few}_share" if voice.all_shares() else few)
    elif "pooled" in sources:
        yield voice.say("few_for_own_spread" if (group.n or 0) < sd_from else "pooled", sd_from=sd_from)
    changes = [finding.change for finding in voice.shown if finding.change]
    changed = any(change.difference.value is not None for change in changes)
    if changes and all(change.difference.reason is Reason.TOO_FEW for change in changes):
        yield voice.say("before_few")
    yield voice.say("not_why" if changed else "not_what")
    if changed and _nobody_linked(changes):
        yield voice.say("not_linked")
    elif changed and voice.findings.linked_by is LinkedBy.OWN_CODE:
        yield voice.say("own_code")
    rate = group.response_rate.value
    if rate is not None and rate < LOW_RATE:
        yield voice.say("few_answered", rate=wording.percent(rate, voice.language))
    elif rate is None:
        yield voice.say("invited_unknown" if group.invited is None else "invited_too_low")
    if group.open_link_share is not None and group.open_link_share >= OPEN_SHARE:
        share = wording.percent(group.open_link_share, voice.language)
        everybody = share == wording.percent(1, voice.language)
        yield voice.say("open_link_all") if everybody else voice.say("open_link", share=share)
    hidden = [finding.level.mean.reason for finding in group.scales] + [item.reason for item in group.items]
    if Reason.PROTECTED in hidden:
        yield voice.say("some_hidden")


def _nobody_linked(changes: list[Change]) -> bool:
    return all(change.n_linked == 0 for change in changes)


def stands_out(voice: Voice) -> tuple[str, ...]:
    """The highest and lowest scale and item, as they were answered: an order, not a test."""
    said = []
    ranked = voice.ranked
    if (
        len(ranked) > 1
        and voice.has_one_range()
        and _apart(score_range(voice.instrument.scales[0]), *_ends([f.level.mean.value for f in ranked]))
    ):
        said.append(
            voice.say(
                "out_scales",
                highest=voice.names(ranked[-1:]),
                high=voice.level(ranked[-1].level.mean.value, ranked[-1].scale),
                lowest=voice.names(ranked[:1]),
                low=voice.level(ranked[0].level.mean.value, ranked[0].scale),
            )
        )
    return (*said, *_items_out(voice), *_shares_out(voice))


def _items_out(voice: Voice) -> Iterator[str]:
    items = _ranked_items(voice)
    if len(items) > 2 and _apart(_answer_range(voice), *_ends([item.mean for item in items])):
        for end, item in (("high", items[-1]), ("low", items[0])):
            text = _item_text(voice, item)
            key = "out_question" if text.endswith("?") else "out_item"
            yield voice.say(f"{key}_{end}", item=text, mean=voice.number(item.mean, 1))


def _shares_out(voice: Voice) -> Iterator[str]:
    """The same of the items that are told as shares: where the most and the fewest answers are positive."""
    items = _ranked_shares(voice)
    if len(items) > 2 and _apart((0.0, 100.0), items[0][1].per_cent, items[-1][1].per_cent):
        for end, (item, share) in (("most", items[-1]), ("fewest", items[0])):
            yield voice.say(f"out_{end}_positive", item=_item_text(voice, item), share=share.said(voice.language))


def _item_text(voice: Voice, item: ItemFinding) -> str:
    return in_language(voice.instrument.items_by_id[item.item].text, voice.language).rstrip(".")


def talk_about(voice: Voice) -> tuple[str, ...]:
    """The instrument's own questions for the scales that most need a talk: what fell, what is lower, what is lowest."""
    if not voice.shown:
        return ()
    urgency = sorted(voice.shown, key=lambda finding: (_calm(finding), finding is not voice.ranked[0]))
    questions = [voice.instrument.scales_by_id[finding.scale].discuss for finding in urgency]
    return tuple(in_language(question, voice.language) for question in questions if question)[:QUESTIONS]


def _calm(finding: ScaleFinding) -> int:
    """0 for a decrease, 1 for lower than others, 2 for an increase (what to keep), 3 for the rest."""
    verdict = finding.change.verdict if finding.change else None
    if verdict is Verdict.DECREASE:
        return 0
    if any(comparison.verdict is Verdict.DECREASE for comparison in finding.comparisons):
        return 1
    return 2 if verdict is Verdict.INCREASE else 3


def _ends(ranked: list[float | None]) -> tuple[float, float]:
    return ranked[0] or 0.0, ranked[-1] or 0.0


def _answer_range(voice: Voice) -> tuple[float, float]:
    scale = next(scale for scale in voice.instrument.scales if not told_as_share(scale))
    return scale.minimum, scale.maximum


def _apart(possible: tuple[float, float], low: float, high: float) -> bool:
    """Whether a highest and a lowest are worth naming."""
    return high - low >= EVEN * (possible[1] - possible[0])


def _ranked_items(voice: Voice) -> list[ItemFinding]:
    """Statements by mean, lowest first. A reversed one is left out: its low mean is good, and reads as bad."""
    straight = {entry.item for scale in voice.instrument.scales for entry in scale.items if not entry.reversed}
    straight -= {item_id for scale in voice.instrument.scales if told_as_share(scale) for item_id in scale.item_ids}
    with_counts = [item for item in voice.group.items if item.item in straight and item.counts is not None]
    return sorted((item for item in with_counts if item.mean is not None), key=lambda item: item.mean or 0.0)


def _ranked_shares(voice: Voice) -> list[tuple[ItemFinding, ItemShare]]:
    """Items told as shares, lowest first. A reversed one is left out: its wording says the opposite of its share."""
    found = []
    for item in voice.group.items:
        scale = share_scale(voice.instrument, item.item)
        share = item_share(voice.instrument, scale, item)
        if scale and share and item.item not in scale.reversed_ids:
            found.append((item, share))
    return sorted(found, key=lambda pair: pair[1].per_cent)
