"""What a round's paper forms say: who asks, what is stored and who sees it. As the web form promises, but for paper.

What differs on paper is said as it is: somebody reads the form to type it in, and it has no receipt to take it back by.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask_babel import format_date
from flask_babel import gettext as _

from instruments.model import Instrument, ItemType
from survey.config import Settings
from survey.fieldwork.law import Law, law_of
from survey.keeping.policy import KINDS, UNDECIDED, gone, numbers
from survey.models import Round
from survey.web import languages
from survey.web.respond.rights import own_words, responsible

if TYPE_CHECKING:
    from reports.pdf.paper_form import PaperHead, PaperPromise

WRITTEN = frozenset({ItemType.SHORT_TEXT, ItemType.LONG_TEXT})
"""What is answered in own words."""


def head_of(round_: Round, instrument: Instrument, unit_name: str, settings: Settings) -> PaperHead:
    """In the language that the request speaks. `unit_name` is empty for forms that several units share."""
    from reports.pdf.paper_form import PaperHead

    law = law_of(round_.study)
    return PaperHead(
        study=round_.study.title,
        round=round_.name,
        unit=unit_name,
        asks=_asks(round_, law),
        promises=tuple(_promises(round_, law, instrument, unit_name, settings)),
    )


def _asks(round_: Round, law: Law) -> str:
    said = [_("%(owner)s is asking.", owner=round_.study.owner.name)]
    if law.purpose:
        said.append(_("What the answers are for: %(purpose)s", purpose=law.purpose))
    if round_.closes_on:
        said.append(_("Hand in the form by %(day)s.", day=format_date(round_.closes_on, "d MMMM y")))
    return " ".join(said)


def _promises(
    round_: Round, law: Law, instrument: Instrument, unit_name: str, settings: Settings
) -> list[PaperPromise]:
    from reports.pdf.paper_form import PaperPromise

    texts = any(item.type in WRITTEN for item in instrument.items)
    asked = (
        PaperPromise(
            _("Can anyone see that I have answered?"),
            _(
                "Whoever collects the forms may see that you hand one in. Neither the form nor the system says who has "
                "answered."
            ),
        ),
        PaperPromise(
            _("Can anyone see what I have answered?"),
            _(
                "The person who types in the answers reads the form, and is not to know whose it is. Nobody else sees "
                "single answers. Results are shown for groups only, and never for fewer than %(k)s people. After "
                "closing, the answers are mixed and the keys destroyed. Then nobody can tell who gave which answer.",
                k=round_.study.k,
            ),
        ),
        PaperPromise(
            _("Is my answer linked to anything?"),
            _linked(round_.paper_twice),
        ),
        PaperPromise(_("What is stored?"), _stored(unit_name, texts)),
        PaperPromise(_("How long is it kept?"), "", _kept(round_, law, settings, texts=texts)),
        PaperPromise(
            _("Can I take my answer back?"),
            _(
                "Not when you have handed in the form: we do not know which one is yours. So it can neither be shown "
                "to you nor changed."
            ),
        ),
        PaperPromise(_("Who is responsible, and why may you ask?"), responsible(law)),
        PaperPromise(
            _("Whom can I complain to?"),
            _(
                "Do you think that we handle personal data wrongly? You can complain to the Swedish Authority for "
                "Privacy Protection (IMY), imy.se."
            ),
        ),
        PaperPromise(_("More from those who ask"), own_words(law)),
    )
    return [promise for promise in asked if promise.answer or promise.rows]


def _stored(unit_name: str, texts: bool) -> str:
    said = _(
        "Your answers, the language of the form, and that they belong to %(unit)s. If few people there answer, they "
        "are counted as part of a larger area instead. No name and no time is stored with the answers.",
        unit=unit_name or _("your unit"),
    )
    if not texts:
        return said
    written = _("What you write in your own words is kept apart from your other answers, and one person reads it "
                "before it is shown. Do not write names.")  # fmt: skip
    return f"{said} {written}"


def _linked(paper_twice: bool) -> str:
    said = _("No. The form has no code, so it is not linked to you or to answers from other rounds.")
    if not paper_twice:
        return said
    number = _(
        "It is typed in twice, so that mistakes are found, preferably by two people. Whoever types it in writes a "
        "number on it to find it again. The number is not stored with your answers."
    )
    return f"{said} {number}"


def _kept(round_: Round, law: Law, settings: Settings, *, texts: bool) -> tuple[tuple[str, str], ...]:
    """(what, when it goes): the paper itself, then what the system's own table says."""
    language, filled_with = languages.choose(), numbers(settings, law.free_text_days)
    decided = bool(law.deletion_decision) or round_.study.simulated
    rows = [(_("The form on paper"), _("It is to be destroyed when it has been typed in."))]
    twice = ["paper"] if round_.paper_twice else []
    for key in (*twice, "keys", *(["free_text"] if texts else []), "answers"):
        kind = KINDS[key]
        waits = key == "free_text" and not decided
        rows.append((kind.what[language], UNDECIDED[language] if waits else gone(kind, language, filled_with)))
    return tuple(rows)
