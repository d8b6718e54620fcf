"""Small instruments for tests, built the way a file is: through the checker."""

from __future__ import annotations

import json

from instruments.check import check_document
from instruments.document import parse_document
from instruments.model import Instrument

STEPS = [{"value": n, "text": {"sv": f"Steg {n}"}} for n in range(1, 6)]


def tiny(items: list[dict[str, object]], **changes: object) -> Instrument:
    """An instrument with one section; items are answered 1-5 unless they say otherwise."""
    filled = [
        {"text": {"sv": "Fråga"}, **({} if "type" in item else {"answer_set": "steps"}), **item} for item in items
    ]
    content = {
        "id": "tiny",
        "version": "2026.1",
        "languages": ["sv"],
        "title": {"sv": "Liten"},
        "introduction": {"sv": "Hej"},
        "minutes": 1,
        "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": {"sv": "Prov."}},
        "answer_sets": [
            {"id": "steps", "options": [*STEPS, {"value": 9, "text": {"sv": "Vet inte"}, "missing": True}]},
        ],
        "sections": [{"id": "only", "title": {"sv": "Allt"}, "items": filled}],
        **changes,
    }
    instrument, faults = check_document(parse_document(json.dumps(content).encode()))
    if instrument is None:
        raise ValueError("\n".join(map(str, faults)))
    return instrument


def scale_of(*item_ids: str, reversed_ids: tuple[str, ...] = (), **changes: object) -> dict[str, object]:
    """A scale `total` of items answered 1-5."""
    entries = [{"item": item_id, "reversed": item_id in reversed_ids} for item_id in item_ids]
    texts = {"title": {"sv": "Summa"}, "description": {"sv": "Allt"}}
    return {"id": "total", **texts, "minimum": 1, "maximum": 5, "missing": "half", "items": entries, **changes}
