"""Where a code leads: which round, which unit, and whether its holder may still answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from sqlalchemy import LargeBinary, bindparam, false, literal, null, select

from instruments.model import Instrument
from survey.answering import tokens
from survey.answering.codes import tidy_code
from survey.answering.direct import Direct
from survey.answering.keys import Keys
from survey.answering.linking import link_code_of, open_link_code
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import Database
from survey.errors import Refusal
from survey.models import Base, RoundState

GRACE = timedelta(hours=1)
"""How long after closing those who have begun may go on."""


class Purpose(StrEnum):
    """What a code is followed for. Only to answer must the link be unused."""

    ANSWER = "answer"
    SUBMIT = "submit"
    """The same submission may come twice (double click, back, retry): a used link passes and gets its receipt again."""
    WITHDRAW = "withdraw"
    """Until the round is sealed, by used links too."""
    OBJECT = "object"
    """Until the round is sealed, whatever has been done with the link: what it asks for is about earlier rounds."""


_UNTIL_SEALING = frozenset({Purpose.WITHDRAW, Purpose.OBJECT})


@dataclass(frozen=True)
class Entry:
    """A way in, found. `token` is None for an open link that nobody has begun on."""

    round_id: int
    study_id: int
    unit_id: int
    way: str
    code: str
    token: bytes | None
    lookup: bytes | None
    """What the invitation row is found by; None for an open link."""
    link_code: bytes | None
    """What came with the link or the card; a self-made code is in the draft."""
    code_questions: tuple[str, ...]
    """What the person makes a code from, in a study that has it so."""
    state: RoundState
    opens_on: date | None
    closes_on: date | None
    answered: bool
    in_grace: bool
    """The round is closed, and whoever has a draft may go on."""
    public_key: bytes
    instrument: Instrument
    instrument_digest: str

    @property
    def instrument_version(self) -> str:
        return self.instrument.version

    @property
    def is_followed(self) -> bool:
        """Whether whoever comes this way can be known again in another round, and so have earlier answers."""
        return self.link_code is not None or bool(self.code_questions)

    @property
    def languages(self) -> tuple[str, ...]:
        return self.instrument.languages

    def begun_with(self, nonce: bytes) -> Entry:
        """An open link's entry for the respondent whose cookie holds `nonce`; other links have their token already."""
        return replace(self, token=tokens.open_token(self.code, nonce)) if self.way == "open" else self

    def the_token(self) -> bytes:
        """The token. Raises ValueError for an open link that nobody has begun on: a fault of the caller."""
        if self.token is None:
            raise ValueError("an open link has no token before begun_with(nonce)")
        return self.token


# Tables rather than mapped classes: these statements run for every page, and the mapper would cost more than SQLite.
_ROUND = Base.metadata.tables["round"]
_STUDY = Base.metadata.tables["study"]
_ROUND_UNIT = Base.metadata.tables["round_unit"]
_INVITATION = Base.metadata.tables["invitation"]
_DRAFT = Base.metadata.tables["draft"]
_URN = Base.metadata.tables["urn"]
_FACTS = (
    _ROUND.c.id.label("round_id"),
    _ROUND.c.study_id,
    _ROUND.c.state,
    _ROUND.c.opens_on,
    _ROUND.c.closes_on,
    _ROUND.c.closed_at,
    _ROUND.c.public_key,
    _ROUND.c.instrument_version,
    _ROUND.c.instrument_digest,
    _STUDY.c.instrument,
    _STUDY.c.linked,
    _STUDY.c.code_questions,
    _DRAFT.c.round_id.label("draft_round"),
    _DRAFT.c.body.label("draft"),
)
_GUESSES = 4
# Not "and of this round": PostgreSQL, which keeps no statistics of these ids, would then read all drafts of the round.
_GUESSED_DRAFT = _DRAFT.c.id.in_([bindparam(f"draft_{number}", type_=LargeBinary) for number in range(_GUESSES)])
_OPEN = Direct(
    select(
        _ROUND_UNIT.c.unit_id,
        literal("open").label("way"),
        null().label("lookup"),
        false().label("answered"),
        false().label("withdrawn"),
        *_FACTS,
    )
    .select_from(_ROUND_UNIT)
    .join(_ROUND, _ROUND.c.id == _ROUND_UNIT.c.round_id)
    .join(_STUDY, _STUDY.c.id == _ROUND.c.study_id)
    .outerjoin(_DRAFT, _GUESSED_DRAFT)
    .where(_ROUND_UNIT.c.open_code == bindparam("code"))
)
_PERSONAL = (
    select(
        *(_INVITATION.c[name] for name in ("unit_id", "way", "lookup", "answered", "withdrawn", "link_code")),
        *_FACTS,
    )
    .select_from(_INVITATION)
    .join(_ROUND, _ROUND.c.id == _INVITATION.c.round_id)
    .join(_STUDY, _STUDY.c.id == _ROUND.c.study_id)
    .outerjoin(_DRAFT, _GUESSED_DRAFT)
)


@lru_cache(maxsize=64)
def _personal_among(lookups: int) -> Direct:
    """The statement for so many places where an invitation may stand: one more than there are studies with cards."""
    names = [bindparam(f"lookup_{number}", type_=LargeBinary) for number in range(lookups)]
    return Direct(_PERSONAL.where(_INVITATION.c.lookup.in_(names)))


_HAS_DRAFT = select(_DRAFT.c.id).where(_DRAFT.c.id == bindparam("id"))
_IN_URN = select(_URN.c.id).where(_URN.c.round_id == bindparam("round_id"), _URN.c.receipt == bindparam("receipt"))
# A card lives through the rounds of its study: the one it is for now comes first.
_PREFERENCE = {state: order for order, state in enumerate(("open", "closed", "draft", "sealed", "released"))}


class _Seen:
    """Guesses about a code from those before it; every one is compared with what the tables say.

    Which codes are a unit's own (open links), and which rounds are being answered. Nothing of one person's.
    """

    def __init__(self, most_codes: int = 4096) -> None:
        self._most_codes = most_codes
        self.open_codes: dict[str, None] = {}
        self.rounds: tuple[int, ...] = ()

    def note(self, round_id: int, open_code: str | None) -> None:
        if round_id not in self.rounds:
            self.rounds = (round_id, *self.rounds)[:_GUESSES]
        if open_code is not None and open_code not in self.open_codes:
            if len(self.open_codes) >= self._most_codes:
                self.open_codes = {}
            self.open_codes[open_code] = None


_seen = _Seen()


@dataclass(frozen=True)
class FoundDraft:
    """What a person's row of `draft` held when their code was followed: its sealed body, None without one."""

    body: bytes | None


def find_entry(
    database: Database,
    keys: Keys,
    code: str,
    now: datetime,
    *,
    purpose: Purpose = Purpose.ANSWER,
    nonce: bytes | None = None,
    folders: Sequence[Path] = (),
) -> Entry:
    """Follow a code. Reads only, in one statement for most, and two the first time that a unit's own link is met.

    `nonce` is what an open link's respondent has in the cookie; `folders` are further instrument catalogues.
    Raises Refusal: `code_mistyped`, `unknown_link`, `used_link`, `withdrawn_link`, `not_yet_open`, `round_closed`,
    `already_sealed` (to withdraw or object), `instrument_changed`, `link_code_damaged`.
    """
    return find_with_draft(database, keys, code, now, purpose=purpose, nonce=nonce, folders=folders)[0]


def find_with_draft(
    database: Database,
    keys: Keys,
    code: str,
    now: datetime,
    *,
    purpose: Purpose = Purpose.ANSWER,
    nonce: bytes | None = None,
    folders: Sequence[Path] = (),
) -> tuple[Entry, FoundDraft | None]:
    """As `find_entry`, and in the same statement the draft; None if its round was not among those guessed.

    A draft's id is made from its round, so only drafts of rounds that have been met lately can be asked for here.
    """
    code = tidy_code(code)
    guessed = _seen.rounds
    rows, link_code, token = _followed(database, keys, code, nonce, guessed)
    row = rows[0]
    _seen.note(row.round_id, code if row.way == "open" else None)
    entry = Entry(
        round_id=row.round_id,
        study_id=row.study_id,
        unit_id=row.unit_id,
        way=row.way,
        code=code,
        token=token,
        lookup=row.lookup,
        link_code=link_code,
        code_questions=tuple(row.code_questions),
        state=RoundState(row.state),
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        answered=bool(row.answered),
        in_grace=_in_grace(database, keys, row, token, purpose, now),
        public_key=row.public_key,
        instrument=pinned_instrument(row.instrument, row.instrument_version, row.instrument_digest, folders),
        instrument_digest=row.instrument_digest,
    )
    if row.round_id not in guessed:
        return entry, None
    return entry, FoundDraft(next((one.draft for one in rows if one.draft_round == row.round_id), None))


def _followed(
    database: Database, keys: Keys, code: str, nonce: bytes | None, guessed: tuple[int, ...]
) -> tuple[Sequence[Any], bytes | None, bytes | None]:
    """The rows that the code leads to (the first counts), with their link code and token.

    Whichever kind the code likely is is tried first.
    """
    refused = None
    if code not in _seen.open_codes:
        try:
            token = tokens.personal_token(code)
            return *_personal(database, keys, code, _drafts(keys, guessed, token)), token
        except Refusal as refusal:
            if refusal.code != "unknown_link":
                raise
            refused = refusal
    open_token = None if nonce is None else tokens.open_token(code, nonce)
    rows = _OPEN.rows(database, {"code": code, **_drafts(keys, guessed, open_token)})
    if rows:
        return rows, None, open_token
    raise refused or _unknown()


def _unknown() -> Refusal:
    return Refusal("unknown_link", "no round knows this link; compare it with the original")


def _drafts(keys: Keys, rounds: tuple[int, ...], token: bytes | None) -> dict[str, bytes]:
    """Where this token's drafts would be; what is left of the places leads nowhere."""
    ids = [] if token is None else [tokens.draft_id(keys, round_id, token) for round_id in rounds]
    return {f"draft_{number}": ids[number] if number < len(ids) else b"" for number in range(_GUESSES)}


def _personal(
    database: Database, keys: Keys, code: str, drafts: dict[str, bytes]
) -> tuple[Sequence[Any], bytes | None]:
    """The rows of what the code stands for (the first counts), and the link code if its study is linked."""
    peppers = keys.study_peppers(fresh=False)
    found = _invited(database, keys, code, drafts, peppers)
    if not found:
        # Perhaps a card of a study that has only just been given its pepper.
        peppers = keys.study_peppers()
        found = _invited(database, keys, code, drafts, peppers)
    if not found:
        raise _unknown()
    rows = sorted(found, key=lambda row: (_PREFERENCE[row.state], -row.round_id))
    row = rows[0]
    # With self-made codes nobody has two: what a link or a card could give is left unused.
    if not row.linked or row.code_questions:
        return rows, None
    token = tokens.personal_token(code)
    if row.way == "card":
        return rows, link_code_of(peppers[row.study_id], token)
    if row.link_code is None:
        return rows, None
    return rows, open_link_code(keys, row.round_id, row.lookup, token, row.link_code)


def _invited(
    database: Database, keys: Keys, code: str, drafts: dict[str, bytes], peppers: Mapping[int, bytes]
) -> Sequence[Any]:
    cards = [tokens.card_lookup_under(pepper, code) for pepper in peppers.values()]
    lookups = [tokens.invitation_lookup(keys, code), *cards]
    places = {f"lookup_{number}": lookup for number, lookup in enumerate(lookups)}
    return _personal_among(len(lookups)).rows(database, places | drafts)


def _in_grace(database: Database, keys: Keys, row: Any, token: bytes | None, purpose: Purpose, now: datetime) -> bool:
    """Whether this person goes on in the hour after closing; False in an open round. Refuses whoever may not enter."""
    if row.state == RoundState.DRAFT:
        raise Refusal("not_yet_open", "the round has not opened; come back on its first day", opens_on=row.opens_on)
    if row.withdrawn and purpose is not Purpose.OBJECT:
        raise withdrawn_link()
    if row.answered and purpose is Purpose.ANSWER:
        raise Refusal("used_link", "this link has been used; each link takes one answer")
    if row.state == RoundState.OPEN or (row.answered and purpose is Purpose.SUBMIT):
        return False
    if row.state == RoundState.CLOSED:
        if purpose in _UNTIL_SEALING:
            return False
        if token is not None and now < row.closed_at + GRACE and _has_begun(database, keys, row.round_id, token):
            return True
        if token is not None and purpose is Purpose.SUBMIT and in_urn(database, keys, row.round_id, token, row.way):
            return False
    if purpose in _UNTIL_SEALING:
        raise already_sealed()
    raise round_closed(row.closes_on)


def round_closed(closes_on: date | None) -> Refusal:
    return Refusal("round_closed", "the round has closed; nothing more can be sent in", closes_on=closes_on)


def withdrawn_link() -> Refusal:
    return Refusal("withdrawn_link", "the answer given with this link has been withdrawn; it cannot be used again")


def already_sealed() -> Refusal:
    return Refusal("already_sealed", "the answers have been mixed; nobody can tell any more which one is yours")


def _has_begun(database: Database, keys: Keys, round_id: int, token: bytes) -> bool:
    return database.execute(_HAS_DRAFT, {"id": tokens.draft_id(keys, round_id, token)}).first() is not None


def in_urn(database: Database, keys: Keys, round_id: int, token: bytes, way: str) -> bool:
    """Whether this token's answers have been sent in by `way` and not yet mixed."""
    receipt_hash = tokens.receipt_hash(keys, round_id, tokens.receipt_of(round_id, token), way)
    return database.execute(_IN_URN, {"round_id": round_id, "receipt": receipt_hash}).first() is not None
