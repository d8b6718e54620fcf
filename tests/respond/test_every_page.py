"""Every route of the respondent's side in every state: what it sends, which cookies, and that looking changes nothing.

The routes come from the application itself, so that a new one is held to the same from its first day.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, fill_in, make_site, send_part, settings_for
from sqlalchemy import Engine, select
from test_headers import EXPECTED
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from survey.answering.codes import new_code
from survey.app import create_app
from survey.models import Base
from survey.web.respond import assets, cookies

STRICT = EXPECTED | {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "X-Robots-Tag": "noindex, nofollow",
}
OF_THE_CONTENT = {"Content-Type", "Content-Length", "Content-Encoding", "Vary", "Location", "Set-Cookie", "Allow"}
FILES = re.compile(r"/(stil|skript|bild|ljud)/")
"""What may be kept for ever: its name changes with its content."""
COOKIES: dict[str, tuple[str, str, int | None]] = {
    # name: (path, SameSite, seconds)
    "begun": ("/s/{code}", "Strict", None),
    "kept": ("/s/{code}", "Lax", 60 * 24 * 3600),
    "receipt": ("/s/{code}", "Strict", None),
    "kiosk": ("/s/{code}", "Strict", None),
    "left": ("/s/{code}", "Lax", 600),
    "lang": ("/s/", "Strict", None),
    "look": ("/s/", "Strict", None),
}
SET_BY_LOOKING = {"respond.start_screen": {"kiosk"}}
"""The one page that leaves something when it is looked at: docs/decisions/0013."""
FORGOTTEN_BY_LOOKING = {"respond.start_screen", "respond.thanks_in_kiosk"}
LAST = FORGOTTEN_BY_LOOKING | {"respond.leave"}
"""Asked for when all else has been: they make another browser of it."""
BY_LAW = "https://www.digg.se/tdosanmalan"
"""Where the law wants that people can complain: a link to follow, on the accessibility statement alone."""
FORMS: tuple[dict[str, str], ...] = (
    {},
    {"go": "next", "a_a": "3", "noticed": "1", "lang": "en", "pin": "4711", "receipt": "2222", "code": "K7PX"},
)

State = Callable[[Site, FlaskClient], str]
"""Brings a site and a browser into a state, and says with which code to look around."""


def nothing_begun(site: Site, client: FlaskClient) -> str:
    return site.open


def begun_with_a_card(site: Site, client: FlaskClient) -> str:
    send_part(client, begin(client, site.card), dict(FIRST))
    return site.card


def begun_with_an_open_link(site: Site, client: FlaskClient) -> str:
    begin(client, site.open, own="1")
    return site.open


def begun_elsewhere(site: Site, client: FlaskClient) -> str:
    other = site.client()
    send_part(other, begin(other, site.card), dict(FIRST))
    return site.card


def sent_in(site: Site, client: FlaskClient) -> str:
    client.post(fill_in(client, site.card))
    return site.card


def taken_back(site: Site, client: FlaskClient) -> str:
    sent_in(site, client)
    receipt = str(client.get_cookie("receipt", path=f"/s/{site.card}").value).split(".")[1]
    assert client.post(f"/s/{site.card}/ta-tillbaka", data={"receipt": receipt}).status_code == 303
    return site.card


def not_yet_open(site: Site, client: FlaskClient) -> str:
    site.change_round(state="draft", opened_at=None)
    return site.open


def closed(site: Site, client: FlaskClient) -> str:
    site.close()
    return site.open


def in_the_hour_after_closing(site: Site, client: FlaskClient) -> str:
    begun_with_a_card(site, client)
    site.close()
    site.clock.now += timedelta(minutes=59)
    return site.card


def sealed(site: Site, client: FlaskClient) -> str:
    site.change_round(state="sealed", closed_at=site.clock.now, sealed_at=site.clock.now)
    return site.card


def tablet_waiting(site: Site, client: FlaskClient) -> str:
    client.get(f"/s/{site.open}/kiosk")
    return site.open


def tablet_begun(site: Site, client: FlaskClient) -> str:
    begin(client, tablet_waiting(site, client))
    return site.open


def tablet_thanks(site: Site, client: FlaskClient) -> str:
    tablet_waiting(site, client)
    client.post(fill_in(client, site.open))
    return site.open


def left(site: Site, client: FlaskClient) -> str:
    begun_with_a_card(site, client)
    client.post(f"/s/{site.card}/lamna")
    return site.card


def unknown(site: Site, client: FlaskClient) -> str:
    return new_code()


def mistyped(site: Site, client: FlaskClient) -> str:
    return "K7PX"


STATES: tuple[State, ...] = (
    nothing_begun,
    begun_with_a_card,
    begun_with_an_open_link,
    begun_elsewhere,
    sent_in,
    taken_back,
    not_yet_open,
    closed,
    in_the_hour_after_closing,
    sealed,
    tablet_waiting,
    tablet_begun,
    tablet_thanks,
    left,
    unknown,
    mistyped,
)


def addresses(site: Site, code: str, method: str) -> list[tuple[str, str]]:
    """(endpoint, address) of every route that a respondent can ask for by `method`."""
    found = []
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        if method in (rule.methods or ()) and (rule.endpoint.startswith("respond.") or rule.endpoint == "front"):
            found.append((rule.endpoint, adapter.build(rule.endpoint, _filled(rule, code), method=method)))
    return sorted(found, key=lambda one: one[0] in LAST)


def _filled(rule: Rule, code: str) -> dict[str, object]:
    """One of each thing that an address can name. A new kind of thing has to be put in here."""
    made = {"code": code, "word": "del", "number": 1, "digest": _digest(rule.rule), "name": "calm.svg", "size": 1}
    return {name: made[name] for name in rule.arguments}


def _digest(rule: str) -> str:
    for path, asset in (("stil", assets.STYLESHEET), ("spara", assets.SAVING), ("lamna", assets.LEAVING)):
        if path in rule:
            return asset.digest
    return "0" * 12


@pytest.fixture
def site(tmp_path: Path, sqlite_engine: Engine) -> Site:
    return make_site(tmp_path / "home", sqlite_engine)


def everything(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """All tables, byte for byte."""
    with site.session() as session:
        return {
            name: sorted((tuple(row) for row in session.execute(select(table))), key=repr)
            for name, table in Base.metadata.tables.items()
        }


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_looking_changes_nothing_and_every_answer_is_strict(site: Site, client: FlaskClient, state: State) -> None:
    code = state(site, client)
    before = everything(site)
    for endpoint, address in addresses(site, code, "GET"):
        for asked in (client.head, client.get):
            response = asked(address)
            only_what_may_be_sent(response, code)
            sets, forgets = cookies_of(response, code)
            assert sets <= SET_BY_LOOKING.get(endpoint, set()), f"looking at {address} leaves a cookie"
            assert not forgets or endpoint in FORGOTTEN_BY_LOOKING
    assert everything(site) == before
    for _endpoint, address in addresses(site, code, "POST"):
        for form in FORMS:
            response = client.post(address, data=form)
            only_what_may_be_sent(response, code)
            cookies_of(response, code)


@pytest.mark.parametrize("simulated", [True, False])
def test_a_simulated_study_says_so_on_every_page(tmp_path: Path, sqlite_engine: Engine, simulated: bool) -> None:
    questions = ["mother_name", "birth_day", "birth_place", "older_siblings"]
    site = make_site(tmp_path, sqlite_engine, simulated=simulated, linked=True, code_questions=questions)
    client, tablet, other = site.client(), site.client(), site.client()
    begin(other, site.card)
    send_part(other, f"/s/{site.card}/del/1", dict(FIRST))  # begun elsewhere, where `client` comes
    begin(client, site.open)
    tablet.get(f"/s/{site.open}/kiosk")
    begin(tablet, site.open)
    shown = set()

    def look(browser: FlaskClient, code: str) -> None:
        for endpoint, address in addresses(site, code, "GET"):
            page = browser.get(address) if code in address and endpoint not in LAST else None
            if page is not None and page.status_code == 200:
                assert ("Simulerad undersökning" in page.text) == simulated, address
                shown.add(endpoint.removeprefix("respond."))

    look(client, site.card)
    for browser, last in ((client, "tack"), (tablet, "kiosk/tack")):
        look(browser, site.open)
        browser.post(f"/s/{site.open}/del/granska")
        thanks = browser.get(f"/s/{site.open}/{last}")
        assert (thanks.status_code, "Simulerad undersökning" in thanks.text) == (200, simulated)
    assert shown >= {"ask_for_code", "ask_to_object", "objected", "ask_to_withdraw", "taken_back", "still_there"}
    assert shown >= {"ask_for_pin", "show_device", "show_review", "show_part", "what_is_stored", "accessibility_of"}


def only_what_may_be_sent(response: TestResponse, code: str) -> None:
    address, headers = response.request.path, dict(response.headers)
    assert response.status_code < 500, address
    a_file = FILES.match(address) and response.status_code == 200
    for name, value in STRICT.items():
        if name == "Cache-Control" and a_file:
            assert headers.pop(name) in (assets.FOR_EVER, "no-cache"), address
        elif name == "Content-Security-Policy" and address.startswith("/bild/") and a_file:
            assert assets.PICTURE_POLICY in response.headers.getlist(name)
            headers.pop(name)
        else:
            assert response.headers.getlist(name) == [value], f"{name} of {address}"
            headers.pop(name)
    if address.endswith("/lamna"):
        headers.pop("Clear-Site-Data", None)
    assert headers.keys() <= OF_THE_CONTENT, f"{address} tells {headers.keys() - OF_THE_CONTENT}"
    there = headers.get("Location", "/")
    assert re.match(r"/(?!/)", there), there
    if response.mimetype == "text/html":
        Reader(address).feed(response.get_data(as_text=True))


def cookies_of(response: TestResponse, code: str, *, secure: bool = False) -> tuple[set[str], set[str]]:
    """(set, forgotten): each as the table says, and no other."""
    sets, forgets = set(), set()
    for header in response.headers.getlist("Set-Cookie"):
        for name, cookie in SimpleCookie(header).items():
            path, same_site, seconds = COOKIES[name]
            assert cookie["path"] == path.format(code=code), header
            assert not cookie["domain"], header
            if cookie["max-age"] == "0":
                forgets.add(name)
                continue
            sets.add(name)
            told = (cookie["httponly"], cookie["samesite"], cookie["max-age"], bool(cookie["secure"]))
            assert told == (True, same_site, str(seconds or ""), secure), header
    return sets, forgets


class Reader(HTMLParser):
    """Goes through a page: nothing inline, nothing from elsewhere."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address
        self.script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = f"<{tag}> of {self.address}: {attrs}"
        assert tag not in ("style", "iframe", "object", "embed", "base", "portal"), told
        for name, value in attrs:
            assert not re.match(r"style$|on", name), told
            if name in ("src", "href", "action", "formaction", "poster", "data", "ping", "srcset", "background"):
                self._own(tag, name, value or "", told)
        if tag == "meta" and dict(attrs).get("http-equiv"):
            assert dict(attrs)["http-equiv"] == "refresh", told
            assert re.fullmatch(r"\d+;url=(/s/\w+/|[.]{2}/)kiosk(/kvar)?", dict(attrs)["content"] or ""), told
        if tag == "link":
            assert dict(attrs)["rel"] in ("stylesheet", "icon"), told
        if tag == "script":
            assert re.fullmatch(r"/skript/\w+-[0-9a-f]{12}[.]js", dict(attrs).get("src") or ""), told
        self.script = tag == "script"

    def _own(self, tag: str, name: str, value: str, told: str) -> None:
        if tag == "link" and value.startswith("data:image/svg+xml,"):
            return
        if (tag, name, value) == ("a", "href", BY_LAW) and self.address.endswith("/tillganglighet"):
            return
        if tag == "a" and value.startswith("mailto:"):
            return
        assert not re.match(r"\s*([a-z][a-z0-9+.-]*:|//|\\\\)", value, re.IGNORECASE), told

    def handle_endtag(self, tag: str) -> None:
        self.script = False

    def handle_data(self, data: str) -> None:
        assert not (self.script and data.strip()), f"a script inside {self.address}"


def test_the_table_of_cookies_names_them_all() -> None:
    assert set(re.findall(r"(?m)^`(\w+)`", str(cookies.__doc__))) == COOKIES.keys()


def test_a_look_is_kept_only_where_its_link_was_followed(site: Site, client: FlaskClient) -> None:
    assert cookies_of(client.get(f"/s/{site.open}?look=150h"), site.open) == ({"look"}, set())
    assert cookies_of(client.get(f"/s/{site.open}?look=<b>"), site.open) == (set(), set())


def test_stylesheets_and_scripts_reach_for_no_other_host() -> None:
    for path in assets.FOLDER.iterdir():
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?:|@import|wss?:|//\w+[.]\w|navigator[.]sendBeacon|WebSocket|EventSource", text), (
            path
        )
        assert all(found.startswith(("data:", "#")) for found in re.findall(r"url\([\"']?([^)]*)", text)), path


def test_behind_https_every_answer_is_strict_about_it(tmp_path: Path, sqlite_engine: Engine) -> None:
    plain = make_site(tmp_path / "home", sqlite_engine)
    settings = settings_for(tmp_path / "home", sqlite_engine.url.render_as_string(hide_password=False))
    app = create_app(replace(settings, public_url="https://svara.example"), plain.clock)
    site, strict = replace(plain, app=app), "max-age=31536000; includeSubDomains"
    client = app.test_client()
    for method in ("GET", "POST"):
        for _endpoint, address in addresses(site, site.open, method):
            response = client.open(address, method=method, data={"own": "1"} if method == "POST" else None)
            assert response.headers.getlist("Strict-Transport-Security") == [strict], address
            cookies_of(response, site.open, secure=True)
    assert "Strict-Transport-Security" not in plain.client().get("/s/").headers
