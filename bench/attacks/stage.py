"""A round played for real, from the first card to the destroyed keys, with the truth kept in memory only.

Every respondent goes the way a request goes: find_entry, save_draft, submit, withdraw. What the adversary may not know,
and what every attack is measured by, is `Play.sent`: who sent in what, and in which order.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.attacks.scene import CHOICES, UNITS, Unit, add_units, write_instrument
from bench.clock import Clock
from instruments.model import Answer
from instruments.order import SEEDS
from survey.answering import tokens
from survey.answering.drafts import save_draft
from survey.answering.entry import Entry, Purpose, find_entry
from survey.answering.linking import contact_lookup
from survey.answering.study_key import new_shares
from survey.answering.submit import submit
from survey.answering.withdraw import withdraw
from survey.config import Settings
from survey.fieldwork.cards import make_cards
from survey.fieldwork.invitations import invite, invited
from survey.fieldwork.launching import add_link_codes
from survey.fieldwork.law import Law, LegalBasis
from survey.fieldwork.rounds import create_round
from survey.fieldwork.studies import create_study
from survey.jobs import rounds as steps
from survey.models import OrganisationUnit, Round
from survey.services import Services, services_from


@dataclass(frozen=True)
class Sent:
    """One submission: the truth."""

    number: int
    """The order of submission, from 0."""
    unit: str
    way: str
    code: str
    token: bytes
    lookup: bytes | None
    """Of the invitation; None by an open link."""
    person: bytes | None
    """What the row of the person is found by, in a linked study by personal invitation."""
    mark: int
    words: str
    receipt_hash: bytes
    draft_id: bytes
    answers: Mapping[str, Answer]


@dataclass
class Play:
    """One installation with one round, and the truth about it."""

    services: Services
    clock: Clock
    random: Random
    units: Mapping[str, Unit]
    round_id: int = 0
    study_id: int = 0
    links: dict[str, list[str]] = field(default_factory=dict)
    """By unit: the codes of cards and invitations."""
    persons: dict[str, bytes] = field(default_factory=dict)
    open_codes: dict[str, str] = field(default_factory=dict)
    unit_ids: dict[str, int] = field(default_factory=dict)
    sent: list[Sent] = field(default_factory=list)
    withdrawn: list[Sent] = field(default_factory=list)

    def answer(self, unit: str, code: str, nonce: bytes | None) -> Sent:
        """One whole submission in a transaction of its own, as a request makes it."""
        answers = self._answers()
        with self.services.sessions.begin() as session:
            entry = self._enter(session, code, Purpose.SUBMIT, nonce)
            receipt = submit(
                session,
                self.services.keys,
                entry,
                answers,
                variant="standard",
                language="sv",
                order_seed=self._order_seed(code, nonce),
            )
        return self._truth(entry, unit, answers, receipt)

    def begin(self, code: str, nonce: bytes | None) -> None:
        """Look at the form, answer some, and go away: twice saved."""
        for answers in ({}, self._answers()):
            with self.services.sessions.begin() as session:
                entry = self._enter(session, code, Purpose.ANSWER, nonce)
                save_draft(
                    session,
                    self.services.keys,
                    entry,
                    answers,
                    variant="standard",
                    language="sv",
                    order_seed=self._order_seed(code, nonce),
                )

    def take_back(self, sent: Sent) -> None:
        with self.services.sessions.begin() as session:
            entry = self._enter(session, sent.code, Purpose.WITHDRAW, None)
            withdraw(session, self.services.keys, entry, tokens.receipt_of(self.round_id, sent.token))
        self.sent.remove(sent)
        self.withdrawn.append(sent)

    def field(self, after: Callable[[Sent], None] = lambda sent: None) -> None:
        """Everybody comes, in an order that has nothing to do with unit, card or answers."""
        for _, what in sorted(self._arrivals(), key=lambda arrival: arrival[0]):
            sent = what()
            if sent is not None:
                after(sent)

    def seal(self) -> None:
        """Close, let the hour pass, and mix."""
        if not self.services.settings.embedded:
            # What PostgreSQL does by itself in a round that lasts weeks.
            with self.services.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("ANALYZE"))
        steps.close(self.services, self.round_id)
        self.clock.pass_time(hours=2)
        steps.seal(self.services, self.round_id)

    def destroy_keys(self) -> None:
        """Let the hours pass after which the keys go."""
        from survey.answering.destroying import destroy_due_keys

        self.clock.pass_time(hours=self.services.settings.key_hours + 1)
        destroy_due_keys(self.services, self.clock.now)

    def _arrivals(self) -> list[tuple[float, Callable[[], Sent | None]]]:
        arrivals: list[tuple[float, Callable[[], Sent | None]]] = []
        for code, unit in self.units.items():
            links = self.random.sample(self.links[code], len(self.links[code]))
            for place, link in enumerate(links[: unit.answer + unit.withdraw]):
                arrivals += self._arrival(code, link, None, place >= unit.answer)
            for link in links[len(links) - unit.begin :] if unit.begin else ():
                arrivals.append((self.random.random(), partial(self.begin, link, None)))
            for _ in range(unit.open):
                arrivals += self._arrival(code, self.open_codes[code], self.random.randbytes(16), False)
        return arrivals

    def _arrival(
        self, unit: str, code: str, nonce: bytes | None, regrets: bool
    ) -> list[tuple[float, Callable[[], Sent | None]]]:
        """Begins at one moment, sends in at a later one, perhaps takes it back: others come between."""
        moments = sorted(self.random.random() for _ in range(3))

        def send() -> Sent:
            sent = self.answer(unit, code, nonce)
            self.sent.append(sent)
            if regrets:
                self.take_back(sent)
            return sent

        return [(moments[0], partial(self.begin, code, nonce)), (moments[1], send)]

    def _answers(self) -> dict[str, Answer]:
        """A pattern that nobody else has: the items, a number of twelve digits, and words."""
        answers: dict[str, Answer] = {f"a{n:02}": self.random.randint(1, 5) for n in range(CHOICES)}
        return answers | {
            "mark": self.random.randrange(10**11, 10**12),
            "words": f"ord {self.random.getrandbits(64):016x}",
        }

    def _order_seed(self, code: str, nonce: bytes | None) -> int:
        """Drawn once for each person, as the page does, and not from the randomness of the answers."""
        return Random(f"{code} {nonce!r}").randrange(SEEDS)  # noqa: S311 - the same play for the same seed

    def _enter(self, session: Session, code: str, purpose: Purpose, nonce: bytes | None) -> Entry:
        services = self.services
        folders = services.instrument_folders
        now = self.clock()
        return find_entry(session, services.keys, code, now, purpose=purpose, nonce=nonce, folders=folders)

    def _truth(self, entry: Entry, unit: str, answers: Mapping[str, Answer], receipt: str) -> Sent:
        keys, token = self.services.keys, entry.the_token()
        return Sent(
            number=len(self.sent) + len(self.withdrawn),
            unit=unit,
            way=entry.way,
            code=entry.code,
            token=token,
            lookup=entry.lookup,
            person=self.persons.get(entry.code),
            mark=answers["mark"],  # type: ignore[arg-type]
            words=str(answers["words"]),
            receipt_hash=tokens.receipt_hash(keys, self.round_id, receipt, entry.way),
            draft_id=tokens.draft_id(keys, self.round_id, token),
            answers=answers,
        )


def prepare(settings: Settings, seed: int, *, linked: bool = False, units: Mapping[str, Unit] = UNITS) -> Play:
    """An installation with an open round. The caller disposes of `services.engine`."""
    clock = Clock()
    services = services_from(settings, clock)
    write_instrument(settings.home / "instruments")
    play = Play(services, clock, Random(seed), units)  # noqa: S311 - the same play for the same seed
    with services.sessions.begin() as session:
        add_units(session, units, play.unit_ids)
        study = create_study(
            session,
            slug="attacked",
            title="Angripen",
            instrument="attacked",
            owner_code="SE",
            linked=linked,
            law=Law("Att angripas.", LegalBasis.PUBLIC_INTEREST, "Angriparna", "angripare@example.se"),
            folders=services.instrument_folders,
        )
        round_ = create_round(session, study, name="r", unit_codes=units, folders=services.instrument_folders)
        play.round_id, play.study_id = round_.id, study.id
        for code, unit in units.items():
            place = session.get_one(OrganisationUnit, play.unit_ids[code])
            cards = unit.links if not unit.mailed else 0
            play.links[code] = make_cards(session, services.keys, round_, place, cards) if cards else []
        _invite(session, play, round_)
    steps.open_(services, play.round_id)
    with services.sessions() as session:
        opened = session.get_one(Round, play.round_id)
        play.open_codes.update({row.unit.code: row.open_code or "" for row in opened.units})
    return play


def _invite(session: Session, play: Play, round_: Round) -> None:
    """Personal invitations, each with its address; in a linked study the study key is whole for this moment."""
    services, study = play.services, round_.study
    people = [
        (code, f"{n}@{code}.example.se") for code, unit in play.units.items() if unit.mailed for n in range(unit.links)
    ]
    with tempfile.NamedTemporaryFile("w", suffix=".csv") as file:
        file.write("\n".join(",".join(one) for one in [("enhet", "e-post"), *people]))
        file.flush()
        invite(session, services.keys, services.round_keys, round_, Path(file.name))
    if study.linked:
        first, _, kept = new_shares(study.slug)
        services.round_keys.keep_share(study.id, kept)
        add_link_codes(session, services.keys, services.round_keys, round_, [first])
    pepper = services.keys.study_pepper(study.id)
    for one in invited(session, services.round_keys, round_):
        unit = session.get_one(OrganisationUnit, one.unit_id).code
        play.links[unit].append(one.code)
        if study.linked:
            play.persons[one.code] = contact_lookup(pepper, one.contact.address)
