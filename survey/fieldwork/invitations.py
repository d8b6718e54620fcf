"""Personal invitations: one chance each, with a contact that only the mailing process can read.

The code of an invitation is the HMAC of its random id under the round's token key, so it can be printed or sent again
without being stored. What stands in the table is a keyed hash of the code, the contact encrypted under a key from the
same source, and in a linked study the link code encrypted under the code itself. No web process holds that source.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    sodium_pad,
    sodium_unpad,
)
from nacl.exceptions import CryptoError
from nacl.utils import random as randombytes
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.faults import Fault
from survey.answering import tokens
from survey.answering.keys import Keys
from survey.answering.round_keys import RoundKeys
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.answering.statements import insert_many
from survey.errors import Refusal
from survey.fieldwork.invitations_file import Contact, Invitee, read_invitees
from survey.fieldwork.studies import require_running
from survey.models import Base, Round, RoundState, random_id

_INVITATION = Base.metadata.tables["invitation"]
_NONCE_BYTES = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
# The length of a contact would tell a long name from a short one.
_STEP = 256


class FaultyInvitationsError(Refusal):
    """A file that is not stored; `faults` says everything that is wrong with it, and no address."""

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        message = f"{path}: {count}, nothing is stored; correct the file and try again"
        super().__init__("invitations_file_faulty", message, count=len(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True)
class Invited:
    """One invitation as the mailing process sees it."""

    id: bytes
    unit_id: int
    lookup: bytes
    code: str
    contact: Contact
    answered: bool
    withdrawn: bool


def invite(
    session: Session, keys: Keys, round_keys: RoundKeys, round_: Round, path: Path, *, shuffle: Shuffle = SHUFFLE
) -> int:
    """Store an invitation for everybody in the file. Returns how many; the caller commits.

    Whom a draft invites is fixed when it opens: nine made-up invitations added later would tell the tenth's answer.
    An open round therefore takes a later addition only as at least the study's k at once in each unit.
    Raises FaultyInvitationsError with all faults, and Refusal `study_ended`, `wrong_round_state`,
    `too_few_invitations`.
    """
    round_keys.make(round_.id)
    require_running(round_.study)
    # Nobody opens or closes it meanwhile.
    session.flush()
    session.refresh(round_, with_for_update=True)
    if round_.state not in (RoundState.DRAFT, RoundState.OPEN):
        where = f"{round_.study.slug}/{round_.name}"
        message = f"Round {where} is {round_.state} and takes no more invitations; invite them to a new round"
        raise Refusal("wrong_round_state", message, round=where, state=str(round_.state))
    units = {row.unit.code: row for row in round_.units}
    present = invited(session, round_keys, round_)
    invitees, faults = read_invitees(path, sorted(units), [one.contact.address for one in present])
    if faults:
        raise FaultyInvitationsError(path, faults)
    counts = Counter(invitee.unit_code for invitee in invitees)
    _refuse_few(round_, counts)
    _store(session, keys, round_keys, round_, invitees, shuffle)
    before = Counter(one.unit_id for one in present)
    for code, count in counts.items():
        # What somebody has written stands if it is larger: cards and links can be given to more than have an address.
        units[code].invited = max(units[code].invited or 0, count + before[units[code].unit_id])
    session.flush()
    return len(invitees)


def invited(session: Session, round_keys: RoundKeys, round_: Round) -> list[Invited]:
    """All personal invitations of a round that is not sealed, with codes and contacts: never for a page or a list."""
    here = (_INVITATION.c.round_id == round_.id, _INVITATION.c.way == "invitation")
    rows = session.execute(select(_INVITATION).where(*here)).all()
    if not rows:
        return []
    token_key = round_keys.token_key(round_.id)
    key = tokens.contact_key(token_key, round_.id)
    return [
        Invited(
            id=row.id,
            unit_id=row.unit_id,
            lookup=row.lookup,
            code=tokens.invitation_code(token_key, row.id),
            contact=open_contact(row.contact, key, row.id),
            answered=row.answered,
            withdrawn=row.withdrawn,
        )
        for row in rows
    ]


def seal_contact(contact: Contact, key: bytes, invitation_id: bytes) -> bytes:
    """What stands in `invitation.contact`, bound to its row."""
    content = json.dumps([contact.email, contact.name, *contact.lines], ensure_ascii=False).encode()
    nonce = randombytes(_NONCE_BYTES)
    padded = sodium_pad(content, _STEP)
    return nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(padded, b"contact" + invitation_id, nonce, key)


def open_contact(sealed: bytes, key: bytes, invitation_id: bytes) -> Contact:
    """The reverse. Raises Refusal `key_wrong` where the key is not the one that it was sealed with."""
    nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
    try:
        padded = crypto_aead_xchacha20poly1305_ietf_decrypt(body, b"contact" + invitation_id, nonce, key)
    except (CryptoError, ValueError):
        message = "the round's token key does not open its contacts; put back the right one from your copy"
        raise Refusal("key_wrong", message) from None
    email, name, *lines = json.loads(sodium_unpad(padded, _STEP))
    return Contact(email, name, tuple(lines))


def _refuse_few(round_: Round, counts: Counter[str]) -> None:
    fewest = round_.study.k if round_.state == RoundState.OPEN else 1
    few = sorted(code for code, count in counts.items() if count < fewest)
    if few:
        message = f"An open round takes at least {fewest} new invitations a unit; too few for {', '.join(few)}"
        raise Refusal("too_few_invitations", message, fewest=fewest, units=", ".join(few))


def _store(
    session: Session,
    keys: Keys,
    round_keys: RoundKeys,
    round_: Round,
    invitees: Sequence[Invitee],
    shuffle: Shuffle,
) -> None:
    token_key = round_keys.token_key(round_.id)
    key = tokens.contact_key(token_key, round_.id)
    unit_ids = {row.unit.code: row.unit_id for row in round_.units}
    rows = []
    for invitee in invitees:
        invitation_id = random_id()
        code = tokens.invitation_code(token_key, invitation_id)
        rows.append(
            {
                "id": invitation_id,
                "round_id": round_.id,
                "unit_id": unit_ids[invitee.unit_code],
                "way": "invitation",
                "lookup": tokens.invitation_lookup(keys, code),
                "contact": seal_contact(invitee.contact, key, invitation_id),
                "answered": False,
                "withdrawn": False,
            }
        )
    # A register is in order of name: its order is not to be that of the rows.
    shuffle(rows)
    insert_many(session, _INVITATION, rows)
