"""Cases on their pages: named access only, every reading logged before anything is shown, figures through the gate."""

from __future__ import annotations

import re
from datetime import date

import pytest
from office_site import Office, email_of, make_case, post, text_of, token_in
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from instruments.load import load
from survey.accounts.accounts import create_account, grant_role
from survey.cases.desk import close_case, find_case
from survey.cases.occasions import Occasion, write
from survey.models import Account, CaseAct, CaseLog, CaseOccasion, ClientCase, RoleGrant
from survey.organisation.units import find_unit

NEW: dict[str, object] = {"code": "K-4", "unit": "2309", "instrument": "individual-follow-up"}
AFTER: dict[str, object] = {
    "happened_on": "2026-02-20",
    "shown": "rater,N01,N02,N03,N04,N05,N06,N07,S01,S02,G13,G23,G33,G04,E01",
    "a_rater": "1",
    "a_N01": "8",
    "a_N02": "7",
    "a_N03": "6",
    "a_N04": "7",
    "a_S01": ["1", "3"],
    "a_G13": "9",
    "a_G04": "8",
    "a_E01": "1",
}


def colleague(office: Office, who: str = "colleague", unit: str = "23") -> int:
    with office.services.sessions.begin() as session:
        account = create_account(session, email=email_of(who), name=who.capitalize())
        grant_role(session, account, "caseworker", find_unit(session, unit))
        return account.id


def acts(office: Office, case_id: int) -> list[tuple[str, str]]:
    with office.services.sessions() as session:
        lines = session.scalars(select(CaseLog).where(CaseLog.case_id == case_id).order_by(CaseLog.id))
        return [(line.name, line.act) for line in lines]


def test_a_case_from_opening_to_closing(office: Office) -> None:
    client = office.client("caseworker")
    sent = post(client, "/arenden/nytt", NEW)
    assert sent.status_code == 302, text_of(sent)
    before = client.get("/arenden/1/tillfalle/1")
    page = text_of(before)
    assert "Mål 1" in page
    assert "Vilket stöd" not in page
    assert "Vilket tillfälle" not in page
    sent = post(client, "/arenden/1/tillfalle/1", {
        "happened_on": "2026-01-10", "shown": "rater,N01,N02,N03,N04,N05,N06,N07,G11,G12,G21,G22,G31,G32",
        "a_N01": "2", "a_N02": "2", "a_N03": "2", "a_N04": "2", "a_G11": "Hitta ett jobb", "a_G04": "10",
    })  # fmt: skip
    assert sent.status_code == 302, text_of(sent)
    # The goals stand beside the form, and what belongs to another occasion is not kept.
    after = text_of(client.get("/arenden/1/tillfalle/3"))
    assert "Hitta ett jobb" in after
    assert "Vilket stöd" in after
    assert post(client, "/arenden/1/tillfalle/3", AFTER).status_code == 302
    page = text_of(client.get("/arenden/1"))
    assert "Livsområden 2 7" in page
    assert "Måluppfyllelse – 8" in page
    assert "Råd och samtal, Stöd i vardagen" in page
    said = text_of(client.get("/arenden/1/avsluta"))
    assert "Inte ifyllt: Under" in said
    assert "1825 dagar" in said
    assert post(client, "/arenden/1/avsluta").status_code == 302
    assert "Avslutat" in text_of(client.get("/arenden/"))
    assert client.get("/arenden/1/tillfalle/2").status_code == 409
    assert client.get("/arenden/1").status_code == 200


def test_answers_lie_encrypted(office: Office) -> None:
    make_case(office)
    with office.services.sessions() as session:
        box = session.scalars(select(CaseOccasion)).one().answers
    assert "lägenhet".encode() not in box
    assert len(box) == 4096 + 40


def test_every_reading_is_logged_and_the_holder_sees_it(office: Office) -> None:
    case = make_case(office)
    client = office.client("caseworker")
    client.get(f"/arenden/{case}")
    client.get(f"/arenden/{case}/tillfalle/2")
    client.get(f"/arenden/{case}/utdrag.csv")
    name = "Caseworker"
    assert acts(office, case) == [(name, act) for act in ("opened", "wrote", "read", "read", "exported")]
    page = text_of(client.get(f"/arenden/{case}/logg"))
    assert "Caseworker Tog ut svaren som fil" in page
    assert "Skrev Före" in page
    assert "lägenhet" not in page


def test_nothing_is_shown_that_could_not_be_logged(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_case(office)
    client = office.client("caseworker")

    def broken(*_words: object, **_named: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("survey.cases.occasions.log", broken)
    response = client.get(f"/arenden/{case}")
    assert response.status_code == 500
    assert "lägenhet" not in response.get_data(as_text=True)


def test_only_those_who_are_named_reach_a_case(office: Office) -> None:
    case = make_case(office)
    person = colleague(office)
    other = office.client("colleague")
    pages = ("", "/tillfalle/2", "/utdrag.csv", "/avsluta", "/behorighet", "/logg")
    assert [other.get(f"/arenden/{case}{page}").status_code for page in pages] == [403] * 6
    assert "Du är inte namngiven" in text_of(other.get("/arenden/"))
    holder = office.client("caseworker")
    access = f"/arenden/{case}/behorighet"
    assert post(holder, access, {"account": str(person), "role": "reader"}).status_code == 302
    assert [other.get(f"/arenden/{case}{page}").status_code for page in pages] == [200] + [403] * 5
    # Taken away: at once.
    assert post(holder, f"{access}/2/ta-bort", page=access).status_code == 302
    assert other.get(f"/arenden/{case}").status_code == 403
    assert ("Caseworker", "revoked") in acts(office, case)


def test_a_lost_role_closes_every_case(office: Office) -> None:
    case = make_case(office)
    client = office.client("caseworker")
    assert client.get(f"/arenden/{case}").status_code == 200
    with office.services.sessions.begin() as session:
        session.execute(delete(RoleGrant).where(RoleGrant.role == "caseworker"))
    assert client.get(f"/arenden/{case}").status_code == 403


def test_an_administrator_names_and_never_reads(office: Office) -> None:
    case = make_case(office)
    person = colleague(office)
    client = office.client("administrator")
    access = f"/arenden/{case}/behorighet"
    assert "B-17" in text_of(client.get("/arenden/"))
    assert "lägenhet" not in text_of(client.get(access))
    # An administrator who is a caseworker too does not get in that way.
    with office.services.sessions.begin() as session:
        own = session.scalars(select(Account).where(Account.email == email_of("administrator"))).one()
        grant_role(session, own, "caseworker", find_unit(session, "23"))
        own_id = own.id
    assert post(client, access, {"account": str(own_id), "role": "holder"}).status_code == 422
    # Nor does somebody without the role.
    assert post(client, access, {"account": "1", "role": "reader"}).status_code == 422
    assert "namngett" not in text_of(client.get(access))
    assert post(client, access, {"account": str(person), "role": "holder"}).status_code == 302
    assert post(client, f"{access}/1/ta-bort", page=access).status_code == 302
    # The last holder stays.
    kept = post(client, f"{access}/2/ta-bort", page=access)
    assert kept.status_code == 409
    assert "Utse en annan ansvarig" in text_of(kept)
    assert client.get(f"/arenden/{case}").status_code == 403
    outsider = office.client("outsider")
    assert outsider.get(access).status_code == 403
    token = token_in(outsider.get("/losenord"))
    assert outsider.post(f"{access}/2/ta-bort", data={"csrf_token": token}).status_code == 403


@pytest.mark.parametrize("code", ["19850412-1234", "850412", "Anna Berg", "x", "../../etc", "a" * 21, "<b>"])
def test_a_name_or_a_personal_number_is_no_code(office: Office, code: str) -> None:
    client = office.client("caseworker")
    answer = post(client, "/arenden/nytt", NEW | {"code": code})
    assert answer.status_code == 422
    assert "Det kan inte vara en ärendekod" in text_of(answer)


def test_a_code_is_used_once_in_a_unit(office: Office) -> None:
    make_case(office, "K-4")
    answer = post(office.client("caseworker"), "/arenden/nytt", NEW)
    assert "har redan ett ärende K-4" in text_of(answer)
    assert post(office.client("caseworker"), "/arenden/nytt", NEW | {"unit": "2380"}).status_code == 422


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"happened_on": "2027-01-01"}, "Svaren gäller en dag som har varit"),
        ({"a_N01": "11"}, "Skriv ett tal från 0"),
        ({"a_S01": "99"}, "Välj bland alternativen"),
    ],
)
def test_a_wrong_answer_is_said_and_nothing_is_kept(office: Office, change: dict[str, object], said: str) -> None:
    case = make_case(office)
    answer = post(office.client("caseworker"), f"/arenden/{case}/tillfalle/3", AFTER | change)
    assert answer.status_code == 422
    assert said in text_of(answer)
    with office.services.sessions() as session:
        assert len(session.scalars(select(CaseOccasion)).all()) == 1


def closed_cases(office: Office, prefix: str, number: int, unit: str) -> None:
    """Closed cases with answers before and after that differ from person to person."""
    loaded = load("individual-follow-up")
    for place in range(number):
        case_id = make_case(office, f"{prefix}-{place}")
        with office.services.sessions.begin() as session:
            account = session.scalars(select(Account).where(Account.email == email_of("caseworker"))).one()
            case = find_case(session, case_id)
            level = 4 + place % 4
            answers = {"N01": level, "N02": level, "N03": level, "N04": level + 1, "G04": 3 + place % 5}
            write(
                session, office.services.keys, case, Occasion.AFTER, instrument=loaded,
                happened_on=date(2026, 2, 1), answers=answers, account=account, now=office.clock(),
            )  # fmt: skip
            close_case(session, case, account=account, now=office.clock())
            case.unit_id = find_unit(session, unit).id


def test_analysts_see_means_of_enough_cases_and_each_case_once(office: Office) -> None:
    closed_cases(office, "A", 6, "2309")
    closed_cases(office, "B", 5, "2380")
    closed_cases(office, "C", 4, "2303")
    client = office.client("analyst")
    page = "/arenden/siffror"
    count: dict[str, object] = {"unit": "23", "instrument": "individual-follow-up"}
    few = post(client, page, count | {"unit": "2303"})
    assert few.status_code == 422
    assert "Färre än 5 avslutade" in text_of(few)
    sent = post(client, page, count)
    assert sent.status_code == 302, text_of(sent)
    shown = text_of(client.get(sent.location))
    assert "Krokoms kommun 6 6 3,5" in shown
    assert "Ragunda kommun Visas inte: för få här" in shown
    assert "B-1" not in shown
    # With Ragunda's four hidden, what is left of the county after the shown ones would be those four: one more hides.
    assert "Östersunds kommun Visas inte: för få här" in shown
    assert "Jämtlands län 15 15" in shown
    with office.services.sessions() as session:
        cases = session.scalars(select(ClientCase)).all()
        assert {case.count_id for case in cases} == {1}
    assert acts(office, cases[0].id)[-1] == ("Analyst", CaseAct.COUNTED)
    # One more closes: it cannot be worked out by counting again.
    closed_cases(office, "D", 1, "2309")
    assert post(client, page, count).status_code == 422
    assert client.get("/arenden/siffror/9").status_code == 404


def test_a_later_save_writes_nothing_over_unseen(office: Office) -> None:
    """Two have the same occasion open; the second is shown what the first has kept, and loses nothing typed."""
    case = make_case(office)
    client = office.client("caseworker")
    path = f"/arenden/{case}/tillfalle/1"
    page = client.get(path)
    base = {
        "happened_on": "2026-01-12", "shown": "rater,N01,N02,N03,N04,N05,N06,N07,G11,G12,G21,G22,G31,G32",
        "csrf_token": token_in(page), "a_G12": "3",
    }  # fmt: skip
    first = base | {"seen": hidden(page, "seen"), "a_G11": "Egen bostad", "a_N01": "6"}
    # The button pressed twice is one and the same writing.
    assert [client.post(path, data=first).status_code for _ in range(2)] == [302, 302]
    assert [act for _, act in acts(office, case)].count("wrote") == 2
    stale = client.post(path, data=first | {"a_G11": "Ett jobb"})
    assert stale.status_code == 422
    said = text_of(stale)
    assert "Någon har sparat svar" in said
    assert "Mål 1 Egen bostad" in said
    assert "Hur fungerar boendet? 6" not in said
    assert 'value="Ett jobb"' in stale.get_data(as_text=True)
    assert "Egen bostad" in text_of(client.get(f"/arenden/{case}"))
    # Once it has been seen, it may be replaced.
    again = client.post(path, data=first | {"a_G11": "Ett jobb", "seen": hidden(stale, "seen")})
    assert again.status_code == 302
    assert "Ett jobb" in text_of(client.get(f"/arenden/{case}"))


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', page.get_data(as_text=True))
    assert found
    return found[1]
