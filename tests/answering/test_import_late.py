"""Paper that comes after sealing: a numbered batch beside the mixed answers, placed where its unit's answers are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from answering_field import NOON, Field
from sqlalchemy import select

from survey.answering.importing.store import FaultyFile, Imported, import_responses
from survey.answering.mixing import mix
from survey.errors import Refusal
from survey.models import FreeText, ImportedFile, Response, Round

MIXED = "unit,a\n" + "2309-a,1\n" * 6 + "2309-b,3\n" * 5


def _import(field: Field, tmp_path: Path, text: str) -> Imported:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        done = import_responses(session, field.keys, round_, path, folders=[field.folder])
        session.commit()
        return done


def _seal(field: Field) -> None:
    field.close()
    with field.session() as session:
        mix(session, field.round_keys, field.round_id, NOON + timedelta(hours=2))


@pytest.fixture
def sealed(field: Field, tmp_path: Path) -> Field:
    _import(field, tmp_path, MIXED)
    _seal(field)
    return field


def _late(field: Field) -> Counter[tuple[int, int, str, object]]:
    with field.session() as session:
        rows = session.scalars(select(Response).where(Response.batch > 0))
        return Counter((row.batch, row.unit_id, row.way, row.answers.get("a")) for row in rows)


def test_each_file_is_a_batch_of_its_own(sealed: Field, tmp_path: Path) -> None:
    assert _import(sealed, tmp_path, "unit,a\n2309-a,2\n2309-b,2\n").batch == 1
    assert _import(sealed, tmp_path, "unit,a\n2309-b,1\n").batch == 2
    first, second = sealed.units[:2]
    assert _late(sealed) == {(1, first, "import", 2): 1, (1, second, "import", 2): 1, (2, second, "import", 1): 1}


def test_a_released_round_takes_late_paper_too_and_stays_released(sealed: Field, tmp_path: Path) -> None:
    with sealed.session() as session:
        round_ = session.get_one(Round, sealed.round_id)
        round_.state, round_.released_at = "released", NOON
        session.commit()
    assert _import(sealed, tmp_path, "unit,a\n2309-a,2\n").batch == 1
    with sealed.session() as session:
        assert session.get_one(Round, sealed.round_id).state == "released"


def test_a_file_is_taken_once_also_when_its_first_copy_went_through_the_urn(sealed: Field, tmp_path: Path) -> None:
    late = "unit,a\n2309-a,2\n2309-b,2\n"
    _import(sealed, tmp_path, late)
    for again in (MIXED, late, "unit;a\n2309-b;2\n2309-a;2\n"):
        with pytest.raises(FaultyFile) as refused:
            _import(sealed, tmp_path, again)
        assert [fault.code for fault in refused.value.faults] == ["already_imported"]
    assert _late(sealed).total() == 2
    with sealed.session() as session:
        kept = session.scalars(select(ImportedFile).order_by(ImportedFile.batch)).all()
        assert [one.batch for one in kept] == [0, 1]
        assert len({one.digest for one in kept}) == 2


def test_a_small_units_late_answers_join_those_that_were_raised(field: Field, tmp_path: Path) -> None:
    _import(field, tmp_path, MIXED + "2309-c,1\n" * 3)
    _seal(field)
    _import(field, tmp_path, "unit,a\n2309-c,2\n")
    assert _late(field) == {(1, field.municipality, "import", 2): 1}


def test_a_single_form_among_open_links_is_recorded_as_one_of_them(field: Field, tmp_path: Path) -> None:
    for number in range(8):
        field.send(field.open_codes[0], {"a": 1}, nonce=bytes([number]) * 16)
    _seal(field)
    _import(field, tmp_path, "unit,a\n2309-a,2\n")
    assert _late(field) == {(1, field.units[0], "open", 2): 1}


def test_what_was_written_is_kept_apart(sealed: Field, tmp_path: Path) -> None:
    _import(sealed, tmp_path, "unit,a,why\n2309-a,3,Chefen Karin\n")
    with sealed.session() as session:
        response = session.scalars(select(Response).where(Response.batch == 1)).one()
        text = session.scalars(select(FreeText)).one()
    assert response.answers == {"a": 3}
    assert (text.text, text.unit_id, text.state) == ("Chefen Karin", sealed.units[0], "unread")


def test_a_draft_takes_nothing(make_field: Callable[..., Field], tmp_path: Path) -> None:
    field = make_field()
    with field.session() as session:
        round_ = session.get_one(Round, field.round_id)
        draft = Round(study_id=round_.study_id, name="nästa", instrument_version="2026.1")
        session.add(draft)
        session.commit()
        with pytest.raises(Refusal) as refused:
            import_responses(session, field.keys, draft, tmp_path / "none.csv")
    assert refused.value.code == "wrong_round_state"
