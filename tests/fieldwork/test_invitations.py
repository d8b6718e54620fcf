"""Personal invitations: faults told at once without an address, contacts that only the mailing process reads."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.answering.keys import KeyFolder
from survey.answering.round_keys import RoundKeyFolder
from survey.answering.tokens import invitation_lookup
from survey.errors import Refusal
from survey.fieldwork.invitations import FaultyInvitationsError, invite, invited
from survey.fieldwork.invitations_file import Contact
from survey.fieldwork.transitions import close_round, open_round
from survey.models import Invitation, Round, RoundState

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
HEADING = "enhet;e-post;namn;adress;postnummer;ort\n"


@pytest.fixture
def round_keys(tmp_path: Path) -> RoundKeyFolder:
    return RoundKeyFolder(tmp_path / "rounds")


@pytest.fixture
def register(tmp_path: Path) -> Path:
    return tmp_path / "register.csv"


def people(unit: str, count: int, start: int = 0) -> str:
    return "".join(f"{unit};person{number}@krokom.se;;;;\n" for number in range(start, start + count))


def test_everybody_in_the_file_gets_one_invitation_and_the_units_their_number(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    register.write_text(HEADING + people("K1", 2) + "K2;;Åsa Öberg;Storgatan 1;835 31;Krokom\n", encoding="latin-1")
    assert invite(session, keys, round_keys, draft, register) == 3
    found = invited(session, round_keys, draft)
    assert {one.contact for one in found} == {
        Contact("person0@krokom.se", "", ()),
        Contact("person1@krokom.se", "", ()),
        Contact("", "Åsa Öberg", ("Storgatan 1", "835 31 Krokom")),
    }
    assert {row.unit.code: row.invited for row in draft.units} == {"K1": 2, "K2": 1, "2305": None}
    assert all(invitation_lookup(keys, one.code) == one.lookup for one in found)


def test_the_table_holds_neither_address_nor_code(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    register.write_text(HEADING + people("K1", 1) + "K1;;Bo;" + "Långa gatan " * 10 + ";;\n", encoding="utf-8")
    invite(session, keys, round_keys, draft, register)
    rows = session.scalars(select(Invitation)).all()
    codes = [one.code.encode() for one in invited(session, round_keys, draft)]
    for row in rows:
        stored = row.id + row.lookup + (row.contact or b"")
        assert b"krokom" not in stored
        assert not any(code in stored for code in codes)
    # Their lengths tell nothing either.
    assert len({len(row.contact or b"") for row in rows}) == 1


def test_another_rounds_key_opens_no_contact(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path, tmp_path: Path
) -> None:
    register.write_text(HEADING + people("K1", 1), encoding="utf-8")
    invite(session, keys, round_keys, draft, register)
    others = RoundKeyFolder(tmp_path / "others")
    others.make(draft.id)
    with pytest.raises(Refusal) as refused:
        invited(session, others, draft)
    assert refused.value.code == "key_wrong"


def test_every_fault_is_told_at_once_by_row_and_nothing_is_stored(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    register.write_text(
        "enhet;e-post;namn;adress;personnummer\n"
        "K1;anna@krokom.se;;;\n"
        "K9;bo@krokom.se;;;\n"
        "K1;ANNA@krokom.se ;;;\n"
        "K1;cecilia at krokom;;;\n"
        "K1;;David;;\n"
        "K1;;" + "E" * 201 + ";Gatan 1;\n",
        encoding="utf-8",
    )
    with pytest.raises(FaultyInvitationsError) as refused:
        invite(session, keys, round_keys, draft, register)
    assert [(fault.code, fault.line) for fault in refused.value.faults] == [
        ("column_unknown", 1),
        ("unit_unknown", 3),
        ("address_twice", 4),
        ("email_wrong", 5),
        ("unreachable", 6),
        ("cell_wrong", 7),
    ]
    told = " ".join(fault.message + fault.remedy for fault in refused.value.faults) + refused.value.message
    assert not any(word in told.lower() for word in ("anna", "bo@", "cecilia", "david", "gatan"))
    assert session.scalars(select(Invitation)).all() == []


def test_nobody_is_invited_twice_in_a_round(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    register.write_text(HEADING + people("K1", 2), encoding="utf-8")
    invite(session, keys, round_keys, draft, register)
    register.write_text(HEADING + people("K1", 2, start=1), encoding="utf-8")
    with pytest.raises(FaultyInvitationsError) as refused:
        invite(session, keys, round_keys, draft, register)
    assert [(fault.code, fault.line) for fault in refused.value.faults] == [("already_invited", 2)]


@pytest.mark.parametrize("heading", ["e-post\n", "enhet;namn\n"])
def test_a_file_needs_a_unit_and_a_way_to_reach_people(
    heading: str, session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    register.write_text(heading + "x;y\n", encoding="utf-8")
    with pytest.raises(FaultyInvitationsError) as refused:
        invite(session, keys, round_keys, draft, register)
    assert "column_missing" in {fault.code for fault in refused.value.faults}


def test_an_open_round_takes_only_groups_of_k(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    open_round(session, draft, NOW, public_key=round_keys.make(draft.id))
    k = draft.study.k
    register.write_text(HEADING + people("K1", k) + people("K2", k - 1, start=k), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        invite(session, keys, round_keys, draft, register)
    assert (refused.value.code, refused.value.facts["units"]) == ("too_few_invitations", "K2")
    register.write_text(HEADING + people("K1", k), encoding="utf-8")
    assert invite(session, keys, round_keys, draft, register) == k


def test_a_closed_round_takes_none(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    open_round(session, draft, NOW, public_key=round_keys.make(draft.id))
    close_round(session, draft, NOW)
    register.write_text(HEADING + people("K1", 20), encoding="utf-8")
    with pytest.raises(Refusal) as refused:
        invite(session, keys, round_keys, draft, register)
    assert refused.value.code == "wrong_round_state"


def test_a_linked_study_does_not_open_before_its_invitations_have_link_codes(
    session: Session, keys: KeyFolder, round_keys: RoundKeyFolder, draft: Round, register: Path
) -> None:
    draft.study.linked = True
    register.write_text(HEADING + people("K1", 1), encoding="utf-8")
    invite(session, keys, round_keys, draft, register)
    with pytest.raises(Refusal) as refused:
        open_round(session, draft, NOW, public_key=round_keys.make(draft.id))
    assert refused.value.code == "study_key_needed"
    # Where persons make their own codes, nothing waits for a key.
    draft.study.code_questions = ["mother_name", "birth_day", "birth_place", "own_name_end"]
    open_round(session, draft, NOW, public_key=round_keys.make(draft.id))
    assert draft.state == RoundState.OPEN
