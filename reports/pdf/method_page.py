"""The last page: how the numbers came about, what they cannot say, and the codes that let anyone check them."""

from __future__ import annotations

from reportlab.platypus import Flowable, KeepTogether, PageBreak

from instruments.model import ItemType, Method, MissingRule, Scale
from reports import wording
from reports.charts import Focus
from reports.findings import LinkedBy
from reports.pdf.captions import inner_kicker
from reports.pdf.parts import Cell, page_head, paragraph, ruled_table
from reports.pdf.phrases import phrase
from reports.pdf.styles import CONTENT

TEXT_TYPES = frozenset({ItemType.SHORT_TEXT, ItemType.LONG_TEXT})


def method_page(focus: Focus, digest: str) -> list[Flowable]:
    """`digest` is the release's."""
    language, findings = focus.language, focus.findings
    limits = {"spread_from": findings.thresholds.spread_from, "sd_from": findings.thresholds.sd_from}
    sections = [
        *([("simulated_head", [phrase(language, "simulated_body")])] if findings.simulated else []),
        ("score_head", [*(_score_rule(focus, scale) for scale in _rules(focus)), *_reversed(focus)]),
        ("uncertainty_head", [phrase(language, "uncertainty_body", **limits)]),
        ("verdict_head", [phrase(language, "verdict_body", margin=wording.number(focus.instrument.margin, language))]),
        ("compare_head", _comparisons(focus)),
        ("protected_head", _protection(focus, **limits)),
        ("cannot_head", [_cannot(focus)]),
        ("wording_head", _provenance(focus)),
    ]
    story: list[Flowable] = [
        PageBreak(),
        *page_head(inner_kicker(focus), phrase(language, "limits_title")),
    ]
    for key, texts in sections:
        story += [paragraph(phrase(language, key), "small_heading"), *(paragraph(text, "fine") for text in texts)]
    return [*story, _trace(focus, digest)]


def _rules(focus: Focus) -> list[Scale]:
    """One scale for each way of scoring that the instrument uses."""
    return list({(scale.method, scale.missing): scale for scale in reversed(focus.instrument.scales)}.values())


def _score_rule(focus: Focus, scale: Scale) -> str:
    language = focus.language
    share = phrase(language, "score_complete" if scale.missing is MissingRule.COMPLETE else "score_half")
    if scale.method is Method.POSITIVE:
        return phrase(language, "score_positive", share=share)
    method = phrase(language, "score_sum" if scale.method is Method.SUM else "score_mean")
    return phrase(language, "score_body", method=method, share=share)


def _reversed(focus: Focus) -> list[str]:
    """That some items are turned round, where any are."""
    items = focus.instrument.items_by_id
    turned = [items[item_id] for scale in focus.instrument.scales for item_id in sorted(scale.reversed_ids)]
    if not turned:
        return []
    asked = all(focus.text(item.text).rstrip().endswith("?") for item in turned)
    return [phrase(focus.language, "reversed_questions" if asked else "reversed_statements")]


def _comparisons(focus: Focus) -> list[str]:
    texts = [phrase(focus.language, "compare_body")]
    if any(scale.reference is not None for scale in focus.instrument.scales):
        texts.append(phrase(focus.language, "reference_body"))
    return texts


def _protection(focus: Focus, **limits: int) -> list[str]:
    texts = [phrase(focus.language, "protected_body", k=focus.findings.k, **limits)]
    if any(item.type in TEXT_TYPES for item in focus.instrument.items):
        texts.append(phrase(focus.language, "free_text_body", k=focus.findings.k))
    if focus.findings.linked:
        texts.append(phrase(focus.language, "linked_body"))
    if focus.findings.linked_by is LinkedBy.OWN_CODE:
        texts.append(phrase(focus.language, "own_code_body"))
    return texts


def _cannot(focus: Focus) -> str:
    """Those who answer a user survey are the ones the work is for, so the last sentence is for other surveys only."""
    said = phrase(focus.language, "cannot_body")
    return said if focus.voice.all_shares() else f"{said} {phrase(focus.language, 'cannot_outcome')}"


def _provenance(focus: Focus) -> list[str]:
    return [focus.text(focus.instrument.provenance.notice)]


def _trace(focus: Focus, digest: str) -> Flowable:
    language, findings = focus.language, focus.findings
    entries = (
        ("trace_instrument", f"{findings.instrument} {findings.instrument_version}"),
        ("trace_instrument_digest", findings.instrument_digest),
        ("trace_matrix_digest", findings.matrix_digest),
        ("trace_release_digest", digest),
        ("trace_settings", phrase(language, "trace_settings_value", k=findings.k, seed=findings.seed)),
    )
    rows: list[list[Cell]] = [
        [paragraph(phrase(language, key), "code"), paragraph(value, "code")] for key, value in entries
    ]
    return KeepTogether(
        [
            paragraph(phrase(language, "trace_head"), "small_heading"),
            paragraph(phrase(language, "trace_body"), "fine"),
            ruled_table(rows, (120.0, CONTENT - 120.0), padding=1.2),
        ]
    )
