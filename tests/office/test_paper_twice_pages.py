"""Paper typed in twice, on the pages: the choice, the number, what differs, and what nobody gets to see."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from office_site import INSTRUMENT, Office, email_of, make_office, text_of, token_in
from sqlalchemy import select, text
from test_paper_pages import BRANCHING, CHOSEN, ITEMS, SCORED, hidden, in_urn, opened, send
from werkzeug.test import TestResponse

from bench.clock import NOON
from survey.accounts.accounts import create_account, grant_role
from survey.answering.mixing import mix
from survey.fieldwork import rounds, studies
from survey.fieldwork.rounds import reference
from survey.jobs import rounds as work
from survey.models import AuditEvent, Base, PaperForm, Response, Round, Study
from survey.organisation.units import find_unit

FIRST, SECOND = f"{CHOSEN}&gang=1", f"{CHOSEN}&gang=2"
THREES = dict.fromkeys(SCORED, "3")


@dataclass(frozen=True)
class Pile:
    """An open round whose forms are typed in twice. The office is shared: each test has a round of its own."""

    office: Office
    round: int

    @property
    def address(self) -> str:
        return f"/admin/matomgangar/{self.round}/papper"

    def client(self, who: str = "administrator") -> FlaskClient:
        return self.office.client(who)

    def choose(self, client: FlaskClient, times: str) -> TestResponse:
        fields = {"csrf_token": token_in(client.get("/losenord")), "ganger": times}
        return client.post(f"{self.address}/ganger", data=fields)

    def throw_away(self, client: FlaskClient, number: str) -> TestResponse:
        fields = {"csrf_token": token_in(client.get("/losenord")), "nummer": number}
        return client.post(f"{self.address}/kasta", data=fields)

    def first(self, client: FlaskClient, number: str = "1", **typed: str) -> TestResponse:
        return send(client, self.round, self.form(client, FIRST, number), **(typed or THREES))

    def second(self, client: FlaskClient, number: str = "1", **typed: str) -> TestResponse:
        return send(client, self.round, self.form(client, SECOND, number), **(typed or THREES))

    def form(self, client: FlaskClient, time: str, number: str) -> dict[str, str]:
        """The hidden fields of a page, and a number. Any page will do for a second time, also where none waits."""
        fields = opened(client, self.round, FIRST)
        return fields | {"gang": time[-1], "nummer": number}

    def settle(self, client: FlaskClient, page: TestResponse, gor: str = "spara", **said: str) -> TestResponse:
        chosen = {name.replace("__", "-"): value for name, value in said.items()}
        return client.post(self.address, data=hidden(page) | {"gor": gor} | chosen)

    @property
    def urn(self) -> int:
        return in_urn(self.office, self.round)

    @property
    def kept(self) -> tuple[int, int]:
        """(forms that wait, numbers that are used up)."""
        with self.office.services.sessions() as session:
            rows = session.scalars(select(PaperForm).where(PaperForm.round_id == self.round)).all()
        return sum(row.body is not None for row in rows), sum(row.body is None for row in rows)

    def mixed(self) -> list[dict[str, object]]:
        """The answers as they come out of the urn."""
        work.close(self.office.services, self.round)
        with self.office.services.sessions.begin() as session:
            mix(session, self.office.services.round_keys, self.round, NOON)
        with self.office.services.sessions() as session:
            return list(session.scalars(select(Response.answers).where(Response.round_id == self.round)))


@pytest.fixture(scope="module")
def shared(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """On SQLite: tests/answering/test_paper_twice.py holds what the database has a part in."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copy(request.getfixturevalue("sqlite_template"), folder / "termometern.sqlite")
    office = make_office(folder / "home", f"sqlite:///{folder / 'termometern.sqlite'}")
    instruments = office.services.settings.home / "instruments"
    instruments.mkdir(parents=True, exist_ok=True)
    (instruments / "branching.yaml").write_text(BRANCHING, encoding="utf-8")
    with office.services.sessions.begin() as session:
        account = create_account(session, email=email_of("colleague"), name="Colleague")
        grant_role(session, account, "administrator", find_unit(session, "23"))
        for slug, instrument, linked in (("ebp", INSTRUMENT, False), ("grenar", "branching", True)):
            studies.create_study(
                session, slug=slug, title=slug, instrument=instrument, owner_code="23", linked=linked, simulated=True,
                folders=office.services.instrument_folders,
            )  # fmt: skip
    yield office
    office.services.engine.dispose()


@pytest.fixture
def twice(shared: Office) -> Pile:
    return pile(shared, "ebp")


def pile(office: Office, slug: str) -> Pile:
    services = office.services
    with services.sessions.begin() as session:
        study = session.scalars(select(Study).where(Study.slug == slug)).one()
        codes, name = ["2303", "2309"], secrets.token_hex(4)
        round_ = rounds.create_round(session, study, name=name, unit_codes=codes, folders=services.instrument_folders)
        key = services.round_keys.make(round_.id)
        rounds.open_round(session, round_, NOON, public_key=key, folders=services.instrument_folders)
        round_.paper_twice = True
        return Pile(office, round_.id)


def number_on(page: TestResponse) -> str:
    found = re.search(r'id="nummer" name="nummer" value="([^"]*)"', page.get_data(as_text=True))
    assert found
    return found[1]


def test_a_form_that_two_type_alike_is_one_answer_and_nothing_of_the_first_is_shown(twice: Pile) -> None:
    first, second = twice.client("administrator"), twice.client("colleague")
    done = twice.first(first)
    assert "Behåll papperet" in text_of(first.get(done.location))
    assert number_on(first.get(done.location)) == "2"
    assert (twice.urn, twice.kept) == (0, (1, 0))
    page = second.get(f"{twice.address}?{SECOND}")
    assert number_on(page) == "1"
    assert 'value="3"' not in page.get_data(as_text=True)
    assert "första gången också" not in text_of(page)
    done = twice.second(second)
    assert done.status_code == 302
    assert (twice.urn, twice.kept) == (1, (0, 1))
    said = text_of(second.get(done.location))
    assert "Sparat. Inga fler formulär av det här slaget väntar" in said
    assert "nummer" not in done.location
    # And the same paper once more, whichever time somebody takes it for.
    for act in (twice.first, twice.second):
        again = act(second)
        assert again.status_code == 422
        assert "Formulär 1 är redan inskrivet två gånger." in text_of(again)
    assert twice.urn == 1


def test_the_same_person_twice_is_told_and_may(twice: Pile) -> None:
    client = twice.client("administrator")
    twice.first(client)
    twice.first(client, "2")
    page = client.get(f"{twice.address}?{SECOND}")
    assert "Du skrev in det här formuläret första gången också." in text_of(page)
    done = twice.second(client)
    assert "Du skrev in det formuläret båda gångerna." in text_of(client.get(done.location))
    assert twice.urn == 1


def differ(twice: Pile) -> tuple[FlaskClient, TestResponse]:
    twice.first(twice.client("administrator"), **(THREES | {"K01": "5", "A03": "1", "role": "2"}))
    client = twice.client("colleague")
    return client, twice.second(client, **(THREES | {"K01": "2"}))


def test_what_differs_is_shown_in_the_order_of_the_codes_and_the_paper_decides(twice: Pile) -> None:
    client, page = differ(twice)
    body = page.get_data(as_text=True)
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    assert re.findall(r'name="(val-\w+)" value="=([^"]*)"', body) == [
        ("val-K01", "2"), ("val-K01", "5"), ("val-A03", "1"), ("val-A03", "3"), ("val-role", "2"), ("val-role", "-")
    ]  # fmt: skip
    assert "checked" not in body
    assert not re.search("Administrator|först.*administrator", text_of(page).partition("Logga ut")[2])
    assert "3 frågor skrevs in olika" in text_of(page)
    assert (twice.urn, twice.kept) == (0, (1, 0))
    # One chosen, one written, one forgotten.
    half = twice.settle(client, page, val__K01="=5", annat__A03="4")
    assert half.status_code == 422
    assert "Fråga 38: titta på papperet" in text_of(half)
    assert twice.urn == 0
    assert 'value="=5" id="val-K01-2" checked' in half.get_data(as_text=True)
    done = twice.settle(client, half, val__K01="=5", annat__A03="4", val__role="=-")
    assert done.status_code == 302
    assert (twice.urn, twice.kept) == (1, (0, 1))
    assert twice.mixed() == [dict.fromkeys(SCORED, 3) | {"K01": 5, "A03": 4}]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"val__K01": "=5", "annat__K01": "4"}, "Fråga 1: välj ett av svaren eller skriv ett annat"),
        ({"val__K01": "annat", "annat__K01": ""}, "Fråga 1: titta på papperet"),
        ({"annat__K01": "9"}, "Fråga 1: skriv en av koderna"),
        ({"val__K01": "=9"}, "Fråga 1: skriv en av koderna"),
        ({"val__K01": "5"}, "Fråga 1: titta på papperet"),
        ({"val__K01": "=<b>"}, "Fråga 1: skriv en av koderna"),
    ],
)
def test_a_choice_that_is_none_seals_nothing(twice: Pile, said: dict[str, str], fault: str) -> None:
    client, page = differ(twice)
    wrong = twice.settle(client, page, **({"val__A03": "=1", "val__role": "=2"} | said))
    assert wrong.status_code == 422
    assert fault in text_of(wrong)
    assert "<b>" not in re.sub(r"<b>\d+</b>", "", wrong.get_data(as_text=True))
    assert (twice.urn, twice.kept) == (0, (1, 0))


def test_enter_without_scripts_seals_nothing_and_one_can_go_back_to_the_form(twice: Pile) -> None:
    client, page = differ(twice)
    said = {"val__K01": "=5", "val__A03": "=1", "val__role": "=2"}
    looked = twice.settle(client, page, "titta", **said)
    assert (looked.status_code, twice.urn) == (200, 0)
    assert looked.get_data(as_text=True).count("checked") == 3
    back = twice.settle(client, page, "tillbaka", **said)
    assert re.search(r'id="svar-K01" name="svar-K01" value="2"', back.get_data(as_text=True))
    assert twice.urn == 0


def test_where_most_differs_nothing_of_the_first_is_shown_and_not_even_how_much(twice: Pile) -> None:
    """Else whoever may type could read a kept form with a made-up one, or find it out answer by answer."""
    twice.first(twice.client("administrator"), **dict.fromkeys(SCORED, "5"))
    client = twice.client("colleague")
    few = THREES | dict.fromkeys(SCORED[:9], "5")
    for typed in ({"K01": "1"}, dict.fromkeys(SCORED, "4"), dict.fromkeys(SCORED[:20], "5"), few):
        page = twice.second(client, **typed)
        assert page.status_code == 422
        assert "knappast är samma formulär" in text_of(page)
        assert "val-" not in page.get_data(as_text=True)
    assert (twice.urn, twice.kept) == (0, (1, 0))


def test_whoever_makes_up_form_after_form_to_read_a_kept_one_has_to_wait(shared: Office, twice: Pile) -> None:
    shared.clock.now += timedelta(hours=2)  # what the others have tried is forgotten
    twice.first(client := twice.client())
    guesser, others = twice.client("colleague"), dict.fromkeys(SCORED, "1")
    assert {twice.second(guesser, **others).status_code for _ in range(8)} == {422}
    assert (waits := twice.second(guesser)).status_code == 429
    assert "Vänta tio minuter" in text_of(waits)
    assert twice.second(client, **(THREES | {SCORED[0]: "4"})).status_code == 200
    shared.clock.now += timedelta(minutes=11)
    assert twice.second(guesser).status_code == 302


@pytest.mark.parametrize("time", [FIRST, SECOND])
def test_what_is_no_number_is_said_beside_it_and_what_was_typed_stays(twice: Pile, time: str) -> None:
    client = twice.client()
    twice.first(client, "7")
    fields = twice.form(client, time, "7")
    for number in ("", "0", "-1", "1e9", "100000", "9" * 4000, "x", "1.5", "٣", "<b>", "1 2", "\x00"):
        page = send(client, twice.round, fields | {"nummer": number}, K01="2")
        assert page.status_code == 422
        assert "ett heltal från 1 till 99999" in text_of(page)
        assert 'name="svar-K01" value="2"' in page.get_data(as_text=True)
        assert "<b>" not in number_on(page)
        assert "inget sådant formulär" in text_of(client.get(twice.throw_away(client, number).location))
    assert (twice.urn, twice.kept) == (0, (1, 0))


def test_a_number_that_somebody_has_is_said_with_the_next_free_one(twice: Pile) -> None:
    twice.first(twice.client("administrator"), "007")
    client = twice.client("colleague")
    page = twice.first(client, "7")
    assert page.status_code == 422
    assert "Formulär 7 är redan inskrivet en gång och väntar" in text_of(page)
    assert "1 är ledigt" in text_of(page)
    assert page.get_data(as_text=True).count('value="3"') >= len(SCORED)
    unknown = twice.second(client, "8")
    assert "Formulär 8 har inte skrivits in någon första gång." in text_of(unknown)
    assert number_on(client.get(f"{twice.address}?{FIRST}&fran=7")) == "8"
    assert (twice.urn, twice.kept) == (0, (1, 0))


def test_another_units_form_is_not_compared_and_the_page_says_which_it_is(twice: Pile) -> None:
    client = twice.client("administrator")
    twice.first(client)
    fields = twice.form(client, SECOND, "1") | {"enhet": "2303"}
    page = send(client, twice.round, fields, **THREES)
    assert page.status_code == 422
    assert "skrevs första gången in som ett annat formulär: Krokoms kommun, " in text_of(page)
    assert twice.urn == 0


def test_a_double_click_keeps_a_form_once_and_an_old_page_is_told_that_the_next_form_is_not_saved(
    twice: Pile,
) -> None:
    client = twice.client("administrator")
    fields = twice.form(client, FIRST, "1")
    assert send(client, twice.round, fields, **THREES).status_code == 302
    again = send(client, twice.round, fields, K01="1")
    assert "är det inte sparat" in text_of(client.get(again.location))
    assert twice.kept == (1, 0)
    fields = twice.form(client, SECOND, "1")
    twice.first(client, "2")
    done = send(client, twice.round, fields, **THREES)
    again = send(client, twice.round, fields | {"nummer": "2"}, **THREES)
    assert "redan" not in done.location
    assert "är det inte sparat" in text_of(client.get(again.location))
    assert (twice.urn, twice.kept) == (1, (1, 1))


def test_the_list_says_what_waits_and_a_form_is_thrown_away_and_begun_anew(twice: Pile) -> None:
    first, second = twice.client("administrator"), twice.client("colleague")
    twice.first(first, "12")
    twice.first(second, "5")
    said = text_of(second.get(twice.address))
    assert re.search(
        r"5 Krokoms kommun Svenska · inskrivet av dig .* 12 Krokoms kommun Svenska · inskrivet av någon", said
    )
    # Somebody else's comes before one's own, though its number is higher.
    assert number_on(second.get(f"{twice.address}?{SECOND}")) == "12"
    gone = second.get(twice.throw_away(second, "12").location)
    assert "formulär 12 är borta" in text_of(gone)
    assert "Det finns inget sådant formulär" in text_of(second.get(twice.throw_away(second, "12").location))
    assert twice.kept == (1, 0)
    assert twice.first(first, "12").status_code == 302


def test_the_round_is_not_sealed_while_a_form_waits_and_nothing_is_asked_of_the_worker(twice: Pile) -> None:
    client = twice.client("administrator")
    twice.first(client)
    work.close(twice.office.services, twice.round)
    for act in (client.get, client.post):
        response = act(
            f"/admin/matomgangar/{twice.round}/forsegla", data={"csrf_token": token_in(client.get("/losenord"))}
        )
        assert response.status_code == 302
        assert "Några pappersformulär har bara skrivits in en gång" in text_of(client.get(response.location))
    assert "ask_seal_round" not in {action for _, action, _ in twice.office.events()}
    # A closed round takes the second time; after that it can be sealed.
    twice.second(client)
    assert client.get(f"/admin/matomgangar/{twice.round}/forsegla").status_code == 200
    work.seal(twice.office.services, twice.round)
    assert send(client, twice.round, {"csrf_token": token_in(client.get("/losenord"))}, K01="3").status_code == 409


def test_no_number_and_no_answer_comes_into_the_trail_an_address_or_the_urn(twice: Pile) -> None:
    client = twice.client()
    twice.choose(client, "")
    twice.choose(client, "2")
    done = [twice.first(client, "70717"), twice.second(client, "70717"), twice.first(client, "80818")]
    twice.throw_away(client, "80818")
    assert not any(sign in response.location for response in done for sign in ("70717", "80818"))
    with twice.office.services.sessions() as session:
        subject = reference(session.get_one(Round, twice.round))
        events = session.scalars(select(AuditEvent).where(AuditEvent.subject == subject).order_by(AuditEvent.id)).all()
        details = [(event.action, event.detail) for event in events]
        found = [
            name
            for name in Base.metadata.tables
            for row in session.execute(text(f"SELECT * FROM {name}"))
            if re.search("70717|80818", str(tuple(row)))
        ]
    chosen = [("choose_paper_twice", {"twice": wish}) for wish in (False, True)]
    assert details == [("open_round", {}), *chosen, ("type_paper", {}), ("drop_paper", {})]
    assert found == []


def test_the_choice_stands_on_the_rounds_page_until_the_first_form_and_whoever_may_not_is_refused(
    twice: Pile,
) -> None:
    client = twice.client("administrator")
    page = client.get(f"/admin/matomgangar/{twice.round}").get_data(as_text=True)
    assert re.search(r'id="paper-twice" checked|name="ganger"[^>]*checked', page)
    for who in ("analyst", "manager", "outsider"):
        for act in (lambda one: twice.choose(one, ""), lambda one: twice.throw_away(one, "1")):
            assert act(twice.client(who)).status_code == 403
    no_token = client.post(f"{twice.address}/ganger", data={"ganger": ""})
    assert no_token.status_code == 400
    # A page from before the choice has no number, and keeps what was typed.
    twice.choose(client, "")
    old = opened(client, twice.round)
    twice.choose(client, "2")
    late = send(client, twice.round, old, K01="3")
    assert (late.status_code, twice.urn) == (422, 0)
    assert 'name="svar-K01" value="3"' in late.get_data(as_text=True)
    twice.first(client)
    assert "har redan skrivits in" in text_of(client.get(twice.choose(client, "").location))
    after = client.get(f"/admin/matomgangar/{twice.round}")
    assert "paper-twice" not in after.get_data(as_text=True)
    assert "Varje formulär skrivs in två gånger." in text_of(after)
    with twice.office.services.sessions() as session:
        assert session.get_one(Round, twice.round).paper_twice


def test_how_well_the_two_agree_is_told_from_k_forms_on_in_whole_steps(twice: Pile) -> None:
    client = twice.client()
    for number in (1, 2):
        twice.first(client, str(number))
        twice.settle(client, twice.second(client, str(number), **(THREES | {"K02": "4"})), val__K02="=3")
    with twice.office.services.sessions.begin() as session:
        # As after four more that were alike.
        session.get_one(Round, twice.round).paper_compared += 4
    assert "Hur väl de två gångerna" not in text_of(client.get(twice.address))
    for number in (7, 8):
        twice.first(client, str(number))
        twice.second(client, str(number))
    said = text_of(client.get(twice.address))
    # 2 of 8 forms; fields in steps of seven forms.
    percent = f"{100 * 2 / (8 * len(ITEMS)):.1f}".replace(".", ",")
    assert f"{percent} procent av fälten skilde sig" in said
    assert f"av minst {7 * len(ITEMS)} fält" in said
    assert re.search(r"2 [^%]*? 25,0", said)


def test_texts_numbers_and_several_crosses_come_back_as_they_were_typed(shared: Office) -> None:
    twice = pile(shared, "grenar")
    client = twice.client()
    assert "ingen kopplingskod" in text_of(client.get(twice.address))
    first = {"a": "2", "why": "Rad ett.\r\n<i>två</i>", "many": "12 2", "years": "0,0000001"}
    assert twice.first(client, **first).status_code == 302
    page = twice.second(client, **(first | {"why": "Rad ett. <i>tva</i>", "many": "", "years": "1"}))
    body = page.get_data(as_text=True)
    assert "<i>" not in body
    assert "Ja <b>" not in re.sub(r"data-codes='[^']*'", "", body)
    assert re.findall(r'name="val-(?:many|years)" value="=([^"]*)"', body) == ["2 12", "-", "0.0000001", "1"]
    done = twice.settle(client, page, val__why="=Rad ett.\r\n<i>två</i>", val__many="=2 12", val__years="=0.0000001")
    assert done.status_code == 302
    assert twice.mixed() == [{"a": 2, "many": [2, 12], "years": 1e-07}]


def test_an_answer_that_comes_to_stand_off_the_path_is_asked_about_before_it_is_left_out(shared: Office) -> None:
    twice = pile(shared, "grenar")
    client = twice.client()
    twice.first(client, a="1", many="2")
    page = twice.second(client, a="2", why="Ändå.", many="2")
    asked = twice.settle(client, page, annat__a="1", val__why="=Ändå.")
    assert (asked.status_code, twice.urn) == (200, 0)
    assert "Fråga 2 Varför?" in text_of(asked)
    assert twice.settle(client, asked, annat__a="1", val__why="=Ändå.").status_code == 302
    assert twice.mixed() == [{"a": 1, "many": [2]}]


def test_a_form_that_comes_to_nothing_is_not_sealed(shared: Office) -> None:
    twice = pile(shared, "grenar")
    client = twice.client()
    twice.first(client, years="4")
    page = twice.settle(client, twice.second(client, years="5"), val__years="annat", annat__years="-")
    assert (page.status_code, twice.urn, twice.kept) == (422, 0, (1, 0))
    assert "Inget är ifyllt" in text_of(page)
