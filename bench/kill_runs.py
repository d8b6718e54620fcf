"""`./run bench kills`: whole rounds, linked and with personal invitations, killed at every step on both databases."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from bench import kills
from bench.attacks.ground import Ground, SqliteGround, postgresql
from bench.attacks.stage import CHOICES, Play, prepare
from instruments.model import Answer
from survey.cli.serve import environment_of
from survey.config import Settings
from survey.jobs import rounds
from survey.models import Base, Draft, FreeText, Invitation, Response, Round, RoundState, UrnBox

_EXTRA: dict[str, Answer] = {**{f"a{n:02}": 3 for n in range(CHOICES)}, "mark": 1, "words": "sist"}
"""What the one whose submission is killed answers; nobody else has this mark."""


@dataclass
class Outcome:
    ground: str
    kills: int = 0
    faults: list[str] = field(default_factory=list)

    def check(self, what: str, holds: bool) -> None:
        if not holds:
            self.faults.append(what)


def run(times: int) -> list[Outcome]:
    """That many rounds on each database."""
    with tempfile.TemporaryDirectory(prefix="tmkills") as folder, postgresql() as server:
        home = Path(folder)
        return [_on(ground, home / ground.name, times) for ground in (SqliteGround(home), server)]


def _on(ground: Ground, folder: Path, times: int) -> Outcome:
    outcome = Outcome(ground.name)
    for seed in range(times):
        settings = ground.fresh(folder / str(seed))
        play = prepare(settings, seed, linked=True)
        try:
            play.field()
            _one_round(outcome, play, settings)
        finally:
            play.services.engine.dispose()
            ground.drop(settings)
    return outcome


def _one_round(outcome: Outcome, play: Play, settings: Settings) -> None:
    code = _unused(play)
    instruments = settings.home / "instruments"
    stage = kills.Stage(environment_of(settings), play.clock.now, play.round_id, code, _EXTRA, instruments)
    given, answered = len(play.sent), _answered(play)
    for _ in kills.every_step(kills.do_submit, stage):
        outcome.kills += 1
        outcome.check("a submission was half sent in", _count(play, UrnBox) - given == _answered(play) - answered)
    outcome.check("a submission was lost or doubled", _count(play, UrnBox) == given + 1)
    rounds.close(play.services, play.round_id)
    before = _rows(play, Invitation)

    def untouched() -> bool:
        return _count(play, UrnBox) == given + 1 and not _count(play, Response) and _rows(play, Invitation) == before

    def mixed() -> bool:
        return not (_count(play, UrnBox) or _count(play, Draft)) and not set(_rows(play, Invitation)) & set(before)

    # Once more after the commit: what is left to do then is killed at each of its steps too.
    for _ in range(2):
        _until_done(outcome, kills.do_mix, stage, "mixing was seen half done", lambda: untouched() or mixed())
    outcome.check(
        "answers were lost, doubled or changed", _marks(play) == sorted([1, *(one.mark for one in play.sent)])
    )
    outcome.check("words were lost or doubled", _count(play, FreeText) == given + 1)
    keys = play.services.round_keys
    _until_done(outcome, kills.do_destroy, stage, "a round said too early that its keys are gone",
                lambda: not (_noted(play) and keys.has(play.round_id)))  # fmt: skip
    outcome.check("keys were left", keys.destroyed(play.round_id) and not keys.has(play.round_id))


def _until_done(outcome: Outcome, work: kills.Work, stage: kills.Stage, fault: str, holds: Callable[[], bool]) -> None:
    for _ in kills.every_step(work, stage):
        outcome.kills += 1
        outcome.check(fault, holds())


def _unused(play: Play) -> str:
    """A link that nobody has come by."""
    used = {one.code for one in (*play.sent, *play.withdrawn)}
    return next(code for codes in play.links.values() for code in codes if code not in used)


def _answered(play: Play) -> int:
    with play.services.sessions() as session:
        return session.scalar(select(func.count()).where(Invitation.answered.is_(True))) or 0


def _noted(play: Play) -> bool:
    with play.services.sessions() as session:
        round_ = session.get_one(Round, play.round_id)
        return round_.state == RoundState.SEALED and round_.keys_destroyed_at is not None


def _marks(play: Play) -> list[object]:
    with play.services.sessions() as session:
        return sorted(answers["mark"] for answers in session.scalars(select(Response.answers)))  # type: ignore[type-var]


def _rows(play: Play, model: type[Base]) -> list[str]:
    with play.services.sessions() as session:
        return sorted(map(repr, session.execute(select(model.__table__)).all()))


def _count(play: Play, model: type[Base]) -> int:
    with play.services.sessions() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def table(outcomes: list[Outcome]) -> str:
    lines = [f"{'':<14}{'kills':>8}  faults"]
    lines += [f"{one.ground:<14}{one.kills:>8}  {'; '.join(sorted(set(one.faults))) or 'none'}" for one in outcomes]
    return "\n".join(lines)
