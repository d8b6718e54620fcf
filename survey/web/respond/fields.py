"""How each type of item is drawn (which macro) and filled in (which slots). One row of a table a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from babel.numbers import get_decimal_symbol
from flask_babel import get_locale
from flask_babel import gettext as _
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from instruments.model import Answer, Instrument, Item, ItemType, Localised, Variant
from survey.web.respond.forms import DECLINED, field_name
from survey.web.respond.parts import Part

CHECKED = " checked"


MOST_STEPS = 11
"""A slider with more steps than this is a number to write: so many choices help nobody."""


@dataclass(frozen=True)
class Drawn:
    """`macro` of templates/respond/items.html draws it; `slots` says which slots an answer fills, and with what."""

    macro: str
    slots: Callable[[str, Answer], dict[str, str]]
    first_input: Callable[[Instrument, Item], str]
    """The id of the element that an error message leads to."""
    hinted: bool = True
    """Whether a line under the question says something of its own, besides the item's help."""


def input_id(item_id: str, value: object = None) -> str:
    return f"f-{item_id}" if value is None else f"f-{item_id}-{value}"


def _checked(item_id: str, answer: Answer) -> dict[str, str]:
    return {f"{item_id}={answer}": CHECKED}


def _all_checked(item_id: str, answer: Answer) -> dict[str, str]:
    chosen = answer if isinstance(answer, (tuple, list)) else (answer,)
    return {f"{item_id}={value}": CHECKED for value in chosen}


def _written(item_id: str, answer: Answer) -> dict[str, str]:
    return {item_id: str(escape(written_number(answer) if isinstance(answer, float) else str(answer)))}


def written_number(number: float) -> str:
    """A number with decimals as the page's language writes it; what is shown can be sent in again."""
    return str(number).replace(".", str(get_decimal_symbol(get_locale())))


def _nothing(_item_id: str, _answer: Answer) -> dict[str, str]:
    return {}


def _first_option(instrument: Instrument, item: Item) -> str:
    return input_id(item.id, instrument.options(item)[0].value)


def _itself(_instrument: Instrument, item: Item) -> str:
    return input_id(item.id)


def _first_step(_instrument: Instrument, item: Item) -> str:
    return input_id(item.id, item.minimum)


_ONE = Drawn("single_choice", _checked, _first_option, hinted=False)
_MANY = Drawn("multiple_choice", _all_checked, _first_option)
_NUMBER = Drawn("number", _written, _itself)
_STEPS = Drawn("steps", _checked, _first_step, hinted=False)
_SHORT = Drawn("short_text", _written, _itself)
_LONG = Drawn("long_text", _written, _itself)
_SAID = Drawn("statement", _nothing, _itself, hinted=False)

DRAWN: dict[ItemType, Callable[[Item], Drawn]] = {
    ItemType.SINGLE_CHOICE: lambda _item: _ONE,
    ItemType.MULTIPLE_CHOICE: lambda _item: _MANY,
    ItemType.NUMBER: lambda _item: _NUMBER,
    ItemType.YEAR: lambda _item: _NUMBER,
    ItemType.SLIDER: lambda item: _STEPS if steps(item) else _NUMBER,
    ItemType.SHORT_TEXT: lambda _item: _SHORT,
    ItemType.LONG_TEXT: lambda _item: _LONG,
    ItemType.STATEMENT: lambda _item: _SAID,
}


def drawn(item: Item) -> Drawn:
    """How this item is drawn: the one place that says it."""
    return DRAWN[item.type](item)


def steps(item: Item) -> tuple[int, ...]:
    """Every step of a slider that is short enough to be ticked; none of a longer one."""
    if item.minimum is None or item.maximum is None or item.maximum - item.minimum >= MOST_STEPS:
        return ()
    return tuple(range(item.minimum, item.maximum + 1))


def answered_slots(part: Part, answers: Mapping[str, Answer]) -> dict[str, str]:
    """What the answers so far put into a page."""
    values: dict[str, str] = {}
    for item in part.items:
        if item.id in answers:
            answer = answers[item.id]
            values |= {f"{item.id}={DECLINED}": CHECKED} if answer is None else drawn(item).slots(item.id, answer)
    return values


def faulty_slots(
    part: Part, faults: Mapping[str, str], posted: MultiDict[str, str], variant: Variant
) -> dict[str, str]:
    """What refused answers put into a page: the message beside the field, and what the person had written."""
    values: dict[str, str] = {}
    for item in part.items:
        if item.id not in faults:
            continue
        message = Markup('<p class="error" id="e-{}"><b>{}</b> {}</p>').format(item.id, _("Error:"), faults[item.id])
        described = f"e-{item.id} h-{item.id}" if has_hint(item, variant) else f"e-{item.id}"
        values[f"{item.id}:error"] = str(message)
        values[f"{item.id}:about"] = f' aria-describedby="{described}" aria-invalid="true"'
        if drawn(item).slots is _written:
            values[item.id] = str(escape(posted.get(field_name(item.id), "")))
    return values


def help_text(item: Item, variant: Variant) -> Localised | None:
    return item.easy_help if variant is Variant.EASY and item.easy_help else item.help


def has_hint(item: Item, variant: Variant) -> bool:
    """True when a line under the question says more: its id is h-<item>."""
    return drawn(item).hinted or help_text(item, variant) is not None


def input_ids(instrument: Instrument, items: Sequence[Item]) -> dict[str, str]:
    """Where a message about each item leads."""
    return {item.id: drawn(item).first_input(instrument, item) for item in items}
