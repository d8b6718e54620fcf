"""What the database holds about somebody who answers, column by column: the schema itself, in plain words.

The page walks the tables as they are, so that a new column cannot be left out: without words here it is shown by its
bare name, and a test fails until it has been described.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from survey.answering.entry import Entry
from survey.models import Base

_ROUND = _("Which round it belongs to.")
_STUDY = _("Which survey it belongs to.")
_RANDOM = _("A number drawn at random.")


@dataclass(frozen=True)
class Kept:
    """One table that answering touches."""

    title: LazyString
    columns: Mapping[str, LazyString]
    ways: frozenset[str] = frozenset({"open", "card", "invitation"})
    """Those who leave something in it."""
    followed: bool = False
    """Only where persons are followed over rounds."""
    written: bool = False
    """Only where something is asked in own words."""
    only: Mapping[str, str] = field(default_factory=dict)
    """Columns that one way in alone fills."""


TABLES: Mapping[str, Kept] = {
    "draft": Kept(
        title=_("Until you send in: what you have filled in"),
        columns={
            "id": _("A number made from your link or code. It cannot be turned back into it."),
            "round_id": _ROUND,
            "body": _("What you have filled in and how you read, encrypted."),
        },
    ),
    "invitation": Kept(
        title=_("Your link or your card, in this round"),
        ways=frozenset({"card", "invitation"}),
        only={"contact": "invitation"},
        columns={
            "id": _RANDOM,
            "round_id": _ROUND,
            "unit_id": _("Which unit it was given to."),
            "way": _("Whether it is a card or a link of your own."),
            "lookup": _("A fingerprint of the code, so that it is known again. The code itself is not stored."),
            "contact": _("Your address, encrypted. It is erased when the answers are mixed."),
            "answered": _("Yes or no: an answer has been sent in."),
            "withdrawn": _("Yes or no: the answer has been taken back."),
            "link_code": _("The code that links your answers over rounds, encrypted. Erased when they are mixed."),
        },
    ),
    "card": Kept(
        title=_("Your card, in all rounds of the survey"),
        ways=frozenset({"card"}),
        columns={
            "id": _RANDOM,
            "study_id": _STUDY,
            "unit_id": _("Which unit it was given to."),
            "lookup": _("A fingerprint of the code, so that it is known again. The code itself is not stored."),
        },
    ),
    "person": Kept(
        title=_("You, as somebody who is invited to each round"),
        ways=frozenset({"invitation"}),
        followed=True,
        columns={
            "id": _("A number drawn at random, which the code that links your answers is made from."),
            "study_id": _STUDY,
            "contact_lookup": _("A fingerprint of your address, so that the next round finds the same number."),
        },
    ),
    "urn": Kept(
        title=_("From sending in until the answers are mixed"),
        columns={
            "id": _RANDOM,
            "round_id": _ROUND,
            "unit_id": _("Which unit it is counted to."),
            "receipt": _("A fingerprint of your receipt, so that you can take the answer back."),
            "box": _("Your answers, sealed until they are mixed."),
        },
    ),
    "response": Kept(
        title=_("After the mixing: the answers"),
        columns={
            "id": _("A new number drawn at random. It leads to nothing that was there before."),
            "round_id": _ROUND,
            "unit_id": _("Which unit or larger area it is counted to."),
            "instrument_digest": _("Which questions were asked: the same for all."),
            "way": _("Open link, card or own link."),
            "variant": _("Ordinary text or easy to read."),
            "language": _("Which language you read in."),
            "link_code": _("The code that links answers over rounds. Empty where nobody is followed."),
            "batch": _("Nothing about you: 0 for all that was answered here."),
            "order_seed": _("What the order of the questions was drawn from. Empty where all have the same order."),
            "answers": _("What you chose. Nothing that you wrote in your own words."),
        },
    ),
    "free_text": Kept(
        title=_("After the mixing: what was written in own words"),
        written=True,
        columns={
            "id": _("A new number drawn at random. It leads neither to you nor to your other answers."),
            "round_id": _ROUND,
            "unit_id": _("Which unit or larger area it is counted to."),
            "item": _("Which question it answers."),
            "text": _("What was written."),
            "state": _("Whether it has been read, and may be shown."),
            "released_text": _("What may be shown, without names."),
        },
    ),
}
"""By table, in the order that an answer passes through them."""


class Room(NamedTuple):
    """A table as it is shown: what is in it, column by column."""

    title: str
    columns: tuple[str, ...]


def rooms(entry: Entry, *, written: bool) -> tuple[Room, ...]:
    """What this person leaves behind, in order; `written`: whether something is asked in own words."""
    return tuple(
        Room(str(kept.title), tuple(_columns(name, kept, entry)))
        for name, kept in TABLES.items()
        if entry.way in kept.ways and (entry.is_followed or not kept.followed) and (written or not kept.written)
    )


def _columns(name: str, kept: Kept, entry: Entry) -> list[str]:
    """Each said once: two columns may say the same."""
    named = [
        str(kept.columns.get(column.name, column.name))
        for column in Base.metadata.tables[name].columns
        if kept.only.get(column.name, entry.way) == entry.way
    ]
    return list(dict.fromkeys(named))
