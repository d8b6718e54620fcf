"""What is said to whoever reads free texts when a decision cannot be taken."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

FREE_TEXT_REFUSALS: dict[str, Explained] = {
    "text_marked": Explained(
        text=_("Something in the text may still point to a person."),
        remedy=_("Strike it out, or tick that it may stay."),
    ),
    "text_empty": Explained(
        text=_("Nothing is left of the text."),
        remedy=_("Withhold it instead."),
    ),
    "text_too_long": Explained(
        text=_("The text has become too long."),
        remedy=_("Make it shorter."),
    ),
    "text_read": Explained(
        text=_("Somebody else has read that text already, or it has been deleted."),
        remedy=_("Go on with the next one."),
    ),
    "names_unreadable": Explained(
        text=_("The list of the organisation's own names cannot be read."),
        remedy=_("Ask the person who runs the installation to save it as plain text."),
        status=500,
    ),
}
