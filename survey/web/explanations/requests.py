"""What anybody can be told: that a request cannot be read, may not be made, leads nowhere, or comes at a bad time."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

REQUEST_REFUSALS: dict[str, Explained] = {
    "foreign_post": Explained(
        title=_("We did not accept this"),
        text=_("What was sent did not come from our own page, so nothing has been changed."),
        remedy=_("Open the link you were given again, and answer there."),
        status=403,
    ),
    "too_many_now": Explained(
        title=_("Many are doing this right now"),
        text=_("This page takes only so many at a time."),
        remedy=_("Wait a minute and try again."),
        status=429,
    ),
    "tampered": Explained(
        title=_("We could not read this"),
        text=_("What was sent does not fit the page it came from, so nothing has been changed."),
        remedy=_("Go back, load the page again and try once more. Answers on earlier pages are saved."),
        status=400,
    ),
    "expired": Explained(
        title=_("The page had been open too long"),
        text=_("For safety's sake a page can be sent in for a limited time only. Nothing has been changed."),
        remedy=_("Go back, load the page again and try once more."),
        status=400,
    ),
    "bad_request": Explained(
        title=_("We could not read this"),
        text=_("Something in what was sent could not be read. Nothing has been changed."),
        remedy=_("Go back, load the page again and try once more."),
        status=400,
    ),
    "too_large": Explained(
        title=_("That was too much at once"),
        text=_("What was sent is larger than we accept. Nothing has been changed."),
        remedy=_("Go back and make the text shorter. Answers on earlier pages are saved."),
        status=413,
    ),
    "too_often": Explained(
        title=_("Please wait a moment"),
        text=_("There have been many attempts in a short time."),
        remedy=_("Wait a minute and try again."),
        status=429,
    ),
    "no_rights": Explained(
        title=_("You do not have access to this"),
        text=_("Your account does not have the right to see or do this."),
        remedy=_("Log in with another account, or ask the person who runs the survey."),
        status=403,
    ),
    "not_found": Explained(
        title=_("The page does not exist"),
        text=_("There is nothing at this address."),
        remedy=_("Check the address. If you have a code for a survey, you can type it here."),
        status=404,
    ),
    "wrong_method": Explained(
        title=_("That cannot be done here"),
        text=_("The page was opened in a way that it does not answer to. Nothing has been changed."),
        remedy=_("Open the link you were given again."),
        status=405,
    ),
    "busy": Explained(
        title=_("The service is resting for a moment"),
        text=_("It cannot answer right now. What you have saved is still there."),
        remedy=_("Wait a minute and try again."),
        status=503,
    ),
    "server_error": Explained(
        title=_("Something went wrong with us"),
        text=_("It is our fault, not yours. What you have saved is still there."),
        remedy=_("Wait a minute and try again. If it happens again, report this number: %(error_id)s"),
        status=500,
    ),
}
