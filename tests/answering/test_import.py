"""Imports: into the urn like any other answer, all or none, and real answers come out as the numbers R gives."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from answering_field import NOON, Field
from lawful import LAW
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.load import load
from instruments.model import ItemType, Variant
from reports.statistics.reliability import alpha
from survey.answering.importing.store import FaultyFile, Imported, import_responses
from survey.answering.keys import KeyFolder
from survey.answering.mixing import mix
from survey.answering.round_keys import RoundKeyFolder
from survey.fieldwork.rounds import close_round, create_round, open_round
from survey.fieldwork.studies import create_study
from survey.models import Response, Round, UrnBox
from survey.organisation.tree import add_unit, load_register
from survey.releases.data import round_data

TESTS = Path(__file__).parents[1]
REFERENCE = TESTS / "reference"
FILE = "unit,a\n" + "2309-a,1\n" * 6 + "2309-b,3\n" * 5


def _import(field: Field, path: Path, **how: object) -> Imported:
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        done = import_responses(session, field.keys, round_, path, folders=[field.folder], **how)  # type: ignore[arg-type]
        session.commit()
        return done


def _written(tmp_path: Path, text: str, name: str = "file.csv") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / name


def test_rows_lie_sealed_in_the_urn_beside_the_others(field: Field, tmp_path: Path) -> None:
    field.send(next(iter(field.cards)), {"a": 2})
    assert _import(field, _written(tmp_path, FILE)).responses == 11
    with field.session() as session:
        boxes = session.scalars(select(UrnBox.box)).all()
    assert len(boxes) == 12
    assert len({len(box) for box in boxes}) == 1
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))
        stored = session.scalars(select(Response)).all()
    assert Counter((one.unit_id, one.way, one.answers["a"]) for one in stored) == {
        (field.units[0], "open", 1): 6,
        (field.units[0], "open", 2): 1,
        (field.units[1], "import", 3): 5,
    }


def test_the_same_responses_are_not_taken_twice(field: Field, tmp_path: Path) -> None:
    _import(field, _written(tmp_path, FILE))
    same = _written(tmp_path, "\n".join(["unit;a", *reversed(FILE.replace(",", ";").split()[1:])]), "again.csv")
    with pytest.raises(FaultyFile) as refused:
        _import(field, same)
    assert [fault.code for fault in refused.value.faults] == ["already_imported"]
    assert field.count("urn") == 11
    assert _import(field, _written(tmp_path, "unit,a\n2309-a,3\n")).responses == 1


def test_one_fault_stores_nothing(field: Field, tmp_path: Path) -> None:
    with pytest.raises(FaultyFile) as refused:
        _import(field, _written(tmp_path, FILE + "2309-a,4\n"))
    assert [fault.code for fault in refused.value.faults] == ["value_wrong"]
    invited = _written(tmp_path, "unit,invited\n2309-x,3\n", "invited.csv")
    with pytest.raises(FaultyFile) as refused:
        _import(field, _written(tmp_path, FILE), invited=invited)
    assert [fault.place for fault in refused.value.faults] == ["invited.csv unit"]
    assert field.count("urn") == 0


def test_invited_counts_come_along(field: Field, tmp_path: Path) -> None:
    invited = _written(tmp_path, "enhet;inbjudna\n2309-a;41\n", "invited.csv")
    _import(field, _written(tmp_path, FILE), invited=invited)
    with field.session() as session:
        counts = {row.unit.code: row.invited for row in session.get_one(Round, field.round_id).units}
    assert counts == {"2309-a": 41, "2309-b": 20, "2309-c": 20}


def test_link_codes_are_pseudonyms_and_a_card_number_is_the_cards(make_field: Callable[..., Field], tmp_path) -> None:
    field = make_field(linked=True)
    card = next(iter(field.cards))
    with field.session() as session:
        of_the_card = field.enter(session, card).link_code
    rows = "".join(f"2309-a,p{number},1\n" for number in range(5))
    _import(field, _written(tmp_path, f"unit,link_code,a\n{rows}2309-a,{card},1\n"))
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON)
        codes = session.scalars(select(Response.link_code)).all()
    assert len(set(codes)) == 6
    assert of_the_card in codes
    assert not any(b"p1" in (code or b"") for code in codes)


def test_real_answers_from_2800_people(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, tmp_path: Path
) -> None:
    """bfi (R package psych) through the whole path, with education as unit: scores and alphas as R computes them."""
    folders = [TESTS / "definitions" / "valid"]
    load_register(session)
    codes = [*"12345", "unknown"]
    for code in codes:
        add_unit(session, code=code, name=f"Education {code}", parent_code="2309", valid_from=NOON.date())
    study = create_study(
        session, slug="bfi", title="BFI", instrument="bfi", owner_code="2309", law=LAW, folders=folders
    )
    round_ = create_round(session, study, name="all", unit_codes=codes, folders=folders)
    open_round(session, round_, NOON, public_key=round_keys.make(round_.id), folders=folders)
    with (REFERENCE / "data" / "bfi.csv").open(encoding="utf-8") as file:
        heading = next(csv.reader(file))
    mapping = [f"{name},{'unit' if name == 'education' else name}" for name in heading if name != "row"]
    mapped = _written(tmp_path, "\n".join(["column,meaning", *mapping]), "mapping.csv")
    data = REFERENCE / "data" / "bfi.csv"

    done = import_responses(session, keys, round_, data, mapping=mapped, no_unit="unknown", folders=folders)
    assert (done.responses, len(done.notices)) == (2800, 1)
    close_round(session, round_, NOON)
    session.commit()
    assert mix(session, round_keys, round_.id, NOON + timedelta(hours=2)).responses == 2800

    read = round_data(session, round_, folders)
    assert Counter(read.unit_codes) == {"1": 224, "2": 292, "3": 1249, "4": 394, "5": 418, "unknown": 223}
    expected = _expected("o01_scoring_half_rule")
    scored = read.scores[:, 0][~np.isnan(read.scores[:, 0])]
    assert len(scored) == expected["n_scored"]
    assert scored.mean() == pytest.approx(expected["mean"], rel=1e-9)
    assert scored.std(ddof=1) == pytest.approx(expected["sd"], rel=1e-9)
    expected = _expected("o02_alpha_listwise_reverse")
    found = alpha(read.scale_values("agreeableness"))
    assert (found.n, found.items) == (expected["n"], expected["k"])
    assert found.alpha == pytest.approx(expected["alpha"], rel=1e-9)
    assert (found.low, found.high) == pytest.approx((expected["feldt_lower"], expected["feldt_upper"]), rel=1e-7)


def _expected(case: str) -> dict:
    return json.loads((REFERENCE / f"{case}.json").read_text(encoding="utf-8"))["expected"]


def test_answers_from_another_tool_are_not_said_to_be_of_the_easy_variant(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, tmp_path: Path
) -> None:
    """Also where the form itself begins with it: what the other tool has shown is not known."""
    instrument = load("user-survey-group-home").instrument
    assert instrument.variants[0] is Variant.EASY
    load_register(session)
    study = create_study(
        session, slug="home", title="Home", instrument="user-survey-group-home", owner_code="2309", law=LAW
    )
    round_ = create_round(session, study, name="1", unit_codes=["2309"])
    open_round(session, round_, NOON, public_key=round_keys.make(round_.id))
    item = next(item for item in instrument.items if item.type is ItemType.SINGLE_CHOICE)
    rows = f"unit,{item.id}\n" + f"2309,{instrument.options(item)[0].value}\n" * 6
    import_responses(session, keys, round_, _written(tmp_path, rows))
    close_round(session, round_, NOON)
    session.commit()
    mix(session, round_keys, round_.id, NOON + timedelta(hours=2))
    assert set(session.scalars(select(Response.variant))) == {Variant.STANDARD}
