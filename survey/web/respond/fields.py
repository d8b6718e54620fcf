"""How each type of item is drawn (which macro) and filled in (which slots). One row of a table a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from instruments.model import Answer, Instrument, Item, ItemType
from survey.web.respond.forms import DECLINED, field_name
from survey.web.respond.parts import Part

CHECKED = " checked"


@dataclass(frozen=True)
class Drawn:
    """`macro` of templates/respond/items.html draws it; `slots` says which slots an answer fills, and with what."""

    macro: str
    slots: Callable[[str, Answer], dict[str, str]]
    first_input: Callable[[Instrument, Item], str]
    """The id of the element that an error message leads to."""


def input_id(item_id: str, value: object = None) -> str:
    return f"f-{item_id}" if value is None else f"f-{item_id}-{value}"


def _checked(item_id: str, answer: Answer) -> dict[str, str]:
    return {f"{item_id}={answer}": CHECKED}


def _all_checked(item_id: str, answer: Answer) -> dict[str, str]:
    chosen = answer if isinstance(answer, (tuple, list)) else (answer,)
    return {f"{item_id}={value}": CHECKED for value in chosen}


def _written(item_id: str, answer: Answer) -> dict[str, str]:
    text = str(answer).replace(".", ",") if isinstance(answer, float) else str(answer)
    return {item_id: str(escape(text))}


def _nothing(_item_id: str, _answer: Answer) -> dict[str, str]:
    return {}


def _first_option(instrument: Instrument, item: Item) -> str:
    return input_id(item.id, instrument.options(item)[0].value)


def _itself(_instrument: Instrument, item: Item) -> str:
    return input_id(item.id)


DRAWN: dict[ItemType, Drawn] = {
    ItemType.SINGLE_CHOICE: Drawn("single_choice", _checked, _first_option),
    ItemType.MULTIPLE_CHOICE: Drawn("multiple_choice", _all_checked, _first_option),
    ItemType.NUMBER: Drawn("number", _written, _itself),
    ItemType.YEAR: Drawn("number", _written, _itself),
    ItemType.SLIDER: Drawn("number", _written, _itself),
    ItemType.SHORT_TEXT: Drawn("short_text", _written, _itself),
    ItemType.LONG_TEXT: Drawn("long_text", _written, _itself),
    ItemType.STATEMENT: Drawn("statement", _nothing, _itself),
}

_TYPED = frozenset(kind for kind, drawn in DRAWN.items() if drawn.slots is _written)


def answered_slots(part: Part, answers: Mapping[str, Answer]) -> dict[str, str]:
    """What the answers so far put into a page."""
    values: dict[str, str] = {}
    for item in part.items:
        if item.id in answers:
            answer = answers[item.id]
            values |= {f"{item.id}={DECLINED}": CHECKED} if answer is None else DRAWN[item.type].slots(item.id, answer)
    return values


def faulty_slots(part: Part, faults: Mapping[str, str], posted: MultiDict[str, str]) -> dict[str, str]:
    """What refused answers put into a page: the message beside the field, and what the person had written."""
    values: dict[str, str] = {}
    for item in part.items:
        if item.id not in faults:
            continue
        message = Markup('<p class="error" id="e-{}"><b>{}</b> {}</p>').format(item.id, _("Error:"), faults[item.id])
        described = f"e-{item.id} h-{item.id}" if has_hint(item) else f"e-{item.id}"
        values[f"{item.id}:error"] = str(message)
        values[f"{item.id}:about"] = f' aria-describedby="{described}" aria-invalid="true"'
        if item.type in _TYPED:
            values[item.id] = str(escape(posted.get(field_name(item.id), "")))
    return values


def has_hint(item: Item) -> bool:
    """True when a line under the question says more: its id is h-<item>."""
    return item.help is not None or item.type is not ItemType.SINGLE_CHOICE


def input_ids(instrument: Instrument, items: Sequence[Item]) -> dict[str, str]:
    """Where a message about each item leads."""
    return {item.id: DRAWN[item.type].first_input(instrument, item) for item in items}
