"""Paper forms that are typed in twice: the first typing is kept until the second, compared, and then sealed once.

A form has a number, written on the paper. What is kept lies under a key that is not in the database (`Keys`), bound to
its round and number. When both agree, or the person has said which answer stands on the paper, the form goes into the
urn and what was kept goes: one transaction. Of the number only an HMAC stays, in a row that leads nowhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from nacl.bindings import sodium_pad, sodium_unpad
from nacl.exceptions import CryptoError
from nacl.secret import Aead
from sqlalchemy import bindparam, delete, func, select, update
from sqlalchemy.orm import Session

from instruments.model import Answer, Instrument
from survey.answering import tokens
from survey.answering.box import box_size, from_json
from survey.answering.importing.paper import TAKES_PAPER, PaperForm, hold_round, store_form, typed_items
from survey.answering.keys import Keys
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import changed_rows, dialect_of, insert_for
from survey.errors import Refusal
from survey.fieldwork.transitions import reference, refuse_state
from survey.models import Base, Round, RoundState

PURPOSE = "paper forms"
LARGEST_NUMBER = 99_999
MAY_CHOOSE = TAKES_PAPER | {RoundState.DRAFT}
"""States in which a round may say how many times its forms are typed in, until the first one has been."""
FEWEST_ODD, PART_ODD = 3, 5
"""More differences than this, or than one answer in so many, and it is hardly the same form: nothing is shown then."""
_LABEL_STEP = 256

_FORM = Base.metadata.tables["paper_form"]
_ROUND = Base.metadata.tables["round"]
_DIFFERENCE = Base.metadata.tables["paper_difference"]
_HERE = _FORM.c.round_id == bindparam("round_id")
_FIND = select(_FORM.c.label, _FORM.c.body).where(_FORM.c.id == bindparam("form_id"))
_LABELS = select(_FORM.c.id, _FORM.c.label).where(_HERE, _FORM.c.label.is_not(None))
_NUMBERS = select(_FORM.c.id).where(_HERE)
_KEEP = insert_for(
    lambda insert: insert(_FORM).on_conflict_do_nothing(index_elements=[_FORM.c.id]).returning(_FORM.c.id)
)
# A kept typing is encrypted anew each time, so the same bytes are the same typing: nobody has begun anew meanwhile.
_SAME = (_FORM.c.id == bindparam("form_id"), _FORM.c.body == bindparam("found"))
_USE_UP = update(_FORM).where(*_SAME).values(label=None, body=None)
_DROP = delete(_FORM).where(_FORM.c.id == bindparam("form_id"), _FORM.c.body.is_not(None))
_COUNT = (
    update(_ROUND).where(_ROUND.c.id == bindparam("compared_id")).values(paper_compared=_ROUND.c.paper_compared + 1)
)
_DIFFERED = insert_for(
    lambda insert: insert(_DIFFERENCE).on_conflict_do_update(
        index_elements=["round_id", "item"], set_={"forms": _DIFFERENCE.c.forms + 1}
    )
)


@dataclass(frozen=True)
class Label:
    """Which form it is, who typed it the first time, and the page that it was typed on."""

    number: int
    unit_code: str
    language: str
    variant: str
    account_id: int
    nonce: str


@dataclass(frozen=True)
class Kept:
    """A form that has been typed in once."""

    label: Label
    answers: Mapping[str, Answer]
    """Everything that was typed, also off the path."""
    body: bytes
    """As it lies in the table: whoever seals says which typing was compared."""


@dataclass(frozen=True)
class Quality:
    """How well two typings agree over a round."""

    forms: int
    fields: int
    """On one form."""
    differed: Mapping[str, int]
    """Item -> in how many forms, most first; those that never differed are left out."""

    @property
    def rate(self) -> float:
        """Differing fields by all fields that were compared; 0.0 where none was."""
        return sum(self.differed.values()) / (self.forms * self.fields) if self.forms else 0.0


def choose_twice(session: Session, round_: Round, twice: bool) -> bool:
    """Say whether each form is typed in twice; False if it was so already. The caller commits.

    Raises Refusal `paper_begun` once a form has been typed in, and `wrong_round_state` once the round is mixed.
    """
    session.refresh(round_, with_for_update=True)
    if round_.paper_twice == twice:
        return False
    if round_.state not in MAY_CHOOSE:
        raise refuse_state(round_, "change how paper is typed in", "all its forms have been mixed")
    if round_.paper_begun:
        raise Refusal("paper_begun", "forms of this round have been typed in already; go on in the same way")
    round_.paper_twice = twice
    session.flush()
    return True


def keep_first(
    session: Session,
    keys: Keys,
    round_: Round,
    form: PaperForm,
    label: Label,
    *,
    folders: Iterable[Path] = (),
) -> bool:
    """Keep a first typing; False if this very page has done so already. The caller commits.

    `form.answers` is all that was typed (`TypedForm.given`). Raises what `hold_round` does, and Refusal
    `paper_number_waits`, `paper_number_used`, `instrument_changed`.
    """
    hold_round(session, round_, twice=True)
    digest = round_.instrument_digest or ""
    instrument = pinned_instrument(round_.study.instrument, round_.instrument_version, digest, folders)
    form_id = tokens.paper_number(keys, round_.id, label.number)
    answers = json.dumps(dict(form.answers), ensure_ascii=False, separators=(",", ":")).encode()
    row = {
        "id": form_id,
        "round_id": round_.id,
        "label": _sealed(keys, b"label" + form_id, json.dumps(asdict(label)).encode(), _LABEL_STEP),
        # As long as the longest possible answers: the length tells nothing of what was written.
        "body": _sealed(keys, b"body" + form_id, answers, box_size(instrument, digest)),
    }
    if session.execute(_KEEP[dialect_of(session)], row).first() is not None:
        return True
    there = find(session, keys, round_.id, label.number)
    if there is None:
        raise used()
    if there.label.nonce == label.nonce:
        return False
    raise Refusal("paper_number_waits", "a form with that number has been typed in once already; write another number")


def find(session: Session, keys: Keys, round_id: int, number: int) -> Kept | None:
    """The first typing of that form, None if it has been typed in twice. Raises Refusal `paper_number_unknown`."""
    form_id = tokens.paper_number(keys, round_id, number)
    row = session.execute(_FIND, {"form_id": form_id}).first()
    if row is None:
        raise Refusal("paper_number_unknown", "no form with that number has been typed in; look at the paper's corner")
    if row.body is None:
        return None
    answers: dict[str, object] = json.loads(_opened(keys, b"body" + form_id, row.body))
    return Kept(_label(keys, form_id, row.label), from_json(answers), row.body)


def waiting(session: Session, keys: Keys, round_id: int) -> tuple[Label, ...]:
    """The forms that wait for their second typing, by number. No answer is opened."""
    rows = session.execute(_LABELS, {"round_id": round_id}).all()
    return tuple(sorted((_label(keys, row.id, row.label) for row in rows), key=lambda label: label.number))


def next_number(session: Session, keys: Keys, round_id: int, begins_at: int) -> int | None:
    """The first number from `begins_at` on that no form of the round has; None where there is none left."""
    taken = set(session.scalars(_NUMBERS, {"round_id": round_id}))
    numbers = range(begins_at, LARGEST_NUMBER + 1)
    return next((one for one in numbers if tokens.paper_number(keys, round_id, one) not in taken), None)


def differing(instrument: Instrument, first: Mapping[str, Answer], second: Mapping[str, Answer]) -> tuple[str, ...]:
    """The items that the two wrote differently, in the form's order. Pure. White space in a text is no difference."""
    ids = (item.id for item in typed_items(instrument))
    return tuple(item_id for item_id in ids if _plain(first.get(item_id)) != _plain(second.get(item_id)))


def too_many(items: Sequence[str], first: Mapping[str, Answer], second: Mapping[str, Answer]) -> bool:
    """Whether so many differ that it is hardly the same form, or somebody who has no form wants to read a kept one.

    Held against what either answered: empty fields that agree say nothing.
    """
    answered = {item_id for answers in (first, second) for item_id, answer in answers.items() if answer is not None}
    return len(items) > max(FEWEST_ODD, len(answered) // PART_ODD)


def store_second(
    session: Session,
    keys: Keys,
    round_: Round,
    form: PaperForm,
    kept: Kept,
    differed: Iterable[str],
    *,
    folders: Iterable[Path] = (),
) -> bool:
    """Seal a form that has been typed in twice, and let what was kept go; False if it has been. The caller commits.

    `form.answers` is what stands on the paper; `differed` the items of `differing`. Raises what `store_form` does, and
    Refusal `paper_number_used` if somebody else was first, or the first typing has been thrown away meanwhile.
    """
    if not store_form(session, keys, round_, form, twice=True, folders=folders):
        return False
    form_id = tokens.paper_number(keys, round_.id, kept.label.number)
    if changed_rows(session, _USE_UP, {"form_id": form_id, "found": kept.body}) != 1:
        raise used()
    # In one order for all, so that two who finish at once never wait for each other.
    for item in sorted(differed):
        values = {"round_id": round_.id, "item": item, "forms": 1}
        session.execute(_DIFFERED[dialect_of(session)], values)
    session.execute(_COUNT, {"compared_id": round_.id})
    return True


def throw_away(session: Session, keys: Keys, round_: Round, number: int) -> bool:
    """Drop a first typing, so that the form can be begun anew; False if none is kept. The caller commits."""
    return changed_rows(session, _DROP, {"form_id": tokens.paper_number(keys, round_.id, number)}) == 1


def quality(session: Session, round_: Round, instrument: Instrument) -> Quality:
    """What the comparisons of the round have come to."""
    rows = session.execute(select(_DIFFERENCE.c.item, _DIFFERENCE.c.forms).where(_DIFFERENCE.c.round_id == round_.id))
    found = dict(sorted(((row.item, row.forms) for row in rows), key=lambda pair: (-pair[1], pair[0])))
    return Quality(round_.paper_compared, len(typed_items(instrument)), found)


def refuse_waiting_paper(session: Session, round_: Round) -> None:
    """Raises Refusal `paper_waiting` while a form waits for its second typing: mixing would lose half of an answer."""
    kept = select(func.count()).select_from(_FORM).where(_FORM.c.round_id == round_.id, _FORM.c.body.is_not(None))
    forms = session.scalar(kept)
    if forms:
        message = f"{forms} paper forms have been typed in once only; type them in again or throw them away on the page"
        raise Refusal("paper_waiting", message, round=reference(round_))


def used() -> Refusal:
    # Without the number, like every refusal here: what a refusal says may come into a log.
    return Refusal(
        "paper_number_used", "the form with that number is no longer waiting; look in the list of those that do"
    )


def _plain(answer: Answer) -> Answer:
    return " ".join(answer.split()) if isinstance(answer, str) else answer


def _label(keys: Keys, form_id: bytes, sealed: bytes) -> Label:
    return Label(**json.loads(_opened(keys, b"label" + form_id, sealed)))


def _sealed(keys: Keys, bound: bytes, text: bytes, step: int) -> bytes:
    """Encrypted, padded to whole steps, with the step before it; `bound` holds it to its form and its place."""
    padded = sodium_pad(text, step)
    return step.to_bytes(4) + bytes(Aead(keys.secret_box_key(PURPOSE)).encrypt(padded, bound))


def _opened(keys: Keys, bound: bytes, sealed: bytes) -> bytes:
    try:
        padded = Aead(keys.secret_box_key(PURPOSE)).decrypt(sealed[4:], bound)
    except (CryptoError, ValueError):
        message = "a paper form does not open with the pepper in the key folder; put the right one back"
        raise Refusal("paper_unreadable", message) from None
    return bytes(sodium_unpad(padded, int.from_bytes(sealed[:4])))
