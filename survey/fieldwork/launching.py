"""Launching a round of a linked study: the only moment at which its study key is whole.

Each invited person has a random id, found again by a keyed hash of the address. The link code is made from that id
under the study key and stored on the invitation, encrypted under the invitation's own code. Nothing in the database
joins person and invitation; the two are written in orders of their own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from survey.answering import tokens
from survey.answering.keys import Keys
from survey.answering.linking import contact_lookup, link_code_of, seal_link_code
from survey.answering.round_keys import RoundKeys
from survey.answering.shuffling import SHUFFLE, Shuffle
from survey.answering.statements import insert_many
from survey.answering.study_key import NEEDED, assembled
from survey.errors import Refusal
from survey.fieldwork.invitations import Invited, invited
from survey.fieldwork.studies import links_by_key
from survey.models import Base, Round, Study, random_id

_INVITATION = Base.metadata.tables["invitation"]
_PERSON = Base.metadata.tables["person"]
_SET_LINK_CODE = (
    update(_INVITATION).where(_INVITATION.c.id == bindparam("invitation_id")).values(link_code=bindparam("sealed"))
)


def unlinked_invitations(session: Session, round_: Round) -> int:
    """How many personal invitations of the round lack the link code that they are to have."""
    if not links_by_key(round_.study):
        return 0
    lacking = select(_INVITATION.c.id).where(
        _INVITATION.c.round_id == round_.id, _INVITATION.c.way == "invitation", _INVITATION.c.link_code.is_(None)
    )
    return len(session.execute(lacking).all())


def require_link_codes(session: Session, round_: Round) -> None:
    """Raises Refusal `study_key_needed`: a linked study's round does not open with invitations that lead nowhere."""
    lacking = unlinked_invitations(session, round_)
    if lacking:
        where = f"{round_.study.slug}/{round_.name}"
        message = f"{lacking} invitations of {where} need link codes; open it with ./run rounds launch {where}"
        raise Refusal("study_key_needed", message, round=where)


def add_link_codes(
    session: Session,
    keys: Keys,
    round_keys: RoundKeys,
    round_: Round,
    given: Sequence[str],
    *,
    shuffle: Shuffle = SHUFFLE,
) -> int:
    """Give every personal invitation that lacks one its link code. Returns how many; the caller commits.

    `given`: shares of the study key, beside the one that is kept here. Raises Refusal `shares_wrong`.
    """
    lacking = select(_INVITATION.c.id).where(_INVITATION.c.round_id == round_.id, _INVITATION.c.link_code.is_(None))
    ids = set(session.scalars(lacking).all())
    waiting = [one for one in invited(session, round_keys, round_) if one.id in ids]
    if not waiting:
        return 0
    study = round_.study
    persons = _persons(session, keys.study_pepper(study.id), study.id, waiting, shuffle)
    with assembled(study.slug, shares_of(round_keys, study, given)) as study_key:
        rows = []
        for one in waiting:
            token = tokens.personal_token(one.code)
            link_code = link_code_of(study_key, persons[one.id])
            sealed = seal_link_code(keys, round_.id, one.lookup, token, link_code)
            rows.append({"invitation_id": one.id, "sealed": sealed})
    shuffle(rows)
    session.connection().execute(_SET_LINK_CODE, rows)
    return len(rows)


def shares_of(round_keys: RoundKeys, study: Study, given: Sequence[str]) -> list[str]:
    """As many shares as are needed, those that people gave first; then the one that stays with the worker."""
    kept = round_keys.share(study.id)
    return [*given, *([kept] if kept and len(given) < NEEDED else [])]


def _persons(
    session: Session, study_pepper: bytes, study_id: int, waiting: Sequence[Invited], shuffle: Shuffle
) -> dict[bytes, bytes]:
    """Invitation id -> person id; persons who were not there are made."""
    lookups = {one.id: contact_lookup(study_pepper, one.contact.address) for one in waiting}
    there = select(_PERSON.c.contact_lookup, _PERSON.c.id).where(_PERSON.c.study_id == study_id)
    known: dict[bytes, bytes] = {row.contact_lookup: row.id for row in session.execute(there)}
    new: list[dict[str, Any]] = [
        {"id": random_id(), "study_id": study_id, "contact_lookup": lookup}
        for lookup in set(lookups.values()) - known.keys()
    ]
    shuffle(new)
    insert_many(session, _PERSON, new)
    known |= {row["contact_lookup"]: row["id"] for row in new}
    return {invitation_id: known[lookup] for invitation_id, lookup in lookups.items()}
