"""What is stored, who sees it, for how long: written from the round's own settings, read before the first question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from instruments.model import Instrument
from instruments.order import has_random_order
from survey.answering.entry import Entry
from survey.config import Settings
from survey.fieldwork.law import Law, law_of
from survey.keeping.policy import numbers
from survey.models import OrganisationUnit, Round, Study
from survey.web import languages
from survey.web.respond.families import Audience, audience
from survey.web.respond.parts import OWN_WORDS
from survey.web.respond.rights import kept, own_words, own_words_language, responsible, rights


@dataclass(frozen=True)
class Background:
    """Who asks, and under which promises."""

    study: str
    law: Law
    owner: str
    unit: str
    """The unit that an answer given through this link is counted to."""
    round_name: str
    k: int
    linked: bool
    simulated: bool
    closes_on: date | None

    @property
    def purpose(self) -> str:
        return self.law.purpose

    @property
    def decided(self) -> bool:
        """Whether texts may go when their days are over; made-up ones always."""
        return bool(self.law.deletion_decision) or self.simulated


class Promised(NamedTuple):
    """What the short promises depend on."""

    way: str
    k: int
    followed: bool
    own_code: bool


class Promise(NamedTuple):
    question: str
    answer: str
    rows: tuple[tuple[str, str], ...] = ()
    """What follows the answer, as (what, about it)."""
    language: str = ""
    """Of the answer, where it is not the page's."""


def background_of(session: Session, entry: Entry) -> Background:
    statement = select(Round).where(Round.id == entry.round_id)
    round_ = session.scalars(statement.options(joinedload(Round.study).joinedload(Study.owner))).one()
    unit = session.get_one(OrganisationUnit, entry.unit_id)
    return Background(
        study=round_.study.title,
        law=law_of(round_.study),
        owner=round_.study.owner.name,
        unit=unit.name,
        round_name=round_.name,
        k=round_.study.k,
        linked=entry.is_followed,
        simulated=round_.study.simulated,
        closes_on=round_.closes_on,
    )


def asks_for_own_words(instrument: Instrument) -> bool:
    return any(item.type in OWN_WORDS for item in instrument.items)


def promises(entry: Entry, background: Background, settings: Settings, *, shared: bool = False) -> tuple[Promise, ...]:
    """The questions that people ask first, each with its honest answer; then what the law asks to be said.

    `shared`: on a shared tablet.
    """
    law, linked = background.law, background.linked
    asked_that, asked_what = _who_sees(audience(entry.instrument.id))
    texts = asks_for_own_words(entry.instrument)
    gone = kept(
        entry.way, numbers(settings, law.free_text_days), linked=linked, texts=texts, decided=background.decided
    )
    asked = (
        Promise(str(asked_that), _seen_that(entry.way)),
        Promise(str(asked_what), _seen_what(background)),
        Promise(_("Is my answer linked to anything?"), _linked(entry)),
        Promise(_("What is stored?"), _stored(entry.instrument, background, texts)),
        Promise(_("How long is it kept?"), "", gone),
        Promise(_("What happens if I stop halfway?"), _unsent(entry.way, background.closes_on, shared)),
        Promise(_("What is stored on this phone or computer?"), _in_the_browser(entry.way, shared)),
        Promise(_("Can I take my answer back?"), _taken_back()),
        Promise(_("Who is responsible, and why may you ask?"), responsible(law)),
        Promise(_("What rights do I have?"), rights(linked=linked)),
        Promise(_("More from those who ask"), own_words(law), language=own_words_language(law)),
    )
    return tuple(promise for promise in asked if promise.answer or promise.rows)


def in_short(promised: Promised) -> tuple[str, ...]:
    """The first promises in words that are easy to read: on the first page for whoever reads so, and beside the form.

    All of them stand in full on the first page, and on a page of their own.
    """
    said = [
        _seen_that_in_short(promised.way),
        _("Nobody sees which answers are yours."),
        _("We put together answers from at least %(k)s people.", k=promised.k),
    ]
    if promised.own_code:
        said.append(_("You may choose that your answers go together with those you give next time."))
    elif promised.followed:
        said.append(_("Your answers go together with those you give next time. But your name is not there."))
    return tuple(said)


def promised_of(entry: Entry, k: int) -> Promised:
    return Promised(entry.way, k, entry.is_followed, bool(entry.code_questions))


def _who_sees(asked: Audience) -> tuple[str, str]:
    """What people ask first, in the words of those who are asked: whether anybody sees that they answer, and what."""
    if asked is Audience.STAFF:
        return _("Can my manager see that I have answered?"), _("Can my manager see what I have answered?")
    if asked is Audience.USERS:
        return (
            _("Can the staff, or my caseworker, see that I have answered?"),
            _("Can the staff, or my caseworker, see what I have answered?"),
        )
    if asked is Audience.YOUNG:
        return (
            _("Can the grown-ups around me see that I have answered?"),
            _("Can the grown-ups around me see what I have answered?"),
        )
    return (
        _("Can anyone, such as my manager or caseworker, see that I have answered?"),
        _("Can anyone see what I have answered?"),
    )


def _seen_that_in_short(way: str) -> str:
    if way == "open":
        return _("Nobody can see that you have answered.")
    return _("Nobody knows who has which card.") if way == "card" else _("No list shows if you have answered.")


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
        "No. Nobody sees single answers. Results are shown for groups only, and never for fewer than %(k)s people. "
        "After closing, the answers are mixed and the keys destroyed. Then no copy of the database, and no single "
        "key that remains, can tell who gave which answer.",
        k=background.k,
    )


def _linked(entry: Entry) -> str:
    if not entry.is_followed:
        return _("No. Your answer is not linked to you or to answers from other rounds.")
    first = _("Yes, the survey is confidential. A code links answers from the same person in different rounds, "
              "so that change can be followed.")  # fmt: skip
    last = _("The code counts as personal data. It is destroyed when the study ends. In a later round you can ask that "
             "your earlier answers are taken out.")  # fmt: skip
    return "\n\n".join((first, _made_from(entry), last))


def _made_from(entry: Entry) -> str:
    if entry.code_questions:
        return _("You make the code yourself, from a few questions, and only if you want to. "
                 "What you answer to them is not stored.")  # fmt: skip
    if entry.way == "card":
        return _("The code is made from the card. We do not know who has the card.")
    return _("The code is not your name, address or number. The key that it is made with is split between several "
             "people, and is put together only when a round opens.")  # fmt: skip


def _stored(instrument: Instrument, background: Background, texts: bool) -> str:
    stored = _(
        "Your answers, the language you read in, and that they belong to %(unit)s. If few people there answer, "
        "they are counted to a larger area instead. "
        "No name, no time and no internet address is stored with the answers.",
        unit=background.unit,
    )
    more = []
    if len(instrument.variants) > 1:
        more.append(_("Whether you read easy or ordinary text is stored too."))
    if has_random_order(instrument):
        more.append(_("The questions come in different orders for different people. The number that the order is "
                      "made from is stored with the answers. It is drawn at random and says nothing "
                      "about you."))  # fmt: skip
    if texts:
        more.append(_("What you write in your own words is kept apart from your other answers. One person reads it "
                      "before it is shown. Do not write names."))  # fmt: skip
    return "\n\n".join((stored, *more))


def _unsent(way: str, closes_on: date | None, shared: bool) -> str:
    if shared:
        return _("What you have filled in is deleted: when you press the button that stops, and when nobody has "
                 "touched the page for some minutes. You are asked first.")  # fmt: skip
    if way == "open":
        kept = _("What you have filled in is saved, encrypted, while this browser window is open. "
                 "Open the link anew and you start from the beginning, unless you have said that the phone or "
                 "computer is your own.")  # fmt: skip
    else:
        kept = _("What you have filled in is saved, encrypted, and you can go on later in the same browser. No other "
                 "browser shows it. If you choose a PIN you can go on in another browser too, with the same link or "
                 "code and the PIN. If you forget the PIN you have to start over there, and what was saved is "
                 "deleted.")  # fmt: skip
    if closes_on:
        dropped = _(
            "What has not been sent in is deleted after the survey closes on %(day)s.",
            day=languages.written_date(closes_on),
        )
    else:
        dropped = _("What has not been sent in is deleted after the survey closes.")
    if way == "open":
        honest = _("Until you have sent it in, someone with your browser, the database and the keys could read it.")
    else:
        honest = _("Until you have sent it in, someone with your link, your browser or PIN, the database and the keys "
                   "could read it.")  # fmt: skip
    return "\n\n".join((kept, dropped, honest))


def _in_the_browser(way: str, shared: bool) -> str:
    """The cookies of `survey.web.respond.cookies`, and what the page keeps in its tab while the server is away."""
    if shared:
        return _("Nothing, when you are done. While you answer there are cookies that the pages need. They are cleared "
                 "when you press Done or stop, and when nobody has touched the page for some minutes.")  # fmt: skip
    first = _(
        "Only cookies that the pages need: that you have begun, how you want to read, and for ten minutes your "
        "receipt, or that you left in a hurry. They are sent to these pages only, and follow you nowhere else."
    )
    last = _("If the contact breaks, the page keeps your answers in the tab until they have been sent.")
    own = _("On your own phone or computer, that you have begun is kept until you send in, at most 60 days.")
    if way == "open":
        own = _("If you have said that the phone or computer is your own, that you have begun is kept until you send "
                "in, at most 60 days.")  # fmt: skip
    return "\n\n".join((first, own, last))


def _taken_back() -> str:
    return _("Yes, until the answers are mixed after closing. You get a receipt when you have sent in. "
             "It says nothing about who you are, but keep it: it is needed to take the answer back.")  # fmt: skip
