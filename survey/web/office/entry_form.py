"""An instrument's items as a form of the office: fields and checks are the respondent's own, the look is this room's.

Items that a rule shows are worked out anew for each post. If an answer has opened items that were not on the page, the
page comes back with them before anything is kept: so it works without JavaScript.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from instruments.model import Answer, Instrument, Item, ItemType, Localised, Section
from instruments.path import visible_items
from survey.answering.values import longest_text, storable
from survey.web.respond.forms import DECLINED, build_form_class, field_name

MACROS: Mapping[ItemType, str] = {
    ItemType.SINGLE_CHOICE: "single_choice",
    ItemType.MULTIPLE_CHOICE: "multiple_choice",
    ItemType.NUMBER: "number",
    ItemType.YEAR: "number",
    ItemType.SLIDER: "slider",
    ItemType.SHORT_TEXT: "short_text",
    ItemType.LONG_TEXT: "long_text",
    ItemType.STATEMENT: "statement",
}
"""How each type of item is drawn: a macro of templates/office/items.html."""

SEEN = "shown"
"""The field that says which items were on the page that was sent."""
MOST_STEPS = 11
"""A slider with so many steps is drawn as that many buttons, else as a field to write a number in."""


@dataclass(frozen=True)
class Drawn:
    """One item with what stands in it."""

    item: Item
    macro: str
    name: str
    chosen: frozenset[str]
    """Values that are chosen or written, as they are posted."""
    error: str

    @property
    def id(self) -> str:
        return f"item-{self.item.id}"

    @property
    def text(self) -> str:
        return next(iter(self.chosen), "")

    @property
    def steps(self) -> range:
        """The steps of a short slider; empty for a long one."""
        low, high = self.item.minimum, self.item.maximum
        if self.item.type is not ItemType.SLIDER or low is None or high is None or high - low >= MOST_STEPS:
            return range(0)
        return range(low, high + 1)

    @property
    def longest(self) -> int:
        return longest_text(self.item)

    @property
    def first_input(self) -> str:
        """Where a message about the item leads: choices have one input an option."""
        choice = self.item.type in (ItemType.SINGLE_CHOICE, ItemType.MULTIPLE_CHOICE)
        return f"{self.id}-1" if choice or self.steps else self.id


class EntryForm:
    """`preset` are answers that the page itself gives and does not ask for; `stored` what was answered before."""

    def __init__(
        self,
        instrument: Instrument,
        *,
        preset: Mapping[str, Answer] | None = None,
        stored: Mapping[str, Answer] | None = None,
        posted: MultiDict[str, str] | None = None,
    ) -> None:
        self.instrument = instrument
        self._preset = dict(preset or {})
        self._posted = posted
        self._form = build_form_class(instrument, instrument.items)(posted)
        if posted is None:
            self._answers = {**(stored or {}), **self._preset}
        else:
            self._form.validate()
            self._answers = {**self._form.given(), **self._preset}
        self.items = tuple(item for item in visible_items(instrument, self._answers) if item.id not in self._preset)
        self.more = self._more()
        self.faults = self._faults()

    def answers(self) -> dict[str, Answer]:
        """What may be kept: on the path, tidied. Raises Refusal `answer_invalid`."""
        return storable(self.instrument, self._answers)

    @property
    def complete(self) -> bool:
        """Whether what was sent can be kept."""
        return not self.faults and not self.more

    @property
    def shown(self) -> str:
        return ",".join(item.id for item in self.items)

    def blocks(self) -> list[tuple[Section, list[Drawn]]]:
        """Sections with at least one visible item, in order."""
        there = {item.id: self._drawn(item) for item in self.items}
        found = [
            (section, [there[i.id] for i in section.items if i.id in there]) for section in self.instrument.sections
        ]
        return [(section, drawn) for section, drawn in found if drawn]

    def messages(self) -> list[tuple[str, Localised, str]]:
        """(where it leads, of which item, what to change), in the order of the page."""
        wrong = (item for item in self.items if item.id in self.faults)
        return [(self._drawn(item).first_input, item.label or item.text, self.faults[item.id]) for item in wrong]

    def _more(self) -> bool:
        """Whether an answer has opened items that the person has not met."""
        if self._posted is None:
            return False
        met = set(self._posted.get(SEEN, "").split(","))
        return any(item.id not in met and item.type is not ItemType.STATEMENT for item in self.items)

    def _faults(self) -> dict[str, str]:
        if self._posted is None or self.more:
            return {}
        asked = {item.id for item in self.items}
        return {item_id: said for item_id, said in self._form.faults().items() if item_id in asked}

    def _drawn(self, item: Item) -> Drawn:
        name = field_name(item.id)
        if self._posted is not None:
            chosen = frozenset(value for value in self._posted.getlist(name) if value)
        else:
            chosen = _as_posted(self._answers, item)
        return Drawn(item, MACROS[item.type], name, chosen, self.faults.get(item.id, ""))


MORE = _l("Your answers have opened more questions. Answer them, then go on.")


def _as_posted(answers: Mapping[str, Answer], item: Item) -> frozenset[str]:
    """A stored answer as the form would send it."""
    value = answers.get(item.id)
    if value is None:
        return frozenset({DECLINED} if item.id in answers and item.may_decline else ())
    if isinstance(value, list | tuple):
        return frozenset(str(one) for one in value)
    return frozenset({str(value).replace(".", ",") if isinstance(value, float) else str(value)})


def range_hint(item: Item) -> str:
    """What a number may be, said under its question."""
    low, high = item.minimum, item.maximum
    if low is not None and high is not None:
        return _("A number from %(low)s to %(high)s.", low=low, high=high)
    return ""
