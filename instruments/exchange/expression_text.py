"""Expression text -> a small tree. One tokenizer and one parser for three tools; what differs is a table.

Everything is capped (length, tokens, depth), and every refusal is a sentence for whoever wrote the expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_LENGTH = 20_000
MAX_DEPTH = 40

Literal = int | float | str


class NotUnderstood(ValueError):
    """An expression that has no rule here; the message says which part."""


@dataclass(frozen=True)
class Term:
    """`op`: and, or, not (over `parts`); true, false; of a variable: answered, empty, has, =, !=, <, <=, >, >=.

    `option`: the part of the name that may be one option of several, or may belong to the name.
    """

    op: str
    parts: tuple[Term, ...] = ()
    name: str = ""
    value: Literal | None = None
    option: str | None = None


@dataclass(frozen=True)
class Grammar:
    """What differs between the tools. `reference`: a pattern with the group `name`, and perhaps `option`."""

    reference: str
    backslashes: bool
    selected: frozenset[str] = frozenset()
    """Functions of a reference and a code: whether it was chosen."""
    sizes: frozenset[str] = frozenset()
    """Functions that are more than 0 if something is answered."""
    empty: frozenset[str] = frozenset()
    """Functions that hold if nothing is answered."""


_OPERATORS: Mapping[str, str] = MappingProxyType(
    {"=": "=", "==": "=", "eq": "=", "!=": "!=", "<>": "!=", "ne": "!=", ">": ">", "gt": ">", ">=": ">=", "ge": ">="}
    | {"<": "<", "lt": "<", "<=": "<=", "le": "<="}
)
_MIRRORED: Mapping[str, str] = MappingProxyType({"=": "=", "!=": "!=", ">": "<", ">=": "<=", "<": ">", "<=": ">="})
_JOINS: Mapping[str, str] = MappingProxyType({"and": "and", "&&": "and", "or": "or", "||": "or"})
_REST = (
    r"|(?P<number>-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+))"
    r"|(?P<operator>==|!=|<>|<=|>=|=|<|>|&&|\|\||!)"
    r"|(?P<word>[A-Za-z][A-Za-z0-9_-]*)"
    r"|(?P<mark>[(),])"
)
_PLAIN_TEXT = r"|(?P<text>\"[^\"]*\"|'[^']*')"
_SLASHED_TEXT = r"|(?P<text>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
_WORDS = frozenset({"and", "or", "not", "true", "false", "eq", "ne", "lt", "le", "gt", "ge"})


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    name: str = ""
    option: str | None = None


def parse(text: str, grammar: Grammar) -> Term:
    """The whole expression. Raises NotUnderstood."""
    if len(text) > MAX_LENGTH:
        raise NotUnderstood(f"it is longer than {MAX_LENGTH} characters")
    parser = _Parser(_tokens(text, grammar), grammar)
    term = parser.either(0)
    if parser.next is not None:
        raise NotUnderstood(f"{parser.next.text!r} stands where the expression should end")
    return term


def _tokens(text: str, grammar: Grammar) -> list[_Token]:
    texts = _SLASHED_TEXT if grammar.backslashes else _PLAIN_TEXT
    pattern = re.compile(rf"\s*(?:(?P<reference>{grammar.reference}){texts}{_REST})", re.DOTALL)
    found: list[_Token] = []
    position = 0
    end = len(text.rstrip())
    while position < end:
        match = pattern.match(text, position)
        if match is None:
            raise NotUnderstood(f"{text[position : position + 20].strip()!r} is nothing that is known here")
        found.append(_token(match, grammar))
        position = match.end()
    return found


def _token(match: re.Match[str], grammar: Grammar) -> _Token:
    groups = match.groupdict()
    if groups["reference"] is not None:
        if groups["reference"].lower() in _WORDS:
            return _Token("word", groups["reference"].lower())
        return _Token("reference", groups["reference"], groups["name"], groups.get("option"))
    kind, written = next((kind, part) for kind, part in groups.items() if part is not None)
    if kind == "text":
        inner = written[1:-1]
        return _Token(kind, re.sub(r"\\(.)", r"\1", inner, flags=re.DOTALL) if grammar.backslashes else inner)
    if kind == "word":
        return _Token(kind, written.lower() if written.lower() in _WORDS else written)
    return _Token(kind, written)


@dataclass(frozen=True)
class _Operand:
    """One side of a comparison: a variable (perhaps one option of it), a literal, a size of it, or a finished term."""

    kind: str
    name: str = ""
    option: str | None = None
    value: Literal | None = None
    term: Term | None = None
    inverted: bool = False


class _Parser:
    """Descends once, from `or` to a single comparison; never goes back over a token."""

    def __init__(self, tokens: list[_Token], grammar: Grammar) -> None:
        self._tokens = tokens
        self._at = 0
        self._grammar = grammar

    @property
    def next(self) -> _Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _take(self) -> _Token:
        token = self.next
        if token is None:
            raise NotUnderstood("it breaks off")
        self._at += 1
        return token

    def _expect(self, mark: str) -> None:
        token = self._take()
        if token.kind != "mark" or token.text != mark:
            raise NotUnderstood(f"{token.text!r} stands where {mark!r} should")

    def _sees(self, *texts: str) -> bool:
        token = self.next
        return token is not None and token.kind in ("mark", "word", "operator") and token.text in texts

    def either(self, depth: int) -> Term:
        return self._joined("or", depth)

    def _joined(self, op: str, depth: int) -> Term:
        if depth > MAX_DEPTH:
            raise NotUnderstood(f"it is more than {MAX_DEPTH} levels deep")
        parts = [self._part(op, depth)]
        while (token := self.next) is not None and token.kind != "text" and _JOINS.get(token.text) == op:
            self._at += 1
            parts.append(self._part(op, depth))
        return parts[0] if len(parts) == 1 else Term(op, tuple(parts))

    def _part(self, op: str, depth: int) -> Term:
        return self._joined("and", depth) if op == "or" else self._comparison(depth)

    def _comparison(self, depth: int) -> Term:
        left = self._operand(depth + 1)
        token = self.next
        if token is None or token.kind not in ("operator", "word") or token.text not in _OPERATORS:
            return _alone(left)
        self._at += 1
        right = self._operand(depth + 1)
        op = _OPERATORS[token.text]
        if left.kind == "literal" and right.kind != "literal":
            left, right, op = right, left, _MIRRORED[op]
        return _compared(left, op, right)

    def _operand(self, depth: int) -> _Operand:
        if depth > MAX_DEPTH:
            raise NotUnderstood(f"it is more than {MAX_DEPTH} levels deep")
        token = self._take()
        if token.kind == "reference":
            if self.next is not None and self.next.kind == "reference":
                raise NotUnderstood(f"{token.text}{self.next.text}: an answer from elsewhere cannot be looked at")
            return _Operand("variable", token.name, token.option)
        if token.kind == "text":
            return _Operand("literal", value=token.text)
        if token.kind == "number":
            return _Operand("literal", value=_number(token.text))
        if token.kind == "operator" and token.text == "!":
            return _Operand("term", term=Term("not", (_alone(self._operand(depth + 1)),)))
        if token.kind == "mark" and token.text == "(":
            term = self.either(depth + 1)
            self._expect(")")
            return _Operand("term", term=term)
        if token.kind == "word":
            return self._word(token.text, depth)
        raise NotUnderstood(f"{token.text!r} stands where a value should")

    def _word(self, word: str, depth: int) -> _Operand:
        if word in ("true", "false"):
            if self._sees("("):
                self._take()
                self._expect(")")
            return _Operand("term", term=Term(word))
        if not self._sees("("):
            if word == "not":
                return _Operand("term", term=Term("not", (self._comparison(depth + 1),)))
            raise NotUnderstood(f"{word!r} is nothing that is known here")
        self._take()
        return self._function(word, depth)

    def _function(self, name: str, depth: int) -> _Operand:
        if name == "not":
            inner = self.either(depth + 1)
            self._expect(")")
            return _Operand("term", term=Term("not", (inner,)))
        if name == "if":
            return self._choice(depth)
        given = [self._operand(depth + 1)]
        while self._sees(","):
            self._take()
            given.append(self._operand(depth + 1))
        self._expect(")")
        return _called(name, given, self._grammar)

    def _choice(self, depth: int) -> _Operand:
        """`if(x, 0, 1)`: as much as not x where it is compared with 1. `if(x, 1, 0)` is x."""
        inner = self.either(depth + 1)
        outcomes = []
        for _ in range(2):
            self._expect(",")
            outcomes.append(str(self._operand(depth + 1).value))
        self._expect(")")
        if sorted(outcomes) != ["0", "1"]:
            raise NotUnderstood("'if' is read only as if(..., 0, 1) and if(..., 1, 0)")
        return _Operand("choice", term=inner, inverted=outcomes[0] == "0")


def _number(text: str) -> int | float:
    if len(text) > 20:
        raise NotUnderstood(f"the number {text[:20]}... is too long")
    return float(text) if "." in text else int(text)


def _alone(operand: _Operand) -> Term:
    """An operand with nothing to be compared with: only what is itself true or false can stand so."""
    if operand.term is not None and operand.kind == "term":
        return operand.term
    if operand.kind == "literal" and operand.value in (0, 1):
        return Term("true" if operand.value == 1 else "false")
    said = operand.name or operand.value or "this"
    raise NotUnderstood(f"{said!r} is compared with nothing")


def _called(name: str, given: list[_Operand], grammar: Grammar) -> _Operand:
    first = given[0]
    option = first.option if len(given) == 1 else None
    if name == "concat" and all(isinstance(part.value, str) for part in given):
        return _Operand("literal", value="".join(str(part.value) for part in given))
    if first.kind != "variable":
        raise NotUnderstood(f"{name}() is not understood with what it is given here")
    if name in grammar.selected and len(given) == 2 and given[1].kind == "literal":
        return _Operand("term", term=Term("has", name=first.name, value=given[1].value))
    if name in grammar.sizes and all(one.kind == "variable" and one.name == first.name for one in given):
        return _Operand("size", first.name, option)
    if name in grammar.empty and len(given) == 1:
        return _Operand("term", term=Term("empty", name=first.name, option=option))
    raise NotUnderstood(f"the function {name}() is not understood")


def _compared(left: _Operand, op: str, right: _Operand) -> Term:
    value = right.value
    if right.kind != "literal" or value is None:
        raise NotUnderstood("an answer can be compared only with a value that is written out")
    if left.kind == "literal":
        if left.value == 1 and op == "=" and value in (0, 1):
            return Term("true" if value == 1 else "false")
        raise NotUnderstood("two values are compared with each other")
    if left.kind == "choice" and left.term is not None and op == "=" and str(value) == "1":
        return Term("not", (left.term,)) if left.inverted else left.term
    if left.kind == "size":
        return _size(Term("answered", name=left.name, option=left.option), op, value)
    if left.kind != "variable":
        raise NotUnderstood(f"something that is already true or false is compared with {value!r}")
    if value == "" and op in ("=", "!="):
        answered = Term("answered", name=left.name, option=left.option)
        return answered if op == "!=" else Term("not", (answered,))
    return Term(op, name=left.name, value=value, option=left.option)


def _size(answered: Term, op: str, value: Literal) -> Term:
    if (op, str(value)) in ((">", "0"), (">=", "1"), ("!=", "0")):
        return answered
    if (op, str(value)) in (("=", "0"), ("<", "1")):
        return Term("not", (answered,))
    raise NotUnderstood("how many were chosen can only be compared with 0")
