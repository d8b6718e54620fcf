"""What is wrong with the texts of a catalogue: what a page could not show as it should."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from gettext import c2py  # what gettext itself reads the rule with
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
# Pages take a translation as it is, between tags and inside attributes.
_NOT_IN_TEXT = frozenset('<>&"')

Text = str | tuple[str, ...]
Texts = Mapping[str, Text]
"""By the English: what is said, or its plural forms."""


def forms(text: Text | list[str] | None) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text or ())


def key(message_id: Text | list[str]) -> str:
    """The English that a text is known by; of plural forms the first."""
    return message_id if isinstance(message_id, str) else message_id[0]


def text_faults(catalog: Catalog, wanted: Texts) -> Iterator[str]:
    """What a page could not show as it should, text by text."""
    if not _chooses(catalog):
        yield "the line Plural-Forms at the top cannot be used; export the file again and keep its own"
    for message in catalog:
        english = key(message.id)
        if not message.id or english not in wanted:
            continue
        source, said = wanted[english], forms(message.string)
        shown = english if len(english) <= 60 else f"{english[:57]}..."
        if isinstance(source, str) != isinstance(message.string, str):
            yield f"{shown!r} has the wrong number of forms; export the file again"
            continue
        if not isinstance(source, str) and len(said) != catalog.num_plurals:
            yield f"{shown!r} needs {catalog.num_plurals} plural forms and has {len(said)}"
        for text in filter(None, said):
            yield from (f"{shown!r} {fault}" for fault in _faults_in(text, forms(source)))


def _chooses(catalog: Catalog) -> bool:
    """Whether the rule for plurals gives one of the forms for every number that a page may hold."""
    try:
        rule = c2py(catalog.plural_expr)
        return all(0 <= rule(number) < catalog.num_plurals for number in range(1001))
    except (ValueError, ArithmeticError, RecursionError):
        return False


def _faults_in(text: str, source: tuple[str, ...]) -> Iterator[str]:
    wanted, found = sorted(PLACEHOLDER.findall(source[-1])), sorted(PLACEHOLDER.findall(text))
    # "one minute" may be said without the number that it is chosen by.
    fits = found == wanted if len(source) == 1 else set(found) <= set(wanted)
    if not fits:
        yield f"must hold {', '.join(wanted) or 'no placeholder'}, and holds {', '.join(found) or 'none'}"
    strange = {sign for sign in PLACEHOLDER.sub("", text) if sign in _NOT_IN_TEXT or sign in "%{}" or _is_control(sign)}
    strange -= set("".join(source))
    if strange:
        yield f"may not hold {' '.join(sorted(map(ascii, strange)))}; write it in words"
    if text[-1].isspace() != source[-1][-1].isspace() or text[0].isspace():
        yield "must end with a space where the English does, and nowhere else"


def _is_control(sign: str) -> bool:
    return sign != "\n" and unicodedata.category(sign) == "Cc"
