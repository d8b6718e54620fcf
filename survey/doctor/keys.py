"""The key folders: who may read them, and whether every round has the keys that its state needs, and no others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from survey.answering.key_files import KeyFiles
from survey.database import read_session
from survey.doctor.signs import Patient, Sign, fault, warning, well
from survey.errors import Refusal
from survey.fieldwork.transitions import reference
from survey.models import Round, RoundState

_OF_A_ROUND = re.compile(r"round-(\d+)\.(key|copy|token|destroyed)")
_OPENS = frozenset({"key", "copy", "token"})
_ANSWERED = frozenset({RoundState.OPEN, RoundState.CLOSED})


def examine(patient: Patient) -> Iterator[Sign]:
    settings = patient.services.settings
    try:
        names = KeyFiles(settings.round_keys).names()
        web_names = KeyFiles(settings.keys).names()
        for folder, found in ((settings.keys, web_names), (settings.round_keys, names)):
            for name in found:
                KeyFiles(folder).content(name)
    except Refusal as refusal:
        what, _, remedy = refusal.message.partition(";")
        yield fault(what[0].upper() + what[1:] + ".", remedy.strip() or "see docs/privacy.md, Keys")
        return
    signs = [*_rounds(patient, _by_round(names))]
    yield from signs
    if not signs:
        yield well("Every key is for its owner alone, and every round has the keys that its state needs, no others.")
    if settings.round_keys.is_relative_to(settings.keys) and not settings.embedded:
        remedy = "move it out with TERMOMETERN_ROUND_KEYS, and hide it from the web's service (docs/privacy.md, Keys)"
        yield warning("The folder of round keys lies inside the web's: only the code keeps a web process away.", remedy)
    if any(_OF_A_ROUND.fullmatch(name) for name in web_names):
        yield fault("Round keys lie among the web's keys.", "start a worker once: it moves them")


def _by_round(names: set[str]) -> dict[int, set[str]]:
    """Round id -> kinds of key files that are there."""
    kinds: dict[int, set[str]] = {}
    for name in names:
        if match := _OF_A_ROUND.fullmatch(name):
            kinds.setdefault(int(match[1]), set()).add(match[2])
    return kinds


def _rounds(patient: Patient, kinds: Mapping[int, set[str]]) -> Iterator[Sign]:
    with read_session(patient.services.sessions) as session:
        rounds = {round_.id: round_ for round_ in session.scalars(select(Round))}
        for round_ in rounds.values():
            yield from _round(round_, kinds.get(round_.id, set()), patient)
    for stranger in sorted(kinds.keys() - rounds.keys()):
        if kinds[stranger] & _OPENS:
            remedy = "if an older database was put back, that is why; else delete them"
            yield warning(f"There are keys for round {stranger}, which the database does not know.", remedy)


def _round(round_: Round, kinds: set[str], patient: Patient) -> Iterator[Sign]:
    where, state = reference(round_), RoundState(round_.state)
    if state in _ANSWERED:
        if "destroyed" in kinds:
            remedy = "put back a backup from after its sealing; what lies sealed here can be opened by nobody"
            yield fault(f"The keys of {where}, which is {state}, have been destroyed.", remedy)
        elif not kinds & {"key", "copy"}:
            remedy = "put the key back from your copy of the folder: without it its answers cannot be opened"
            yield fault(f"The key of {where}, which is {state}, is missing.", remedy)
        elif not {"key", "copy"} <= kinds:
            yield warning(f"Only one copy of the key of {where} is left.", "open or close the round again to renew it")
    elif state is not RoundState.DRAFT and kinds & _OPENS:
        if round_.keys_destroyed_at is not None:
            remedy = "run ./run rounds destroy-keys; ask who put the folder back"
            yield fault(f"A destroyed key of {where} has come back.", remedy)
        elif _overdue(round_.sealed_at, patient):
            remedy = "run ./run rounds destroy-keys, and see that a worker is running"
            yield fault(f"The keys of {where} should have been destroyed by now.", remedy)


def _overdue(sealed_at: datetime | None, patient: Patient) -> bool:
    # Two rounds of chores beyond the hour that was promised.
    hours = timedelta(hours=patient.services.settings.key_hours + 2)
    return sealed_at is not None and sealed_at + hours < patient.now
