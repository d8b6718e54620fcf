"""Where a code leads: which round, which unit, and whether its holder may still answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import bindparam, select

from instruments.model import Instrument
from survey.answering import tokens
from survey.answering.codes import tidy_code
from survey.answering.keys import Keys
from survey.answering.leads import FoundDraft, Lead, follow
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import Database
from survey.errors import Refusal
from survey.models import Base, RoundState

GRACE = timedelta(hours=1)
"""How long after closing those who have begun may go on."""

_DRAFT = Base.metadata.tables["draft"]
_URN = Base.metadata.tables["urn"]
_HAS_DRAFT = select(_DRAFT.c.id).where(_DRAFT.c.id == bindparam("id"))
_IN_URN = select(_URN.c.id).where(_URN.c.round_id == bindparam("round_id"), _URN.c.receipt == bindparam("receipt"))


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
    `already_sealed` (to withdraw or object), `instrument_changed`, `link_code_damaged`. Where the code is known, the
    refusal's facts have its `round_id`.
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
    lead = follow(database, keys, code, nonce)
    try:
        return _entered(database, keys, code, lead, purpose, now, folders), lead.draft
    except Refusal as refusal:
        refusal.facts["round_id"] = lead.row.round_id
        raise


def _entered(
    database: Database, keys: Keys, code: str, lead: Lead, purpose: Purpose, now: datetime, folders: Sequence[Path]
) -> Entry:
    row = lead.row
    return Entry(
        round_id=row.round_id,
        study_id=row.study_id,
        unit_id=row.unit_id,
        way=row.way,
        code=code,
        token=lead.token,
        lookup=row.lookup,
        link_code=lead.link_code,
        code_questions=tuple(row.code_questions),
        state=RoundState(row.state),
        opens_on=row.opens_on,
        closes_on=row.closes_on,
        answered=bool(row.answered),
        in_grace=_in_grace(database, keys, row, lead.token, purpose, now),
        public_key=row.public_key,
        instrument=pinned_instrument(row.instrument, row.instrument_version, row.instrument_digest, folders),
        instrument_digest=row.instrument_digest,
    )


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
        if token is not None and now < row.closed_at + GRACE and has_begun(database, keys, row.round_id, token):
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


def has_begun(database: Database, keys: Keys, round_id: int, token: bytes) -> bool:
    """Whether this token has a draft, if only an empty one."""
    return database.execute(_HAS_DRAFT, {"id": tokens.draft_id(keys, round_id, token)}).first() is not None


def in_urn(database: Database, keys: Keys, round_id: int, token: bytes, way: str) -> bool:
    """Whether this token's answers have been sent in by `way` and not yet mixed."""
    receipt_hash = tokens.receipt_hash(keys, round_id, tokens.receipt_of(round_id, token), way)
    return database.execute(_IN_URN, {"round_id": round_id, "receipt": receipt_hash}).first() is not None
