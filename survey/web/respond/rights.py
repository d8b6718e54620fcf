"""What article 13 of the GDPR asks to be said to those who answer: who, by what right, for how long, which rights.

Written from the study's fields and the table of `survey.keeping.policy`, so that the page cannot promise anything else
than what the job does.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import gettext as translated
from flask_babel import lazy_gettext as _

from survey.fieldwork.law import Law, LegalBasis
from survey.keeping.policy import KINDS, UNDECIDED, Rule
from survey.web import languages

BASIS_WORDS: Mapping[LegalBasis, LazyString] = {
    LegalBasis.PUBLIC_INTEREST: _(
        "Following up and improving the work is a task in the public interest. That is why we may ask "
        "(article 6.1 e of the GDPR)."
    ),
    LegalBasis.LEGAL_OBLIGATION: _(
        "The law says that this survey must be made. That is why we may ask (article 6.1 c of the GDPR)."
    ),
    LegalBasis.CONSENT: _(
        "We use your answer because you agree to it (article 6.1 a of the GDPR). "
        "You can change your mind until the answers are mixed."
    ),
    LegalBasis.LEGITIMATE_INTEREST: _(
        "We have an interest in knowing how things work, and have weighed it against your interest in being left "
        "alone (article 6.1 f of the GDPR)."
    ),
}

TO_TRANSLATE = (
    _("Addresses that invitations are sent to"),
    _("When the answers are mixed."),
    _("Answers that were not sent in"),
    _("When they are sent in, else at mixing."),
    _("Sealed answers and the receipt's hash"),
    _("The keys that open the answers"),
    _("After the next verified backup, at the latest {key_hours} hours after mixing."),
    _("Link codes, and what they are made from"),
    _("When the study ends."),
    _("What was written in own words"),
    _("{free_text_days} days after mixing."),
    _("The answers, with nothing that leads to a person"),
    _("Kept: they are the result. Who is responsible decides for how long."),
    _("That a code was used, without name or time"),
    _("Kept: a code must not work twice."),
    _("Kept until who is responsible has decided on deletion."),
)
"""What `survey.keeping.policy` tells those who answer, for the catalogues; a test holds that none is left out."""


def responsible(law: Law) -> str:
    """Who answers for the personal data, by what right, and whom to ask. Empty where the study says none of it."""
    said = []
    if law.controller:
        said.append(_("%(controller)s is responsible for the personal data.", controller=law.controller))
    if law.legal_basis:
        said.append(BASIS_WORDS[law.legal_basis])
    if law.contact:
        said.append(_("Questions? Turn to %(contact)s.", contact=law.contact))
    return "\n\n".join(map(str, said))


def kept(
    way: str, filled_with: Mapping[str, int], *, linked: bool, texts: bool, decided: bool
) -> tuple[tuple[str, str], ...]:
    """(what, when it goes) of each kind that this person leaves behind.

    `texts`: whether anything is asked in own words; `decided`: whether there is a decision that lets such texts go.
    """
    concerns = {"contacts": way == "invitation", "link_codes": linked, "free_text": texts, "used": way != "open"}
    return tuple(
        (
            translated(kind.what["en"]),
            translated(UNDECIDED["en"])
            if kind.rule is Rule.DECISION and not decided
            else translated(kind.gone["en"]).format(**filled_with),
        )
        for key, kind in KINDS.items()
        if kind.told and concerns.get(key, True)
    )


def rights(*, linked: bool) -> str:
    """What the person can do here, and whom to complain to."""
    back = _(
        "You can take your answer back with your receipt until the answers are mixed. After that nobody can find "
        "it, not even we. Then it can neither be shown to you nor changed."
    )
    object_ = _(
        "Have you answered earlier rounds? You can object when you get your next link or card: your earlier "
        "answers are then taken out. Results that have been published stay as they are."
    )
    complain = _(
        "Do you think that we handle personal data wrongly? You can complain to the Swedish Authority for Privacy "
        "Protection (IMY), imy.se."
    )
    return "\n\n".join(map(str, (back, object_, complain) if linked else (back, complain)))


def own_words(law: Law) -> str:
    """The organisation's own information in the page's language, else in the one that it has."""
    return law.information.get(own_words_language(law), "")


def own_words_language(law: Law) -> str:
    """Which language that information is read in; empty where there is none."""
    spoken = languages.choose()
    return spoken if law.information.get(spoken) else next(iter(law.information), "")
