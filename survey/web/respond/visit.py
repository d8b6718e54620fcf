"""One request of one respondent: the way in, the draft, the database session, and the language that is spoken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import NamedTuple, ParamSpec, TypeVar

from flask import g
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.utils import cached_property

from instruments.model import Answer, Instrument, Pace, Variant
from survey.answering.drafts import DraftChanged, DraftContents, find_draft, load_draft, save_draft
from survey.answering.entry import Entry, Purpose, find_with_draft, in_urn
from survey.answering.leads import FoundDraft
from survey.database import alone
from survey.errors import Refusal
from survey.services import Services
from survey.web import current_services, languages
from survey.web.respond import cookies
from survey.web.respond.desk import RoundFacts, current_desk, facts_of
from survey.web.respond.drawing import Reading
from survey.web.respond.families import is_user_survey
from survey.web.respond.parts import Part
from survey.web.respond.promises import promised_of


# Properties are Werkzeug's: those of Python 3.11 let one thread at a time work, in all visits together.
@dataclass(frozen=True)
class Visit:
    services: Services
    connection: Connection
    """Each statement on it is a transaction of its own, unless `survey.database.together` makes them one."""
    entry: Entry
    found: FoundDraft | None
    """What came with the entry; None where it has to be asked for."""
    spoken: str
    """The language that was chosen, before the draft's is known."""

    @cached_property
    def session(self) -> Session:
        """For pages that read much and are not many: the same connection with the mapped classes."""
        return Session(self.connection, autoflush=False)

    @cached_property
    def seen(self) -> FoundDraft:
        """The draft as it lay there when this request came."""
        return self.found or find_draft(self.connection, self.services.keys, self.entry)

    @property
    def instrument(self) -> Instrument:
        return self.entry.instrument

    @cached_property
    def draft(self) -> DraftContents | None:
        """What this person has saved; None if they have not begun, or have sent it in.

        Raises Refusal `draft_elsewhere` where another browser has saved it, and `draft_unreadable`.
        """
        try:
            return load_draft(self.connection, self.services.keys, self.entry, self.half, found=self.seen)
        except Refusal as refusal:
            if refusal.code != "draft_unreadable" or self.entry.way == "open":
                raise
            raise Refusal("draft_elsewhere", "begun in another browser; its PIN is needed to go on here") from None

    @cached_property
    def half(self) -> bytes:
        """The half of the draft's key that is in this browser; empty on an open link, and where no cookie came."""
        return b"" if self.entry.way == "open" else cookies.kept_nonce() or b""

    @property
    def is_elsewhere(self) -> bool:
        """Whether what has been saved opens in another browser, or with a PIN, but not here."""
        try:
            _ = self.draft
        except Refusal as refusal:
            if refusal.code == "draft_elsewhere":
                return True
            raise
        return False

    @property
    def has_sent(self) -> bool:
        """True when this person's answers are in the urn."""
        entry = self.entry
        if entry.answered or entry.token is None:
            return entry.answered
        return in_urn(self.connection, self.services.keys, entry.round_id, entry.token, entry.way)

    @cached_property
    def contents(self) -> DraftContents:
        """The draft, in whose language the rest of the request speaks.

        Raises Refusal `not_started` without one, and `cookies_off` where it could not be told from other browsers'.
        """
        if self.draft is None:
            raise Refusal("not_started", "nothing has been begun in this browser; open the link again and press Start")
        if self.entry.way != "open" and not self.half:
            raise Refusal("cookies_off", "the browser sent no cookie of this link; press Start, and allow cookies")
        if self.draft.language != self.spoken and self.draft.language in languages.offered(self.instrument.languages):
            languages.speak(self.draft.language)
        return self.draft

    @cached_property
    def facts(self) -> RoundFacts:
        round_id = self.entry.round_id
        found = current_desk().facts(round_id, lambda: facts_of(self.session, round_id))
        if found is None:
            raise LookupError(f"round {round_id} has gone")
        return found

    def reading(self) -> Reading:
        """How this person reads the form."""
        variant, facts = Variant(self.contents.variant), self.facts
        promised = promised_of(self.entry, facts.k)
        return Reading(languages.choose(), variant, facts.simulated, cookies.in_kiosk(), promised)

    def parts(self, answers: Mapping[str, Answer], pace: Pace) -> tuple[Part, ...]:
        """The pages of the form as this person meets them."""
        seed = self.contents.order_seed
        return current_desk().splits.split(self.instrument, self.entry.instrument_digest, answers, pace, seed)

    def save(
        self,
        answers: Mapping[str, Answer],
        language: str | None = None,
        variant: str | None = None,
        *,
        own_code: bytes | None = None,
        half: bytes | None = None,
    ) -> None:
        """Put the answers into the draft, under a new half of its key if one is given. They are safe on return.

        Raises `DraftChanged`, which `again_if_changed` is for.
        """
        draft = self.contents
        save_draft(
            self.connection,
            self.services.keys,
            self.entry,
            answers,
            variant=variant or draft.variant,
            language=language or draft.language,
            own_code=own_code or draft.own_code,
            order_seed=draft.order_seed,
            half=self.half if half is None else half,
            seen=self.seen,
        )


class Whose(NamedTuple):
    """What a page of this request says of the round that it is of."""

    facts: RoundFacts
    entered: bool
    """The link let the person in; else the page says why not."""


def whose() -> Whose | None:
    """None where no link was known."""
    found: Whose | None = g.get("whose")
    return found


def is_simulated() -> bool:
    """Whether this request's page, if it is of a round at all, is one of a study that nobody answers in earnest."""
    known = whose()
    return known is not None and known.facts.simulated


def may_leave() -> bool:
    """Whether the page has a button that leaves it, and what was answered, at once."""
    known = whose()
    if known is None:
        return False
    # A shared tablet's button leads to the start screen: where the link is refused, that is refused too.
    return known.entered if cookies.in_kiosk() else is_user_survey(known.facts.instrument)


@contextmanager
def looking(code: str, purpose: Purpose = Purpose.ANSWER, *, own: bool = True) -> Iterator[Visit]:
    """A visit that changes nothing. `own=False` comes by the link alone, as whoever holds the device would."""
    services = current_services()
    with services.reading.connect() as connection:
        yield _visit(services, connection, code, purpose, own)


@contextmanager
def acting(code: str, purpose: Purpose = Purpose.ANSWER, *, own: bool = True) -> Iterator[Visit]:
    """A visit that may change something."""
    services = current_services()
    with alone(services.engine) as connection:
        yield _visit(services, connection, code, purpose, own)


TRIES = 5
P = ParamSpec("P")
R = TypeVar("R")


def again_if_changed(view: Callable[P, R]) -> Callable[P, R]:
    """A view that changes a draft, tried again where another tab of the same person's was faster.

    It then reads what that one has saved, and puts its own answers on top: nothing that was told as saved is lost.
    """

    @wraps(view)
    def tried(*args: P.args, **rest: P.kwargs) -> R:
        for _ in range(TRIES):
            try:
                return view(*args, **rest)
            except DraftChanged:
                continue
        raise Refusal("too_many_now", "the same answers are being saved from many places at once; try again")

    return tried


def _visit(services: Services, connection: Connection, code: str, purpose: Purpose, own: bool) -> Visit:
    try:
        entry, found = find_with_draft(
            connection,
            services.keys,
            code,
            services.clock(),
            purpose=purpose,
            nonce=cookies.nonce() if own else cookies.kept_nonce(),
            folders=services.instrument_folders,
        )
    except Refusal as refusal:
        _note_whose(connection, refusal.facts.get("round_id"))
        raise
    spoken = languages.speak_one_of(entry.languages)
    visit = Visit(services, connection, entry, found, spoken)
    g.whose = Whose(visit.facts, entered=True)
    return visit


def _note_whose(connection: Connection, round_id: object) -> None:
    """Whose page it is that refuses a known link: it too has a button for leaving, and says what is only simulated."""
    if not isinstance(round_id, int):
        return
    facts = current_desk().facts(round_id, lambda: facts_of(Session(connection), round_id))
    if facts is not None:
        g.whose = Whose(facts, entered=False)
