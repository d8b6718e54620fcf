"""What the demo's municipalities did between the last two rounds: signed entries, so that results have their box."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy.orm import Session

from instruments.load import load
from survey.accounts.accounts import find_account
from survey.demo import plan
from survey.organisation.units import find_unit
from survey.records.entries import sign

INSTRUMENT = "activity-log"

# Municipality, days after that round opened, then the answers: kind, times, participants, for whom, about what.
DONE: tuple[tuple[str, int, int, int, int, list[int], str], ...] = (
    ("2309", 160, 2, 2, 34, [1, 2], "Två halvdagar om att söka och värdera kunskap (demo)"),
    ("2309", 400, 1, 6, 18, [1, 2], "Cirkel om systematisk uppföljning i egna ärenden (demo)"),
    ("2309", 610, 3, 10, 18, [1, 2], "Metodstöd på plats efter cirkeln (demo)"),
    ("2326", 330, 1, 4, 12, [2], "Cirkel om motiverande samtal (demo)"),
    ("2380", 250, 4, 3, 25, [4, 5], "Chefsnätverk om ledning av kunskapsarbete (demo)"),
    ("23", 500, 4, 1, 62, [4, 5, 6], "Länets dag om evidensbaserad praktik (demo)"),
)


def sign_activities(session: Session, first: date) -> None:
    """`first` is the day that the round before the last one opened."""
    account = find_account(session, plan.ANALYST)
    for code, days, kind, held, participants, target, about in DONE:
        day = first + timedelta(days=days)
        sign(
            session,
            instrument=load(INSTRUMENT),
            unit=find_unit(session, code),
            happened_on=day,
            answers={"A01": kind, "A02": held, "A03": participants, "A04": tuple(target), "A05": about},
            account=account,
            now=datetime.combine(day, time(15), UTC),
        )
