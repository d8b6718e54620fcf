"""D4: whoever may ask for every page, filter, round and format learns nothing about fewer than k people."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import linprog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.attacks.over_http import Told, ask_everything, live_counts, tells
from reports.dataset import RoundData, Tree
from reports.overlap import Told as Combination
from reports.overlap import smallest_told
from survey.answering.importing.store import import_responses
from survey.fieldwork import rounds, studies
from survey.jobs import rounds as work
from survey.jobs.store import close_clients
from survey.models import LedgerEntry, OrganisationUnit, Release, Response, Round
from survey.organisation.units import add_unit
from survey.releases.data import round_data, tree_of

sys.path.append(str(Path(__file__).parents[1] / "office"))
from lawful import LAW
from office_site import INSTRUMENT, Office, make_office

K = 5
UNITS = {"B1": "2326", "B2": "2326", "K1": "2309", "K2": "2309", "K3": "2309", "O1": "2380"}
FIRST = {"B1": 7, "B2": 3, "K1": 12, "K2": 6, "K3": 2, "O1": 21}
SECOND = {"B1": 6, "B2": 6, "K1": 9, "K2": 4, "K3": 8, "O1": 18}
PAPER = {"B1": 2, "K1": 3, "O1": 2}


@dataclass(frozen=True)
class Asked:
    office: Office
    answers: dict[str, bytes]
    counts: dict[str, int]
    """Live counts, asked for just before the second round closed."""


@pytest.fixture
def asked(tmp_path: Path, database_url: str) -> Iterator[Asked]:
    """Two rounds; the first is released, then again with late paper, then stands beside the second."""
    office = make_office(tmp_path / "home", database_url)
    with office.services.sessions.begin() as session:
        for code, parent in UNITS.items():
            add_unit(session, code=code, name=f"Enhet {code}", parent_code=parent, valid_from=date(2020, 1, 1))
        study = studies.create_study(
            session, slug="ebp", title="EBP", instrument=INSTRUMENT, owner_code="23", k=K, law=LAW
        )
        first = rounds.create_round(session, study, name="2024", unit_codes=UNITS)
        second = rounds.create_round(session, study, name="2025", unit_codes=UNITS, before=first)
        rounds.set_invited(session, second, {"O1": 60})
    for round_ in (first, second):
        work.open_(office.services, round_.id)
    office.answer(first.id, FIRST)
    office.finish(first.id)
    _paper(office, first.id, tmp_path)
    work.freeze(office.services, first.id)
    office.answer(second.id, SECOND)
    counts = live_counts(office.client("administrator").get(f"/admin/matomgangar/{second.id}").data)
    office.finish(second.id)
    yield Asked(office, _everything(office), counts)
    close_clients()
    office.services.engine.dispose()


def _paper(office: Office, round_id: int, folder: Path) -> None:
    path = folder / "paper.csv"
    rows = [f"{unit},{number % 5 + 1},{number % 3 + 1}" for unit, many in PAPER.items() for number in range(many)]
    path.write_text("\n".join(["unit,K01,K02", *rows]) + "\n", encoding="utf-8")
    with office.services.sessions.begin() as session:
        import_responses(session, office.services.keys, session.get_one(Round, round_id), path)


def _everything(office: Office) -> dict[str, bytes]:
    client = office.client("analyst")

    def get(address: str) -> tuple[int, bytes]:
        response = client.get(address)
        return response.status_code, response.data

    with office.services.sessions() as session:
        releases = [str(one) for one in session.scalars(select(Release.id))]
        ids = [str(one) for one in session.scalars(select(Round.id))]
    codes = ["SE", "23", "2309", "2326", "2380", *UNITS]
    return ask_everything(office.app.url_map, get, {"release_id": releases, "code": codes, "round_id": ids})


# What is told does not depend on the database; the pages are tried on both elsewhere.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nothing_follows_about_few_people_from_all_that_is_told(asked: Asked) -> None:
    told = tells(asked.answers)
    assert {one.release for one in told} == {1, 2, 3}
    assert {one.earlier for one in told} == {True, False}
    spaces = _spaces(asked.office, told)
    assert {("respondents",), ("scale", "knowledge"), ("item", "K01")} <= {quantity for _, quantity in spaces}
    for (round_id, quantity), sets in spaces.items():
        found = _fewest(sets)
        assert found is None, f"{quantity} of round {round_id}: {found}"
    # The same search sees three who came late, had their unit been told about in both releases.
    quantity = ("item", "K01")
    told |= {Told(release, quantity, False, "K1") for release in (1, 2)}
    assert _fewest(_spaces(asked.office, told)[1, quantity]) is not None
    _counts_fix_no_small_unit(asked)


def _fewest(sets: Mask) -> Combination | None:
    return smallest_told(sets, np.ones(sets.shape[1], dtype=np.int64), K)


def _counts_fix_no_small_unit(asked: Asked) -> None:
    """Of all numbers of answers that fit the live counts and the released sums, no small unit has only one left."""
    assert all(count % K == 0 for count in asked.counts.values())
    units = sorted(UNITS)
    bounds = [(asked.counts[f"Enhet {unit}"], asked.counts[f"Enhet {unit}"] + K - 1) for unit in units]
    shown = {one.group for one in tells(asked.answers) if one.release == 3 and one.quantity == ("respondents",)}
    below = {"SE": units, "23": units} | {code: [one for one in units if UNITS[one] == code] for code in UNITS.values()}
    inside = np.array([np.isin(units, below.get(code, [code])) for code in sorted(shown)], dtype=np.float64)
    totals = inside @ np.array([SECOND[unit] for unit in units])
    for place, unit in enumerate(units):
        if SECOND[unit] < K:
            cost = np.eye(len(units))[place]
            least, most = (linprog(sign * cost, A_eq=inside, b_eq=totals, bounds=bounds).fun * sign for sign in (1, -1))
            assert most - least >= 1 - 1e-9, unit


Quantity = tuple[str, ...]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class People:
    """Everybody who is in a round now: first those who were mixed, then those who came late."""

    places: NDArray[np.str_]
    late: Mask
    has: dict[Quantity, Mask]


def _people(session: Session, round_: Round) -> People:
    mixed, whole = (round_data(session, round_, last_batch=batch) for batch in (0, None))
    late = session.execute(
        select(Response.answers, OrganisationUnit.code)
        .join(OrganisationUnit, OrganisationUnit.id == Response.unit_id)
        .where(Response.round_id == round_.id, Response.batch > 0)
    ).all()
    added = RoundData.from_answers(
        round_id=round_.id,
        name=round_.name,
        instrument=whole.instrument,
        digest=whole.digest,
        answers=[row.answers for row in late],
        unit_codes=[row.code for row in late],
        invited={},
    )
    scores, values = (np.concatenate([getattr(mixed, what), getattr(added, what)]) for what in ("scores", "values"))
    has: dict[Quantity, Mask] = {("respondents",): np.ones(len(scores), dtype=np.bool_)}
    has |= {("scale", scale.id): ~np.isnan(scores[:, at]) for at, scale in enumerate(whole.instrument.scales)}
    has |= {("item", item): ~np.isnan(values[:, at]) for at, item in enumerate(whole.items)}
    places = np.array([*mixed.unit_codes, *added.unit_codes])
    return People(places, np.arange(len(places)) >= len(mixed.unit_codes), has)


def _spaces(office: Office, told: set[Told]) -> dict[tuple[int, Quantity], Mask]:
    """For each round and quantity the sets of people (sets, people) that something is told about."""
    with office.services.sessions() as session:
        all_rounds = session.scalars(select(Round)).all()
        people = {one.id: _people(session, one) for one in all_rounds}
        tree = tree_of(session, *(round_data(session, one) for one in all_rounds))
        before = {one.id: one.before_id or 0 for one in all_rounds}
        about = {one.id: one.round_id for one in session.scalars(select(Release))}
        with_late = {(one.release_id, one.round_id): one.batch > 0 for one in session.scalars(select(LedgerEntry))}
    spaces: dict[tuple[int, Quantity], list[Mask]] = {}
    for one in told:
        round_id = before[about[one.release]] if one.earlier else about[one.release]
        there = people[round_id]
        inside = np.isin(there.places, _below(tree, one.group))
        if one.without:
            inside &= ~np.isin(there.places, _below(tree, one.without))
        if not with_late[one.release, round_id]:
            inside &= ~there.late
        spaces.setdefault((round_id, one.quantity), []).append(inside & there.has[one.quantity])
    return {key: np.array(sets) for key, sets in spaces.items()}


def _below(tree: Tree, code: str) -> list[str]:
    """The group itself and all below it."""
    inside = {code}
    for node in tree.nodes:
        if node.parent in inside:
            inside.add(node.code)
    return sorted(inside)
