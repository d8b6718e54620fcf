"""The pages' own texts in English. `phrases` says how they are used."""

from __future__ import annotations

from typing import Final

TEXTS: Final[dict[str, str]] = {
    "title": "{instrument}, {round}: {group}",
    "kicker": "{study} · round {round}",
    "simulated": "simulated answers",
    "page": "page {number} of {pages}",
    "protection": "Groups below {k} answers are not shown.",
    "protection_simulated": "Groups below {k} answers are not shown. Simulated answers.",
    "origin": "Result {digest} · {instrument} {version}",
    "scales": "The scales in brief",
    "scale": "Scale",
    "mean": "Mean",
    "positive": "Positive",
    "score": "Value",
    "change_since": "Change since {before}",
    "beside": "Compared with {name}",
    "legend_dot": "Filled dot: {group} {round}.",
    "legend_line": "The line is 95% uncertainty.",
    "legend_before": "Ring: {before}.",
    "legend_band_municipality": "Grey field: the middle of the county's other municipalities.",
    "legend_band_county": "Grey field: the middle of the other counties.",
    "legend_band_region": "Grey field: the middle of the other regions.",
    "legend_band_unit": "Grey field: the middle of the municipality's other units.",
    "legend_reference": "Dashed line: the reference value.",
    "legend_few": "No line: too few answers to compute the uncertainty.",
    "legend_alike": "No line: the answers are so alike that the uncertainty cannot be computed.",
    "stands_out": "What stands out",
    "talk_about": "To talk about",
    "since": "Since {before}: {verdict}.",
    "beside_verdict": "Compared with {name}: {verdict}.",
    "scale_of": "Scale {number} of {count}",
    "grey_dots": "Grey dots: the others, the group's own answers left out.",
    "items": "How the answers spread",
    "other_items": "Other questions",
    "other_items_lead": "These questions belong to no scale. Read each on its own.",
    "numbers": "The numbers",
    "what": "Measure",
    "value": "Value",
    "uncertainty": "95% uncertainty",
    "answers": "Answers",
    "verdict": "Verdict",
    "row_change": "Change since {before}",
    "row_g": "Change in standard deviations (Hedges g)",
    "row_against": "Difference from {name}",
    "row_positive": "Share of answers in the positive steps",
    "row_sd": "Spread (standard deviation)",
    "row_alpha": "How well the answers hang together (alpha)",
    "change_title": "Change since {before}",
    "change_people": "{after} answered {round} and {before_n} answered {before}.",
    "change_linked": (
        "{linked} can be followed from the one time to the other. For them the same person's answers are compared, "
        "which makes the comparison surer."
    ),
    "change_linked_few": (
        "{linked} can be followed from the one time to the other. They are too few to compare person by person, so "
        "two groups are compared."
    ),
    "change_unlinked": "Answers are not linked to persons. So two groups are compared, not the same people twice.",
    "change_numbers": "The change in numbers",
    "size": "Size (g)",
    "before_n": "Then",
    "after_n": "Now",
    "linked_n": "Both",
    "method": "Method",
    "method_welch": "Two groups (Welch)",
    "method_partial_overlap": "Partly the same people (Derrick)",
    "method_paired": "The same people (paired)",
    "read_change": "How to read the page",
    "read_change_1": "The line at 0 means no change. Where the interval crosses it, chance may be explanation enough.",
    "read_change_2": (
        "“Cannot tell” does not mean unchanged. It means that the answers are too few or too spread to say which."
    ),
    "read_change_3": "“Unchanged” stands only where we can say that the change is too small to matter in practice.",
    "read_change_4": "The numbers do not say why something has changed. You know that better than we do.",
    "ranked_title": "The municipalities of the county",
    "ranked_lead": "The lines show 95% uncertainty. The order between those that overlap says nothing.",
    "ranked_note": (
        "Dashed line: the mean of the whole group. Municipalities not shown have too few answers, or would let "
        "another small group be worked out."
    ),
    "ranked_note_share": (
        "Dashed line: the share of the whole group. Municipalities not shown have too few answers, or would let "
        "another small group be worked out."
    ),
    "masked_few": "That way nobody can work out what one person answered.",
    "masked_protected": "With your result it would be possible to work out what the smaller group answered.",
    "masked_counted": "The answers that were given still count in the result for {parent}.",
    "masked_protected_next": "It is not due to how many of you answered, but to how the answers lie in other groups.",
    "masked_few_next": (
        "For a result of your own next time, at least {k} people need to answer. Do tell the work group how "
        "answers are protected – see the last page."
    ),
    "masked_parent": "How {parent} answered",
    "masked_no_parent": "The larger group cannot be shown either.",
    "limits_title": "Method and limits",
    "simulated_head": "The answers are simulated",
    "simulated_body": (
        "No people have answered. The answers are made by a model: every invented person has a leaning of their "
        "own, every municipality a level of its own, and between rounds there is a change. The report shows what a "
        "result looks like. It says nothing about real municipalities."
    ),
    "score_head": "How the values are computed",
    "score_body": (
        "Each answer has a value. A person's value on a scale is the {method} of the answers, if {share}. The group's "
        "value is the mean of the persons' values."
    ),
    "reversed_statements": "Reversed statements count backwards.",
    "reversed_questions": "Reversed questions count backwards.",
    "score_positive": (
        "A person's value on a scale is the percentage of that person's answers that are in the positive steps, if "
        "{share}. Don't know is left out. The group's value is the mean of the persons' values. Differences are in "
        "percentage points."
    ),
    "score_mean": "mean",
    "score_sum": "sum",
    "score_half": "at least half of the questions are answered",
    "score_complete": "all questions are answered",
    "uncertainty_head": "The uncertainty",
    "uncertainty_body": (
        "The line shows 95% uncertainty: about how much the value may depend on who happened to answer just now. "
        "Below {sd_from} answers it is computed from the spread in the whole round, and below {spread_from} answers no "
        "line is shown."
    ),
    "verdict_head": "The words increase, decrease, unchanged and cannot tell",
    "verdict_body": (
        "Increase and decrease stand where the uncertainty does not reach 0, also with all scales tested at once "
        "(Holm). Unchanged stands where the whole 90% interval lies within {margin} standard deviations. In all "
        "other cases we cannot tell."
    ),
    "compare_head": "The comparisons",
    "compare_body": (
        "When you are compared with the county or with all taking part, your own answers are left out of the "
        "comparison. The grey field is the middle half of the others. It is no ranking: groups whose lines overlap "
        "cannot be told apart."
    ),
    "reference_body": (
        "The reference value comes from another study. The difference from it is not tested, because those answers "
        "are not here."
    ),
    "protected_head": "What is protected",
    "protected_body": (
        "Nothing is shown on fewer than {k} answers. Nor is anything shown that together with something else would "
        "reveal a group smaller than that. How the answers to one question spread is shown from {spread_from} answers, "
        "and the standard deviation from {sd_from}."
    ),
    "free_text_body": (
        "Answers in people's own words are not in the report. They are shown on the results page when a person has "
        "read them and struck out what may point to somebody, and only where at least {k} wrote."
    ),
    "linked_body": (
        "The study joins answers from the same person over time with a link code. It is confidential, not anonymous."
    ),
    "own_code_body": (
        "Each person makes the link code from a few questions. In earlier studies about five to seven in ten arrived "
        "at the same code again (51–67 per cent in one, 61 per cent in another). Some who answered both times are "
        "therefore counted as two people. If two people arrive at the same code in one round, neither is followed."
    ),
    "cannot_head": "What the report cannot say",
    "cannot_body": (
        "It says what those who answered have answered. It does not say what those who did not answer think, nor "
        "why something is high, low or changed."
    ),
    "cannot_outcome": "Nor does it say how things go for the people you work for.",
    "wording_head": "Where the questions come from",
    "trace_head": "Traceability",
    "trace_body": (
        "The same answers always give the same numbers. The codes below also stand beside the release on the results "
        "page: if they are the same, the report belongs to it."
    ),
    "trace_instrument": "Instrument",
    "trace_instrument_digest": "The instrument's code",
    "trace_matrix_digest": "The answers' code",
    "trace_release_digest": "The result's code",
    "trace_settings": "Settings",
    "trace_settings_value": "limit k = {k}, seed = {seed}",
}
