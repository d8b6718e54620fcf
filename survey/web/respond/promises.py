"""What is stored, who sees it, for how long: written from the round's own settings, read before the first question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import format_date
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from survey.answering.entry import Entry
from survey.models import OrganisationUnit, Round, Study


@dataclass(frozen=True)
class Background:
    """Who asks, and under which promises."""

    study: str
    purpose: str
    owner: str
    unit: str
    """The unit that an answer given through this link is counted to."""
    round_name: str
    k: int
    linked: bool
    simulated: bool
    closes_on: date | None


class Promise(NamedTuple):
    question: str
    answer: str


def background_of(session: Session, entry: Entry) -> Background:
    statement = select(Round).where(Round.id == entry.round_id)
    round_ = session.scalars(statement.options(joinedload(Round.study).joinedload(Study.owner))).one()
    unit = session.get_one(OrganisationUnit, entry.unit_id)
    return Background(
        study=round_.study.title,
        purpose=round_.study.purpose,
        owner=round_.study.owner.name,
        unit=unit.name,
        round_name=round_.name,
        k=round_.study.k,
        linked=round_.study.linked and entry.way != "open",
        simulated=round_.study.simulated,
        closes_on=round_.closes_on,
    )


def promises(entry: Entry, background: Background) -> tuple[Promise, ...]:
    """The questions that people ask first, each with its honest answer."""
    return (
        Promise(_("Can anyone, such as my manager or caseworker, see that I have answered?"), _seen_that(entry.way)),
        Promise(_("Can anyone see what I have answered?"), _seen_what(background)),
        Promise(_("Is my answer linked to anything?"), _linked(entry.way, background)),
        Promise(_("What is stored?"), _stored(background)),
        Promise(_("What happens if I stop halfway?"), _unsent(entry.way, background.closes_on)),
        Promise(_("Can I take my answer back?"), _taken_back()),
    )


def _seen_that(way: str) -> str:
    if way == "open":
        return _("No. The link is the same for everybody in the unit, and nothing says who has used it.")
    if way == "card":
        return _("No. You drew the card yourself and there is no list of who has which card. "
                 "The system knows only that a card has been used.")  # fmt: skip
    return _("No page and no list shows it. The system itself notes that the invitation has been used, "
             "so that reminders go only to those who have not answered.")  # fmt: skip


def _seen_what(background: Background) -> str:
    return _(
        "Nobody sees single answers. Results are shown for groups only, and never for fewer than %(k)s people. "
        "After closing, the answers are mixed and the keys destroyed. Then no copy of the database, and no single "
        "key that remains, can tell who gave which answer.",
        k=background.k,
    )


def _linked(way: str, background: Background) -> str:
    if not background.linked:
        return _("No. Your answer is not linked to you or to answers from other rounds.")
    first = _("Yes, the survey is confidential. A code links answers from the same person in different rounds, "
              "so that change can be followed.")  # fmt: skip
    if way == "card":
        return first + " " + _("The code is made from the card. We do not know who has the card.")
    return first + " " + _("The code is not your name, address or number, but it counts as personal data.")


def _stored(background: Background) -> str:
    return _(
        "Your answers, the language you read in, and that they belong to %(unit)s. If few people there answer, "
        "they are counted to a larger area instead. "
        "No name, no time and no internet address is stored with the answers.",
        unit=background.unit,
    )


def _unsent(way: str, closes_on: date | None) -> str:
    if way == "open":
        kept = _("What you have filled in is saved, encrypted, while this browser window is open. "
                 "Open the link anew and you start from the beginning, unless you have said that the phone or "
                 "computer is your own.")  # fmt: skip
    else:
        kept = _("What you have filled in is saved, encrypted, and you can go on later with the same link or code, "
                 "on another device too.")  # fmt: skip
    if closes_on:
        dropped = _(
            "What has not been sent in is deleted after the survey closes on %(day)s.",
            day=format_date(closes_on, "d MMMM"),
        )
    else:
        dropped = _("What has not been sent in is deleted after the survey closes.")
    honest = _("Until you have sent it in, someone with your link, the database and the keys could read it.")
    return f"{kept} {dropped} {honest}"


def _taken_back() -> str:
    return _("Yes, until the answers are mixed after closing. You get a receipt when you have sent in. "
             "It says nothing about who you are, but keep it: it is needed to take the answer back.")  # fmt: skip
