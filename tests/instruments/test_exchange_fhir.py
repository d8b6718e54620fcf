"""FHIR Questionnaire: an independent model takes what we write, it reads back whole, and others' files are read."""

from __future__ import annotations

import json
import resource
import time
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import given, settings

from instruments.exchange.contract import NotRead
from instruments.exchange.features import keep
from instruments.exchange.fhir import FORMAT
from instruments.exchange.frame import Frame
from instruments.load import LoadedInstrument, catalogue
from instruments.model import Instrument, Rule
from instruments.rules import holds
from tests.instruments.random_instruments import instruments, sound
from tests.instruments.tiny_instruments import tiny

FRAME = Frame("frame", "2030.1")
FOREIGN = Path(__file__).with_name("foreign")


def _links(items: list[dict[str, Any]]) -> list[str]:
    return [link for item in items for link in (item["linkId"], *_links(item.get("item", [])))]


@given(instruments)
@settings(max_examples=30, deadline=None)
def test_everything_reads_back_and_is_valid(instrument: Instrument) -> None:
    frame = Frame("frame", "2030.1", instrument.languages[0])
    kept = keep(instrument, FORMAT.carries, frame)
    written = FORMAT.write(kept)
    content = json.loads(written)
    Questionnaire.model_validate(content)
    links = _links(content["item"])
    assert len(links) == len(set(links))
    assert sound(dict(FORMAT.read(written, frame))) == kept


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda loaded: loaded.instrument.id)
def test_the_catalogue_reads_back(loaded: LoadedInstrument) -> None:
    written = FORMAT.write(loaded.instrument)
    Questionnaire.model_validate(json.loads(written))
    assert sound(dict(FORMAT.read(written, FRAME))) == loaded.instrument
    assert FORMAT.write(loaded.instrument) == written


IS, IS_NOT = {"op": "is", "item": "K01", "value": 1}, {"op": "is_not", "item": "K01", "value": 1}
ANSWERED, MORE = {"op": "answered", "item": "K01"}, {"op": "at_least", "item": "N", "value": 3}
EQUAL = ("K01", "=", "1")
RULES: list[tuple[dict[str, Any], str | None, list[tuple[str, str, object]]]] = [
    (IS, None, [EQUAL]),
    (ANSWERED, None, [("K01", "exists", True)]),
    # FHIR's != holds without an answer, ours does not.
    (IS_NOT, "all", [("K01", "exists", True), ("K01", "!=", "1")]),
    ({"op": "any_of", "item": "K01", "value": [1, 2]}, "any", [EQUAL, ("K01", "=", "2")]),
    ({"op": "all", "rules": [IS, MORE]}, "all", [EQUAL, ("N", ">=", 3)]),
    ({"op": "any", "rules": [IS, MORE]}, "any", [EQUAL, ("N", ">=", 3)]),
    ({"op": "not", "rules": [ANSWERED]}, None, [("K01", "exists", False)]),
    ({"op": "all", "rules": [IS]}, None, [EQUAL]),
    ({"op": "not", "rules": [IS]}, None, []),
    ({"op": "any", "rules": [IS_NOT, MORE]}, None, []),
    ({"op": "all", "rules": [{"op": "any", "rules": [IS, MORE]}, ANSWERED]}, None, []),
]


@pytest.mark.parametrize(("rule", "behaviour", "row"), RULES, ids=str)
def test_a_rule_is_a_row_or_an_expression(
    rule: dict[str, Any], behaviour: str | None, row: list[tuple[str, str, object]]
) -> None:
    instrument = tiny([{"id": "K01"}, {"id": "N", "type": "number"}, {"id": "K02", "visible_if": rule}])
    written = FORMAT.write(instrument)
    asked = json.loads(written)["item"][0]["item"][2]
    said = [(one["question"], one["operator"], _answer(one)) for one in asked.get("enableWhen", [])]
    assert (said, asked.get("enableBehavior")) == (row, behaviour)
    urls = [one["url"].rpartition("/")[2] for one in asked.get("extension", [])]
    assert ("sdc-questionnaire-enableWhenExpression" in urls) == (not row)
    assert sound(dict(FORMAT.read(written, FRAME))) == instrument


def _answer(condition: dict[str, Any]) -> object:
    value = next(value for key, value in condition.items() if key.startswith("answer"))
    return value["code"] if isinstance(value, dict) else value


@pytest.mark.parametrize(("rule", "behaviour", "row"), [one for one in RULES if one[2]], ids=str)
def test_a_row_says_what_the_rule_says(
    rule: dict[str, Any], behaviour: str | None, row: list[tuple[str, str, object]]
) -> None:
    """Under FHIR's own meaning of its operators, for every answer to both items."""
    ours = Rule.model_validate(rule)
    for chosen, number in product([None, 1, 2, 9], [None, 2, 3, 4]):
        answers: dict[str, int | None] = {"K01": chosen, "N": number}
        met = [_met(answers[item], operator, value) for item, operator, value in row]
        assert (any(met) if behaviour == "any" else all(met)) == holds(ours, answers)


def _met(answer: int | None, operator: str, value: object) -> bool:
    """FHIR R4B, questionnaire-enable-operator: != holds if no answer is equal, also where there is none."""
    if operator == "exists":
        return (answer is not None) is value
    if operator == "!=":
        return answer is None or answer != int(str(value))
    compare = {"=": int.__eq__, ">=": int.__ge__}[operator]
    return answer is not None and compare(answer, int(str(value)))


def test_an_expression_says_the_rule_to_other_tools() -> None:
    either = {"op": "any", "rules": [IS, {"op": "any_of", "item": "K01", "value": [2, 3]}]}
    rule = {"op": "not", "rules": [either]}
    content = json.loads(FORMAT.write(tiny([{"id": "K01"}, {"id": "K02", "visible_if": rule}])))
    expression = content["item"][0]["item"][1]["extension"][0]["valueExpression"]["expression"]
    answers = "%resource.descendants().where(linkId = 'K01').answer.value"
    assert expression == (
        f"(({answers}.where(code = '1').exists() or {answers}.where(code = '2' or code = '3').exists())).not()"
    )


def test_a_file_of_another_tool_reads_sensibly() -> None:
    content = (FOREIGN / "mood_like.json").read_bytes()
    Questionnaire.model_validate(json.loads(content))
    # The title is translated and the questions are not: the checker says so, and nothing is made up.
    with pytest.raises(ValueError, match="missing_translation"):
        sound(dict(FORMAT.read(content, FRAME)))
    plain = json.loads(content)
    del plain["_title"]
    instrument = sound(dict(FORMAT.read(json.dumps(plain).encode(), FRAME)))
    assert (instrument.id, instrument.version, instrument.languages) == ("frame", "2030.1", ("en",))
    assert instrument.provenance.sources == ("A made-up clinic, http://example.org/Questionnaire/mood-check, 3.1.0",)
    assert [section.title["en"] for section in instrument.sections] == ["The last fortnight", "frame"]
    said = {item.id: item.type.value for item in instrument.items}
    assert said == {
        "q1_0": "statement",
        "q44250_9": "single_choice",
        "q44250_9_why": "long_text",
        "sub": "statement",
        "hard": "single_choice",
        "help": "single_choice",
        "age": "number",
        "who": "short_text",
    }
    joy = instrument.items_by_id["q44250_9"]
    assert joy.required
    assert [(one.value, one.text["en"]) for one in instrument.options(joy)] == [
        (0, "Never"), (1, "Some days"), (2, "Most days"),
    ]  # fmt: skip
    not_never = {"op": "not", "rules": [{"op": "is", "item": "q44250_9", "value": 0}]}
    rules = {
        item.id: item.visible_if.model_dump(mode="json", exclude_defaults=True)
        for item in instrument.items
        if item.visible_if
    }
    older = {"op": "at_least", "item": "age", "value": 64}
    assert rules == {
        "q44250_9_why": {"op": "is", "item": "q44250_9", "value": 2},
        "sub": not_never,
        "hard": not_never,
        "help": {"op": "all", "rules": [not_never, {"op": "answered", "item": "hard"}]},
        "who": {
            "op": "any",
            "rules": [
                {"op": "is", "item": "help", "value": 1},
                {"op": "all", "rules": [older, {"op": "is_not", "item": "age", "value": 64}]},
            ],
        },
    }


def test_r5_reads_too() -> None:
    options = [{"valueString": "Yes"}, {"valueString": "No"}]
    item = {
        "linkId": "a",
        "type": "coding",
        "text": "Well?",
        "answerOption": options,
        "answerConstraint": "optionsOnly",
    }
    content = json.dumps({"resourceType": "Questionnaire", "status": "active", "item": [item]}).encode()
    instrument = sound(dict(FORMAT.read(content, Frame("frame", "2030.1", "en"))))
    assert [one.text["en"] for one in instrument.options(instrument.items[0])] == ["Yes", "No"]


def test_every_fault_is_told_at_once_with_its_place() -> None:
    items = [
        {"linkId": "a", "type": "date", "text": "When?"},
        {"linkId": "b", "type": "open-choice", "text": "Which?"},
        {"linkId": "c", "type": "choice", "answerValueSet": "http://example.org/vs"},
        {"linkId": "d", "type": "choice"},
        {"linkId": "d", "type": "string"},
        {"type": "string"},
        {"linkId": "e", "type": "string", "enableWhen": [{"question": "z", "operator": "="}]},
        {"linkId": "f", "type": "string", "extension": [{"url": "urn:termometern:fhir:requird", "valueBoolean": True}]},
    ]
    content = json.dumps({"resourceType": "Questionnaire", "status": "active", "item": items}).encode()
    with pytest.raises(NotRead) as told:
        FORMAT.read(content, FRAME)
    found = [(fault.code, fault.place) for fault in told.value.faults]
    assert found == [
        ("item_type", "$.item[0].type"),
        ("item_type", "$.item[1].type"),
        ("value_set", "$.item[2].answerValueSet"),
        ("no_options", "$.item[3]"),
        ("duplicate_link_id", "$.item[4]"),
        ("no_link_id", "$.item[5]"),
        ("unknown_extension", "$.item[7]"),
        ("unknown_item", "$.item[6].enableWhen[0]"),
    ]


@pytest.mark.parametrize("answer", [[], {}, [1], {"code": []}, 7, "yes"])
def test_an_answer_that_is_none_is_told(answer: object) -> None:
    condition = {"question": "a", "operator": "=", "answerCoding": answer}
    items = [{"linkId": "a", "type": "boolean"}, {"linkId": "b", "type": "string", "enableWhen": [condition]}]
    with pytest.raises(NotRead) as told:
        FORMAT.read(json.dumps({"resourceType": "Questionnaire", "item": items}).encode(), FRAME)
    assert [fault.code for fault in told.value.faults] == ["unknown_answer"]


def _circle() -> bytes:
    def item(link: str, other: str) -> dict[str, Any]:
        return {
            "linkId": link,
            "type": "string",
            "enableWhen": [{"question": other, "operator": "exists", "answerBoolean": True}],
        }

    items = [item("a", "b"), item("b", "a")]
    return json.dumps({"resourceType": "Questionnaire", "status": "active", "item": items}).encode()


def test_rules_that_go_in_a_circle_are_told() -> None:
    with pytest.raises(ValueError, match="rule_cycle"):
        sound(dict(FORMAT.read(_circle(), FRAME)))


HEAD = b'{"resourceType": "Questionnaire", "item": ['


def _file(**fields: object) -> bytes:
    return json.dumps({"resourceType": "Questionnaire", **fields}).encode()


_UNKNOWN = {"question": "z", "operator": "=", "answerString": "x"}
HOSTILE = {
    "unknown_item": _file(item=[{"linkId": f"k{n}", "type": "string", "enableWhen": [_UNKNOWN]} for n in range(2_800)]),
    "value_set": _file(
        contained=[{"id": f"c{n}"} for n in range(8_000)],
        item=[{"linkId": f"a{n}", "type": "choice", "answerValueSet": "#x"} for n in range(4_000)],
    ),
    "no_link_id": _file(
        item=[{"type": "string"}, *({"linkId": f"\u00e5{n}", "type": "string"} for n in range(15_000))]
    ),
    "too_deep": b"[" * 5_000_000,
    "too_deep-items": HEAD + b'{"linkId": "a", "type": "group", "item": [' * 100_000,
    "too_many": HEAD + b"{}," * 3_000_000 + b"{}]}",
    "too_large": b" " * 10_000_001,
    "long_text": HEAD + b'{"linkId": "a", "type": "string", "text": "' + b"x" * 9_900_000 + b'"}]}',
    "syntax": b'{"resourceType": ',
    "syntax-open": b'"' + b'\\"' * 4_000_000,
    "syntax-empty": b"",
    "number": b'{"resourceType": NaN}',
    "number-infinite": b'{"resourceType": 1e999}',
    "number-long": b'{"resourceType": ' + b"9" * 1_000_000 + b"}",
    "duplicate_key": b'{"resourceType": "Questionnaire", "resourceType": "Patient"}',
    "character": b'{"resourceType": "\\ud800"}',
    "encoding": b'{"resourceType": "\xff"}',
    "not_fhir": b'{"resourceType": "Bundle"}',
    "not_fhir-list": b"[]",
    "no_items": b'{"resourceType": "Questionnaire"}',
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_hurt_is_refused_at_once(name: str) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(NotRead) as told:
        FORMAT.read(HOSTILE[name], FRAME)
    assert told.value.faults[0].code == name.split("-")[0]
    assert time.process_time() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256_000
