"""The plain account: what each person was told had been kept, sent in and taken back. It knows no program."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

Answers = dict[str, object]
"""Item -> answer; None for one that was declined."""

T = TypeVar("T")
TEXTS = ("why",)


class Broken(AssertionError):
    """What is, is not what somebody was told."""


def hold(true: object, what: str) -> None:
    """Raises Broken with `what` is wrong, unless it is true."""
    if not true:
        raise Broken(what)


def present(one: T | None, what: str) -> T:
    """The same, or Broken with `what` is missing."""
    if one is None:
        raise Broken(what)
    return one


@dataclass
class Sent:
    way: str
    variant: str
    language: str
    answers: Answers


@dataclass
class Person:
    """One who may give one answer: a card, an invitation, or one beginning on an open link."""

    way: str
    draft: Answers | None = None
    half: str | None = None
    """The cookie of the browser that may go on; None where any may, since nothing has been answered."""
    variant: str = "standard"
    language: str = "sv"
    sent: Sent | None = None
    receipt: str | None = None
    withdrawn: bool = False

    def begin(self, variant: str, language: str) -> None:
        self.draft, self.half, self.variant, self.language = {}, None, variant, language

    def keep(self, posted: Mapping[str, object], shown: Iterable[str], half: str | None) -> None:
        """What stands on the page is what holds for its items: what was taken away is gone."""
        kept = {item: answer for item, answer in (self.draft or {}).items() if item not in set(shown)}
        self.draft, self.half = kept | dict(posted), half

    def send(self, receipt: str) -> None:
        """The first time counts; every time is told the same."""
        if self.sent is None:
            hold(not self.withdrawn, "an answer was taken in after it had been withdrawn")
            draft = present(self.draft, "an answer was taken in that nobody had begun")
            self.sent = Sent(self.way, self.variant, self.language, on_path(draft))
            self.receipt = receipt
        hold(self.receipt == receipt, "the same answer got two receipts")
        self.draft = None

    def take_back(self) -> None:
        hold(self.sent is not None, "an answer was withdrawn that had not been sent in")
        self.sent, self.draft, self.withdrawn = None, None, True


def on_path(answers: Answers) -> Answers:
    """What of the answers is stored: `c` is asked of those who answered 3 to `a`."""
    given = {item: answer for item, answer in answers.items() if answer is not None}
    if given.get("a") != 3:
        given.pop("c", None)
    return given


@dataclass
class Account:
    persons: dict[str, Person] = field(default_factory=dict)
    """By code for a card or an invitation, by the cookie's number for an open link."""

    def expected(self) -> tuple[list[tuple[str, str, str, Answers]], list[str]]:
        """The responses that there should be, as `World.mixed` gives them, and the texts."""
        sent = [person.sent for person in self.persons.values() if person.sent]
        responses = [
            (one.way, one.variant, one.language, {item: a for item, a in one.answers.items() if item not in TEXTS})
            for one in sent
        ]
        return responses, [str(one.answers[item]) for one in sent for item in TEXTS if item in one.answers]

    def with_receipt(self, receipt: str) -> Person | None:
        return next((one for one in self.persons.values() if one.receipt == receipt), None)
