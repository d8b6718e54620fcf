"""The form of a page, built from the instrument once: WTForms for structure and validation, never for drawing.

Drawing 41 items with WTForms' widgets costs 13 CPU-ms; `pieces` draws. A field here turns what was posted into an
answer, or says in one sentence what to change. A table holds one field for each item type: a type without a field is an
error when the form is built.
"""

from __future__ import annotations

import re
import unicodedata
from collections import OrderedDict
from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import LazyString
from flask_babel import lazy_gettext as _
from werkzeug.datastructures import MultiDict
from wtforms import Field, Form
from wtforms.fields.core import UnboundField

from instruments.model import Answer, Instrument, Item, ItemType
from survey.answering.values import longest_text

DECLINED = "-"
"""What the choice "Prefer not to say" posts: stored as no answer, and not asked for again."""

_UNANSWERED = object()


def field_name(item_id: str) -> str:
    """An item's name in the form: prefixed, so that an item called "data" does not hide a part of the form class."""
    return f"a_{item_id}"


class AnswerField(Field):
    """One item. `data` is the answer, None when declined, or a marker for nothing given."""

    def __init__(self, item: Item, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.item = item
        self.data = _UNANSWERED

    def process_formdata(self, valuelist: Sequence[str]) -> None:
        self.data = _UNANSWERED
        given = [value for value in valuelist if value.strip()]
        if not given:
            if self.item.required:
                raise ValueError(_("This needs an answer."))
        elif self.item.may_decline and given == [DECLINED]:
            self.data = None
        else:
            self.data = self.read(given)

    def read(self, given: list[str]) -> Answer:
        """The answer in what was posted (at least one value that is not blank). ValueError says what to change."""
        raise NotImplementedError


class OneChoice(AnswerField):
    def __init__(self, item: Item, values: dict[str, int], **kwargs: Any) -> None:
        super().__init__(item, **kwargs)
        self.values = values

    def read(self, given: list[str]) -> Answer:
        if len(given) != 1 or given[0] not in self.values:
            raise ValueError(_("Choose one of the options."))
        return self.values[given[0]]


class ManyChoices(OneChoice):
    def read(self, given: list[str]) -> Answer:
        if not set(given) <= self.values.keys():
            raise ValueError(_("Choose among the options."))
        return tuple(value for text, value in self.values.items() if text in given)


class WholeNumber(AnswerField):
    def read(self, given: list[str]) -> Answer:
        low, high = self.item.minimum, self.item.maximum
        number = self.number(_plain(given[0]))
        if number is None or (low is not None and number < low) or (high is not None and number > high):
            raise ValueError(_range_message(low, high))
        return number

    def number(self, text: str) -> int | float | None:
        """The number that a person wrote; None if it is none."""
        return int(text) if _WHOLE.fullmatch(text) else None


class Number(WholeNumber):
    def number(self, text: str) -> int | float | None:
        text = text.replace(",", ".")
        if _DECIMAL.fullmatch(text) and "." in text:
            return float(text)
        return super().number(text)


class FreeText(AnswerField):
    def read(self, given: list[str]) -> Answer:
        text = given[0].replace("\r\n", "\n").strip()
        if len(text) > longest_text(self.item):
            raise ValueError(_too_long(len(text), longest_text(self.item)))
        return text


_LONGEST_NUMBER = 100
# int() and float() alone also take "1_000" and "nan", and are slow on very long ones.
_WHOLE = re.compile(r"-?[0-9]{1,12}")
_DECIMAL = re.compile(r"-?[0-9]{1,12}[.][0-9]{1,6}")


def _plain(text: str) -> str:
    """A number as people write it, in whatever script: without spaces, with our digits and an ordinary minus sign."""
    narrow = "".join(text[:_LONGEST_NUMBER].split()).replace("\N{MINUS SIGN}", "-")
    narrow = narrow.replace("\N{ARABIC DECIMAL SEPARATOR}", ",")
    return "".join(str(unicodedata.decimal(one, one)) for one in narrow)


def _too_long(length: int, longest: int) -> LazyString:
    return _(
        "The text has %(length)s characters; at most %(longest)s fit. Make it shorter.", length=length, longest=longest
    )


def _range_message(low: int | None, high: int | None) -> LazyString:
    if low is not None and high is not None:
        return _("Write a number from %(low)s to %(high)s, in digits.", low=low, high=high)
    if low is not None:
        return _("Write a number that is at least %(low)s, in digits.", low=low)
    if high is not None:
        return _("Write a number that is at most %(high)s, in digits.", high=high)
    return _("Write a number in digits.")


def _values(instrument: Instrument, item: Item) -> dict[str, int]:
    return {str(option.value): option.value for option in instrument.options(item)}


FIELDS: dict[ItemType, Callable[[Instrument, Item], UnboundField | None]] = {
    ItemType.SINGLE_CHOICE: lambda instrument, item: OneChoice(item, _values(instrument, item)),
    ItemType.MULTIPLE_CHOICE: lambda instrument, item: ManyChoices(item, _values(instrument, item)),
    ItemType.NUMBER: lambda _instrument, item: Number(item),
    ItemType.YEAR: lambda _instrument, item: WholeNumber(item),
    ItemType.SLIDER: lambda _instrument, item: WholeNumber(item),
    ItemType.SHORT_TEXT: lambda _instrument, item: FreeText(item),
    ItemType.LONG_TEXT: lambda _instrument, item: FreeText(item),
    ItemType.STATEMENT: lambda _instrument, _item: None,
}


class PartForm(Form):
    """The items of one page. Subclasses are made by `form_class`."""

    def given(self) -> dict[str, Answer]:
        """The answers that hold, by item id; None for a declined one, nothing for one not given or refused."""
        return {field.item.id: field.data for field in self if not field.errors and field.data is not _UNANSWERED}

    def faults(self) -> dict[str, str]:
        """What to change, by item id, in the order of the page."""
        return {field.item.id: str(field.errors[0]) for field in self if field.errors}


def build_form_class(instrument: Instrument, items: tuple[Item, ...]) -> type[PartForm]:
    made = ((item, FIELDS[item.type](instrument, item)) for item in items)
    return type("PartForm", (PartForm,), {field_name(item.id): field for item, field in made if field is not None})


class Forms:
    """Form classes by instrument digest and items: a class is built once and then only bound to what was posted."""

    def __init__(self, most: int = 256) -> None:
        self._most = most
        self._classes: OrderedDict[tuple[str, tuple[str, ...]], type[PartForm]] = OrderedDict()

    def bind(
        self, instrument: Instrument, digest: str, items: tuple[Item, ...], posted: MultiDict[str, str]
    ) -> PartForm:
        """The form of these items with what was posted, validated. `digest` is the instrument's."""
        key = (digest, tuple(item.id for item in items))
        form_class = self._classes.get(key)
        if form_class is None:
            form_class = self._classes[key] = build_form_class(instrument, items)
            if len(self._classes) > self._most:
                self._classes.popitem(last=False)
        form = form_class(posted)
        form.validate()
        return form
