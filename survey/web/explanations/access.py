"""What is said about codes from the second factor, and about rows that may not leave."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

ACCESS_REFUSALS: dict[str, Explained] = {
    "wrong_code": Explained(
        text=_("That code is not right, or it has been used already."),
        remedy=_("Wait for the next code and type that one."),
        status=422,
    ),
    "too_many_codes": Explained(
        text=_("There have been too many wrong codes."),
        remedy=_("Wait a quarter of an hour. If it still does not work, ask the person who runs the installation."),
        status=429,
    ),
    "second_factor_exists": Explained(
        text=_("Your account has two-step log-in already."), remedy=_("Turn it off first, with a code.")
    ),
    "second_factor_unreadable": Explained(
        text=_("The codes of your account cannot be checked."),
        remedy=_("Ask the person who runs the installation to turn two-step log-in off for you."),
        status=500,
    ),
}
