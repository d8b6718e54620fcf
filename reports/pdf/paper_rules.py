"""A visibility rule as a person reads it on paper: 'du svarade "Ja" på fråga 4'. Every operator, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from instruments.model import CHOICE_TYPES, Instrument, Item, ItemType, Rule, Variant, option_text


@dataclass(frozen=True)
class Phrases:
    """Clauses that follow "om" or "if"; each is about one question or joins others."""

    chose: str
    crossed: str
    wrote: str
    other_than: str
    not_crossed: str
    not_wrote: str
    at_least: str
    at_most: str
    answered: str
    never: str
    """For a value that no option has: nobody can have chosen it."""
    untrue: str
    quoted: str
    and_: str
    or_: str


_PHRASES: Mapping[str, Phrases] = {
    "sv": Phrases(
        chose="du svarade {values} på {item}",
        crossed="du kryssade i {values} på {item}",
        wrote="du skrev {values} på {item}",
        other_than="du svarade något annat än {values} på {item}",
        not_crossed="du svarade på {item} men kryssade inte i {values}",
        not_wrote="du skrev något annat än {values} på {item}",
        at_least="du svarade {values} eller mer på {item}",
        at_most="du svarade {values} eller mindre på {item}",
        answered="du svarade på {item}",
        never="någon har sagt till dig att svara",
        untrue="det inte stämmer att {condition}",
        quoted="”{text}”",
        and_="och",
        or_="eller",
    ),
    "en": Phrases(
        chose="you answered {values} to {item}",
        crossed="you crossed {values} in {item}",
        wrote="you wrote {values} in {item}",
        other_than="you answered something other than {values} to {item}",
        not_crossed="you answered {item} but did not cross {values}",
        not_wrote="you wrote something other than {values} in {item}",
        at_least="you answered {values} or more to {item}",
        at_most="you answered {values} or less to {item}",
        answered="you answered {item}",
        never="somebody has told you to answer",
        untrue="it is not true that {condition}",
        quoted="“{text}”",
        and_="and",
        or_="or",
    ),
}


@dataclass(frozen=True)
class RuleWriter:
    """Writes the rules of one form; `names` is what its questions are called: item id -> "fråga 4"."""

    instrument: Instrument
    language: str
    variant: Variant
    names: Mapping[str, str]

    @property
    def phrases(self) -> Phrases:
        return _PHRASES.get(self.language, _PHRASES["en"])

    def condition(self, rule: Rule) -> str:
        """The rule as a clause without its "if"."""
        if rule.op in ("all", "any"):
            return self._joined(rule)
        if rule.op == "not":
            # True when none of its parts is: "it is not true that a or b".
            inner = self._joined(Rule(op="any", rules=rule.rules))
            return self.phrases.untrue.format(condition=inner)
        item = self.instrument.items_by_id[rule.item or ""]
        return _BY_OPERATOR[rule.op](self, item, rule)

    def _joined(self, rule: Rule) -> str:
        word = self.phrases.and_ if rule.op == "all" else self.phrases.or_
        parts = [
            f"({self.condition(part)})" if part.rules and len(rule.rules) > 1 else self.condition(part)
            for part in rule.rules
        ]
        return self._listed(parts, word)

    def _listed(self, parts: Sequence[str], word: str) -> str:
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {word} {parts[-1]}"

    def _said(self, item: Item, clause: str, values: Sequence[str]) -> str:
        listed = self._listed(values, self.phrases.or_)
        return clause.format(values=listed, item=self.names[item.id])

    def options(self, item: Item, wanted: Callable[[int], bool]) -> list[str]:
        """The words of the options whose value is wanted, each in quotation marks."""
        chosen = [one for one in self.instrument.options(item) if wanted(one.value)]
        return [self.phrases.quoted.format(text=option_text(one, self.language, self.variant)) for one in chosen]

    def values(self, item: Item, rule: Rule) -> list[str]:
        """What a rule asks for, as it stands on the form."""
        given = rule.value if isinstance(rule.value, tuple) else (rule.value,)
        if item.type in CHOICE_TYPES:
            return self.options(item, lambda value: value in given)
        if item.type in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT):
            return [self.phrases.quoted.format(text=value) for value in given]
        return [str(value) for value in given]

    def is_any_of(self, item: Item, rule: Rule) -> str:
        values = self.values(item, rule)
        if not values:
            return self.phrases.never
        by_type = {ItemType.SINGLE_CHOICE: self.phrases.chose, ItemType.MULTIPLE_CHOICE: self.phrases.crossed}
        return self._said(item, by_type.get(item.type, self.phrases.wrote), values)

    def is_not(self, item: Item, rule: Rule) -> str:
        values = self.values(item, rule)
        if not values:
            return self.answered(item, rule)
        by_type = {ItemType.SINGLE_CHOICE: self.phrases.other_than, ItemType.MULTIPLE_CHOICE: self.phrases.not_crossed}
        return self._said(item, by_type.get(item.type, self.phrases.not_wrote), values)

    def ordered(self, item: Item, rule: Rule) -> str:
        """At least or at most: the options themselves where there are any, since their codes are not to be read."""
        upwards, limit = rule.op == "at_least", rule.value
        if item.type in CHOICE_TYPES and isinstance(limit, int | float):
            values = self.options(item, lambda value: value >= limit if upwards else value <= limit)
            return self._said(item, self.phrases.chose, values) if values else self.phrases.never
        return self._said(item, self.phrases.at_least if upwards else self.phrases.at_most, [str(limit)])

    def answered(self, item: Item, _rule: Rule) -> str:
        return self._said(item, self.phrases.answered, [])


_BY_OPERATOR: Mapping[str, Callable[[RuleWriter, Item, Rule], str]] = {
    "is": RuleWriter.is_any_of,
    "any_of": RuleWriter.is_any_of,
    "is_not": RuleWriter.is_not,
    "at_least": RuleWriter.ordered,
    "at_most": RuleWriter.ordered,
    "answered": RuleWriter.answered,
}
