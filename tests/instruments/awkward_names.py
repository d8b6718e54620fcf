"""One instrument whose ids other tools keep for themselves or cannot write, and whose texts are made of their signs."""

from __future__ import annotations

from typing import Any

from tests.instruments.random_instruments import sound


def item(name: str, **more: Any) -> dict[str, Any]:
    return {"id": name, "type": "short_text", "text": {"sv": f"T {name}"}, **more}


CONTENT: dict[str, Any] = {
    "id": "tiny",
    "version": "2026.1",
    "languages": ["sv"],
    "title": {"sv": "T"},
    "introduction": {"sv": "I"},
    "minutes": 5,
    "provenance": {"wording": "own", "sources": ["s"], "licence": "l", "notice": {"sv": "n"}},
    "answer_sets": [
        {
            "id": "a-b",
            "options": [{"value": -1, "text": {"sv": "nej, tack"}}, {"value": 100000, "text": {"sv": "<br>ja | nej"}}],
        },
        {"id": "k01_ends", "options": [{"value": 0, "text": {"sv": "0"}}, {"value": 1, "text": {"sv": "1"}}]},
    ],
    "sections": [
        {
            "id": "data",
            "title": {"sv": "D"},
            "items": [
                item("K01", type="slider", minimum=-3, maximum=3, low_label={"sv": "a|b"}, high_label={"sv": "-c"}),
                item("introduction"),
                item("id"),
                item("meta", type="single_choice", answer_set="a-b", coarsen=[[-1], [100000]], background=True),
            ],
        },
        {
            "id": "meta",
            "title": {"sv": "M"},
            "intro": {"sv": "=hej"},
            "visible_if": {"op": "at_least", "item": "K01", "value": -1},
            "items": [
                item("meta_intro", type="statement"),
                item("M__1_", type="multiple_choice", answer_set="a-b"),
                item("record_id", visible_if={"op": "is", "item": "M__1_", "value": -1}),
            ],
        },
        {
            "id": "k01",
            "title": {"sv": "[K01] {x} ${y} $\u2060{z}"},
            "visible_if": {
                "op": "any",
                "rules": [
                    {"op": "is_not", "item": "M__1_", "value": 100000},
                    {"op": "not", "rules": [{"op": "answered", "item": "K01"}]},
                ],
            },
            "items": [
                item("instanceID"),
                item("Y", type="year", minimum=1900),
                item("N", type="number", maximum=-5, visible_if={"op": "at_most", "item": "Y", "value": 1990.5}),
                item("Z", visible_if={"op": "is", "item": "id", "value": 'it\'s "${q}" \\'}),
                item("SQ001", type="statement"),
                item("other", type="single_choice", answer_set="k01_ends", required=True),
            ],
        },
    ],
}

AWKWARD_NAMES = sound(CONTENT)
