"""`studies keys`, `rounds invite`, `launch`, `letters`, `studies end`: from shares on paper to letters in a folder."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from command_line import run
from lawful import OPTIONS
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from survey.answering.codes import shown
from survey.answering.round_keys import RoundKeyFolder
from survey.fieldwork.invitations import invited
from survey.fieldwork.rounds import close_round, mark_sealed
from survey.models import AuditEvent, Invitation, Person, Round, RoundState, Study

NOW = datetime(2026, 12, 2, 8, tzinfo=UTC)


@pytest.fixture(autouse=True)
def installation(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, database_url: str) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TERMOMETERN_DATABASE", database_url)


def create(*options: str) -> None:
    study = ("studies", "create", "ebp", "EBP i Jämtland", "--instrument", "ebp-thermometer", "--owner", "23")
    assert run(*study, *OPTIONS, *options) == 0
    assert run("rounds", "create", "ebp", "2026", "--unit", "2309", "--unit", "2305", "--closes", "2026-12-01") == 0


def staff(count: int, start: int = 0) -> str:
    rows = "".join(f"2309,p{number}@krokom.se,Person {number}\n" for number in range(start, start + count))
    Path("staff.csv").write_text("enhet,e-post,namn\n" + rows, encoding="utf-8")
    return "staff.csv"


def shares_in(told: str) -> list[str]:
    """The two shares as they are shown: numbered rows of words."""
    rows = [line.split()[1:] for line in told.splitlines() if line[:5].strip().isdecimal()]
    words = [word for row in rows for word in row]
    return [" ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])]


def test_a_linked_study_from_its_key_to_its_letters(
    session: Session, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    create("--linked")
    capsys.readouterr()
    assert run("studies", "keys", "ebp") == 0
    first, second = shares_in(capsys.readouterr().out)
    assert run("rounds", "invite", "ebp/2026", staff(3)) == 0
    Path("share").write_text(second + "\n", encoding="utf-8")
    assert run("rounds", "launch", "ebp/2026", "--shares", "share") == 0
    assert run("rounds", "letters", "ebp/2026", "--into", "letters") == 0
    told = capsys.readouterr()
    round_ = session.scalars(select(Round)).one()
    assert round_.state == RoundState.OPEN
    people = invited(session, RoundKeyFolder(tmp_path / "home" / "keys" / "rounds"), round_)
    assert Path("letters/2309.pdf").stat().st_mode & 0o777 == 0o600
    pages = [page.extract_text() for page in PdfReader("letters/2309.pdf").pages]
    for one in people:
        (page,) = [page for page in pages if shown(one.code) in page]
        assert one.contact.name in page
        assert "konfidentiell" in page
        assert "till och med 1 december 2026" in page
    everywhere = told.out + told.err + repr([event.detail for event in session.scalars(select(AuditEvent))])
    assert not any(one.code in everywhere or shown(one.code) in everywhere for one in people)
    assert "krokom.se" not in everywhere
    assert not any(word in everywhere for word in (first, second))
    # Neither share is on this machine; the third one is, alone.
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not any(share.encode() in content for share in (first, second) for content in kept)


def test_reminders_go_to_those_who_have_neither_answered_nor_withdrawn(session: Session, tmp_path: Path) -> None:
    create()
    assert run("rounds", "invite", "ebp/2026", staff(4)) == 0
    assert run("rounds", "launch", "ebp/2026") == 0
    round_ = session.scalars(select(Round)).one()
    people = invited(session, RoundKeyFolder(tmp_path / "home" / "keys" / "rounds"), round_)
    for one, mark in ((people[0], {"answered": True}), (people[1], {"withdrawn": True})):
        session.execute(update(Invitation).where(Invitation.id == one.id).values(**mark))
    session.commit()
    assert run("rounds", "letters", "ebp/2026", "--into", "reminders", "--not-answered") == 0
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(Path("reminders/2309.pdf").read_bytes())).pages)
    assert [shown(one.code) in text for one in people] == [False, False, True, True]
    assert session.scalars(select(Person)).all() == []


def test_letters_are_never_written_over_and_need_an_open_round(capsys: pytest.CaptureFixture[str]) -> None:
    create()
    assert run("rounds", "letters", "ebp/2026", "--into", "letters") == 1
    assert run("rounds", "invite", "ebp/2026", staff(1)) == 0
    assert run("rounds", "launch", "ebp/2026") == 0
    assert run("rounds", "letters", "ebp/2026", "--into", "letters") == 0
    assert run("rounds", "letters", "ebp/2026", "--into", "letters") == 2
    assert "is there already" in capsys.readouterr().err


def test_faults_are_listed_by_row(capsys: pytest.CaptureFixture[str]) -> None:
    create()
    Path("staff.csv").write_text("enhet,e-post\n2309,secret-address\n9999,b@c.se\n", encoding="utf-8")
    assert run("rounds", "invite", "ebp/2026", "staff.csv") == 1
    told = capsys.readouterr().err
    assert "row 2, e-mail [email_wrong]" in told
    assert "row 3, unit [unit_unknown]" in told
    assert "secret-address" not in told


def test_an_open_linked_round_takes_a_late_group_with_a_share(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    create("--linked")
    capsys.readouterr()
    run("studies", "keys", "ebp")
    share, _ = shares_in(capsys.readouterr().out)
    Path("share").write_text(share, encoding="utf-8")
    assert run("rounds", "launch", "ebp/2026") == 0
    assert run("rounds", "invite", "ebp/2026", staff(3), "--shares", "share") == 1
    assert run("rounds", "invite", "ebp/2026", staff(7), "--shares", "share") == 0
    assert all(session.scalars(select(Invitation.link_code)).all())


def test_a_key_is_made_once_and_anew_only_while_it_has_linked_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    create("--linked")
    assert run("studies", "keys", "ebp") == 0
    assert run("studies", "keys", "ebp") == 1
    assert "has its key" in capsys.readouterr().err
    assert run("studies", "keys", "ebp", "--anew") == 0
    share, _ = shares_in(capsys.readouterr().out)
    Path("share").write_text(share, encoding="utf-8")
    assert run("rounds", "invite", "ebp/2026", staff(3)) == 0
    assert run("rounds", "launch", "ebp/2026", "--shares", "share") == 0
    assert run("studies", "keys", "ebp", "--anew") == 1


@pytest.mark.parametrize("options", [(), ("--own-code", "mother_name,birth_day,birth_place,own_name_end")])
def test_a_study_without_personal_link_codes_needs_no_key(
    options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    create(*options)
    assert run("studies", "keys", "ebp") == 1
    assert "needs no key" in capsys.readouterr().err


def test_own_code_questions_are_checked_and_make_the_study_a_linked_one(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    study = ("studies", "create", "ebp", "E", "--instrument", "ebp-thermometer", "--owner", "23", "--own-code")
    assert run(*study, "mother_name,birthday,birth_place,own_name_end") == 1
    assert "birth_day" in capsys.readouterr().err
    assert run(*study, "mother_name, birth_day,birth_place,own_name_end") == 0
    made = session.scalars(select(Study)).one()
    assert (made.linked, made.code_questions[1]) == (True, "birth_day")


def test_a_study_ends_once_all_is_sealed(session: Session, capsys: pytest.CaptureFixture[str]) -> None:
    create("--linked")
    run("studies", "keys", "ebp")
    run("rounds", "launch", "ebp/2026")
    assert run("studies", "end", "ebp", "--yes") == 1
    assert "not sealed: 2026" in capsys.readouterr().err
    round_ = session.scalars(select(Round)).one()
    close_round(session, round_, NOW)
    mark_sealed(session, round_, NOW)
    session.commit()
    assert run("studies", "end", "ebp", "--yes") == 0
    session.expire_all()
    assert session.scalars(select(Study)).one().ended_at is not None
    session.rollback()  # looking holds SQLite's lock, and the command would wait for it
    assert run("rounds", "create", "ebp", "2027", "--unit", "2309") == 1
    assert "Study ebp ended on" in capsys.readouterr().err
    assert run("studies", "list") == 0
    assert "linked, ended" in capsys.readouterr().out
