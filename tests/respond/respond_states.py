"""Every page of the respondent's side in every state, as the HTML that a browser is sent: one function a state.

A new state is a function under `@state`; a test fails when a page of the application is in none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from arabic import CONTENT, review
from easy_instrument import put_symbols
from flask.testing import FlaskClient
from respond_site import Site, begin, make_site
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey.answering import tokens
from survey.answering.codes import new_code
from survey.models import Card, Invitation, OrganisationUnit
from tests.definitions.sounds import wav

PICTURED = "picture: {{file: {}, alt: {{sv: {}, en: a sign, ar: علامة}}}}"
EVERYTHING = CONTENT
for before, after in (
    # A question that must be answered, heard as well as read, with pictures in its options.
    ("may_decline: true\n      - id: b", "required: true\n        audio: {sv: a.wav, ar: a.wav}\n      - id: b"),
    ("ar: أبدًا}}", "ar: أبدًا}, " + PICTURED.format("test-no.svg", "ett kryss") + "}"),
    ("ar: أحيانًا}}", "ar: أحيانًا}, " + PICTURED.format("test-yes.svg", "en bock") + "}"),
    (
        "        type: multiple_choice\n",
        "        type: multiple_choice\n        " + PICTURED.format("test-house.svg", "ett hus") + "\n",
    ),
    # What an answer opens, a year, and something to read only.
    (
        "  - id: second\n",
        "      - id: c\n"
        "        text: {sv: Vad gör dig trygg?, en: What does?, ar: ما الذي يمنحك الأمان؟}\n"
        "        easy: {sv: Vad gör dig trygg?, en: What does?, ar: ماذا يمنحك الأمان؟}\n"
        "        answer_set: often\n"
        "        visible_if: {op: is, item: a, value: 3}\n"
        "  - id: second\n",
    ),
    (
        "      - id: how\n",
        "      - id: told\n"
        "        type: statement\n"
        "        text: {sv: Nu kommer **annat**., en: Now other things., ar: الآن شيء آخر.}\n"
        "        easy: {sv: Nu kommer annat., en: Now other things., ar: الآن شيء آخر.}\n"
        "      - id: born\n"
        "        type: year\n"
        "        text: {sv: Vilket år kom du hit?, en: Which year?, ar: في أي سنة أتيت؟}\n"
        "        easy: {sv: Vilket år?, en: Which year?, ar: أي سنة؟}\n"
        "        minimum: 1950\n"
        "        maximum: 2026\n"
        "      - id: how\n",
    ),
):
    assert before in EVERYTHING
    EVERYTHING = EVERYTHING.replace(before, after, 1)

QUESTIONS = ["mother_name", "birth_day", "birth_place", "older_siblings"]
ANSWERED = {"a_a": "2", "a_b": "1"}
OPEN_THE_DIALOG = "document.querySelector('dialog').showModal()"


@dataclass
class Sites:
    """Three forms: plain, a simulated user survey that is linked by own codes, and one that is linked by cards."""

    plain: Site
    users: Site
    linked: Site
    language: str = "sv"

    def browser(self, site: Site | None = None) -> FlaskClient:
        client = (site or self.plain).client()
        client.set_cookie("lang", self.language, path="/s/")
        return client

    def begun(self, site: Site | None = None, **form: str) -> tuple[FlaskClient, str, str]:
        """A card of its own, begun: the browser, the code, and the address of the first page."""
        site = site or self.plain
        client, code = self.browser(site), new_card(site)
        return client, code, begin(client, code, lang=self.language, **form)

    def begun_openly(self, site: Site, **form: str) -> tuple[FlaskClient, str]:
        client = self.browser(site)
        return client, begin(client, site.open, lang=self.language, **form)

    def sent(self, site: Site | None = None) -> tuple[FlaskClient, str]:
        client, code, address = self.begun(site)
        client.post(f"/s/{code}/kod", data={"go": "skip"})
        client.post(f"/s/{code}/del/1", data=ANSWERED | {"go": "next", "noticed": "1"})
        assert client.post(f"/s/{code}/del/granska").status_code == 303, address
        return client, code

    def elsewhere(self) -> tuple[FlaskClient, str]:
        """A browser that meets what another has begun."""
        other, code, address = self.begun()
        other.post(address, data=ANSWERED | {"go": "next"})
        return self.browser(), code


def new_card(site: Site, way: str = "card") -> str:
    code = new_code()
    with site.session() as session:
        unit = session.query(OrganisationUnit).filter_by(kind="unit").one()
        if way == "card":
            lookup = tokens.card_lookup(site.keys, site.study_id, code)
            session.add(Card(study_id=site.study_id, unit_id=unit.id, lookup=lookup))
        else:
            lookup = tokens.invitation_lookup(site.keys, code)
        session.add(Invitation(round_id=site.round_id, unit_id=unit.id, way=way, lookup=lookup))
        session.commit()
    return code


def make_sites(home: Path, engine: Callable[[str], Engine]) -> Sites:
    """`engine` makes an empty database of a name."""
    made = {}
    for name, instrument, more in (
        ("plain", "every-type", {}),
        ("users", "user-survey-ar", {"simulated": True, "linked": True, "code_questions": QUESTIONS}),
        ("linked", "every-type", {"linked": True}),
    ):
        own = home / name
        review(own)
        put_symbols(own)
        (own / "recordings").mkdir()
        (own / "recordings" / "a.wav").write_bytes(wav())
        content = EVERYTHING.replace("id: every-type", f"id: {instrument}", 1)
        made[name] = make_site(own, engine(name), instrument=instrument, content=content, **more)
    return Sites(**made)


@contextmanager
def round_is(site: Site, **values: object) -> Iterator[None]:
    before, now = {"state": "open", "closed_at": None, "sealed_at": None, "opened_at": site.clock.now}, site.clock.now
    site.change_round(**values)
    try:
        yield
    finally:
        site.clock.now = now
        site.change_round(**before)


Make = Callable[[Sites], TestResponse]


@dataclass
class State:
    name: str
    make: Make
    script: str = ""
    """What is done in the browser before one looks."""


@dataclass
class Table:
    states: list[State] = field(default_factory=list)

    def __call__(self, make: Make) -> Make:
        self.add(make.__name__.replace("_", " "), make)
        return make

    def add(self, name: str, make: Make, script: str = "") -> None:
        self.states.append(State(name, make, script))


state = Table()


# Ways in, and what is told before the first question.


@state
def a_code_is_typed(sites: Sites) -> TestResponse:
    return sites.browser().get("/s/")


@state
def a_mistyped_code(sites: Sites) -> TestResponse:
    return sites.browser().post("/s/", data={"code": "O0O"})


for title, way in {
    "first page, open link": lambda sites: sites.plain.open,
    "first page, card": lambda sites: new_card(sites.plain),
    "first page, invitation": lambda sites: new_card(sites.plain, "invitation"),
    "first page, easy": lambda sites: f"{sites.plain.open}?variant=easy",
    "shared tablet, start": lambda sites: f"{sites.plain.open}/kiosk?lang={sites.language}",
    "shared tablet, start, easy": lambda sites: f"{sites.plain.open}/kiosk?lang={sites.language}&variant=easy",
    "what we store, open link": lambda sites: f"{sites.plain.open}/vad-vi-sparar",
    "what we store, card": lambda sites: f"{sites.plain.card}/vad-vi-sparar?fran=del-2",
    "accessibility below a link": lambda sites: f"{sites.plain.open}/tillganglighet?fran=del-granska",
}.items():
    state.add(title, lambda sites, way=way: sites.browser().get(f"/s/{way(sites)}"))

for title, way in {
    "first page, user survey": lambda sites: sites.users.open,
    "shared tablet, start, user survey": lambda sites: f"{sites.users.open}/kiosk?lang={sites.language}",
    "what we store, user survey": lambda sites: f"{sites.users.open}/vad-vi-sparar",
    "objection, own code": lambda sites: f"{sites.users.open}/tidigare-svar",
}.items():
    state.add(title, lambda sites, way=way: sites.browser(sites.users).get(f"/s/{way(sites)}"))

for title, path in {
    "first page, linked": "",
    "objection, card": "/tidigare-svar",
    "objected": "/tidigare-svar/klart",
}.items():
    state.add(title, lambda sites, path=path: sites.browser(sites.linked).get(f"/s/{sites.linked.card}{path}"))


@state
def objection_faulty(sites: Sites) -> TestResponse:
    return sites.browser(sites.users).post(f"/s/{sites.users.open}/tidigare-svar", data={"mother_name": "A"})


@state
def accessibility_of_the_installation(sites: Sites) -> TestResponse:
    return sites.browser().get(f"/tillganglighet?lang={sites.language}")


@state
def first_page_begun(sites: Sites) -> TestResponse:
    client, code, _address = sites.begun()
    return client.get(f"/s/{code}")


@state
def first_page_begun_elsewhere(sites: Sites) -> TestResponse:
    client, code = sites.elsewhere()
    return client.get(f"/s/{code}")


@state
def first_page_in_grace(sites: Sites) -> TestResponse:
    client, code, _address = sites.begun()
    with round_is(sites.plain, state="closed", closed_at=sites.plain.clock.now):
        return client.get(f"/s/{code}")


# The questions: each pace, each variant, each kind of item, what is said above them, and what else is on the page.

for title, path, form in (
    *((f"section {number}", f"del/{number}", {}) for number in (1, 2)),
    *((f"question {number}", f"fraga/{number}", {}) for number in (1, 3)),
    ("all on one page", "allt/1", {}),
    ("easy, section 1", "del/1", {"variant": "easy"}),
    ("easy, section 2", "del/2", {"variant": "easy"}),
    ("easy, one question", "fraga/1", {"variant": "easy"}),
    ("easy, review", "del/granska", {"variant": "easy"}),
    ("review, nothing answered", "del/granska", {}),
    ("another device", "del/annan-enhet", {}),
    ("PIN chosen", "del/annan-enhet?vald=1", {}),
    ("PIN taken away", "del/annan-enhet?borttagen=1", {}),
):

    def begun_and_asked(sites: Sites, path: str = path, form: dict[str, str] = form) -> TestResponse:
        client, code, _address = sites.begun(**form)
        return client.get(f"/s/{code}/{path}")

    state.add(title, begun_and_asked)

for look, path in (("150", "del/1"), ("150", ""), ("100h", "del/1"), ("150h", "del/2"), ("150h", "del/granska")):

    def looked(sites: Sites, path: str = path, look: str = look) -> TestResponse:
        client, code, _address = sites.begun()
        client.set_cookie("look", look, path="/s/")
        return client.get(f"/s/{code}/{path}".rstrip("/"))

    state.add(f"look {look}, {path or 'first page'}", looked)

for title, answers in {
    "nothing answered": {},
    "another question appeared": ANSWERED | {"a_a": "3"},
}.items():

    def sent_on(sites: Sites, answers: dict[str, str] = answers) -> TestResponse:
        client, _code, address = sites.begun()
        return client.post(address, data=answers | {"go": "next"})

    state.add(title, sent_on)

for title, variant in {"cannot be read": "standard", "cannot be read, easy": "easy"}.items():

    def unreadable(sites: Sites, variant: str = variant) -> TestResponse:
        client, code, _address = sites.begun(variant=variant)
        sent = {"go": "next", "a_years": "999", "a_born": "åtti", "a_how": "77", "a_why": "x" * 20_000}
        return client.post(f"/s/{code}/del/2", data=sent)

    state.add(title, unreadable)


@state
def answered_and_saved(sites: Sites) -> TestResponse:
    client, code, address = sites.begun()
    client.post(address, data=ANSWERED | {"go": "next", "noticed": "1"})
    return client.get(f"/s/{code}/del/1")


@state
def opened_from_the_review(sites: Sites) -> TestResponse:
    client, code, _address = sites.begun()
    return client.get(f"/s/{code}/del/1?andra=1")


@state
def review_all_answered(sites: Sites) -> TestResponse:
    client, code, address = sites.begun()
    client.post(address, data=ANSWERED | {"go": "next", "noticed": "1"})
    sent = {
        "a_how": "7",
        "a_years": "4",
        "a_born": "1999",
        "a_word": "lugnt",
        "a_why": "<b>Det är lugnt</b>\n\nOch bra.",
    }
    client.post(f"/s/{code}/del/2", data=sent | {"go": "next", "noticed": "1"})
    return client.get(f"/s/{code}/del/granska")


@state
def review_and_one_must_be_answered(sites: Sites) -> TestResponse:
    client, code, _address = sites.begun()
    return client.post(f"/s/{code}/del/granska")


# A user survey: a way to leave, a mark that it is simulated, and a code of one's own.


@state
def own_code(sites: Sites) -> TestResponse:
    client, address = sites.begun_openly(sites.users)
    return client.get(address)


@state
def own_code_faulty(sites: Sites) -> TestResponse:
    client, address = sites.begun_openly(sites.users)
    return client.post(address, data={"go": "code", "mother_name": "A", "birth_day": "99"})


for path in ("del/1", "del/2", "fraga/1", "del/granska", "del/annan-enhet"):

    def with_a_way_out(sites: Sites, path: str = path) -> TestResponse:
        client, _address = sites.begun_openly(sites.users)
        return client.get(f"/s/{sites.users.open}/{path}")

    state.add(f"user survey, {path}", with_a_way_out)


@state
def left_in_a_hurry(sites: Sites) -> TestResponse:
    return sites.browser().get(f"/stangd?lang={sites.language}")


# A shared tablet.


def on_a_tablet(sites: Sites, site: Site, **form: str) -> tuple[FlaskClient, str]:
    return sites.begun_openly(site, kiosk="1", **form)


for script, title in (("", "shared tablet"), (OPEN_THE_DIALOG, "shared tablet, are you still there")):

    def tablet(sites: Sites) -> TestResponse:
        client, address = on_a_tablet(sites, sites.plain)
        return client.get(address)

    state.add(title, tablet, script)


@state
def shared_tablet_easy_question(sites: Sites) -> TestResponse:
    client, _address = on_a_tablet(sites, sites.plain, variant="easy")
    return client.get(f"/s/{sites.plain.open}/fraga/1")


@state
def shared_tablet_still_there_without_scripts(sites: Sites) -> TestResponse:
    client, _address = on_a_tablet(sites, sites.plain)
    return client.get(f"/s/{sites.plain.open}/kiosk/kvar")


@state
def shared_tablet_review(sites: Sites) -> TestResponse:
    client, _address = on_a_tablet(sites, sites.plain)
    return client.get(f"/s/{sites.plain.open}/del/granska")


@state
def shared_tablet_thanks(sites: Sites) -> TestResponse:
    client, address = on_a_tablet(sites, sites.plain)
    page = client.get(address).get_data(as_text=True)
    visit = page.partition('name="visit" value="')[2].partition('"')[0]
    client.post(address, data=ANSWERED | {"go": "next", "noticed": "1", "visit": visit})
    return client.get(client.post(f"/s/{sites.plain.open}/del/granska").location)


# Another browser.


@state
def pin_that_is_none(sites: Sites) -> TestResponse:
    client, code, _address = sites.begun()
    return client.post(f"/s/{code}/del/annan-enhet", data={"pin": "12"})


@state
def another_device_by_an_open_link(sites: Sites) -> TestResponse:
    client, _address = sites.begun_openly(sites.plain)
    return client.get(f"/s/{sites.plain.open}/del/annan-enhet")


@state
def pin_asked_for(sites: Sites) -> TestResponse:
    client, code = sites.elsewhere()
    return client.get(f"/s/{code}/pin-kod")


@state
def pin_wrong(sites: Sites) -> TestResponse:
    client, code = sites.elsewhere()
    return client.post(f"/s/{code}/pin-kod", data={"pin": "4711"})


# After sending.


@state
def thanks(sites: Sites) -> TestResponse:
    client, code = sites.sent()
    return client.get(f"/s/{code}/tack")


@state
def thanks_user_survey(sites: Sites) -> TestResponse:
    client, code = sites.sent(sites.users)
    return client.get(f"/s/{code}/tack")


@state
def take_back(sites: Sites) -> TestResponse:
    client, code = sites.sent()
    return client.get(f"/s/{code}/ta-tillbaka")


for title, receipt in {"mistyped": "2345", "of another": "2222222222222222"}.items():

    def wrong_receipt(sites: Sites, receipt: str = receipt) -> TestResponse:
        client, code = sites.sent()
        return client.post(f"/s/{code}/ta-tillbaka", data={"receipt": receipt})

    state.add(f"take back, receipt {title}", wrong_receipt)


@state
def taken_back(sites: Sites) -> TestResponse:
    client, code = sites.sent()
    receipt = str(client.get_cookie("receipt", path=f"/s/{code}").value).partition(".")[2]
    return client.get(client.post(f"/s/{code}/ta-tillbaka", data={"receipt": receipt}).location)


@state
def taken_back_without_a_link(sites: Sites) -> TestResponse:
    return sites.browser().get(f"/s/{new_code()}/tillbakataget")


# Refusals that need a way of their own; the words of all of them are looked at in the test.


@state
def used(sites: Sites) -> TestResponse:
    _client, code = sites.sent()
    return sites.browser().get(f"/s/{code}")


@state
def begun_elsewhere(sites: Sites) -> TestResponse:
    client, code = sites.elsewhere()
    return client.get(f"/s/{code}/del/1")


@state
def closed(sites: Sites) -> TestResponse:
    with round_is(sites.plain, state="closed", closed_at=sites.plain.clock.now - timedelta(hours=2)):
        return sites.browser().get(f"/s/{sites.plain.open}")


@state
def not_yet_open(sites: Sites) -> TestResponse:
    with round_is(sites.plain, state="draft", opened_at=None):
        return sites.browser().get(f"/s/{sites.plain.open}")


@state
def refused_in_a_user_survey(sites: Sites) -> TestResponse:
    return sites.browser(sites.users).get(f"/s/{sites.users.open}/del/1")
