"""What somebody is told whose entry, or whose case, is refused; `survey.web.refusals` holds them with the others."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

RECORD_REFUSALS: dict[str, Explained] = {
    "unknown_record": Explained(text=_("There is no such entry."), remedy=_("Choose one in the list."), status=404),
    "not_a_record": Explained(
        text=_("This form cannot be signed as an entry."), remedy=_("Choose another form."), status=404
    ),
    "record_day": Explained(
        text=_("An entry is of a day that has been."), remedy=_("Write a day from 1990 up to today.")
    ),
    "record_empty": Explained(text=_("Nothing is written yet."), remedy=_("Answer something, then sign.")),
    "record_reason": Explained(
        text=_("It has to say why, on one line."), remedy=_("Write at most %(most)s characters.")
    ),
    "record_replaced": Explained(
        title=_("The entry stands no longer"),
        text=_("Somebody has corrected it or taken it back."),
        remedy=_("Open the entry again: it leads to the newest one."),
    ),
}
