"""The questions that a self-made code is made from, as they are asked, and the answers as they are read from a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from survey.answering.own_code import MENU, Kind, normalise

QUESTIONS: Mapping[str, LazyString] = {
    "mother_name": _("The first letter of your mother's first name"),
    "birth_day": _("The day of the month that you were born"),
    "birth_place": _("The first letter of the place where you were born"),
    "older_siblings": _("How many older siblings you have or have had"),
    "own_name_end": _("The last letter of your first name"),
    "birth_month": _("The month that you were born"),
    "first_school": _("The first letter of the name of your first school"),
    "second_parent_name": _("The first letter of your father's or other parent's first name"),
}
"""By the ids of `own_code.MENU`; a test holds that all are here."""

HINTS: Mapping[Kind, LazyString] = {
    Kind.FIRST_LETTER: _("One letter."),
    Kind.LAST_LETTER: _("One letter."),
    Kind.NUMBER: _("A number."),
}


@dataclass(frozen=True)
class Asked:
    """One question on the page."""

    id: str
    text: str
    hint: str
    numeric: bool
    written: str
    faulty: bool


def asked(chosen: Sequence[str], written: Mapping[str, str] | None = None) -> list[Asked]:
    """The study's questions; with what was `written`, each says whether it could be read."""
    return [
        Asked(
            id=name,
            text=str(QUESTIONS[name]),
            hint=str(HINTS[MENU[name].kind]),
            numeric=MENU[name].kind is Kind.NUMBER,
            written=written.get(name, "")[:40] if written is not None else "",
            faulty=written is not None and normalise(MENU[name], written.get(name, "")) is None,
        )
        for name in chosen
    ]


def read(chosen: Sequence[str], written: Mapping[str, str]) -> dict[str, str] | None:
    """The parts of the answers that count, by question; None where one of them is missing."""
    parts = {name: normalise(MENU[name], written.get(name, "")) for name in chosen}
    whole = {name: part for name, part in parts.items() if part is not None}
    return whole if len(whole) == len(parts) else None
