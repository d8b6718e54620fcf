"""A file of units is stored whole or not at all, and every fault comes with row, column and remedy."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from instruments.faults import Fault
from survey.models import OrganisationUnit
from survey.organisation.tree import find_unit, import_units, load_register

DAY = date(2024, 1, 1)
GOOD = "code,name,parent code,private\nK1a,Ängsgård,K1,\nK1,Hemtjänst norr,2309,ja\n"


@pytest.fixture
def register(session: Session) -> Session:
    load_register(session)
    return session


def imported(session: Session, path: Path, content: str | bytes) -> tuple[Fault, ...]:
    file = path / "units.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return import_units(session, file, valid_from=DAY)


@pytest.mark.parametrize(
    "content",
    [
        GOOD.encode(),
        GOOD.encode("utf-8-sig"),
        GOOD.encode("latin-1"),
        GOOD.replace(",", ";").replace("\n", "\r\n").encode(),
        GOOD.replace("code,name,parent code,private", "Kod;Namn;Överordnad kod;Privat").replace(",", ";").encode(),
    ],
    ids=["utf-8", "byte order mark", "latin-1", "semicolons", "swedish headings"],
)
def test_units_are_stored_whatever_the_encoding_and_the_order(
    register: Session, tmp_path: Path, content: bytes
) -> None:
    assert imported(register, tmp_path, content) == ()
    below, above = find_unit(register, "K1a"), find_unit(register, "K1")
    assert (below.name, below.parent_id, below.private) == ("Ängsgård", above.id, False)
    assert above.private


def test_the_same_file_twice_changes_nothing(register: Session, tmp_path: Path) -> None:
    assert imported(register, tmp_path, GOOD) == ()
    assert imported(register, tmp_path, GOOD) == ()
    assert register.scalar(select(func.count()).select_from(OrganisationUnit)) == 314


def test_all_faults_come_at_once_and_nothing_is_stored(register: Session, tmp_path: Path) -> None:
    content = (
        "code,name,parent code,private\n"
        "K1,Norr,2309,\n"
        "två ord,Söder,2309,kanske\n"
        "K1,Öster,239,\n"
        "K2,,23,\n"
        "2305,Bräcke,2309,\n"
        "K3,Ring,K4,\n"
        "K4,Ring,K3,\n"
        "K5,Väster,\n"
    )
    faults = imported(register, tmp_path, content)
    assert [(fault.line, fault.place, fault.code) for fault in faults] == [
        (3, "code", "code_wrong"),
        (3, "private", "private_wrong"),
        (4, "code", "code_twice"),
        (4, "parent code", "parent_unknown"),
        (5, "name", "name_wrong"),
        (5, "parent code", "parent_wrong"),
        (6, "code", "code_taken"),
        (7, "parent code", "parent_ring"),
        (8, "parent code", "parent_ring"),
        (9, "parent code", "parent_missing"),
    ]
    assert all(fault.remedy for fault in faults)
    assert register.scalar(select(func.count()).select_from(OrganisationUnit)) == 312


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", {"column_missing"}),
        ("kod,namn\nK1,Norr\n", {"column_missing"}),
        ("code,name,parent code\n", {"no_rows"}),
        (b"PK\x03\x04 not a table at all", {"column_missing"}),
        ("code,name,parent code\nK1,a\0b,2309\n", {"name_wrong"}),
        ('code,name,parent code\nK1,"two\nlines",2309\n', {"name_wrong"}),
        ('code,name,parent code\nK1,"never ends,2309\n' + "K2,Norr,2309\n" * 20_000, {"row_unreadable"}),
        ("x" * 200_000, {"row_unreadable"}),
    ],
)
def test_a_file_that_is_no_list_of_units(
    register: Session, tmp_path: Path, content: str | bytes, expected: set[str]
) -> None:
    faults = imported(register, tmp_path, content)
    assert {fault.code for fault in faults} == expected
