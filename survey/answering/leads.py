"""Where a code leads in the tables, and what is guessed about it so that most pages ask in one statement.

A draft's id is made from its round, so only drafts of rounds that have been met lately can be asked for with the code.
Guesses are compared with what the tables say; a wrong one costs a second statement and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary, bindparam, false, literal, null, select

from survey.answering import tokens
from survey.answering.direct import Direct
from survey.answering.keys import Keys
from survey.answering.linking import link_code_of, open_link_code
from survey.answering.statements import Database
from survey.errors import Refusal
from survey.models import Base

# Tables rather than mapped classes: these statements run for every page, and the mapper would cost more than SQLite.
_ROUND = Base.metadata.tables["round"]
_STUDY = Base.metadata.tables["study"]
_ROUND_UNIT = Base.metadata.tables["round_unit"]
_INVITATION = Base.metadata.tables["invitation"]
_DRAFT = Base.metadata.tables["draft"]
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


@dataclass(frozen=True)
class Lead:
    """Where a code leads."""

    row: Any
    """What the tables say of the way in, its round and its study, with the columns of the statements above."""
    link_code: bytes | None
    token: bytes | None
    """None for an open link that nobody has begun on."""
    draft: FoundDraft | None
    """None where the draft's round was not among those guessed: it has to be asked for."""


def follow(database: Database, keys: Keys, code: str, nonce: bytes | None) -> Lead:
    """What a tidy code leads to; whichever kind it likely is is tried first. `nonce`: of an open link's respondent.

    Reads only, in one statement for most. Raises Refusal `unknown_link`, `link_code_damaged`.
    """
    guessed = _seen.rounds
    rows, link_code, token = _followed(database, keys, code, nonce, guessed)
    row = rows[0]
    _seen.note(row.round_id, code if row.way == "open" else None)
    if row.round_id not in guessed:
        return Lead(row, link_code, token, None)
    draft = next((one.draft for one in rows if one.draft_round == row.round_id), None)
    return Lead(row, link_code, token, FoundDraft(draft))


def _followed(
    database: Database, keys: Keys, code: str, nonce: bytes | None, guessed: tuple[int, ...]
) -> tuple[Sequence[Any], bytes | None, bytes | None]:
    """The rows that the code leads to (the first counts), with their link code and token."""
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
