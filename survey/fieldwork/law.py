"""What a study says about itself in law: purpose, legal basis, controller, contact, own information, deletion.

Articles 5 and 13 of the GDPR (regulation (EU) 2016/679) ask that those who answer are told this before they do. So a
round opens only when it is there, and what is changed afterwards is kept in the trail with the old words and the new.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any

from survey.errors import Refusal
from survey.models import RoundState, Study
from survey.organisation.names import is_name

LINE_LENGTH, PURPOSE_LENGTH, INFORMATION_LENGTH = 200, 1_000, 4_000
FREE_TEXT_DAYS = 365
"""How long texts are kept after sealing, unless the study says otherwise."""
MOST_FREE_TEXT_DAYS = 3_650
LANGUAGES = ("sv", "en")
"""Those that every respondent's page is complete in."""


class LegalBasis(StrEnum):
    """Article 6.1 of the GDPR: the four that a survey can rest on, the usual one first."""

    PUBLIC_INTEREST = "public_interest"
    """6.1 e, uppgift av allmänt intresse: what a municipality, a region or their FoU unit normally rests on."""
    LEGAL_OBLIGATION = "legal_obligation"
    """6.1 c, rättslig förpliktelse."""
    CONSENT = "consent"
    """6.1 a, samtycke. Seldom free between an authority and those who depend on it (recital 43)."""
    LEGITIMATE_INTEREST = "legitimate_interest"
    """6.1 f, berättigat intresse. Not for authorities in the performance of their tasks (6.1, second subparagraph)."""


ARTICLES: Mapping[LegalBasis, str] = {
    LegalBasis.PUBLIC_INTEREST: "6.1 e",
    LegalBasis.LEGAL_OBLIGATION: "6.1 c",
    LegalBasis.CONSENT: "6.1 a",
    LegalBasis.LEGITIMATE_INTEREST: "6.1 f",
}


@dataclass(frozen=True)
class Law:
    """The fields of a study that say why, by what right, by whom and for how long."""

    purpose: str = ""
    legal_basis: LegalBasis | None = None
    controller: str = ""
    """Who answers for the processing (personuppgiftsansvarig)."""
    contact: str = ""
    """Whom respondents may turn to: an address or a number, perhaps the data protection officer's."""
    information: Mapping[str, str] = field(default_factory=dict)
    """The organisation's own words to respondents, plain text, by language."""
    deletion_decision: str = ""
    """The reference of the gallringsbeslut."""
    free_text_days: int = FREE_TEXT_DAYS


NO_LAW = Law()
FIELDS = tuple(entry.name for entry in fields(Law))


def law_of(study: Study) -> Law:
    """What the study says now."""
    basis = LegalBasis(study.legal_basis) if study.legal_basis else None
    said = {name: getattr(study, name) for name in FIELDS if name not in ("legal_basis", "information")}
    return Law(legal_basis=basis, information=dict(study.information), **said)


def set_law(study: Study, law: Law) -> dict[str, dict[str, Any]]:
    """Let the study say `law` from now on. Returns what changed, field by field, old and new: for the trail.

    Raises Refusal: `bad_study_text`; `longer_than_promised` for texts kept longer than somebody has been told.
    """
    law = checked(law, study.slug)
    before = law_of(study)
    if has_opened(study) and law.free_text_days > before.free_text_days:
        message = (
            f"Those who answered {study.slug} were told that texts go after {before.free_text_days} days;"
            " choose as many or fewer"
        )
        raise Refusal("longer_than_promised", message, days=before.free_text_days)
    changed = {
        name: {"old": getattr(before, name), "new": getattr(law, name)}
        for name in FIELDS
        if getattr(before, name) != getattr(law, name)
    }
    for name in changed:
        setattr(study, name, getattr(law, name))
    return changed


def require_law(study: Study) -> None:
    """Raises Refusal `study_without_purpose`, naming what is missing, for a study that asks real people."""
    words = {"purpose": "purpose", "legal_basis": "legal basis", "controller": "controller", "contact": "contact"}
    missing = [word for name, word in words.items() if not getattr(study, name)]
    if missing and not study.simulated:
        message = (
            f"Study {study.slug} does not say its {', '.join(missing)};"
            f" write it with ./run studies change {study.slug}, then open the round"
        )
        raise Refusal("study_without_purpose", message, study=study.slug)


def has_opened(study: Study) -> bool:
    """Whether anybody can have read what the study says."""
    return any(round_.state != RoundState.DRAFT for round_ in study.rounds)


def checked(law: Law, slug: str) -> Law:
    """`law` with its texts tidied. Raises Refusal `bad_study_text`."""
    lines = {name: getattr(law, name).strip() for name in ("controller", "contact", "deletion_decision")}
    for name, line in lines.items():
        if line and not is_name(line, LINE_LENGTH):
            raise _bad(slug, name, f"one line of at most {LINE_LENGTH} characters")
    purpose = _tidy(law.purpose)
    if len(purpose) > PURPOSE_LENGTH or not _is_text(purpose):
        raise _bad(slug, "purpose", f"plain text of at most {PURPOSE_LENGTH} characters")
    information = {language: _tidy(text) for language, text in law.information.items() if text.strip()}
    for language, text in information.items():
        if language not in LANGUAGES or len(text) > INFORMATION_LENGTH or not _is_text(text):
            raise _bad(slug, "information", f"plain text in sv or en of at most {INFORMATION_LENGTH} characters")
    if not 1 <= law.free_text_days <= MOST_FREE_TEXT_DAYS:
        raise _bad(slug, "free_text_days", f"1 to {MOST_FREE_TEXT_DAYS} days")
    return Law(
        purpose=purpose,
        legal_basis=law.legal_basis,
        information=information,
        free_text_days=law.free_text_days,
        **lines,
    )


def _tidy(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def _is_text(text: str) -> bool:
    """No control characters but line breaks: PostgreSQL cannot hold NUL, and a page shows none of them."""
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in text.replace("\n", ""))


def _bad(slug: str, name: str, remedy: str) -> Refusal:
    return Refusal("bad_study_text", f"The {name} of study {slug} cannot be so; write {remedy}", study=slug)
