"""Who answers an instrument: staff, service users, the young among them, or anybody.

The id says it, as it says it in the catalogue (docs/decisions/0013): no field of the model does.
"""

from __future__ import annotations

from enum import StrEnum

from instruments.model import Instrument

USER_SURVEYS = "user-survey-"
STAFF_SURVEYS = "ebp-thermometer"
YOUNG = tuple(
    f"{USER_SURVEYS}{about}"
    for about in ("youth", "foster-home", "hvb", "supported-accommodation")  # placed or in contact with the services
)


class Audience(StrEnum):
    """Whom a sentence is written to: who might see what they answer is not the same for all."""

    STAFF = "staff"
    USERS = "users"
    YOUNG = "young"
    ANYBODY = "anybody"


def audience(instrument_id: str) -> Audience:
    """Whom the instrument asks; an organisation's own, or another wording of one, by how its id begins."""
    if instrument_id.startswith(YOUNG):
        return Audience.YOUNG
    if is_user_survey(instrument_id):
        return Audience.USERS
    return Audience.STAFF if instrument_id.startswith(STAFF_SURVEYS) else Audience.ANYBODY


def for_service_users(instrument: Instrument) -> bool:
    """Whether those who answer may need to leave the page before somebody sees it."""
    return is_user_survey(instrument.id)


def is_user_survey(instrument_id: str) -> bool:
    return instrument_id.startswith(USER_SURVEYS)
