"""Response cards: drawn from a bowl, so that no register says who holds which. Codes are shown once, never stored."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from reports.sheets import csv_text
from survey.answering.codes import new_code, shown
from survey.answering.keys import Keys
from survey.answering.tokens import card_lookup
from survey.errors import Refusal
from survey.fieldwork.links import address
from survey.fieldwork.studies import require_running
from survey.models import Card, Invitation, OrganisationUnit, Round, RoundState, random_id

MOST_CARDS = 5000
"""At once; more than any unit has people."""


def make_cards(session: Session, keys: Keys, round_: Round, unit: OrganisationUnit, count: int) -> list[str]:
    """New cards for one unit of a draft or open round. Returns their codes: print them now, they are not kept.

    In an open round at least the study's k at once: cards added one by one would tell later answers apart.
    Raises Refusal: `study_ended`, `wrong_round_state`, `unit_not_in_round`, `bad_card_count`.
    """
    where = f"{round_.study.slug}/{round_.name}"
    require_running(round_.study)
    if round_.state not in (RoundState.DRAFT, RoundState.OPEN):
        message = f"Round {where} is {round_.state} and takes no more cards; make them in a new round"
        raise Refusal("wrong_round_state", message, round=where, state=str(round_.state))
    if unit.id not in {row.unit_id for row in round_.units}:
        message = f"Not in round {where}: {unit.code}; choose one of its units"
        raise Refusal("unit_not_in_round", message, units=unit.code)
    fewest = round_.study.k if round_.state == RoundState.OPEN else 1
    if not fewest <= count <= MOST_CARDS:
        message = f"Make {fewest} to {MOST_CARDS} cards at once; fewer could tell answers apart in an open round"
        raise Refusal("bad_card_count", message, fewest=fewest, most=MOST_CARDS)
    codes: dict[bytes, str] = {}
    while len(codes) < count:
        code = new_code()
        codes[card_lookup(keys, round_.study_id, code)] = code
    session.execute(
        insert(Card),
        [{"id": random_id(), "study_id": round_.study_id, "unit_id": unit.id, "lookup": lookup} for lookup in codes],
    )
    invite_cards(session, round_)
    return list(codes.values())


def invite_cards(session: Session, round_: Round) -> int:
    """Let every card of the study whose unit takes part answer once in this round. Returns how many were added."""
    invited = select(Invitation.lookup).where(Invitation.round_id == round_.id)
    cards = session.execute(
        select(Card.unit_id, Card.lookup).where(
            Card.study_id == round_.study_id,
            Card.unit_id.in_([row.unit_id for row in round_.units]),
            Card.lookup.not_in(invited),
        )
    ).all()
    if cards:
        session.execute(
            insert(Invitation),
            [
                {
                    "id": random_id(),
                    "round_id": round_.id,
                    "unit_id": card.unit_id,
                    "way": "card",
                    "lookup": card.lookup,
                    "answered": False,
                    "withdrawn": False,
                }
                for card in cards
            ],
        )
    return len(cards)


def cards_csv(codes: Sequence[str], *, unit_name: str, public_url: str) -> str:
    """One row a card, for a print shop: unit, code as it is printed, link."""
    rows = [(unit_name, shown(code), address(public_url, code)) for code in codes]
    return csv_text([("enhet", "kod", "länk"), *rows])
