"""Cases and records attacked from inside: traces of an answer, forged posts, the ids of others."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from office_site import Office, email_of, make_case, make_entry, post, text_of, token_in
from sqlalchemy import func, select, text
from test_case_pages import AFTER, NEW, acts, colleague

from survey.accounts.accounts import grant_role
from survey.models import Account, CaseAccess, CaseLog, CaseOccasion, ClientCase, RecordEntry
from survey.organisation.units import find_unit

SENTINEL = "Kanariefågel-7Q4Z"
BEFORE: dict[str, object] = {
    "happened_on": "2026-01-10",
    "shown": "rater,N01,N02,N03,N04,N05,N06,N07,G11,G12,G21,G22,G31,G32",
    "a_N01": "2",
    "a_G11": SENTINEL,
}


def stored(office: Office) -> dict[str, bytes]:
    """Everything that lies on the disk: the database with its log, and the installation's own folder."""
    folders = [office.services.settings.home]
    if office.services.engine.dialect.name == "sqlite":
        folders.append(Path(str(office.services.engine.url.database)).parent)
    else:
        with office.services.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("CHECKPOINT"))
            folders.append(Path(connection.execute(text("SHOW data_directory")).scalar_one()))
    return {str(path): path.read_bytes() for folder in folders for path in folder.rglob("*") if path.is_file()}


def test_no_answer_of_a_case_lies_anywhere_in_clear(
    office: Office, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    client = office.client("caseworker")
    assert post(client, "/arenden/nytt", NEW).status_code == 302
    sent = [
        # Refused first: what is wrong is said, and what was written is not kept anywhere meanwhile.
        post(client, "/arenden/1/tillfalle/1", BEFORE | {"a_N01": "77"}),
        post(client, "/arenden/1/tillfalle/1", BEFORE),
        client.get("/arenden/1"),
        client.get("/arenden/1/tillfalle/3"),
        client.get("/arenden/1/utdrag.csv"),
        post(client, "/arenden/1/tillfalle/3", AFTER),
        post(client, "/arenden/1/avsluta"),
    ]
    assert [one.status_code for one in sent] == [422, 302, 200, 200, 200, 302, 302]
    assert SENTINEL in sent[2].get_data(as_text=True)
    for one in sent:
        assert SENTINEL not in str(one.headers)
    said = caplog.text + "".join(capfd.readouterr())
    assert SENTINEL not in said
    word = SENTINEL.encode()
    forms = (word, word.hex().encode(), SENTINEL.encode("utf-16-le"), b"7Q4Z")
    assert [path for path, content in stored(office).items() if any(form in content for form in forms)] == []


def test_a_post_without_the_pages_token_does_nothing(office: Office) -> None:
    case, entry = make_case(office), make_entry(office)
    caseworker, manager = office.client("caseworker"), office.client("manager")
    before = counted(office)
    for path, fields in (
        ("/arenden/nytt", NEW),
        (f"/arenden/{case}/tillfalle/1", BEFORE),
        (f"/arenden/{case}/avsluta", {}),
        (f"/arenden/{case}/behorighet", {"account": "1", "role": "holder"}),
        (f"/arenden/{case}/behorighet/1/ta-bort", {}),
    ):
        for token in ({}, {"csrf_token": "x"}, {"csrf_token": token_in(manager.get("/losenord"))}):
            caseworker.post(path, data={**fields, **token})
    manager.post(f"/aktiviteter/{entry}/ta-tillbaka", data={"reason": "x"})
    manager.post("/aktiviteter/ny/activity-log", data={"happened_on": "2026-01-10", "unit": "2309"})
    office.client("analyst").post("/arenden/siffror", data={"unit": "23", "instrument": "individual-follow-up"})
    assert counted(office) == before


def counted(office: Office) -> list[object]:
    """How much there is of everything that a post could add, change or end."""
    with office.services.sessions() as session:
        rows = [
            session.scalar(select(func.count()).select_from(one))
            for one in (ClientCase, CaseAccess, CaseOccasion, RecordEntry)
        ]
        return [
            *rows,
            session.scalar(select(func.count()).where(ClientCase.closed_at.is_not(None))),
            session.scalar(select(func.count()).where(CaseAccess.revoked_at.is_not(None))),
            session.scalar(select(func.count()).where(CaseLog.act != "read")),
        ]


def test_an_access_is_ended_through_its_own_case_only(office: Office) -> None:
    """Who holds one case changes the number in the address of another."""
    mine = make_case(office)
    with office.services.sessions.begin() as session:
        grant_role(
            session,
            session.scalars(select(Account).where(Account.email == email_of("manager"))).one(),
            "caseworker",
            find_unit(session, "2309"),
        )
    manager = office.client("manager")
    assert post(manager, "/arenden/nytt", NEW | {"code": "K-9"}).status_code == 302
    with office.services.sessions() as session:
        theirs = session.scalars(select(CaseAccess).where(CaseAccess.case_id != mine)).one()
    page = f"/arenden/{theirs.case_id}/behorighet"
    ended = post(manager, f"{page}/1/ta-bort", page=page)
    assert ended.status_code == 404
    assert post(manager, f"/arenden/{mine}/behorighet/{theirs.id}/ta-bort", page=page).status_code == 403
    with office.services.sessions() as session:
        assert session.scalars(select(CaseAccess.revoked_at)).all() == [None, None]


def test_a_page_left_open_keeps_nothing_once_access_is_gone(office: Office) -> None:
    case = make_case(office)
    person = colleague(office)
    access = f"/arenden/{case}/behorighet"
    holder, other = office.client("caseworker"), office.client("colleague")
    assert post(holder, access, {"account": str(person), "role": "holder"}).status_code == 302
    page = other.get(f"/arenden/{case}/tillfalle/1")
    assert post(holder, f"{access}/2/ta-bort", page=access).status_code == 302
    kept = [line for line in acts(office, case) if line[1] == "wrote"]
    sent = other.post(f"/arenden/{case}/tillfalle/1", data={**BEFORE, "csrf_token": token_in(page)})
    assert sent.status_code == 403
    assert "lägenhet" not in text_of(sent)
    assert [line for line in acts(office, case) if line[1] == "wrote"] == kept


@pytest.mark.parametrize("page", ["", "/tillfalle/2", "/utdrag.csv", "/avsluta", "/behorighet", "/logg"])
def test_nobody_counts_the_cases_of_others_by_their_numbers(office: Office, page: str) -> None:
    """A case that is not one's own is answered as one that is not there."""
    case = make_case(office)
    for who in ("manager", "outsider", "analyst"):
        client = office.client(who)
        there, missing = client.get(f"/arenden/{case}{page}"), client.get(f"/arenden/{case + 1}{page}")
        assert (there.status_code, text_of(there)) == (missing.status_code, text_of(missing))
