"""The answers that a FHIR question offers: in the question itself, or in a value set that the file holds."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from instruments.document import Value
from instruments.exchange.fhir_extensions import ORDINAL, Node, first_value, node, nodes, read_own, read_text, word
from instruments.exchange.gathering import Gathered, put

_SET_NAME = re.compile(r"urn:termometern:[^:]+:answer-set:(.+)")
_WHOLE = re.compile(r"-?[0-9]{1,6}")


@dataclass(frozen=True)
class Offered:
    options: list[Value]
    codes: dict[Value, Value]
    """Code, or answer as it stands -> value of ours."""
    name: str | None
    """The answer set's, in a file of ours."""


@dataclass(frozen=True)
class Answers:
    language: str
    """Of what is not translated."""
    contained: Mapping[str, Node]
    """The value sets that the file holds, by reference."""
    gathered: Gathered

    def of(self, part: Node, place: str) -> Offered:
        """No options where there are none, or where they are kept elsewhere: that is told as a fault."""
        given = nodes(part.get("answerOption")) or self._contained(part, place)
        values = _values(given)
        return Offered(
            [
                self._option(option, value, f"{place}.answerOption[{number}]")
                for number, (option, value) in enumerate(zip(given, values, strict=True))
            ],
            {_code_of(option): value for option, value in zip(given, values, strict=True)},
            _set_name(given),
        )

    def _option(self, option: Node, value: int, place: str) -> dict[str, Value]:
        self.gathered.make()
        coding = node(option.get("valueCoding"))
        text = read_text(coding, "display", self.language) or read_text(option, "valueString", self.language)
        if not coding and _code_of(option) is None:
            message = "an answer that is neither a code, a text nor a whole number"
            self.gathered.add("answer_type", None, place, message, "use valueCoding, valueString or valueInteger")
        said: dict[str, Value] = {"value": value}
        said["text"] = {**(text or {self.language: str(_code_of(option))})}
        put(said, read_own(option, ("easy", "picture", "missing"), place, self.gathered))
        return said

    def _contained(self, part: Node, place: str) -> list[Node]:
        """The answers of a value set that the file itself holds."""
        reference = word(part.get("answerValueSet"))
        if not reference:
            return []
        held = self.contained.get(reference, {})
        concepts = [
            (include.get("system"), concept)
            for include in nodes(node(held.get("compose")).get("include"))
            for concept in nodes(include.get("concept"))
        ]
        if not concepts:
            message = f"the answers stand in the value set {reference[:100]}, which is not in the file"
            remedy = "write them as answerOption, or put the value set into the file (contained)"
            self.gathered.add("value_set", None, f"{place}.answerValueSet", message, remedy)
        return [{"valueCoding": {**concept, "system": system}} for system, concept in concepts]


def _set_name(options: Sequence[Node]) -> str | None:
    systems = (word(node(option.get("valueCoding")).get("system")) for option in options)
    names = [found[1] for system in systems if (found := _SET_NAME.fullmatch(system))]
    return names[-1] if names else None


def _code_of(option: Node) -> str | int | None:
    coding = node(option.get("valueCoding"))
    code = coding.get("code") or option.get("valueString")
    number = option.get("valueInteger")
    return code if isinstance(code, str) else number if isinstance(number, int) else None


def _values(options: Sequence[Node]) -> list[int]:
    """The numbers of a question's answers: by ordinalValue, else by numeric code, else by their order from 1."""
    ordinals = [first_value(node(option.get("valueCoding")), ORDINAL) for option in options]
    codes = [_code_of(option) for option in options]
    whole = [int(one) for one in ordinals if isinstance(one, int | float) and float(one).is_integer()]
    numeric = [int(code) for code in codes if code is not None and _WHOLE.fullmatch(str(code))]
    for numbers in (whole, numeric):
        if len(set(numbers)) == len(options):
            return numbers
    return list(range(1, len(options) + 1))
