"""Reading: the list with its sums, one entry with its history, and the file."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, abort, render_template, request

from instruments.model import Instrument, Item, ItemType, in_language
from survey.accounts.roles import Action
from survey.models import RecordEntry
from survey.organisation.tree import TreeNode
from survey.records import overview
from survey.records.entries import find_entry, instrument_of, record_instruments
from survey.records.overview import Filter, SumRow, headline_of, said
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading
from survey.web.office.downloads import csv_response
from survey.web.office.layout import figure, page_language
from survey.web.office.records import blueprint

MOST_SHOWN = 200


@dataclass(frozen=True)
class Chosen:
    """What the address asks for, as far as it is there and the person's to read."""

    filter: Filter
    unit: TreeNode | None
    reach: tuple[TreeNode, ...]

    @property
    def address(self) -> dict[str, object]:
        """The same choice in an address."""
        unit = None if self.unit is None else self.unit.code
        return {"year": self.filter.year, "unit": unit}


@dataclass(frozen=True)
class SumTable:
    instrument: Instrument
    items: tuple[Item, ...]
    rows: list[SumRow]


@blueprint.get("/")
@access.login_required
def overview_page() -> str:
    access.require_somewhere(Action.SEE_RECORDS)
    instruments = record_instruments(current_services().instrument_folders)
    chosen = _chosen(frozenset(instruments))
    found = overview.entries(reading(), chosen.filter)
    return render_template(
        "office/records/overview.html",
        chosen=chosen,
        instruments={key: loaded.instrument for key, loaded in instruments.items()},
        years=overview.years(reading(), [node.id for node in chosen.reach]),
        entries=[(entry, title_of(entry), about(entry)) for entry in found[:MOST_SHOWN]],
        count=len(found),
        tables=_tables(found, [loaded.instrument for loaded in instruments.values()]),
        figure=figure,
        may_write=access.person().has(Action.WRITE_RECORDS),
    )


def _chosen(instruments: frozenset[str]) -> Chosen:
    person = access.person()
    reach = person.reach(Action.SEE_RECORDS)
    by_code = {node.code: node for node in reach}
    unit = by_code.get(request.args.get("unit", ""))
    below = person.tree.descendants(unit.id) if unit else reach
    instrument = request.args.get("instrument", "")
    year = request.args.get("year", "")
    return Chosen(
        Filter(
            frozenset(node.id for node in below),
            instrument if instrument in instruments else None,
            int(year) if year.isascii() and year.isdecimal() and len(year) == len("2026") else None,
        ),
        unit,
        reach,
    )


def _tables(found: list[RecordEntry], instruments: list[Instrument]) -> list[SumTable]:
    """Sums of each instrument that counts something and has entries."""
    tree = access.person().tree
    made = []
    for instrument in instruments:
        items = overview.counted_items(instrument)
        mine = [entry for entry in found if entry.instrument == instrument.id]
        if items and mine:
            made.append(SumTable(instrument, items, overview.sums(mine, items, tree)))
    return made


@blueprint.get("/<instrument_id>/poster.csv")
@access.login_required
def file(instrument_id: str) -> Response:
    access.require_somewhere(Action.SEE_RECORDS)
    instruments = record_instruments(current_services().instrument_folders)
    if instrument_id not in instruments:
        abort(404)
    chosen = _chosen(frozenset(instruments)).filter
    found = overview.entries(reading(), Filter(chosen.unit_ids, instrument_id, chosen.year), history=True)
    return csv_response(overview.to_csv(found, instruments[instrument_id].instrument), f"{instrument_id}.csv")


@blueprint.get("/<int:entry_id>")
@access.login_required
def entry_page(entry_id: int) -> str:
    entry = readable(entry_id)
    instrument = instrument_of(entry, current_services().instrument_folders)
    return render_template(
        "office/records/entry.html",
        entry=entry,
        instrument=instrument,
        answers=answers_of(entry, instrument),
        may_write=access.person().may(Action.WRITE_RECORDS, entry.unit_id),
    )


def readable(entry_id: int, action: Action = Action.SEE_RECORDS) -> RecordEntry:
    """The entry. 404 where there is none, 403 where it is not the person's to read (or to correct)."""
    entry = find_entry(reading(), entry_id)
    access.require(action, entry.unit_id)
    return entry


def answers_of(entry: RecordEntry, instrument: Instrument) -> list[tuple[str, str]]:
    """(question, answer) of everything that was answered, in the instrument's order."""
    language = page_language()
    asked = (item for item in instrument.items if item.type is not ItemType.STATEMENT)
    pairs = ((in_language(item.text, language), said(instrument, item, entry.answers, language)) for item in asked)
    return [(question, answer) for question, answer in pairs if answer]


def title_of(entry: RecordEntry) -> str:
    """Of the newest version, as the list's menu calls it; the id where there is none any more."""
    newest = record_instruments(current_services().instrument_folders).get(entry.instrument)
    return in_language(newest.instrument.title, page_language()) if newest else entry.instrument


def about(entry: RecordEntry) -> str:
    return headline_of(entry, page_language(), current_services().instrument_folders)
