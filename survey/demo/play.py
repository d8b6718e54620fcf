"""Plays the demo: each simulated respondent goes the way a real one goes, from a code to a sealed box in the urn."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from instruments.load import load
from instruments.model import Instrument
from survey.accounts.accounts import create_account, grant_role
from survey.answering.entry import find_entry
from survey.answering.submit import submit
from survey.demo import plan
from survey.demo.activities import sign_activities
from survey.demo.respondents import Person, answers_of, new_person, years_later
from survey.fieldwork.cards import make_cards
from survey.fieldwork.rounds import create_round, open_round, set_invited
from survey.fieldwork.studies import create_study
from survey.jobs import client
from survey.jobs import rounds as steps
from survey.models import Role, Round, Study
from survey.organisation.register import load_register
from survey.organisation.units import add_unit, find_unit
from survey.services import Services

Tell = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""
Level = dict[str, float]
Cards = dict[str, list[tuple[Person, str]]]
"""By municipality: who holds which card. Only in memory: a card's code is never stored."""


class Clock:
    """The demo's time: set to the day that is being played."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def set(self, day: date) -> datetime:
        self.now = datetime.combine(day, time(9, 0), UTC)
        return self.now


@dataclass
class Stage:
    """What playing needs at hand."""

    services: Services
    clock: Clock
    random: np.random.Generator
    tell: Tell
    cards: Cards = field(default_factory=dict)


def play(services: Services, tell: Tell) -> None:
    """Plays all of it on a migrated database without studies. `services.clock` says today; the past follows from it."""
    from survey.jobs.worker import working

    today = services.clock()
    clock = Clock(today)
    stage = Stage(replace(services, clock=clock), clock, np.random.default_rng(plan.SEED), tell)
    springs = [date(latest_spring(today.date()) - years, 4, 13) for years in (4, 2, 0)]
    _prepare(stage)
    before_id: int | None = None
    with working(stage.services):
        for spring, shifted in zip(springs, plan.SHIFTED, strict=True):
            later = spring is springs[-1]
            before_id = _staff_round(stage, str(spring.year), spring, before_id, shifted, later=later)
            _finish(stage, before_id, spring, ("close", "seal", "release" if later else "results"))
    with stage.services.sessions.begin() as session:
        sign_activities(session, springs[1])
    clock.now = today
    _try_round(stage, before_id)
    _user_round(stage)


def latest_spring(today: date) -> int:
    """The year of the last spring whose round has been closed, sealed and released."""
    return today.year if today >= date(today.year, 6, 1) else today.year - 1


def _prepare(stage: Stage) -> None:
    stage.tell("Reads the register of municipalities", 0, 1)
    with stage.services.sessions.begin() as session:
        load_register(session)
        county = find_unit(session, plan.COUNTY)
        for email, name, role in (
            (plan.ADMINISTRATOR, "Demo administratör", Role.ADMINISTRATOR),
            (plan.ANALYST, "Demo analytiker", Role.ANALYST),
        ):
            grant_role(session, create_account(session, email=email, name=name), role, county)
        create_study(
            session,
            slug=plan.STAFF_STUDY,
            title=plan.STAFF_TITLE,
            instrument=plan.STAFF_INSTRUMENT,
            owner_code=plan.COUNTY,
            k=plan.STAFF_K,
            linked=True,
            simulated=True,
            law=plan.LAW,
        )
    stage.tell("Reads the register of municipalities", 1, 1)


def _staff_round(stage: Stage, name: str, opens_on: date, before_id: int | None, shifted: float, *, later: bool) -> int:
    """Creates and opens a spring round, and has everybody answer it. Returns its id."""
    now = stage.clock.set(opens_on)
    instrument = load(plan.STAFF_INSTRUMENT).instrument
    with stage.services.sessions.begin() as session:
        round_ = _new_round(session, plan.STAFF_STUDY, name, opens_on, before_id, [place.code for place in plan.PLACES])
        invited = {place.code: place.invited_second if later else place.invited_first for place in plan.PLACES}
        set_invited(session, round_, invited)
        holders = {place.code: _holders(stage, session, round_, place, instrument, later) for place in plan.PLACES}
        _open(stage, session, round_, now)
    total = sum(len(people) for people in holders.values())
    done = 0
    for place in plan.PLACES:
        level = _level(place, shifted)
        with stage.services.sessions.begin() as session:
            _answer(stage, session, round_.id, place.code, holders[place.code], instrument, level)
        done += len(holders[place.code])
        stage.tell(f"Simulates round {name}", done, total)
    return round_.id


def _holders(
    stage: Stage, session: Session, round_: Round, place: plan.Place, instrument: Instrument, later: bool
) -> list[tuple[Person, str | None]]:
    """Who answers, each with a card or, without one, by the open link. Half of those from last time are here again."""
    answered = place.answered_second if later else place.answered_first
    by_link = round(answered * plan.BY_OPEN_LINK)
    earlier = stage.cards.get(place.code, [])
    staying = earlier[: min(round(len(earlier) * plan.STAYS), answered - by_link)]
    for person, _ in staying:
        years_later(person, stage.random)
    unit = find_unit(session, place.code)
    codes = make_cards(session, stage.services.keys, round_, unit, answered - by_link - len(staying))
    fresh = [(new_person(instrument, stage.random), code) for code in codes]
    stage.cards[place.code] = [*staying, *fresh]
    strangers = [(new_person(instrument, stage.random), None) for _ in range(by_link)]
    return [*stage.cards[place.code], *strangers]


def _answer(
    stage: Stage,
    session: Session,
    round_id: int,
    unit_code: str,
    people: Iterable[tuple[Person, str | None]],
    instrument: Instrument,
    level: Level,
) -> None:
    """Everybody sends in, by card or by the unit's open link."""
    open_code = _open_code(session, round_id, unit_code)
    keys, now = stage.services.keys, stage.clock()
    for person, code in people:
        nonce = None if code else secrets.token_bytes(16)
        entry = find_entry(session, keys, code or open_code, now, nonce=nonce)
        answers = answers_of(person, instrument, level, stage.random)
        submit(session, keys, entry, answers, variant="standard", language="sv")


def _finish(stage: Stage, round_id: int, opened: date, names: tuple[str, ...]) -> None:
    """`results` is a release without its reports: those of rounds that are long past nobody waits for."""
    days = {"close": 28, "seal": 30, "results": 37, "release": 37}
    labels = {"close": "Closes the round", "seal": "Mixes the urn", "release": "Computes and writes reports"}
    for name in names:
        stage.clock.set(opened + timedelta(days=days[name]))
        if name == "results":
            steps.freeze(stage.services, round_id)
            steps.mark_released(stage.services, round_id)
            continue
        label = labels[name]

        def on_progress(done: int, total: int | None, label: str = label) -> None:
            stage.tell(label, done, total or 1_000)

        client.run(stage.services.settings, name, round_id, on_progress=on_progress, services=stage.services)


def _try_round(stage: Stage, before_id: int | None) -> None:
    """An open round that a visitor can answer; some of the county has answered already."""
    instrument = load(plan.STAFF_INSTRUMENT).instrument
    now = stage.clock()
    with stage.services.sessions.begin() as session:
        codes = [place.code for place in plan.PLACES]
        round_ = _new_round(session, plan.STAFF_STUDY, plan.TRY_ROUND, now.date(), before_id, codes)
        set_invited(session, round_, {place.code: place.invited_second for place in plan.PLACES})
        _open(stage, session, round_, now)
        for number, place in enumerate(plan.PLACES, 1):
            count = max(plan.STAFF_K, round(place.answered_second * plan.TRY_ANSWERED))
            people = [(new_person(instrument, stage.random), None) for _ in range(count)]
            _answer(stage, session, round_.id, place.code, people, instrument, _level(place, 1.0))
            stage.tell("Opens a round to try", number, len(plan.PLACES))


def _user_round(stage: Stage) -> None:
    """The same for clients of economic assistance, by open link."""
    instrument = load(plan.USER_INSTRUMENT).instrument
    now = stage.clock()
    with stage.services.sessions.begin() as session:
        for office in plan.OFFICES:
            valid_from = date(2020, 1, 1)
            add_unit(
                session, code=office.code, name=office.name, parent_code=office.parent, kind="unit",
                short_name=None, private=False, valid_from=valid_from,
            )  # fmt: skip
        create_study(
            session,
            slug=plan.USER_STUDY,
            title=plan.USER_TITLE,
            instrument=plan.USER_INSTRUMENT,
            owner_code=plan.COUNTY,
            simulated=True,
            law=plan.LAW,
        )
        codes = [office.code for office in plan.OFFICES]
        round_ = _new_round(session, plan.USER_STUDY, plan.TRY_ROUND, now.date(), None, codes)
        set_invited(session, round_, {office.code: office.invited for office in plan.OFFICES})
        _open(stage, session, round_, now)
        for office in plan.OFFICES:
            people = [(new_person(instrument, stage.random), None) for _ in range(office.answered)]
            _answer(stage, session, round_.id, office.code, people, instrument, office.level)


def _new_round(
    session: Session, slug: str, name: str, opens_on: date, before_id: int | None, unit_codes: list[str]
) -> Round:
    study = session.scalars(select(Study).where(Study.slug == slug)).one()
    return create_round(
        session,
        study,
        name=name,
        unit_codes=unit_codes,
        opens_on=opens_on,
        closes_on=opens_on + timedelta(days=28),
        before=session.get(Round, before_id) if before_id else None,
    )


def _open(stage: Stage, session: Session, round_: Round, now: datetime) -> None:
    open_round(session, round_, now, public_key=stage.services.round_keys.make(round_.id))


def _open_code(session: Session, round_id: int, unit_code: str) -> str:
    units = session.get_one(Round, round_id).units
    found = next(unit.open_code for unit in units if unit.unit.code == unit_code)
    if found is None:
        raise ValueError(f"round {round_id} has no open link for {unit_code}")
    return found


def _level(place: plan.Place, shifted: float) -> Level:
    return {
        scale: base + place.level.get(scale, 0.0) + shifted * place.shift.get(scale, 0.0)
        for scale, base in plan.BASE.items()
    }
