"""Which instruments service users answer: those of the catalogue's family of user surveys, and an organisation's own.

The id says it, as it says it in the catalogue (docs/decisions/0013): no field of the model does.
"""

from __future__ import annotations

from instruments.model import Instrument

USER_SURVEYS = "user-survey-"


def for_service_users(instrument: Instrument) -> bool:
    """Whether those who answer may need to leave the page before somebody sees it."""
    return is_user_survey(instrument.id)


def is_user_survey(instrument_id: str) -> bool:
    return instrument_id.startswith(USER_SURVEYS)
