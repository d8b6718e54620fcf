"""What is done to a round in the background: open, close, seal, release. Plain functions; each may be run again.

A step that was cut off is run again from its start, so each one first looks whether its work is already done. What a
step returns is stored by the job engine: ids and counts only.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from survey.database import read_session
from survey.errors import Refusal
from survey.models import Round, RoundState
from survey.services import Services

_PAST_OPEN = frozenset({RoundState.CLOSED, RoundState.SEALED, RoundState.RELEASED})


def open_(services: Services, round_id: int) -> int:
    """Makes the round's keys and opens it. Here, since no web process holds round keys. Returns the round's id."""
    from survey.fieldwork.rounds import open_round

    with services.sessions() as session:
        drafted = _round(session, round_id).state == RoundState.DRAFT
    if drafted:
        # Before the transaction: on SQLite nobody is to wait for the key's way to the disk.
        public_key = services.round_keys.make(round_id)
        with services.sessions.begin() as session:
            round_, folders = _round(session, round_id), services.instrument_folders
            open_round(session, round_, services.clock(), public_key=public_key, folders=folders)
    return round_id


def close(services: Services, round_id: int) -> int:
    """Ends the round for respondents. Returns the round's id."""
    from survey.fieldwork.rounds import close_round

    with services.sessions.begin() as session:
        round_ = _round(session, round_id)
        if round_.state not in _PAST_OPEN:
            close_round(session, round_, services.clock())
    return round_id


def seal(services: Services, round_id: int) -> int:
    """Mixes the urn once. Returns the number of responses."""
    from survey.answering.mixing import mix

    with services.sessions() as session:
        # Commits by itself, and a second time only drops a copy that was left.
        return mix(session, services.round_keys, round_id, services.clock()).responses


def freeze(services: Services, round_id: int) -> int:
    """Computes, protects and freezes the round's results. The same data gives the same release. Returns its id."""
    from survey.releases.freeze import freeze as freeze_round

    with services.sessions.begin() as session:
        return freeze_round(session, round_id, services.clock(), folders=services.instrument_folders).id


def report_codes(services: Services, release_id: int) -> tuple[str, ...]:
    """Codes of the groups that get a report, always in the same order: a release never changes."""
    from survey.releases.freeze import open_release
    from survey.releases.reports import report_groups

    with services.sessions() as session:
        return tuple(report_groups(open_release(session, release_id, folders=services.instrument_folders)[1]))


def write_report(services: Services, release_id: int, code: str) -> None:
    """Makes the file while only reading, then enters it: on SQLite respondents would else wait for every report."""
    from survey.releases.reports import enter_report, make_report

    folder, folders = services.settings.reports, services.instrument_folders
    with read_session(services.sessions) as session:
        made = make_report(session, folder, release_id, code, folders=folders)
    with services.sessions.begin() as session:
        enter_report(session, made)


def mark_released(services: Services, round_id: int) -> int:
    from survey.fieldwork.rounds import mark_released as mark

    with services.sessions.begin() as session:
        round_ = _round(session, round_id)
        if round_.state != RoundState.RELEASED:
            mark(session, round_, services.clock())
    return round_id


def _round(session: Session, round_id: int) -> Round:
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise Refusal("unknown_round", f"there is no round {round_id}; see ./run rounds list", round_id=round_id)
    return round_
