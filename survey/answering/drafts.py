"""Answers not yet submitted, encrypted so that only the person's own link opens them, in the person's own browser.

The promise of docs/privacy.md does not cover drafts: whoever holds the database, the key folder, the link *and* the
browser's number (or tries out PINs) can read one until it is submitted. Nothing is stored before a person has chosen to
begin; an empty draft says that they have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    randombytes,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from sqlalchemy import LargeBinary, bindparam, delete, select, update

from instruments.model import Answer
from survey.answering import tokens
from survey.answering.box import from_json
from survey.answering.direct import Direct
from survey.answering.entry import Entry, round_closed
from survey.answering.keys import Keys
from survey.answering.leads import FoundDraft
from survey.answering.statements import Database, changed_rows, dialect_of, insert_for
from survey.errors import Refusal
from survey.models import Base, RoundState

_DRAFT = Base.metadata.tables["draft"]
_ROUND = Base.metadata.tables["round"]
_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
# The length of a draft would tell how far somebody has come; in steps of this many bytes it tells little.
_STEP = 1024

_LOAD = select(_DRAFT.c.body).where(_DRAFT.c.id == bindparam("draft_id"))
_CHANGE = update(_DRAFT).where(_DRAFT.c.id == bindparam("draft_id")).values(body=bindparam("body"))
# Compare and set: two tabs that save at once have both read the same draft, and one of them must read again.
_UNCHANGED = _DRAFT.c.body == bindparam("seen")
_CHANGE_SEEN = Direct(_CHANGE.where(_UNCHANGED))
# From the round itself, so that no draft is left behind by a sealing that was under way.
_OPEN_ROUND = (
    select(bindparam("draft_id", type_=LargeBinary), _ROUND.c.id, bindparam("body", type_=LargeBinary))
    .where(_ROUND.c.id == bindparam("round_id"), _ROUND.c.state == RoundState.OPEN)
    .with_for_update(read=True, key_share=True)
)
_SAVE = insert_for(
    lambda insert: (
        (statement := insert(_DRAFT).from_select(["id", "round_id", "body"], _OPEN_ROUND))
        .on_conflict_do_update(index_elements=[_DRAFT.c.id], set_={"body": statement.excluded.body})
        .execution_options(preserve_rowcount=True)
    )
)
_BEGIN = insert_for(
    lambda insert: (
        insert(_DRAFT)
        .from_select(["id", "round_id", "body"], _OPEN_ROUND)
        .on_conflict_do_nothing(index_elements=[_DRAFT.c.id])
        .execution_options(preserve_rowcount=True)
    )
)
DROP = delete(_DRAFT).where(_DRAFT.c.id == bindparam("draft_id"))
_DROP_SEEN = Direct(DROP.where(_UNCHANGED))


class DraftChanged(Exception):
    """Another tab has saved something since the draft was read. Whoever meets it reads again, and adds to that."""


@dataclass(frozen=True)
class DraftContents:
    """What a person has answered so far, and how they read it."""

    answers: dict[str, Answer]
    variant: str
    language: str
    own_code: bytes | None = None
    """The code that the person has made, where the study has such; what it was made from is kept nowhere."""
    order_seed: int | None = None
    """What the order of this person's items is made from (`instruments.order`), where the instrument has such."""


def save_draft(
    database: Database,
    keys: Keys,
    entry: Entry,
    answers: Mapping[str, Answer],
    *,
    variant: str,
    language: str,
    own_code: bytes | None = None,
    order_seed: int | None = None,
    half: bytes = b"",
    seen: FoundDraft | None = None,
) -> None:
    """Keep what has been answered so far; an empty mapping says that the person has begun. One statement.

    `half` is the other half of the key (`pins`); nothing on an open link, whose token is the browser's own already.
    `seen` is what the answers were made from: it alone is changed. So nothing that another tab has saved meanwhile is
    lost, and what is saved a moment after the answers were sent in leaves nothing behind. Without it, whatever is there
    is saved over.
    The caller commits. Raises Refusal `round_closed` if the round has closed and this person had not begun, and
    `DraftChanged` if `seen` is not what is there.
    """
    token = entry.the_token()
    draft_id = tokens.draft_id(keys, entry.round_id, token)
    fields: dict[str, object] = {"answers": dict(answers), "variant": variant, "language": language}
    if own_code is not None:
        fields["own_code"] = own_code.hex()
    if order_seed is not None:
        fields["order_seed"] = order_seed
    content = sodium_pad(json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode(), _STEP)
    nonce = randombytes(_NONCE_BYTES)
    key = tokens.draft_key(keys, entry.round_id, token, half)
    body = nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(content, _bound_to(entry, draft_id), nonce, key)
    row = {"draft_id": draft_id, "round_id": entry.round_id, "body": body}
    if seen is not None:
        _save_over(database, entry, row, seen)
        return
    if changed_rows(database, _SAVE[dialect_of(database)], row) == 1:
        return
    # Closed: whoever had begun goes on for the hour that find_entry has seen to, or is caught by the closing just now.
    in_time = entry.in_grace or entry.state is RoundState.OPEN
    if not in_time or changed_rows(database, _CHANGE, {"draft_id": draft_id, "body": body}) != 1:
        raise round_closed(entry.closes_on)


def _save_over(database: Database, entry: Entry, row: Mapping[str, object], seen: FoundDraft) -> None:
    if seen.body is not None:
        done = _CHANGE_SEEN.changed(database, {**row, "seen": seen.body})
    else:
        done = changed_rows(database, _BEGIN[dialect_of(database)], row)
        if not done and database.execute(_LOAD, {"draft_id": row["draft_id"]}).first() is None:
            raise round_closed(entry.closes_on)
    if not done:
        raise DraftChanged


def load_draft(
    database: Database, keys: Keys, entry: Entry, half: bytes = b"", *, found: FoundDraft | None = None
) -> DraftContents | None:
    """What this person has saved; None if they have not begun, or if nobody has begun on this open link.

    `found` is what `find_with_draft` or `find_draft` has read a moment ago.
    A draft that was saved without `half`, as one that has only just been begun, opens with any.
    Raises Refusal `draft_unreadable` for a draft that link and half do not open: it is another browser's, or has been
    changed or moved.
    """
    if entry.token is None:
        return None
    draft_id = tokens.draft_id(keys, entry.round_id, entry.token)
    body = (found or find_draft(database, keys, entry)).body
    if body is None:
        return None
    nonce, sealed = body[:_NONCE_BYTES], body[_NONCE_BYTES:]
    for tried in dict.fromkeys((half, b"")):
        key = tokens.draft_key(keys, entry.round_id, entry.token, tried)
        with suppress(CryptoError):
            content = crypto_aead_xchacha20poly1305_ietf_decrypt(sealed, _bound_to(entry, draft_id), nonce, key)
            break
    else:
        raise Refusal("draft_unreadable", "the saved answers cannot be opened; begin again")
    fields = json.loads(sodium_unpad(content, _STEP))
    own_code = bytes.fromhex(fields["own_code"]) if "own_code" in fields else None
    return DraftContents(
        from_json(fields["answers"]), fields["variant"], fields["language"], own_code, fields.get("order_seed")
    )


def find_draft(database: Database, keys: Keys, entry: Entry) -> FoundDraft:
    """What this person's row of `draft` holds."""
    if entry.token is None:
        return FoundDraft(None)
    return FoundDraft(
        database.execute(_LOAD, {"draft_id": tokens.draft_id(keys, entry.round_id, entry.token)}).scalar()
    )


def drop_seen(database: Database, draft_id: bytes, seen: FoundDraft) -> None:
    """Delete a draft as it was read. The caller commits. Raises `DraftChanged` if it is another now."""
    if _DROP_SEEN.changed(database, {"draft_id": draft_id, "seen": seen.body}) != 1:
        raise DraftChanged


def drop_draft(database: Database, keys: Keys, entry: Entry) -> None:
    """Delete what this person has saved, if there is anything. The caller commits."""
    if entry.token is not None:
        database.execute(DROP, {"draft_id": tokens.draft_id(keys, entry.round_id, entry.token)})


def _bound_to(entry: Entry, draft_id: bytes) -> bytes:
    """What the encryption vouches for besides the content: a draft moved to another round or row opens nowhere."""
    return b"draft" + entry.round_id.to_bytes(8) + draft_id
