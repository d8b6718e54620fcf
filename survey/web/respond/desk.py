"""What the respondent's pages keep in memory, one for each application: forms and drawn pages. Nothing of anybody's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, cast

from flask import current_app
from flask.sansio.app import App
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import Round, Study
from survey.services import Services
from survey.web import EXTENSION as SERVICES
from survey.web.respond.assets import Pictures, Recordings
from survey.web.respond.forms import Forms
from survey.web.respond.parts import Splits
from survey.web.respond.pieces import Drawings
from survey.web.respond.turns import Turns, TurnsEach

EXTENSION = "termometern-desk"


class RoundFacts(NamedTuple):
    """What every page of a round says or shows, fixed when its study was created."""

    simulated: bool
    instrument: str
    """Its id, which says whether service users answer it."""
    k: int


class Desk:
    def __init__(self, symbol_folders: Sequence[Path], recording_folders: Sequence[Path]) -> None:
        self.pictures = Pictures(symbol_folders)
        self.recordings = Recordings(recording_folders)
        self.forms = Forms()
        self.splits = Splits()
        self.drawings = Drawings()
        # A class of staff that begins together gets through; a program that tries code after code does not.
        self.codes = Turns(at_once=100, each_minute=120)
        # Few ever object. A guess at somebody else's code takes a turn each: a day gives 8,600, four answers 60,000.
        self.objections = Turns(at_once=20, each_minute=6)
        # Whoever mistypes gets through; trying half of all PINs of four digits takes a week.
        self.pins = TurnsEach(at_once=5, each_minute=0.5)
        # Stretching takes its turn among everybody's: no single card uses them all up.
        self.pin_choices = TurnsEach(at_once=10, each_minute=1)
        self._facts: dict[int, RoundFacts] = {}

    def facts(self, round_id: int, find: Callable[[], RoundFacts | None]) -> RoundFacts | None:
        """What is known of the round; `find` is asked once.

        Rounds that are not there (`find` gives None) are not kept: the number may come from a cookie.
        """
        known = self._facts.get(round_id)
        if known is None:
            known = find()
            if known is not None:
                self._facts[round_id] = known
        return known


def facts_of(session: Session, round_id: int) -> RoundFacts | None:
    """What the tables say; None where there is no such round."""
    statement = select(Study.simulated, Study.instrument, Study.k).join(Round, Round.study_id == Study.id)
    row = session.execute(statement.where(Round.id == round_id)).one_or_none()
    return None if row is None else RoundFacts(row.simulated, row.instrument, row.k)


def set_up(app: App) -> None:
    services: Services = app.extensions[SERVICES]
    app.extensions[EXTENSION] = Desk(services.symbol_folders, services.recording_folders)


def current_desk() -> Desk:
    return cast(Desk, current_app.extensions[EXTENSION])
