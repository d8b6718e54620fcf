"""Rules as FHIR's enableWhen and back.

enableWhen is one row of comparisons under one all or any. What fits no row (an `any` within an `all`, a `not`) is
written as FHIRPath in the published enableWhenExpression, which excludes enableWhen. FHIR's != holds where nothing is
answered and ours does not: `is_not` is written as exists and !=.

FHIR R4B, Questionnaire.item.enableWhen; Structured Data Capture 3.0, enableWhenExpression.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from instruments.document import Value
from instruments.exchange.fhir_extensions import ENABLE_EXPRESSION, Node, own
from instruments.model import Instrument, ItemType, Rule

Row = list[dict[str, Value]]
_OPERATORS = {"is": "=", "any_of": "=", "at_least": ">=", "at_most": "<="}
Coded = Callable[[str], str]
"""Item -> system of its codings."""


def enable_when(instrument: Instrument, rule: Rule, system: Coded) -> dict[str, Value]:
    """The fields of an item with this rule. A rule that does not read back as it is stands in an extension too."""
    every, some = _row(instrument, rule, "all", system), _row(instrument, rule, "any", system)
    row = every or some
    said: Value = rule.model_dump(mode="json", exclude_defaults=True)
    if row is None:
        expression: Value = {"language": "text/fhirpath", "expression": _path(instrument, rule)}
        return {"extension": [{"url": ENABLE_EXPRESSION, "valueExpression": expression}, *own({"visible_if": said})]}
    behaviour = "all" if every else "any"
    fields: dict[str, Value] = {"enableWhen": [*row], **({"enableBehavior": behaviour} if len(row) > 1 else {})}
    back = rule_of(row, behaviour, lambda condition: _answer_back(condition))
    return fields if back == said else {**fields, "extension": own({"visible_if": said})}


def _row(instrument: Instrument, rule: Rule, behaviour: str, system: Coded) -> Row | None:
    """The comparisons that together, under one behaviour, say the rule; None if they cannot."""
    if rule.op == behaviour:
        rows = [_row(instrument, part, behaviour, system) for part in rule.rules]
        return None if any(row is None for row in rows) else [one for row in rows for one in row or ()]
    if rule.op in ("all", "any") and len(rule.rules) == 1:
        return _row(instrument, rule.rules[0], behaviour, system)
    if rule.op == "answered":
        return [_exists(rule, True)]
    if rule.op == "not" and len(rule.rules) == 1 and rule.rules[0].op == "answered":
        return [_exists(rule.rules[0], False)]
    if rule.op == "is_not" and behaviour == "all":
        return [_exists(rule, True), _compared(instrument, rule, "!=", rule.value, system)]
    if rule.op in _OPERATORS:
        values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
        if len(values) == 1 or behaviour == "any":
            return [_compared(instrument, rule, _OPERATORS[rule.op], value, system) for value in values]
    return None


def _exists(rule: Rule, answered: bool) -> dict[str, Value]:
    return {"question": rule.item, "operator": "exists", "answerBoolean": answered}


def _compared(instrument: Instrument, rule: Rule, operator: str, value: object, system: Coded) -> dict[str, Value]:
    item = instrument.items_by_id[rule.item or ""]
    said: dict[str, Value] = {"question": item.id, "operator": operator}
    if item.answer_set is not None:
        return said | {"answerCoding": {"system": system(item.answer_set), "code": str(value)}}
    if isinstance(value, str):
        return said | {"answerString": value}
    kind = "answerDecimal" if item.type is ItemType.NUMBER else "answerInteger"
    return said | {kind: value if isinstance(value, int | float) else None}


def _answer_back(condition: Node) -> Value:
    coding = condition.get("answerCoding")
    if isinstance(coding, dict):
        return int(str(coding["code"]))
    return next((value for key, value in condition.items() if key.startswith("answer")), None)


def rule_of(row: Sequence[Node], behaviour: str, answer: Callable[[Node], Value]) -> dict[str, Value]:
    """The rule that a row of comparisons says, as a file of ours would hold it."""
    parts: Row = []
    for condition in row:
        part = _part(condition, answer)
        before = parts[-1] if parts else {}
        if behaviour == "all" and _denies(part) and before == {"op": "answered", "item": condition.get("question")}:
            parts[-1] = {"op": "is_not", "item": condition.get("question"), "value": _denied(part)}
        else:
            parts.append(part)
    if len(parts) == 1:
        return parts[0]
    if behaviour == "any" and all(part["op"] == "is" and part["item"] == parts[0]["item"] for part in parts):
        return {"op": "any_of", "item": parts[0]["item"], "value": [part.get("value") for part in parts]}
    return {"op": behaviour, "rules": [*parts]}


def _part(condition: Node, answer: Callable[[Node], Value]) -> dict[str, Value]:
    operator, item = condition.get("operator"), condition.get("question")
    value = answer(condition)
    if operator == "exists":
        answered: dict[str, Value] = {"op": "answered", "item": item}
        return answered if value is not False else {"op": "not", "rules": [answered]}
    equal: dict[str, Value] = {"op": "is", "item": item, "value": value}
    if operator in (">", "<"):
        side = "at_least" if operator == ">" else "at_most"
        beyond: dict[str, Value] = {"op": side, "item": item, "value": value}
        return {"op": "all", "rules": [beyond, {"op": "is_not", "item": item, "value": value}]}
    sides = {">=": "at_least", "<=": "at_most"}
    if operator == "!=":
        return {"op": "not", "rules": [equal]}
    return equal | {"op": sides.get(str(operator), "is")}


def _denies(part: Node) -> bool:
    rules = part.get("rules")
    return part.get("op") == "not" and isinstance(rules, list) and _denied(part) is not None


def _denied(part: Node) -> Value:
    rules = part.get("rules")
    inner = rules[0] if isinstance(rules, list) and rules else None
    return inner.get("value") if isinstance(inner, dict) else None


def _path(instrument: Instrument, rule: Rule) -> str:
    """The rule in FHIRPath over the response. An unanswered item has no answer to look at, so nothing holds."""
    if rule.op in ("all", "any", "not"):
        joint = " and " if rule.op == "all" else " or "
        joined = "(" + joint.join(_path(instrument, part) for part in rule.rules) + ")"
        return f"{joined}.not()" if rule.op == "not" else joined
    answers = f"%resource.descendants().where(linkId = '{rule.item}').answer.value"
    if rule.op == "answered":
        return f"{answers}.exists()"
    if rule.op == "is_not":
        return f"({answers}.exists() and {answers}.where({_test(instrument, rule, '=')}).exists().not())"
    return f"{answers}.where({_test(instrument, rule, _OPERATORS[rule.op])}).exists()"


def _test(instrument: Instrument, rule: Rule, operator: str) -> str:
    coded = instrument.items_by_id[rule.item or ""].answer_set is not None
    values = rule.value if isinstance(rule.value, tuple) else (rule.value,)
    tests = [f"code = '{value}'" if coded else f"$this {operator} {_literal(value)}" for value in values]
    return " or ".join(tests)


def _literal(value: object) -> str:
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return str(value)
