"""A sealed round becomes a release: computed, passed through the disclosure gate, and frozen with its digests."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.model import Instrument
from reports.analysis import About
from reports.dataset import RoundData, matrix_digest
from reports.disclosure import Disclosed, from_json, to_json
from reports.findings import LinkedBy
from reports.ledger import to_text as ledger_text
from reports.release import Released, make
from reports.trends import Past
from survey.answering.pinned import pinned_instrument
from survey.answering.statements import dialect_of, insert_for
from survey.errors import Refusal
from survey.fieldwork.transitions import FIRST, reference, refuse_state
from survey.models import MIXED, Base, LedgerEntry, Release, Round, RoundState, Study
from survey.releases.code_version import code_version
from survey.releases.data import round_data, tree_of
from survey.releases.late import last_batch, refuse_too_few, usable_batch
from survey.releases.ledger import enter, hold_study, release_label, thresholds_of, told_about

_RELEASE = Base.metadata.tables["release"]
_STORE = insert_for(lambda insert: insert(_RELEASE).on_conflict_do_nothing(index_elements=["round_id", "digest"]))


def freeze(session: Session, round_id: int, now: datetime, *, folders: Iterable[Path] = ()) -> Release:
    """The round's release; the same data and code give the same one, however often it is asked for.

    The caller commits. `folders` are further instrument catalogues. Raises Refusal `unknown_round`,
    `wrong_round_state`, `before_not_sealed`, `instrument_changed`, `late_too_few`.
    """
    folders = tuple(folders)
    round_ = _mixed(_held(session, round_id))
    data, before = round_data(session, round_, folders), _before(session, round_, folders)
    past = _past(session, round_, folders) if before else ()
    earlier = [one.data for one in past]
    matrix = matrix_digest(data, before, earlier)
    frozen = _same(session, round_id, matrix)
    if frozen is not None:
        return frozen
    refuse_too_few(session, round_)
    study = round_.study
    seed = seed_of(study.slug, round_.name)
    released = make(
        data,
        before,
        tree_of(session, data, *([before] if before else []), *earlier),
        About(study.title, seed, study.simulated, _linked_by(study), thresholds_of(study)),
        label=release_label(session, round_, now),
        linked=study.linked,
        told_now=told_about(session, round_.id),
        told_before=told_about(session, round_.before_id) if round_.before_id else (),
        past=past,
    )
    disclosed = released.disclosed
    row = {
        "round_id": round_id,
        "digest": disclosed.digest,
        "matrix_digest": matrix,
        "instrument_digest": data.digest,
        "code_version": code_version(),
        "seed": seed,
        "findings": to_json(disclosed),
        "created_at": now,
    }
    session.execute(_STORE[dialect_of(session)], row)
    release = session.scalars(
        select(Release).where(Release.round_id == round_id, Release.digest == disclosed.digest)
    ).one()
    _enter(session, release, released, now)
    return release


def _enter(session: Session, release: Release, released: Released, now: datetime) -> None:
    """What the release tells of each of its rounds; once, also where another version of the code made the same one."""
    if session.scalar(select(LedgerEntry.id).where(LedgerEntry.release_id == release.id).limit(1)) is not None:
        return
    for entry in released.entries:
        round_ = session.get_one(Round, entry.round_id)
        batch = last_batch(session, round_.id) if round_.id == release.round_id else usable_batch(session, round_)
        told = {"kind": entry.kind, "label": entry.label, "cells": ledger_text(entry)}
        enter(session, round_, **told, batch=batch, now=now, release_id=release.id)


def _linked_by(study: Study) -> LinkedBy:
    if not study.linked:
        return LinkedBy.NONE
    return LinkedBy.OWN_CODE if study.code_questions else LinkedBy.LINKS


def open_release(
    session: Session, release_id: int, *, folders: Iterable[Path] = ()
) -> tuple[Release, Disclosed, Instrument]:
    """A release, what it shows, and the instrument it is about.

    Raises Refusal `unknown_release`, `release_damaged`, `release_of_other_version`, `instrument_changed`.
    """
    release = session.get(Release, release_id)
    if release is None:
        raise Refusal(
            "unknown_release", f"there is no release {release_id}; see the analyst's page", release=release_id
        )
    disclosed = _opened(release.findings, release.digest)
    findings = disclosed.findings
    instrument = pinned_instrument(findings.instrument, findings.instrument_version, release.instrument_digest, folders)
    return release, disclosed, instrument


def seed_of(study: str, round_name: str) -> int:
    """The seed of all resampling in a release: from names alone, so that the same data gives the same bytes."""
    return int.from_bytes(hashlib.sha256(f"{study}\0{round_name}".encode()).digest()[:4]) >> 1


@lru_cache(maxsize=8)
def _opened(findings: str, digest: str) -> Disclosed:
    """A release never changes, so it is read once however many pages and reports are made from it."""
    if hashlib.sha256(findings.encode()).hexdigest() != digest:
        raise Refusal("release_damaged", "the release is not what was frozen; restore it from a backup")
    try:
        return from_json(findings)
    except ValueError as error:
        message = f"the release was written by another version of the program ({error}); publish the round again"
        raise Refusal("release_of_other_version", message) from error


def _held(session: Session, round_id: int) -> Round:
    """The round, with its study held, and all rounds that answers are read of: no late batch comes in between."""
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise Refusal("unknown_round", f"there is no round {round_id}; see ./run rounds list", round=round_id)
    hold_study(session, round_.study_id)
    read = [round_id, *(one.id for one in _chain(round_))]
    session.execute(select(Round.id).where(Round.id.in_(read)).order_by(Round.id).with_for_update(key_share=True))
    session.refresh(round_)
    return round_


def _mixed(round_: Round) -> Round:
    state = RoundState(round_.state)
    if state not in MIXED:
        raise refuse_state(round_, "become released", FIRST[state])
    return round_


def _before(session: Session, round_: Round, folders: Iterable[Path]) -> RoundData | None:
    """The earlier round that change is measured from. It must be mixed: an urn says nothing."""
    before = round_.before
    if before is None:
        return None
    if RoundState(before.state) not in MIXED:
        message = f"change is measured from {reference(before)}, which is {before.state}; seal that round first"
        raise Refusal("before_not_sealed", message, round=reference(before))
    return round_data(session, before, folders, last_batch=usable_batch(session, before))


def _past(session: Session, round_: Round, folders: Iterable[Path]) -> tuple[Past, ...]:
    """The rounds before the one that change is measured from, oldest first: what a line goes through.

    Back to the first that is not mixed, or whose instrument is not here any more: then the line is shorter.
    """
    found: list[Past] = []
    for one in _chain(round_)[1:]:
        if RoundState(one.state) not in MIXED:
            break
        try:
            data = round_data(session, one, folders, last_batch=usable_batch(session, one))
        except Refusal:
            break
        found.append(Past(data, told_about(session, one.id)))
    return tuple(reversed(found))


def _chain(round_: Round) -> list[Round]:
    """The rounds before this one, newest first."""
    found: list[Round] = []
    while (before := (found[-1] if found else round_).before) is not None and before not in found:
        found.append(before)
    return found


def _same(session: Session, round_id: int, matrix: str) -> Release | None:
    """A release that the same code has made of the same data: there is nothing to compute."""
    query = select(Release).where(
        Release.round_id == round_id, Release.matrix_digest == matrix, Release.code_version == code_version()
    )
    return session.scalars(query.order_by(Release.id.desc())).first()
