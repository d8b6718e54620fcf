"""When something is shown, as other tools write it: rule <-> expression text.

A rule becomes a small tree (`Term`), and a dialect is how that tree is spelled (`exchange.dialects`). Reading goes the
other way, through `exchange.expression_text`, and takes in much that people write by hand. Nothing is ever evaluated.

The meaning is that of `instruments.rules`: without an answer no comparison holds, not even `is_not`. So `is_not` is
spelled as answered-and-different, while a bare `a != 1`, which is true of an empty answer in all three tools, is read
as `not: is`. Where two rules would be spelled alike, the rarer one says `and true` or `or false` to its end.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from instruments.document import Value
from instruments.exchange.dialects import Dialect, Kind, Variable, plain
from instruments.exchange.expression_text import MAX_LENGTH, Literal, NotUnderstood, Term, parse
from instruments.model import Rule

__all__ = ["NotUnderstood", "read", "write"]


def write(rule: Rule, dialect: Dialect, variables: Mapping[str, Variable]) -> str:
    """The rule's expression. `variables`: item id -> variable.

    Raises KeyError for an item that is not there, ValueError for an expression too long to be read back.
    """
    text = _spelled(_term(rule, dialect, variables), dialect, variables)
    if len(text) > MAX_LENGTH:
        raise ValueError(f"a rule is longer than {MAX_LENGTH} characters as an expression: {text[:60]}...")
    return text


def read(text: str, dialect: Dialect, variables: Mapping[str, Variable]) -> dict[str, Value] | None:
    """The rule as plain data; None for an expression that always holds. `variables`: name in the file -> variable.

    Raises NotUnderstood with a sentence for whoever wrote the expression.
    """
    term = _resolved(parse(text, dialect.grammar), variables)
    return None if term.op == "true" else _rule(term, variables)


# Rule -> term


def _term(rule: Rule, dialect: Dialect, variables: Mapping[str, Variable]) -> Term:
    if rule.op == "not":
        return Term("not", (_term(rule.rules[0], dialect, variables),))
    if rule.op in _JOINED:
        return _joined(rule, dialect, variables)
    variable = variables[rule.item or ""]
    answered = Term("answered", name=variable.name)
    if rule.op == "answered":
        return answered
    if rule.op == "any_of":
        return Term("or", tuple(_equal(variable, value) for value in _padded(rule.value)))
    value = rule.value if isinstance(rule.value, int | float | str) else ""
    if rule.op == "is":
        return _equal(variable, value)
    if rule.op == "is_not":
        different = Term("!=", name=variable.name, value=_spelling(variable, value))
        return Term(
            "and",
            (answered, Term("not", (_equal(variable, value),)) if variable.codes and variable.many else different),
        )
    ordered = Term(_ORDERINGS[rule.op], name=variable.name, value=value)
    return Term("and", (answered, ordered)) if dialect.empty_is_low else ordered


_JOINED = {"all": ("and", Term("true")), "any": ("or", Term("false"))}
_ORDERINGS = {"at_least": ">=", "at_most": "<="}


def _joined(rule: Rule, dialect: Dialect, variables: Mapping[str, Variable]) -> Term:
    """Several rules as one term, marked at its end where it would otherwise be read as something shorter."""
    op, mark = _JOINED[rule.op]
    parts = tuple(_term(part, dialect, variables) for part in rule.rules)
    term = Term(op, parts)
    by_name = {variable.name: variable for variable in variables.values()}
    short = len(parts) < 2 or _rule(term, by_name).get("op") != rule.op
    return Term(op, (*parts, mark)) if short else term


def _padded(value: object) -> Sequence[Literal]:
    """The values of any_of. A single value stands one time more, which tells it from `is`."""
    values: Sequence[Literal] = value if isinstance(value, tuple) else ()
    return [*values, values[0]] if len(set(values)) == 1 else values


def _equal(variable: Variable, value: Literal) -> Term:
    return Term("has" if variable.many else "=", name=variable.name, value=_spelling(variable, value))


def _spelling(variable: Variable, value: Literal) -> Literal:
    return variable.code(value) if variable.kind in (Kind.ONE, Kind.MANY) else value


# Term -> text


def _spelled(term: Term, dialect: Dialect, variables: Mapping[str, Variable]) -> str:
    if term.op in ("and", "or"):
        return f" {term.op} ".join(_bracketed(part, dialect, variables) for part in term.parts)
    if term.op == "not":
        return dialect.negated(_spelled(term.parts[0], dialect, variables))
    if term.op in ("true", "false"):
        return dialect.true if term.op == "true" else dialect.false
    variable = next(one for one in variables.values() if one.name == term.name)
    if term.op == "answered":
        return dialect.answered(variable)
    if term.op == "has":
        return dialect.has(variable, str(term.value))
    if term.op in ("=", "!="):
        compare = dialect.equal if term.op == "=" else dialect.unequal
        return compare(variable, _operand(term.value, dialect))
    return dialect.ordered(variable, term.op, plain(term.value if term.value is not None else ""))


def _bracketed(term: Term, dialect: Dialect, variables: Mapping[str, Variable]) -> str:
    text = _spelled(term, dialect, variables)
    return f"({text})" if term.op in ("and", "or") else text


def _operand(value: Literal | None, dialect: Dialect) -> str:
    if isinstance(value, str) or dialect.numbers_quoted:
        return dialect.text(plain(value if value is not None else ""))
    return plain(value if value is not None else "")


# Term -> rule, as plain data

Data = dict[str, Value]
_CHOSEN = frozenset({"1", "Y", "1.0"})
_NOT_CHOSEN = frozenset({"0", "N", ""})


def _resolved(term: Term, variables: Mapping[str, Variable]) -> Term:
    """The same term with every `name_option` known for what it is: a name of its own, or one option of several."""
    if term.op == "empty":
        return Term("not", (_resolved(replace(term, op="answered"), variables),))
    if term.op == "not" and term.parts[0].op == "empty":
        return _resolved(replace(term.parts[0], op="answered"), variables)
    if term.parts:
        return replace(term, parts=tuple(_resolved(part, variables) for part in term.parts))
    if term.option is None:
        return term
    joined = f"{term.name}_{term.option}"
    if joined in variables or term.op not in ("answered", "=", "!="):
        return replace(term, name=joined, option=None)
    has = Term("has", name=term.name, value=term.option)
    if term.op == "answered":
        return has
    if str(term.value) not in _CHOSEN | _NOT_CHOSEN:
        raise NotUnderstood(f"an option of {term.name} is either chosen or not, and is compared with {term.value!r}")
    return has if (str(term.value) in _CHOSEN) == (term.op == "=") else Term("not", (has,))


def _rule(term: Term, variables: Mapping[str, Variable]) -> Data:
    if term.op in ("and", "or"):
        return _joined_rule(term, variables)
    if term.op == "not":
        return _not(_rule(term.parts[0], variables))
    if term.op in ("true", "false"):
        raise NotUnderstood(f"'{term.op}' stands for something that is always so")
    variable = variables.get(term.name) or Variable(term.name, term.name, Kind.NUMBER)
    if term.op == "answered" or term.value is None:
        return {"op": "answered", "item": variable.item}
    if term.op in ("=", "has"):
        return {"op": "is", "item": variable.item, "value": _value(variable, term.value)}
    if term.op == "!=":
        return _not({"op": "is", "item": variable.item, "value": _value(variable, term.value)})
    return _ordering(term.op, variable, _number(term.value))


def _not(rule: Data) -> Data:
    return {"op": "not", "rules": [rule]}


def _joined_rule(term: Term, variables: Mapping[str, Variable]) -> Data:
    op = "all" if term.op == "and" else "any"
    parts = term.parts
    if parts[-1] == (Term("true") if op == "all" else Term("false")):
        return {"op": op, "rules": [_rule(part, variables) for part in parts[:-1]]}
    short = _answered_and(parts, variables) if op == "all" else _any_of(parts, variables)
    return short or {"op": op, "rules": [_rule(part, variables) for part in parts]}


def _answered_and(parts: Sequence[Term], variables: Mapping[str, Variable]) -> Data | None:
    """`a is answered and a differs from 1` -> is_not; the same before an ordering adds nothing to it."""
    if len(parts) != 2 or parts[0].op != "answered":
        return None
    second = parts[1].parts[0] if parts[1].op == "not" and parts[1].parts[0].op == "has" else parts[1]
    if second.name != parts[0].name or second.op not in ("!=", "has", ">=", "<="):
        return None
    if second.op in (">=", "<="):
        return _rule(second, variables)
    if second.op == "has" and second is parts[1]:
        return None
    variable = variables.get(second.name) or Variable(second.name, second.name, Kind.NUMBER)
    return {
        "op": "is_not",
        "item": variable.item,
        "value": _value(variable, second.value if second.value is not None else ""),
    }


def _any_of(parts: Sequence[Term], variables: Mapping[str, Variable]) -> Data | None:
    """`a = 1 or a = 2` -> any_of."""
    if len({part.name for part in parts}) != 1 or any(part.op not in ("=", "has") for part in parts):
        return None
    found = [_rule(part, variables) for part in parts]
    values: list[Value] = [rule["value"] for rule in found]
    single = all(value == values[0] for value in values)
    return {"op": "any_of", "item": found[0]["item"], "value": values[1:] if single and len(values) > 1 else values}


def _ordering(op: str, variable: Variable, value: int | float) -> Data:
    if op in (">=", "<="):
        return {"op": "at_least" if op == ">=" else "at_most", "item": variable.item, "value": value}
    if variable.kind is not Kind.NUMBER:
        whole = math.floor(value) + 1 if op == ">" else math.ceil(value) - 1
        return _ordering(">=" if op == ">" else "<=", variable, whole)
    # More than 3 may be 3.5: answered, and not at most 3.
    opposite = _ordering("<=" if op == ">" else ">=", variable, value)
    return {"op": "all", "rules": [{"op": "answered", "item": variable.item}, _not(opposite)]}


_WHOLE = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,15}\.[0-9]{1,15}")


def _value(variable: Variable, written: Literal) -> Literal:
    """A value as the item is answered with. What nobody can answer stays as written: the checker tells of it."""
    if variable.kind is Kind.TEXT:
        return plain(written)
    if plain(written) in variable.codes:
        return variable.codes[plain(written)]
    try:
        return _number(written)
    except NotUnderstood:
        return written


def _number(written: Literal) -> int | float:
    if not isinstance(written, str):
        return written
    if _WHOLE.fullmatch(written.strip()):
        return int(written)
    if _DECIMAL.fullmatch(written.strip()):
        return float(written)
    raise NotUnderstood(f"{written!r} is not a number")
