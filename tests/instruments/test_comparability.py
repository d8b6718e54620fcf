"""What two versions have in common: declared, or asked in exactly the same way; and how it is told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from instruments.comparability import items_comparable, scales_comparable
from instruments.diff import describe_difference, difference
from instruments.load import catalogue, load
from instruments.model import Comparability, Instrument
from tests.instruments.random_instruments import sound

SAME, REWORDED, NEW = Comparability.SAME, Comparability.REWORDED, Comparability.NEW
STEPS = [{"value": n, "text": {"sv": f"Steg {n}"}} for n in (1, 2, 3)]


def version(number: int, texts: dict[str, str], said: dict[str, str] | None = None, **changes: Any) -> Instrument:
    """An instrument with one scale of items on three steps."""
    items = [{"id": name, "text": {"sv": text}, "answer_set": "steps"} for name, text in texts.items()]
    scale = {
        "id": "calm",
        "title": {"sv": "Lugn"},
        "description": {"sv": "Lugn."},
        "missing": "half",
        "minimum": 1,
        "maximum": 3,
        "items": [{"item": name, "reversed": False} for name in texts],
        **changes,
    }
    return sound(
        {
            "id": "pulse",
            "version": f"2026.{number}",
            "languages": ["sv"],
            "title": {"sv": "Puls"},
            "introduction": {"sv": "Hej."},
            "minutes": 1,
            "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": {"sv": "Prov."}},
            "answer_sets": [{"id": "steps", "options": STEPS}],
            "sections": [{"id": "only", "title": {"sv": "Allt"}, "items": items}],
            "scales": [scale],
            "equivalences": [{"version": "2026.1", "items": said}] if said else [],
        }
    )


FIRST = version(1, {"A": "Jag hinner.", "B": "Jag orkar."})


@pytest.mark.parametrize(
    ("now", "items", "scale"),
    [
        (version(2, {"A": "Jag hinner.", "B": "Jag orkar."}), {"A": SAME, "B": SAME}, SAME),
        (version(2, {"A": "Jag hinner.", "B": "Jag mår bra."}), {"A": SAME, "B": NEW}, NEW),
        (
            version(2, {"A": "Jag hinner.", "B": "Jag orkar bra."}, {"A": "same", "B": "reworded-comparable"}),
            {"A": SAME, "B": REWORDED},
            REWORDED,
        ),
        (version(2, {"A": "Jag hinner.", "B": "Jag orkar."}, {"A": "same", "B": "new"}), {"A": SAME, "B": NEW}, NEW),
        (version(2, {"A": "Jag hinner."}), {"A": SAME}, NEW),
        (version(2, {"A": "Jag hinner.", "C": "Jag orkar."}), {"A": SAME, "C": NEW}, NEW),
        (version(2, {"A": "Jag hinner.", "B": "Jag orkar."}, method="sum"), {"A": SAME, "B": SAME}, NEW),
        (version(2, {"A": "Jag hinner.", "B": "Jag orkar."}, missing="complete"), {"A": SAME, "B": SAME}, NEW),
        (
            version(
                2,
                {"A": "Jag hinner.", "B": "Jag orkar."},
                items=[{"item": "A", "reversed": True}, {"item": "B", "reversed": False}],
            ),
            {"A": SAME, "B": SAME},
            NEW,
        ),
    ],
)
def test_what_may_be_compared(now: Instrument, items: dict[str, Comparability], scale: Comparability) -> None:
    assert items_comparable(now, FIRST) == items
    assert scales_comparable(now, FIRST) == {"calm": scale}


def test_what_another_instrument_declares_says_nothing_of_this_one() -> None:
    other = version(2, {"A": "Jag hinner.", "B": "Något annat."}, {"A": "same", "B": "same"})
    renamed = Instrument.model_validate({**other.model_dump(), "id": "another"})
    assert items_comparable(renamed, FIRST) == {"A": SAME, "B": NEW}


def test_a_version_beside_itself_differs_in_nothing_and_may_be_compared() -> None:
    for loaded in catalogue():
        found = difference(loaded.instrument, loaded.instrument)
        assert found.changes == ()
        assert set(found.items.values()) == {SAME}
        assert set(found.scales.values()) <= {SAME}


def test_the_difference_is_told_in_words() -> None:
    now = version(2, {"A": "Jag hinner med.", "C": "Jag sover."}, {"A": "reworded-comparable", "C": "new"}, maximum=3)
    assert describe_difference(FIRST, now).splitlines() == [
        "pulse 2026.1 -> pulse 2026.2",
        "",
        '  B is gone: "Jag orkar."',
        '  A text.sv: "Jag hinner." -> "Jag hinner med."',
        '  C is new: "Jag sover."',
        "  scale calm: it has other items",
        "",
        "1 of 2 items may be compared with care: reworded, and declared comparable: A",
        "1 of 2 items may not be compared: C",
        "scale calm may not be compared (it has other items; not comparable: C; reworded: A)",
    ]


def test_other_positive_steps_leave_the_mean_and_not_the_per_cent() -> None:
    before = load("ebp-thermometer").instrument
    content = before.model_dump(mode="json")
    scales = [{**content["scales"][0], "positive_from": 5}, *content["scales"][1:]]
    now = Instrument.model_validate_json(json.dumps({**content, "scales": scales}))
    said = describe_difference(before, now).splitlines()
    assert "scale knowledge may be compared, but not its per cent of positive answers: other steps are positive" in said
    assert "scale attitude may be compared" in said


def test_silent_rewording_is_pointed_out() -> None:
    now = version(2, {"A": "Jag hinner med.", "B": "Jag orkar."})
    assert any("equivalences do not say" in change for change in difference(FIRST, now).changes)


def test_every_part_that_can_differ_is_told() -> None:
    before = load("user-survey-economic-assistance").instrument
    content = before.model_dump(mode="json")
    changed = {
        **content,
        "minutes": 6,
        "title": {"sv": "Ny titel", "en": content["title"]["en"]},
        "sections": [{**content["sections"][0], "random_order": True}, *content["sections"][1:-1]],
        "scales": [{**content["scales"][0], "positive_from": 5}, *content["scales"][1:]],
    }
    changes = difference(before, Instrument.model_validate_json(json.dumps(changed))).changes
    for part in (
        "minutes: 5 -> 6",
        "title.sv:",
        "asked in random order",
        "positive_from: 4 -> 5",
        "background is gone",
    ):
        assert any(part in change for change in changes), part
