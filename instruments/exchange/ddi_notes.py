"""What DDI-Codebook has no place for, as typed notes: `<notes type="termometern" subject="may_decline">true</notes>`.

The subject is the key of our own format. A text in several languages is one note a language; a single word stands as
it is; everything else is JSON, so that a rule or a list reads back as it was.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from instruments.document import Value
from instruments.exchange.contract import NotRead
from instruments.exchange.gathering import SET_ORDER, Gathered
from instruments.exchange.safe_json import parse_json
from instruments.exchange.xml_tree import LANGUAGE, Element, element

TYPE = "termometern"

# Keys whose value is a text of one language: written bare, so that a person reads it without quotes.
_WORDS = frozenset(
    {
        "type",
        "answer_set",
        "kind",
        "pace",
        "method",
        "missing_rule",
        "wording",
        "score",
        "items_in_order",
        "reversed",
        SET_ORDER,
    }
)


def notes_of(said: Mapping[str, Value]) -> Iterator[Element]:
    """One note for each key, or one a language."""
    for key, value in said.items():
        if _is_localised(value):
            for language, text in value.items() if isinstance(value, dict) else ():
                yield element("notes", str(text), type=TYPE, subject=key, lang=language)
        elif key in _WORDS:
            yield element("notes", str(value), type=TYPE, subject=key)
        else:
            yield element("notes", json.dumps(value, ensure_ascii=False), type=TYPE, subject=key)


def _is_localised(value: Value) -> bool:
    return (
        isinstance(value, dict)
        and bool(value)
        and all(isinstance(text, str) for text in value.values())
        and all(key.isascii() and key.isalpha() and len(key) in (2, 3) and key != "op" for key in value)
    )


def read_notes(around: Element, allowed: Iterable[str], place: str, gathered: Gathered) -> dict[str, Value]:
    """What the notes of our type say; those of other tools are prose and are left alone. Faults go to `gathered`."""
    said: dict[str, Value] = {}
    keys = list(allowed)
    for note in around.all("notes"):
        subject = note.attributes.get("subject", "")
        if note.attributes.get("type") != TYPE:
            continue
        if subject not in keys:
            message = f"the note {subject!r} is not known here"
            gathered.add("unknown_note", note.line, place, message, gathered.suggestion(subject, keys))
        elif language := note.attributes.get(LANGUAGE):
            texts = said.setdefault(subject, {})
            if isinstance(texts, dict):
                texts.setdefault(language, note.text)
        elif subject in said:
            message = f"the note {subject!r} stands twice"
            gathered.add("duplicate_note", note.line, place, message, "keep one of them")
        else:
            said[subject] = note.text if subject in _WORDS else _value(note, place, gathered)
    return said


def _value(note: Element, place: str, gathered: Gathered) -> Value:
    try:
        return parse_json(note.text.encode())
    except NotRead as error:
        reasons = "; ".join(fault.message for fault in error.faults)
        message = f"the note {note.attributes.get('subject')!r} cannot be read: {reasons}"
        gathered.add("bad_note", note.line, place, message, "write it as JSON, such as true, 5 or [1, 2]")
        return None
