"""The rules by which Hypothesis puts a play together, and takes it apart again to the shortest that fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bench.sequences.play import TABLET, WAITING, Play, Posted
from bench.sequences.world import World

BROWSERS = st.sampled_from((0, 0, 0, 1, 2))
WAYS = st.sampled_from(("card", "card", "invitation", "open"))
PERSONAL = st.sampled_from(("card", "card", "invitation"))
WORDS = st.sampled_from(("del", "del", "fraga", "allt"))
STEPS = st.sampled_from(("", "1", "2", "3", "3"))
PINS = st.sampled_from(("1234", "1234", "4321"))
SAVING = ("save", "save", "next", "next", "back", "review", "send", "device")
CHANGING = ("lang-en", "lang-sv", "variant-easy", "pace-all", "pace-item", "pace-section")
BUTTONS = st.sampled_from((*SAVING, *CHANGING))
AFTER = ("/tack", "/ta-tillbaka", "/tillbakataget", "/kiosk", "/kiosk/tack", "/kiosk/kvar", "/del/granska")
ASIDE = ("", "/pin-kod", "/vidare", "/del/annan-enhet", "/tidigare-svar", "/tillganglighet", "/kod", "/allt/granska")
PAGES = st.sampled_from((*AFTER, *ASIDE))


class Sequences(RuleBasedStateMachine):
    """Subclass it with a world, as `sequences` does."""

    world: World
    told: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.play = Play(self.world)
        self.written = 0

    @rule(number=BROWSERS, way=WAYS, page=PAGES, head=st.booleans())
    def look(self, number: int, way: str, page: str, head: bool) -> None:
        self.play.look(number, way, page, head=head)

    @rule(number=BROWSERS, way=WAYS, word=WORDS, page=st.integers(1, 5))
    def open_page(self, number: int, way: str, word: str, page: int) -> None:
        self.play.look(number, way, f"/{word}/{page}")

    @rule(
        number=BROWSERS,
        way=WAYS,
        language=st.sampled_from(("sv", "en")),
        variant=st.sampled_from(("standard", "easy")),
        ticks=st.sets(st.sampled_from(("own", "device"))),
        lost=st.sampled_from((False, False, True)),
    )
    def start(self, number: int, way: str, language: str, variant: str, ticks: set[str], lost: bool) -> None:
        self.play.start(number, way, {"lang": language, "variant": variant} | dict.fromkeys(ticks, "1"), lost=lost)
        self.play.look(number, way, "/del/1")

    @rule(number=BROWSERS, way=WAYS, word=WORDS, data=st.data(), sends=st.booleans())
    def go_through(self, number: int, way: str, word: str, data: Any, sends: bool) -> None:
        """As most people do: begin, answer some pages one after another, and perhaps send in."""
        if not self.play.holds(number, way):
            self.play.start(number, way, {"lang": "sv", "variant": "standard"}, lost=False)
        for page in range(1, data.draw(st.integers(1, 3)) + 1):
            self._answer_page(number, way, word, page, data)
        if sends:
            self.play.send(number, way, word, lost=False)

    def _answer_page(self, number: int, way: str, word: str, page: int, data: Any) -> None:
        seen = len(self.play.tabs[number])
        self.play.look(number, way, f"/{word}/{page}")
        for tab in self.play.tabs[number][seen:]:
            form, given = self._filled_in(data, tab.items)
            form |= {"go": "next"} | dict(tab.hidden) | {"noticed": "1"}
            self.play.answer(number, Posted(tab, form, given, "next"), lost=False)

    @precondition(lambda self: any(self.play.tabs))
    @rule(data=st.data(), go=BUTTONS, noticed=st.booleans(), lost=st.sampled_from((False, False, False, True)))
    def answer(self, data: Any, go: str, noticed: bool, lost: bool) -> None:
        number = data.draw(st.sampled_from([place for place, tabs in enumerate(self.play.tabs) if tabs]))
        tabs = self.play.tabs[number]
        tab = tabs[-1 - data.draw(st.integers(0, min(len(tabs), 4) - 1))]
        form, given = self._filled_in(data, tab.items)
        form |= {"go": go} | dict(tab.hidden) | ({"noticed": "1"} if noticed else {})
        self.play.answer(number, Posted(tab, form, given, go), lost=lost)

    @precondition(lambda self: any(self.play.tabs))
    @rule(data=st.data(), times=st.integers(2, 4))
    def change_their_mind(self, data: Any, times: int) -> None:
        """On one page, whose script saves each time."""
        number = data.draw(st.sampled_from([place for place, tabs in enumerate(self.play.tabs) if tabs]))
        tab = self.play.tabs[number][-1]
        for _time in range(times):
            form, given = self._filled_in(data, tab.items)
            self.play.answer(number, Posted(tab, form | {"go": "save"} | dict(tab.hidden), given, "save"), lost=False)

    @precondition(lambda self: any(self.play.last))
    @rule(data=st.data(), lost=st.booleans())
    def again(self, data: Any, lost: bool) -> None:
        """A double click, Back and once more, a retry: the very same form."""
        sent = [(number, posted) for number, posted in enumerate(self.play.last) if posted]
        number, posted = sent[data.draw(st.integers(0, len(sent) - 1))]
        self.play.answer(number, posted, lost=lost)

    @rule(number=BROWSERS, way=WAYS, word=WORDS, times=st.integers(1, 2), lost=st.booleans())
    def send(self, number: int, way: str, word: str, times: int, lost: bool) -> None:
        for _time in range(times):
            self.play.send(number, way, word, lost=lost)

    @rule(number=BROWSERS, way=WAYS, data=st.data())
    def take_back(self, number: int, way: str, data: Any) -> None:
        receipts = [one.receipt for one in self.play.account.persons.values() if one.receipt]
        if receipts:
            self.play.take_back(number, way, data.draw(st.sampled_from(receipts)))

    @rule(number=BROWSERS, way=WAYS)
    def leave(self, number: int, way: str) -> None:
        self.play.leave(number, way)

    @rule(number=BROWSERS, way=PERSONAL, pin=PINS, lost=st.booleans())
    def choose_pin(self, number: int, way: str, pin: str, lost: bool) -> None:
        # Stretching a PIN takes long, so few are wasted.
        if self.play.holds(number, way) or pin == "4321":
            self.play.choose_pin(number, way, pin, lost=lost)

    @rule(number=BROWSERS, way=PERSONAL, pin=PINS)
    def type_pin(self, number: int, way: str, pin: str) -> None:
        if self.play.told["PIN chosen"] and not self.play.holds(number, way):
            self.play.type_pin(number, way, pin)

    @rule(number=BROWSERS, way=PERSONAL, lost=st.booleans())
    def start_over(self, number: int, way: str, lost: bool) -> None:
        self.play.start_over(number, way, lost=lost)

    @rule(lost=st.booleans())
    def begin_on_the_tablet(self, lost: bool) -> None:
        self.play.look(TABLET, "open", "/kiosk")
        self.play.start(TABLET, "open", {"kiosk": "1", "lang": "sv"}, lost=lost)
        self.play.look(TABLET, "open", "/del/1")

    @precondition(lambda self: self.play.visit(TABLET) not in (None, WAITING))
    @rule(page=st.integers(1, 3), data=st.data())
    def answer_on_the_tablet(self, page: int, data: Any) -> None:
        self._answer_page(TABLET, "open", "del", page, data)

    @rule(word=WORDS, lost=st.booleans())
    def send_from_the_tablet(self, word: str, lost: bool) -> None:
        self.play.send(TABLET, "open", word, lost=lost)
        self.play.look(TABLET, "open", "/kiosk/tack")

    @rule()
    def leave_the_tablet(self) -> None:
        self.play.leave(TABLET, "open")

    @rule(minutes=st.sampled_from((1, 11, 59, 24 * 60)))
    def wait(self, minutes: int) -> None:
        self.play.world.clock.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.play.told["kept"] and self.play.closed_at is None)
    @rule(now=st.sampled_from((False, False, True)))
    def close(self, now: bool) -> None:
        if now:
            self.play.close()

    @precondition(lambda self: self.play.closed_at is not None and not self.play.sealed)
    @rule(now=st.sampled_from((False, True)))
    def seal(self, now: bool) -> None:
        if now:
            self.play.seal()

    @invariant()
    def nothing_before_start(self) -> None:
        self.play.nothing_before_start()

    def teardown(self) -> None:
        if self.play.closed_at is None:
            self.play.close()
        if self.play.sealed:
            self.play.compare()
        else:
            self.play.seal()
        self.told.update(self.play.told)

    def _filled_in(self, data: Any, items: tuple[str, ...]) -> tuple[dict[str, Any], Mapping[str, object]]:
        """A form with something, or nothing, for each item, and the answers that it stands for."""
        form: dict[str, Any] = {}
        given: dict[str, object] = {}
        for item in items:
            self.written += 1
            if item == "why":
                text = data.draw(st.sampled_from(("", f"ord{self.written}x", "-")))
                form[f"a_{item}"] = text
                given |= {item: None if text == "-" else text} if text else {}
            elif item == "mark":
                text = data.draw(st.sampled_from((str(self.written), "", "många")))
                form[f"a_{item}"] = text
                given |= {item: int(text)} if text.isdecimal() else {}
            elif item == "many":
                chosen = sorted(data.draw(st.sets(st.integers(1, 3))))
                form[f"a_{item}"] = [str(one) for one in chosen]
                given |= {item: tuple(chosen)} if chosen else {}
            else:
                step = data.draw(STEPS)
                form[f"a_{item}"] = step
                given |= {item: int(step)} if step else {}
        return form, given


def sequences(world: World) -> type[Sequences]:
    """The machine in this world; `told` counts what was acknowledged in all of its plays."""
    return type("SequencesInAWorld", (Sequences,), {"world": world, "told": Counter()})
