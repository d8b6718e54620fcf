"""The official part of the tree: the nation, 21 counties and 290 municipalities (data/SOURCES.md)."""

from __future__ import annotations

import csv
from dataclasses import asdict, dataclass
from datetime import date
from importlib.resources import files

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import OrganisationKind, OrganisationUnit

NATION_CODE = "SE"
VALID_FROM = date(2007, 1, 1)
"""Since then neither a code nor a county's members have changed."""


@dataclass(frozen=True)
class RegisterRow:
    kind: OrganisationKind
    code: str
    name: str
    short_name: str
    population: int | None
    parent_code: str | None


def load_register(session: Session) -> int:
    """Add what is missing of the register and correct what it says otherwise; units of one's own are left alone.

    Returns how many nodes were added: 312 the first time, then 0.
    """
    there = {unit.code: unit for unit in session.scalars(select(OrganisationUnit))}
    added = 0
    for row in register_rows():
        facts = asdict(row)
        parent_code = facts.pop("parent_code")
        unit = there.get(row.code)
        if unit is None:
            parent = there[parent_code] if parent_code else None
            unit = there[row.code] = OrganisationUnit(parent=parent, valid_from=VALID_FROM, private=False, **facts)
            session.add(unit)
            added += 1
        else:
            unit.name, unit.short_name, unit.population = row.name, row.short_name, row.population
    session.flush()
    return added


def register_rows() -> list[RegisterRow]:
    """Parents before children: the nation, the counties, the municipalities."""
    source = files("survey.organisation") / "data" / "municipalities.csv"
    with source.open(encoding="utf-8") as file:
        municipalities = list(csv.DictReader(file))
    counties = {row["county_code"]: row["county"] for row in municipalities}
    rows = [RegisterRow(OrganisationKind.NATION, NATION_CODE, "Sverige", "Riket", None, None)]
    # A county keeps its "län": Stockholm, Kalmar and others would otherwise be called what a municipality is called.
    rows += [
        RegisterRow(OrganisationKind.COUNTY, code, name, name, None, NATION_CODE)
        for code, name in sorted(counties.items())
    ]
    rows += [
        RegisterRow(
            OrganisationKind.MUNICIPALITY,
            row["code"],
            row["name"],
            row["short_name"],
            int(row["population_2023"]) if row["population_2023"] else None,
            row["county_code"],
        )
        for row in municipalities
    ]
    return rows
