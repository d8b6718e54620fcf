"""When an item or section is shown. Every operator stands in one table; an unknown one is an error, never a default."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from instruments.model import Answer, Rule

Operand = int | float | str | tuple[int, ...] | None
Answers = Mapping[str, Answer]


def _is(answer: Answer, value: Operand) -> bool:
    return value in answer if isinstance(answer, tuple) else answer == value


def _any_of(answer: Answer, value: Operand) -> bool:
    wanted = value if isinstance(value, tuple) else (value,)
    return any(_is(answer, one) for one in wanted)


def _at_least(answer: Answer, value: Operand) -> bool:
    return isinstance(answer, int | float) and isinstance(value, int | float) and answer >= value


def _at_most(answer: Answer, value: Operand) -> bool:
    return isinstance(answer, int | float) and isinstance(value, int | float) and answer <= value


COMPARISONS: Mapping[str, Callable[[Answer, Operand], bool]] = MappingProxyType(
    {
        "is": _is,
        "is_not": lambda answer, value: not _is(answer, value),
        "any_of": _any_of,
        "at_least": _at_least,
        "at_most": _at_most,
        "answered": lambda _answer, _value: True,
    }
)
"""Operators on one item's answer. Without an answer none of them holds, not even `is_not`."""

COMBINATIONS: Mapping[str, Callable[[Iterator[bool]], bool]] = MappingProxyType(
    {"all": all, "any": any, "not": lambda parts: not any(parts)}
)
"""Operators on other rules."""

WITHOUT_VALUE = frozenset({"answered"})
"""Comparisons that need no value."""

ORDERINGS = frozenset({"at_least", "at_most"})
"""Comparisons that need a number."""

OPERATORS = frozenset(COMPARISONS) | frozenset(COMBINATIONS)


def holds(rule: Rule, answers: Answers) -> bool:
    """Whether a rule is true of the answers given so far. Pure; never raises for an answer of the wrong kind."""
    if rule.op in COMBINATIONS:
        return COMBINATIONS[rule.op](holds(part, answers) for part in rule.rules)
    answer = answers.get(rule.item or "")
    if answer is None or answer == "" or answer == ():
        return False
    return COMPARISONS[rule.op](answer, rule.value)
