"""How three tools spell a rule: XPath for XLSForm, REDCap's branching logic, and LimeSurvey's ExpressionScript."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from instruments.exchange.expression_text import Grammar, Literal


class Kind(StrEnum):
    """What an expression must know of an item: how its answer is held, and how a value is spelled."""

    ONE = "one"
    MANY = "many"
    WHOLE = "whole"
    NUMBER = "number"
    TEXT = "text"


@dataclass(frozen=True)
class Variable:
    """An item in a foreign file. `codes`: the code of each option there -> its value here, in order."""

    item: str
    name: str
    kind: Kind
    codes: Mapping[str, int] = field(default_factory=dict)

    @property
    def many(self) -> bool:
        return self.kind is Kind.MANY

    def code(self, value: Literal) -> str:
        return next((code for code, known in self.codes.items() if known == value), plain(value))


@dataclass(frozen=True)
class Dialect:
    """How one tool spells each kind of term. The functions take a variable, and the spelled value or its code."""

    grammar: Grammar
    equal: Callable[[Variable, str], str]
    unequal: Callable[[Variable, str], str]
    has: Callable[[Variable, str], str]
    answered: Callable[[Variable], str]
    negated: Callable[[str], str]
    ordered: Callable[[Variable, str, str], str]
    text: Callable[[str], str]
    true: str
    false: str
    numbers_quoted: bool
    empty_is_low: bool
    """True where an empty answer may count as 0, so that at_least and at_most must also ask for an answer."""


def plain(value: Literal) -> str:
    """A value without quotes; decimals never with an exponent."""
    return (
        f"{value:.15f}".rstrip("0").rstrip(".") + ("" if value % 1 else ".0")
        if isinstance(value, float)
        else str(value)
    )


def _concat(text: str) -> str:
    """A text in XPath 1.0, which has no way to write a quote inside quotes; `${` would be taken for a question."""
    if "${" not in text and "'" not in text:
        return f"'{text}'"
    if "${" not in text and '"' not in text:
        return f'"{text}"'
    pieces = re.findall(r"'+|\$+(?=\{)|[^'$]+|\$+", text)
    return "concat(" + ", ".join(f'"{piece}"' if "'" in piece else f"'{piece}'" for piece in pieces) + ")"


def _slashed(quote: str) -> Callable[[str], str]:
    return lambda text: quote + text.replace("\\", "\\\\").replace(quote, f"\\{quote}") + quote


XPATH = Dialect(
    Grammar(
        reference=r"\$\{\s*(?P<name>[\w.-]+)\s*\}",
        backslashes=False,
        selected=frozenset({"selected"}),
        sizes=frozenset({"count-selected", "string-length"}),
    ),
    equal=lambda variable, value: f"${{{variable.name}}} = {value}",
    unequal=lambda variable, value: f"${{{variable.name}}} != {value}",
    has=lambda variable, code: f"selected(${{{variable.name}}}, '{code}')",
    answered=lambda variable: f"${{{variable.name}}} != ''",
    negated=lambda inner: f"not({inner})",
    ordered=lambda variable, op, value: f"${{{variable.name}}} {op} {value}",
    text=_concat,
    true="true()",
    false="false()",
    numbers_quoted=False,
    empty_is_low=False,
)

REDCAP = Dialect(
    Grammar(
        reference=r"\[\s*(?P<name>\w+)\s*(?:\(\s*(?P<option>-?\w+)\s*\))?\s*\]",
        backslashes=True,
        sizes=frozenset({"sum"}),
    ),
    equal=lambda variable, value: f"[{variable.name}] = {value}",
    unequal=lambda variable, value: f"[{variable.name}] <> {value}",
    has=lambda variable, code: f"[{variable.name}({code})] = '1'",
    answered=lambda variable: (
        f"sum({', '.join(f'[{variable.name}({code})]' for code in variable.codes)}) > 0"
        if variable.many
        else f"[{variable.name}] <> ''"
    ),
    # Its `not` is not documented for every version; its `if` is.
    negated=lambda inner: f"if({inner}, 0, 1) = 1",
    ordered=lambda variable, op, value: f"[{variable.name}] {op} {value}",
    text=_slashed("'"),
    true="1 = 1",
    false="1 = 0",
    numbers_quoted=True,
    empty_is_low=True,
)

LIMESURVEY = Dialect(
    Grammar(
        reference=r"(?P<name>[A-Za-z][A-Za-z0-9]*)(?:_(?P<option>[A-Za-z0-9]+))?(?:\.(?:NAOK|code|value|shown))?(?![\w.]|\s*\()",
        backslashes=True,
        sizes=frozenset({"count", "strlen"}),
        empty=frozenset({"is_empty"}),
    ),
    equal=lambda variable, value: f"{variable.name}.NAOK == {value}",
    unequal=lambda variable, value: f"{variable.name}.NAOK != {value}",
    has=lambda variable, code: f'{variable.name}_{code}.NAOK == "Y"',
    answered=lambda variable: (
        f"count({', '.join(f'{variable.name}_{code}.NAOK' for code in variable.codes)}) > 0"
        if variable.many
        else f"!is_empty({variable.name}.NAOK)"
    ),
    negated=lambda inner: f"!({inner})",
    ordered=lambda variable, op, value: f"{variable.name}.NAOK {op} {value}",
    text=_slashed('"'),
    true="1 == 1",
    false="1 == 0",
    numbers_quoted=True,
    empty_is_low=True,
)

DIALECTS: Mapping[str, Dialect] = {"xpath": XPATH, "redcap": REDCAP, "limesurvey": LIMESURVEY}
