"""What a person can do at a browser, and what the reply lets them believe: that goes into the account."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from werkzeug.test import TestResponse

from bench.sequences.account import Account, Person, hold, present
from bench.sequences.browser import Browser, Form, Jar, body
from bench.sequences.world import World

GRACE = timedelta(hours=1)
TABLET = 3
"""The number of the browser that stands in a waiting room."""
WAITING = "-"
_PAGE = re.compile(r"/s/\w+/(?:fraga|del|allt)/")


@dataclass(frozen=True)
class Tab:
    """A page of items as it stands in a browser, perhaps for long."""

    way: str
    address: str
    items: tuple[str, ...]
    hidden: tuple[tuple[str, str], ...]
    """What the page itself sends along."""
    visit: str | None
    """Whose page it was on the tablet."""


@dataclass(frozen=True)
class Posted:
    """A form that was sent, so that it can be sent again."""

    tab: Tab
    form: Form
    given: Mapping[str, object]
    go: str


@dataclass
class Play:
    world: World
    browsers: list[Browser] = field(init=False)
    tabs: list[list[Tab]] = field(init=False)
    last: list[Posted | None] = field(init=False)
    account: Account = field(init=False, default_factory=Account)
    closed_at: datetime | None = field(init=False, default=None)
    sealed: bool = field(init=False, default=False)
    told: Counter[str] = field(init=False, default_factory=Counter)
    """How often each thing has been acknowledged: a play in which nothing happens proves nothing."""

    def __post_init__(self) -> None:
        self.ways = self.world.new_round()
        self.browsers = [Browser(self.world) for _number in range(TABLET + 1)]
        self.tabs = [[] for _browser in self.browsers]
        self.last = [None for _browser in self.browsers]
        self.account.persons = {code: Person(way) for way, code in self._codes.items() if way != "open"}
        self.before = self.world.rows()

    @property
    def _codes(self) -> dict[str, str]:
        return {"card": self.ways.card, "invitation": self.ways.invitation, "open": self.ways.open}

    def link(self, way: str) -> str:
        return f"/s/{self._codes[way]}"

    # What is known of a browser without asking the program

    def cookie(self, number: int, way: str, name: str) -> str | None:
        return self.browsers[number].cookie(name, self.link(way))

    def key(self, number: int, way: str) -> str | None:
        """Whose answers this browser's requests are about."""
        if way != "open":
            return self._codes[way]
        shared = self.cookie(number, way, "kiosk")
        return shared if shared is not None else (self.cookie(number, way, "begun") or self.cookie(number, way, "kept"))

    def person(self, number: int, way: str) -> Person | None:
        return self.account.persons.get(self.key(number, way) or "")

    def visit(self, number: int) -> str | None:
        return self.cookie(number, "open", "kiosk")

    def has_left(self, number: int, way: str) -> bool:
        return self.cookie(number, way, "left") is not None

    @property
    def takes_answers(self) -> bool:
        """From those who have begun."""
        return not self.sealed and (self.closed_at is None or self.world.clock.now < self.closed_at + GRACE)

    def holds(self, number: int, way: str) -> bool:
        """Whether the answers begun by this way are this browser's to see and change."""
        person = self.person(number, way)
        if person is None or person.draft is None or self.has_left(number, way):
            return False
        if way == "open":
            return True
        half = self.cookie(number, way, "kept")
        return half is not None and (person.half is None or person.half == half)

    # What a person does

    def look(self, number: int, way: str, page: str, *, head: bool = False) -> None:
        """Nothing is changed by it, and nobody sees what is another's."""
        address = f"{self.link(way)}{page}"
        before = self.world.traces(self.ways.round_id)
        response = self.browsers[number].get(address, head=head)
        hold(self.world.traces(self.ways.round_id) == before, f"looking at {page} changed something")
        self._check(number, way, response, ())
        if response.status_code == 200 and _PAGE.match(address) and not page.endswith("granska") and not head:
            self.tabs[number].append(self._tab(number, way, address, body(response)))

    def start(self, number: int, way: str, form: Mapping[str, str], *, lost: bool) -> None:
        person = self.person(number, way) if way != "open" else None
        opened = self.closed_at is None and not self.sealed
        mine = person is None or person.draft is None or person.half is None or self.holds(number, way)
        half = self.cookie(number, way, "kept")
        response, jar = self.browsers[number].post(f"{self.link(way)}/borja", form, lost=lost)
        self._check(number, way, response, ())
        where = response.location or ""
        begun = response.status_code == 303 and bool(_PAGE.match(where))
        used = person is not None and (person.sent is not None or person.withdrawn)
        hold(begun or not opened or used or not mine or self.has_left(number, way), f"{response.status_code} {where}")
        if not begun:
            return
        self.told["begun"] += 1
        variant, language = form.get("variant", "standard"), form.get("lang", "sv")
        if way == "open":
            names = [name for name in ("kiosk", "begun") if (name, self.link(way)) in jar]
            key = jar[(names[0], self.link(way))][0]
            person = self.account.persons.setdefault(key, Person("open"))
        person = present(person, "begun by nobody")
        hold(person.sent is None and not person.withdrawn, "begun once more with a link that had been used")
        if person.draft is None:
            hold(opened, "begun after closing")
            person.begin(variant, language)
        elif language != person.language:
            # Start with what has been begun changes the language it is read in; without a cookie nothing was in it yet.
            if way == "open" or half is not None:
                person.half, person.language = half, language
            else:
                person.begin(variant, language)

    def answer(self, number: int, posted: Posted, *, lost: bool) -> None:
        """Press a button of a page that has stood open, perhaps for long."""
        self.last[number] = posted
        tab, go = posted.tab, posted.go
        person, holds = self.person(number, tab.way), self.holds(number, tab.way)
        another = tab.way == "open" and tab.visit != self.visit(number)
        receipt = self._receipt(self.browsers[number].jar, tab.way)
        response, jar = self.browsers[number].post(tab.address, posted.form, lost=lost)
        self._check(number, tab.way, response, posted.given.values())
        if self._is_thanks(response):
            if person is not None and person.draft is not None and go == "send":
                person.keep(posted.given, tab.items, None)
            self._thanked(person, receipt, self._receipt(jar, tab.way))
            return
        status, where = response.status_code, response.location or ""
        taken = status in (200, 204, 422) or (
            status == 303 and bool(re.match(rf"{self.link(tab.way)}/(?!kiosk)", where))
        )
        if another:
            hold(self._somewhere_else(response), "a page of the person before was taken in")
            return
        hold(taken or not (holds and self.takes_answers), f"{go} on {tab.address} was not taken in: {status} {where}")
        if not taken:
            return
        hold(holds, f"{go} on {tab.address} was taken in from a browser that the answers are not of")
        hold(self.takes_answers, f"{go} was taken in after the hour")
        person = present(person, "kept for nobody")
        self.told["kept"] += 1
        half = jar.get(("kept", self.link(tab.way)), ("", None))[0] if tab.way != "open" else None
        person.keep(posted.given, tab.items, half)
        if status == 303 and go.startswith("lang-"):
            person.language = go.removeprefix("lang-")
        if status == 303 and go.startswith("variant-"):
            person.variant = go.removeprefix("variant-")

    def send(self, number: int, way: str, word: str, *, lost: bool) -> None:
        """From the page where every answer is looked through."""
        person, holds = self.person(number, way), self.holds(number, way)
        receipt = self._receipt(self.browsers[number].jar, way)
        response, jar = self.browsers[number].post(f"{self.link(way)}/{word}/granska", {}, lost=lost)
        self._check(number, way, response, ())
        if self._is_thanks(response):
            self._thanked(person, receipt, self._receipt(jar, way))
        else:
            hold(not (holds and self.takes_answers), f"sending in was refused: {response.status_code}")

    def take_back(self, number: int, way: str, receipt: str) -> None:
        person = self.account.with_receipt(receipt)
        response, _jar = self.browsers[number].post(f"{self.link(way)}/ta-tillbaka", {"receipt": receipt})
        self._check(number, way, response, ())
        there = person is not None and person.way == way and person.sent is not None
        done = response.status_code == 303 and (response.location or "").endswith("/tillbakataget")
        hold(done == (there and not self.sealed and not self.has_left(number, way)), f"{response.status_code}")
        if done and person is not None:
            person.take_back()
            self.told["taken back"] += 1

    def leave(self, number: int, way: str) -> None:
        """What this browser has begun goes; what another has begun does not."""
        person, holds = self.person(number, way), self.holds(number, way)
        response, _jar = self.browsers[number].post(f"{self.link(way)}/lamna", {})
        hold(response.status_code == 303, f"leaving was answered with {response.status_code}")
        if holds and self.takes_answers and person is not None:
            person.draft = None
            self.told["left"] += 1

    def choose_pin(self, number: int, way: str, pin: str, *, lost: bool) -> None:
        holds = self.holds(number, way)
        response, jar = self.browsers[number].post(f"{self.link(way)}/del/annan-enhet", {"pin": pin}, lost=lost)
        self._check(number, way, response, ())
        if response.status_code == 303 and (response.location or "").endswith("?vald=1"):
            hold(holds, "a PIN was put on another's answers")
            person = self.account.persons[self._codes[way]]
            person.half = jar[("kept", self.link(way))][0]
            self.told["PIN chosen"] += 1

    def type_pin(self, number: int, way: str, pin: str) -> None:
        response, _jar = self.browsers[number].post(f"{self.link(way)}/pin-kod", {"pin": pin})
        self._check(number, way, response, ())
        if response.status_code == 303 and (response.location or "").endswith("/vidare"):
            half = self.cookie(number, way, "kept")
            hold(half == self.account.persons[self._codes[way]].half, "another PIN than the one chosen opened it")
            self.told["PIN typed"] += 1

    def start_over(self, number: int, way: str, *, lost: bool) -> None:
        person = self.account.persons[self._codes[way]]
        response, _jar = self.browsers[number].post(f"{self.link(way)}/borja-om", {}, lost=lost)
        self._check(number, way, response, ())
        if response.status_code == 303 and (response.location or "").endswith("/vidare"):
            hold(person.draft is not None and person.sent is None, "begun over where nothing had been begun")
            person.begin("standard", self._language(number))
            self.told["begun over"] += 1

    def close(self) -> None:
        self.world.close(self.ways.round_id)
        self.closed_at = self.world.clock.now

    def seal(self) -> None:
        self.world.seal(self.ways.round_id)
        self.sealed = True
        self.compare()

    def compare(self) -> None:
        """What lies in the tables against what people were told."""
        told, texts = self.account.expected()
        stored, written = self.world.mixed(self.ways.round_id)
        found, expected = sorted(map(_comparable, stored)), sorted(map(_comparable, told))
        hold(found == expected, f"stored {found}, and people were told {expected}")
        hold(sorted(written) == sorted(texts), f"stored {sorted(written)}, and people were told {sorted(texts)}")
        self.told["compared"] += len(told)

    def nothing_before_start(self) -> None:
        """Until somebody has pressed Start no table has a row more."""
        if not self.told["begun"]:
            hold(self.world.rows() == self.before, "something was stored before anybody had pressed Start")

    # What a reply says

    def _check(self, number: int, way: str, response: TestResponse, own: object) -> None:
        hold(response.status_code < 500, body(response))
        hold(response.status_code != 400, f"{response.request.path}: {body(response)}")
        shown = set(re.findall(r"ord\d+x", body(response)))
        person = self.person(number, way)
        answers = person.draft or {} if person is not None and self.holds(number, way) else {}
        known = {str(answer) for answer in (*answers.values(), *own)}  # type: ignore[misc]
        hold(shown <= known, f"{response.request.path} shows another's words")

    def _tab(self, number: int, way: str, address: str, page: str) -> Tab:
        items = tuple(dict.fromkeys(re.findall(r'name="a_(\w+)"', page)))
        hidden = tuple(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
        return Tab(way, address, items, hidden, self.visit(number) if way == "open" else None)

    def _is_thanks(self, response: TestResponse) -> bool:
        return response.status_code == 303 and (response.location or "").endswith("/tack")

    def _somewhere_else(self, response: TestResponse) -> bool:
        return response.status_code >= 400 or response.status_code == 303

    def _thanked(self, person: Person | None, before: str | None, now: str | None) -> None:
        now = present(now, "a page of thanks without a receipt")
        self.told["sent"] += 1
        if person is not None and (person.draft is not None or person.sent is not None):
            person.send(now)
        else:
            # The cookie of what was begun went with the first reply: it is the receipt that knows the answer again.
            hold(now == before and self.account.with_receipt(now), "a receipt of nobody's answer")

    def _receipt(self, jar: Jar, way: str) -> str | None:
        value, _until = jar.get(("receipt", self.link(way)), (None, None))
        if not value:
            return None
        _round, receipt, until = value.split(".")
        return receipt if self.world.clock.now.timestamp() < int(until) else None

    def _language(self, number: int) -> str:
        return self.browsers[number].cookie("lang", "/s/") or "sv"


def _comparable(response: tuple[str, str, str, Mapping[str, object]]) -> str:
    # The way is put together with another where too few came by it.
    _way, variant, language, answers = response
    plain = {item: list(a) if isinstance(a, tuple) else a for item, a in sorted(answers.items())}
    return repr((variant, language, plain))
