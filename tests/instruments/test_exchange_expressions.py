"""Rules as expressions of three other tools: the same rule comes back, and the expression means what the rule means."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from instruments.exchange.dialects import DIALECTS, LIMESURVEY, REDCAP, XPATH, Dialect, Kind, Variable
from instruments.exchange.expression_text import MAX_DEPTH, MAX_LENGTH
from instruments.exchange.expressions import NotUnderstood, read, write
from instruments.model import Answer, Rule
from instruments.rules import holds

CODES = {"1": 1, "2": 2, "9": 9}
ONE = Variable("K01", "K01", Kind.ONE, CODES)
MANY = Variable("M02", "M02", Kind.MANY, CODES)
WHOLE = Variable("S03", "S03", Kind.WHOLE)
NUMBER = Variable("N04", "N04", Kind.NUMBER)
TEXT = Variable("T05", "T05", Kind.TEXT)
VARIABLES = {one.item: one for one in (ONE, MANY, WHOLE, NUMBER, TEXT)}

words = st.sampled_from(["x", "it's", 'say "no"', "both ' and \"", "${K01}", "a\\", "[K01]", "åäö", "1"])
numbers = st.one_of(st.integers(-5, 5), st.sampled_from([0.5, 2.0, -1.25]))


def comparison(variable: Variable) -> st.SearchStrategy[Rule]:
    values: st.SearchStrategy[Any] = {
        Kind.ONE: st.sampled_from([1, 2, 9]),
        Kind.MANY: st.sampled_from([1, 2, 9]),
        Kind.WHOLE: st.integers(-5, 5),
        Kind.NUMBER: numbers,
        Kind.TEXT: words,
    }[variable.kind]
    ordered = variable.kind in (Kind.ONE, Kind.WHOLE, Kind.NUMBER)
    kinds: list[st.SearchStrategy[Rule]] = [
        st.just(Rule(op="answered", item=variable.item)),
        st.builds(Rule, op=st.sampled_from(["is", "is_not"]), item=st.just(variable.item), value=values),
        st.builds(
            Rule,
            op=st.just("any_of"),
            item=st.just(variable.item),
            value=st.lists(
                st.sampled_from([1, 2, 9]) if variable.codes else st.integers(-3, 3), min_size=1, unique=True
            ).map(tuple),
        )
        if variable.kind is not Kind.TEXT
        else st.nothing(),
        st.builds(Rule, op=st.sampled_from(["at_least", "at_most"]), item=st.just(variable.item), value=values)
        if ordered
        else st.nothing(),
    ]
    return st.one_of(*kinds)


plain_rules = st.sampled_from(list(VARIABLES.values())).flatmap(comparison)
rules = st.recursive(
    plain_rules,
    lambda inner: st.one_of(
        st.builds(Rule, op=st.sampled_from(["all", "any"]), rules=st.lists(inner, min_size=1, max_size=3).map(tuple)),
        st.builds(Rule, op=st.just("not"), rules=inner.map(lambda one: (one,))),
    ),
    max_leaves=8,
)
answers = st.fixed_dictionaries(
    {
        "K01": st.sampled_from([None, 1, 2, 9]),
        "M02": st.sampled_from([None, (), (1,), (2, 9), (1, 2, 9)]),
        "S03": st.one_of(st.none(), st.integers(-6, 6)),
        "N04": st.one_of(st.none(), numbers),
        "T05": st.one_of(st.none(), st.just(""), words),
    }
)


def as_data(rule: Rule) -> Any:
    return rule.model_dump(mode="json", exclude_defaults=True)


@pytest.mark.parametrize("name", DIALECTS)
@given(rules)
@settings(max_examples=150, deadline=None)
def test_every_rule_comes_back_as_it_was(name: str, rule: Rule) -> None:
    text = write(rule, DIALECTS[name], VARIABLES)
    found = read(text, DIALECTS[name], VARIABLES)
    assert Rule.model_validate(found) == rule, text


# XForms: the expression is evaluated by libxml2, over a document that holds the answers as a form would.


def xpath_holds(text: str, given: Mapping[str, Answer]) -> bool:
    form = etree.Element("data")
    for name, answer in given.items():
        etree.SubElement(form, name).text = " ".join(map(str, answer)) if isinstance(answer, tuple) else _said(answer)
    evaluate = etree.XPathEvaluator(
        form,
        extensions={(None, "selected"): lambda _, nodes, code: code in (nodes[0].text or "").split()},
    )
    return bool(evaluate(re.sub(r"\$\{(\w+)\}", r"/data/\1", text)))


def _said(answer: Answer) -> str:
    return "" if answer is None else str(answer)


@given(rules, answers)
@settings(max_examples=300, deadline=None)
def test_an_xpath_expression_means_what_the_rule_means(rule: Rule, given: dict[str, Answer]) -> None:
    text = write(rule, XPATH, VARIABLES)
    assert xpath_holds(text, given) is holds(rule, given), text


# REDCap and LimeSurvey: an evaluator of its own, as lax with empty answers as JavaScript is.

TOKENS = re.compile(
    r"""\s*(\[\w+(?:\(-?\w+\))?\]|[A-Z]\d\d(?:_\w+)?\.NAOK|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|<>|!=|==|<=|>=|[=<>!(),]|\w+)"""
)


class Evaluator:
    def __init__(self, text: str, given: Mapping[str, Answer]) -> None:
        self.tokens: list[str] = []
        position = 0
        while position < len(text):
            found = TOKENS.match(text, position)
            assert found, text[position:]
            self.tokens.append(found[1])
            position = found.end()
        self.given = given

    def take(self) -> str:
        return self.tokens.pop(0)

    def whole(self) -> bool:
        value = self.joined()
        assert not self.tokens
        return bool(value)

    def joined(self) -> Any:
        value = self.both()
        while self.tokens and self.tokens[0] == "or":
            self.take()
            right = self.both()
            value = value or right
        return value

    def both(self) -> Any:
        value = self.compared()
        while self.tokens and self.tokens[0] == "and":
            self.take()
            right = self.compared()
            value = value and right
        return value

    def compared(self) -> Any:
        left = self.operand()
        if not self.tokens or self.tokens[0] not in ("=", "==", "!=", "<>", "<=", ">=", ">", "<"):
            return left
        op = self.take()
        right = self.operand()
        if op in ("=", "==", "!=", "<>"):
            same = self.same(left, right)
            return same if op in ("=", "==") else not same
        low, high = self.number(left), self.number(right)
        return {"<=": low <= high, ">=": low >= high, ">": low > high, "<": low < high}[op]

    def same(self, left: Any, right: Any) -> bool:
        try:
            return float(left) == float(right)
        except ValueError:
            return str(left) == str(right)

    def number(self, value: Any) -> float:
        return 0.0 if value == "" else float(value)

    def operand(self) -> Any:
        word = self.take()
        if word == "(":
            value = self.joined()
            assert self.take() == ")"
            return value
        if word == "!":
            return not self.operand()
        if word in ("if", "sum", "count", "is_empty"):
            return self.function(word)
        if word[0] in "\"'":
            return re.sub(r"\\(.)", r"\1", word[1:-1])
        if word[0] == "[" or word.endswith(".NAOK"):
            return self.answer(word)
        return word

    def function(self, name: str) -> Any:
        assert self.take() == "("
        given = [self.joined()]
        while self.tokens[0] == ",":
            self.take()
            given.append(self.joined())
        assert self.take() == ")"
        if name == "if":
            return given[1] if given[0] else given[2]
        if name == "is_empty":
            return given[0] == ""
        return str(sum(1 for one in given if one in ("1", "Y")))

    def answer(self, token: str) -> str:
        option = re.fullmatch(r"\[(\w+)\((-?\w+)\)\]|(\w+?)_(\w+)\.NAOK", token)
        if option:
            name, code = (option[1], option[2]) if option[1] else (option[3], option[4])
            chosen = self.given[name]
            assert chosen is None or isinstance(chosen, tuple)
            yes, no = ("1", "0") if option[1] else ("Y", "")
            return yes if int(code) in (chosen or ()) else no
        return _said(self.given[token.strip("[]").removesuffix(".NAOK")])


@pytest.mark.parametrize("dialect", [REDCAP, LIMESURVEY], ids=["redcap", "limesurvey"])
@given(rules, answers)
@settings(max_examples=200, deadline=None)
def test_the_other_expressions_mean_what_the_rule_means(dialect: Dialect, rule: Rule, given: dict[str, Answer]) -> None:
    text = write(rule, dialect, VARIABLES)
    assert Evaluator(text, given).whole() is holds(rule, given), text


WRITTEN: list[tuple[str, Rule, str]] = [
    ("xpath", Rule(op="is", item="K01", value=1), "${K01} = '1'"),
    ("xpath", Rule(op="is_not", item="K01", value=1), "${K01} != '' and ${K01} != '1'"),
    ("xpath", Rule(op="is", item="M02", value=2), "selected(${M02}, '2')"),
    ("xpath", Rule(op="any_of", item="K01", value=(1, 2)), "${K01} = '1' or ${K01} = '2'"),
    ("xpath", Rule(op="at_least", item="S03", value=3), "${S03} >= 3"),
    ("redcap", Rule(op="is", item="K01", value=1), "[K01] = '1'"),
    ("redcap", Rule(op="is", item="M02", value=2), "[M02(2)] = '1'"),
    ("redcap", Rule(op="is_not", item="K01", value=1), "[K01] <> '' and [K01] <> '1'"),
    ("redcap", Rule(op="answered", item="M02"), "sum([M02(1)], [M02(2)], [M02(9)]) > 0"),
    ("redcap", Rule(op="at_least", item="S03", value=3), "[S03] <> '' and [S03] >= 3"),
    ("limesurvey", Rule(op="is", item="K01", value=1), 'K01.NAOK == "1"'),
    ("limesurvey", Rule(op="answered", item="K01"), "!is_empty(K01.NAOK)"),
    ("limesurvey", Rule(op="is", item="M02", value=2), 'M02_2.NAOK == "Y"'),
]


@pytest.mark.parametrize(("name", "rule", "text"), WRITTEN)
def test_what_is_written(name: str, rule: Rule, text: str) -> None:
    assert write(rule, DIALECTS[name], VARIABLES) == text


def test_a_rule_that_nobody_could_read_back_is_not_written() -> None:
    many = Rule(op="any_of", item="N04", value=tuple(range(5000)))
    with pytest.raises(ValueError, match="longer than"):
        write(many, XPATH, VARIABLES)


IS = {"op": "is", "item": "K01", "value": 1}
BY_HAND: list[tuple[str, str, Any]] = [
    ("xpath", "${K01}=1", IS),
    ("xpath", '"1" = ${K01}', IS),
    ("xpath", "((${K01} = '1'))", IS),
    ("xpath", "selected(${K01}, '1')", IS),
    ("xpath", "${K01} != 1", {"op": "not", "rules": [IS]}),
    ("xpath", "not(${K01} = 1)", {"op": "not", "rules": [IS]}),
    ("xpath", "${K01} = ''", {"op": "not", "rules": [{"op": "answered", "item": "K01"}]}),
    ("xpath", "count-selected(${M02}) >= 1", {"op": "answered", "item": "M02"}),
    ("xpath", "string-length(${T05}) > 0", {"op": "answered", "item": "T05"}),
    ("xpath", "${S03} > 3", {"op": "at_least", "item": "S03", "value": 4}),
    ("xpath", "${S03} < 2.5", {"op": "at_most", "item": "S03", "value": 2}),
    (
        "xpath",
        "${N04} > 3",
        {
            "op": "all",
            "rules": [
                {"op": "answered", "item": "N04"},
                {"op": "not", "rules": [{"op": "at_most", "item": "N04", "value": 3}]},
            ],
        },
    ),
    (
        "xpath",
        "${K01} = '1' or ${S03} > 3",
        {"op": "any", "rules": [IS, {"op": "at_least", "item": "S03", "value": 4}]},
    ),
    ("xpath", "true()", None),
    ("redcap", '[K01]="1"', IS),
    ("redcap", "[K01] = 1 AND [M02(2)] = 1", {"op": "all", "rules": [IS, {"op": "is", "item": "M02", "value": 2}]}),
    ("redcap", "[M02(2)] = '0'", {"op": "not", "rules": [{"op": "is", "item": "M02", "value": 2}]}),
    ("redcap", "not([K01] = '1')", {"op": "not", "rules": [IS]}),
    ("redcap", "[K01] != '1'", {"op": "not", "rules": [IS]}),
    ("limesurvey", '((K01.NAOK == "1"))', IS),
    ("limesurvey", "K01 eq 1", IS),
    (
        "limesurvey",
        '! is_empty(K01) && M02_9 == "Y"',
        {"op": "all", "rules": [{"op": "answered", "item": "K01"}, {"op": "is", "item": "M02", "value": 9}]},
    ),
    ("limesurvey", "is_empty(M02_9.NAOK)", {"op": "not", "rules": [{"op": "is", "item": "M02", "value": 9}]}),
    ("limesurvey", "1", None),
]


@pytest.mark.parametrize(("name", "text", "rule"), BY_HAND)
def test_what_people_write_by_hand_is_read(name: str, text: str, rule: Any) -> None:
    assert read(text, DIALECTS[name], VARIABLES) == rule


REFUSED: list[tuple[str, str, str]] = [
    ("xpath", "", "breaks off"),
    ("xpath", "${K01} = ", "breaks off"),
    ("xpath", "${K01} = ${S03}", "written out"),
    ("xpath", "${S03} + 1 = 2", "known here"),
    ("xpath", "pulldata('a', 'b', 'c', ${K01}) = 1", "not understood"),
    ("xpath", "${K01}", "compared with nothing"),
    ("xpath", "${K01} = 1)", "should end"),
    ("xpath", "(${K01} = 1", "breaks off"),
    ("xpath", "today() > '2026-01-01'", "stands where a value should"),
    ("xpath", "__import__('os')", "known here"),
    ("xpath", "'x' = 'x'", "two values"),
    ("redcap", "[baseline][K01] = '1'", "elsewhere"),
    ("redcap", "datediff([K01], 'today', 'd') > 3", "not understood"),
    ("redcap", "[M02(1)] = '5'", "either chosen or not"),
    ("limesurvey", "sum(K01.NAOK, S03.NAOK) > 3", "not understood"),
    ("xpath", "(" * (MAX_DEPTH + 5) + "${K01} = 1" + ")" * (MAX_DEPTH + 5), "levels deep"),
    ("limesurvey", "!" * 5000 + "is_empty(K01)", "levels deep"),
    ("xpath", "${S03} = " + "9" * 500, "too long"),
    ("xpath", "x" * (MAX_LENGTH + 1), "longer than"),
]


@pytest.mark.parametrize(("name", "text", "said"), REFUSED, ids=[text[:20] for _, text, _ in REFUSED])
def test_what_is_no_rule_is_refused_with_a_reason(name: str, text: str, said: str) -> None:
    with pytest.raises(NotUnderstood, match=said):
        read(text, DIALECTS[name], VARIABLES)


@given(st.sampled_from(sorted(DIALECTS)), st.text(alphabet="${}[]()=!<>&|'\"\\ .,0123andorKMNAOK_", max_size=60))
@settings(max_examples=500, deadline=None)
def test_any_text_is_read_or_refused(name: str, text: str) -> None:
    with contextlib.suppress(NotUnderstood):
        read(text, DIALECTS[name], VARIABLES)
