"""What is played: the instrument, the units, and how many come by which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlalchemy.orm import Session

from survey.models import OrganisationUnit

CHOICES = 12
_ITEMS = "\n".join(f"      - {{id: a{n:02}, text: {{sv: Fråga {n}}}, answer_set: steps}}" for n in range(CHOICES))
INSTRUMENT = f"""\
id: attacked
version: "2026.1"
languages: [sv]
title: {{sv: Angripen}}
introduction: {{sv: Några frågor.}}
minutes: 1
provenance:
  wording: own
  sources: [Made for the attacks.]
  licence: CC0
  notice: {{sv: Egna ord.}}
answer_sets:
  - id: steps
    options:
{"".join(f"      - {{value: {v}, text: {{sv: Steg {v}}}}}" + chr(10) for v in range(1, 6))}\
sections:
  - id: all
    title: {{sv: Allt}}
    # Everybody has an order of their own, and its seed lies in draft, box and response.
    random_order: true
    items:
{_ITEMS}
      - {{id: mark, type: number, text: {{sv: Tal}}, minimum: 0, maximum: 999999999999}}
      - {{id: words, type: short_text, text: {{sv: Ord}}}}
scales:
  - id: s
    title: {{sv: Skala}}
    description: {{sv: En skala.}}
    items: [{{item: a00, reversed: false}}, {{item: a01, reversed: false}}]
    minimum: 1
    maximum: 5
    missing: half
"""


@dataclass(frozen=True)
class Unit:
    """How many links are made, of which some answer, some answer and withdraw, some only begin; and by open link."""

    parent: str
    links: int = 0
    mailed: bool = False
    """The links are personal invitations, else cards."""
    answer: int = 0
    withdraw: int = 0
    begin: int = 0
    open: int = 0


UNITS: Mapping[str, Unit] = {
    "2309-a": Unit("2309", links=24, answer=19, withdraw=1, begin=2, open=6),
    "2309-b": Unit("2309", links=16, answer=12, withdraw=1),
    # Fewer than k: their answers are raised to the municipality.
    "2309-c": Unit("2309", links=6, answer=3),
    "2380-d": Unit("2380", open=12),
    "2380-f": Unit("2380", links=15, mailed=True, answer=11, withdraw=1, begin=1),
    "2380-e": Unit("2380", links=14, answer=10, withdraw=1, begin=1, open=7),
}
SMALL: Mapping[str, Unit] = {
    "2309-a": Unit("2309", links=7, answer=5, withdraw=1, begin=1),
    "2309-b": Unit("2309", links=7, mailed=True, answer=5, begin=1),
}
"""For a copy of everything after each submission."""


def write_instrument(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "attacked.yaml").write_text(INSTRUMENT, encoding="utf-8")


def add_units(session: Session, units: Mapping[str, Unit], ids: dict[str, int]) -> None:
    def add(code: str, kind: str, parent: str | None) -> None:
        if code not in ids:
            row = OrganisationUnit(
                parent_id=ids[parent] if parent else None,
                kind=kind,
                code=code,
                name=code,
                short_name=code,
                valid_from=date(2026, 1, 1),
            )
            session.add(row)
            session.flush()
            ids[code] = row.id

    add("SE", "nation", None)
    add("23", "county", "SE")
    for code, unit in units.items():
        add(unit.parent, "municipality", "23")
        add(code, "unit", unit.parent)
