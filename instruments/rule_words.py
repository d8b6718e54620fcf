"""A visibility rule as a sentence's end, for codebooks and archives: "if K01 is 3 (Partly true) and ..."."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from instruments.model import Instrument, Rule, in_language

LANGUAGES = ("sv", "en")
"""The languages that rules are put in words in."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "sv": {
        "is": "{item} är {value}",
        "is_not": "{item} är besvarad men inte med {value}",
        "any_of": "{item} är något av {value}",
        "at_least": "{item} är minst {value}",
        "at_most": "{item} är högst {value}",
        "answered": "{item} är besvarad",
        "all": " och ",
        "any": " eller ",
        "not": "det stämmer inte att {rule}",
    },
    "en": {
        "is": "{item} is {value}",
        "is_not": "{item} is answered, but not with {value}",
        "any_of": "{item} is one of {value}",
        "at_least": "{item} is at least {value}",
        "at_most": "{item} is at most {value}",
        "answered": "{item} is answered",
        "all": " and ",
        "any": " or ",
        "not": "it is not so that {rule}",
    },
}


def rule_in_words(instrument: Instrument, rule: Rule, language: str) -> str:
    """What must hold, as words that follow an "if". Values of a choice carry their label. `language`: sv or en."""
    words = _WORDS[language]
    if rule.op == "not":
        # Without an answer nothing holds, so that "not" of several rules is "none of them".
        return words["not"].format(rule=_joined(instrument, rule, language, words["any"]))
    if rule.op in ("all", "any"):
        return _joined(instrument, rule, language, words[rule.op])
    return words[rule.op].format(item=rule.item, value=_values(instrument, rule, language))


def _joined(instrument: Instrument, rule: Rule, language: str, joint: str) -> str:
    parts = [rule_in_words(instrument, part, language) for part in rule.rules]
    several = [
        f"({said})" if part.rules and (len(part.rules) > 1 or part.op == "not") and len(parts) > 1 else said
        for part, said in zip(rule.rules, parts, strict=True)
    ]
    joined = joint.join(several)
    return f"({joined})" if rule.op == "not" and len(parts) > 1 else joined


def _values(instrument: Instrument, rule: Rule, language: str) -> str:
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    said = _labelled(instrument, rule.item or "", language)
    return ", ".join(said(value) for value in values)


def _labelled(instrument: Instrument, item_id: str, language: str) -> Callable[[object], str]:
    item = instrument.items_by_id.get(item_id)
    options = instrument.options(item) if item is not None else ()
    labels = {option.value: in_language(option.text, language) for option in options}
    return lambda value: f"{value} ({labels[value]})" if isinstance(value, int) and value in labels else str(value)
