"""One paper form at a time, typed in by hand, into the urn of a round: sealed like any other answer.

A form that is being typed has a nonce. The urn's receipt is made from it, so that a double click or a second sending
adds nothing. `read_form` is pure: where each form is typed in twice (`twice`), what it gives is compared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import bindparam, false, select, true, update
from sqlalchemy.orm import Session

from instruments.model import Answer, Instrument, Item, ItemType, Variant
from survey.answering import tokens
from survey.answering.box import Submission, box_size, seal
from survey.answering.importing.cells import BETWEEN_CHOICES, UnusableCellError, cell_reader
from survey.answering.importing.late import WAY
from survey.answering.keys import Keys
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import dialect_of, insert_for
from survey.answering.values import storable
from survey.errors import Refusal
from survey.fieldwork.transitions import refuse_state
from survey.models import Base, Round, RoundState, random_id

TAKES_PAPER = frozenset({RoundState.OPEN, RoundState.CLOSED})
"""States in which forms are typed in; after sealing they come as a file (`late`)."""
DECLINED = frozenset({"-", "\u2013", "\u2212"})
"""What is typed for a question that was declined: a hyphen, an en dash as the form prints it, a minus sign."""
_BETWEEN = re.compile(r"[\s,;|]+")
_ROUND = Base.metadata.tables["round"]
_URN = Base.metadata.tables["urn"]
# The same lock as a submission's, so that nothing arrives after a sealing, or a change of the way, that has begun.
_HOLD = (
    select(_ROUND.c.state, _ROUND.c.paper_twice, _ROUND.c.paper_begun)
    .where(_ROUND.c.id == bindparam("round_id"))
    .with_for_update(read=True, key_share=True)
)
_BEGIN = (
    update(_ROUND)
    .where(_ROUND.c.id == bindparam("begun_id"), _ROUND.c.paper_begun == false())
    .values(paper_begun=true())
)
_INTO_URN = insert_for(
    lambda insert: insert(_URN).on_conflict_do_nothing(index_elements=["round_id", "receipt"]).returning(_URN.c.id)
)
_STORED = select(_URN.c.id).where(_URN.c.round_id == bindparam("round_id"), _URN.c.receipt == bindparam("receipt"))


@dataclass(frozen=True)
class TypedForm:
    """What was typed from one form."""

    answers: Mapping[str, Answer]
    """Those that may be stored."""
    given: Mapping[str, Answer]
    """All that can be read, also what stands off the person's path."""
    left_out: tuple[str, ...]
    """Items answered although they are not on the person's path: on paper people answer anything."""
    faults: tuple[str, ...]
    """Items whose text is no answer to them."""


@dataclass(frozen=True)
class PaperForm:
    """One form, ready to be sealed. All paper is asked in the instrument's own order, so it has no seed."""

    unit_code: str
    language: str
    variant: Variant
    answers: Mapping[str, Answer]
    nonce: bytes


def read_form(instrument: Instrument, typed: Mapping[str, str]) -> TypedForm:
    """Item id -> what was typed, to answers. Pure; what is left empty or declined is no answer."""
    given: dict[str, Answer] = {}
    faults = []
    for item in typed_items(instrument):
        try:
            given[item.id] = _answer(instrument, item, typed.get(item.id, "").strip())
        except UnusableCellError:
            faults.append(item.id)
    answered = {item_id: answer for item_id, answer in given.items() if answer is not None}
    kept = storable(instrument, answered)
    # Where something cannot be read, nobody knows the path yet.
    left_out = () if faults else tuple(item_id for item_id in answered if item_id not in kept)
    return TypedForm(kept, answered, left_out, tuple(faults))


def typed_items(instrument: Instrument) -> tuple[Item, ...]:
    """The items that a form has room to answer, in its order: a form's question 1 is the first."""
    return tuple(item for item in instrument.items if item.type is not ItemType.STATEMENT)


def hold_round(session: Session, round_: Round, *, twice: bool) -> None:
    """Keep the round as it is until the transaction ends, and note that its paper has begun to be typed in.

    Raises Refusal `wrong_round_state`, and `paper_way_changed` if the round asks for the other number of times.
    """
    held = session.execute(_HOLD, {"round_id": round_.id}).one()
    if held.state not in TAKES_PAPER:
        raise refuse_state(round_, "take paper forms one by one", "import them as a file with ./run responses import")
    if held.paper_twice != twice:
        times = "twice" if held.paper_twice else "once"
        raise Refusal("paper_way_changed", f"each form of this round is typed in {times}; open the page again")
    if not held.paper_begun:
        session.execute(_BEGIN, {"begun_id": round_.id})


def store_form(
    session: Session, keys: Keys, round_: Round, form: PaperForm, *, twice: bool = False, folders: Iterable[Path] = ()
) -> bool:
    """Seal one form into the urn; False if this very form is there already. The caller commits.

    `twice`: this is how the form came out of two typings. Raises what `hold_round` does, Refusal `unit_not_in_round`,
    `instrument_changed`, `answer_invalid`, and ValueError for a language or variant that the instrument does not have.
    """
    hold_round(session, round_, twice=twice)
    digest = round_.instrument_digest or ""
    instrument = pinned_instrument(round_.study.instrument, round_.instrument_version, digest, folders)
    unit_ids = {row.unit.code: row.unit_id for row in round_.units}
    if form.unit_code not in unit_ids:
        message = f"{form.unit_code} does not take part in the round; choose a unit that does"
        raise Refusal("unit_not_in_round", message, units=form.unit_code)
    if form.language not in instrument.languages or form.variant not in instrument.variants:
        raise ValueError(f"{instrument.id} has no form in {form.language!r} and {form.variant!r}")
    submission = Submission(
        unit_id=unit_ids[form.unit_code],
        way=WAY,
        variant=form.variant.value,
        language=form.language,
        instrument_digest=digest,
        link_code=None,
        answers=storable(instrument, form.answers),
    )
    row = {
        "id": random_id(),
        "round_id": round_.id,
        "unit_id": submission.unit_id,
        "receipt": tokens.paper_hash(keys, round_.id, form.nonce),
        "box": seal(submission, round_.public_key or b"", box_size(instrument, digest)),
    }
    return session.execute(_INTO_URN[dialect_of(session)], row).first() is not None


def is_stored(session: Session, keys: Keys, round_id: int, nonce: bytes) -> bool:
    """Whether the form with that nonce lies in the urn. What it says nobody can read."""
    receipt = tokens.paper_hash(keys, round_id, nonce)
    return session.execute(_STORED, {"round_id": round_id, "receipt": receipt}).first() is not None


def _answer(instrument: Instrument, item: Item, text: str) -> Answer:
    if text in DECLINED:
        return None
    if item.type is ItemType.MULTIPLE_CHOICE:
        text = BETWEEN_CHOICES.join(part for part in _BETWEEN.split(text) if part)
    return cell_reader(instrument, item)(text)
