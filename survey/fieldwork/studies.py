"""Studies: chains of rounds with one instrument."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.faults import suggest
from instruments.load import LoadedInstrument, load
from instruments.model import Kind
from survey.answering.own_code import MENU, unknown_or_few
from survey.errors import Refusal
from survey.fieldwork.law import NO_LAW, Law, checked
from survey.models import Study
from survey.organisation.names import NAME_RULE, is_name
from survey.organisation.tree import find_unit

SLUG_PATTERN = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
SLUG_LENGTH = 60
TITLE_LENGTH = 200
SMALLEST_K = 5
SPREAD_FROM, SD_FROM = 10, 20
"""Answers that a distribution, and a spread, needs at least."""
USUAL_K: Mapping[str, int] = {"ebp-thermometer": 7}
"""Colleagues know more about each other than outsiders do: a staff study shows no group below 7 (docs/privacy.md)."""


def create_study(
    session: Session,
    *,
    slug: str,
    title: str,
    instrument: str,
    owner_code: str,
    k: int | None = None,
    spread_from: int = SPREAD_FROM,
    sd_from: int = SD_FROM,
    linked: bool = False,
    code_questions: Sequence[str] = (),
    simulated: bool = False,
    law: Law = NO_LAW,
    folders: Sequence[Path] = (),
) -> Study:
    """A study without rounds. `k` None takes what suits the instrument; `folders` are further instrument catalogues.

    `spread_from`, `sd_from`: answers that a distribution and a spread need; raised to `k`, and to each other.
    `code_questions` (ids of `own_code.MENU`) let persons be followed by a code that they make themselves.
    `law` may wait until the first round opens. Raises Refusal: `bad_study`, `bad_study_text`, `study_exists`,
    `unknown_instrument`, `unknown_unit` for the owner.
    """
    title = title.strip()
    if not SLUG_PATTERN.fullmatch(slug) or len(slug) > SLUG_LENGTH:
        message = f"{slug!r} cannot be a study's short name; use a-z, 0-9 and hyphens, at most {SLUG_LENGTH}"
        raise Refusal("bad_study", message, study=slug)
    if not is_name(title, TITLE_LENGTH):
        message = f"Study {slug} needs a title of 1 to {TITLE_LENGTH} characters {NAME_RULE}"
        raise Refusal("bad_study", message, study=slug)
    k = USUAL_K.get(instrument, SMALLEST_K) if k is None else k
    if k < SMALLEST_K:
        raise Refusal(
            "bad_study", f"No group below {SMALLEST_K} is ever shown; choose k {SMALLEST_K} or more", study=slug
        )
    if spread_from < SPREAD_FROM or sd_from < SD_FROM:
        message = f"No distribution below {SPREAD_FROM} answers is shown, and no spread below {SD_FROM}; ask for more"
        raise Refusal("bad_study", message, study=slug)
    if session.scalar(select(Study.id).where(Study.slug == slug)) is not None:
        raise Refusal("study_exists", f"There is a study {slug} already; choose another short name", study=slug)
    if find_instrument(instrument, None, folders).instrument.kind is not Kind.SURVEY:
        message = f"{instrument} is not a survey: its answers are signed and do not pass the urn; choose a survey"
        raise Refusal("bad_study", message, study=slug)
    if code_questions and (fault := unknown_or_few(code_questions, lambda name: suggest(name, MENU))):
        raise Refusal("bad_study", f"Study {slug} cannot have such a code: {fault}", study=slug)
    study = Study(
        slug=slug,
        title=title,
        instrument=instrument,
        owner=find_unit(session, owner_code),
        k=k,
        spread_from=max(spread_from, k),
        sd_from=max(sd_from, spread_from, k),
        linked=linked or bool(code_questions),
        code_questions=list(code_questions),
        simulated=simulated,
        **vars(checked(law, slug)),
    )
    session.add(study)
    session.flush()
    return study


def find_study(session: Session, slug: str) -> Study:
    """The study with that short name. Raises Refusal `unknown_study`, with the nearest name if one is near."""
    study = session.scalar(select(Study).where(Study.slug == slug))
    if study is None:
        known = session.scalars(select(Study.slug)).all()
        raise Refusal("unknown_study", f"There is no study {slug!r}; {suggest(slug, known)}", study=slug)
    return study


def require_running(study: Study) -> None:
    """Raises Refusal `study_ended`: what new answers could be linked by has been destroyed."""
    if study.ended_at is not None:
        message = (
            f"Study {study.slug} ended on {study.ended_at.date()}: nothing can be linked to it; create a new study"
        )
        raise Refusal("study_ended", message, study=study.slug)


def links_by_key(study: Study) -> bool:
    """Whether links, cards and paper carry a link code: not where persons make their own, nor after the study's end."""
    return study.linked and not study.code_questions and study.ended_at is None


def find_instrument(instrument: str, version: str | None, folders: Sequence[Path]) -> LoadedInstrument:
    """The version, the newest if None. Raises Refusal `unknown_instrument` if there is none that can be used."""
    try:
        return load(instrument, version, folders)
    except ValueError as error:
        raise Refusal("unknown_instrument", str(error), instrument=instrument, version=version) from error
