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
    "microdata_no_purpose": Explained(
        text=_("Nothing has been taken out: the purpose is missing, or says too little."),
        remedy=_("Write in %(shortest)s to %(longest)s characters what the rows are for."),
        status=422,
    ),
    "microdata_changed": Explained(
        text=_("Something has changed since the page was shown, so nothing has been taken out."),
        remedy=_("Look at what will leave once more."),
    ),
    "microdata_too_few": Explained(
        text=_("%(round)s has too few answers. No rows can leave."), remedy=_("Use the results instead.")
    ),
    "microdata_unsafe": Explained(
        text=_("Together with what has been told before, these rows would tell about a few people: %(earlier)s."),
        remedy=_("Ask for less, or use the results instead."),
    ),
    "microdata_no_before": Explained(
        text=_("%(round)s has no earlier round."), remedy=_("Take out this round by itself.")
    ),
}
