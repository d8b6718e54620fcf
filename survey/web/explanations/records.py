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

CASE_REFUSALS: dict[str, Explained] = {
    "unknown_case": Explained(text=_("There is no such case."), remedy=_("Choose one in the list."), status=404),
    "not_a_case": Explained(text=_("Cases are not followed with this form."), remedy=_("Choose another form.")),
    "bad_case_code": Explained(
        text=_("That cannot be a case code."),
        remedy=_(
            "Use 2 to 20 letters, digits and hyphens, with at most %(digits)s digits: never a name or a personal "
            "number."
        ),
    ),
    "case_exists": Explained(text=_("The unit has a case %(case)s already."), remedy=_("Choose another code.")),
    "case_not_yours": Explained(
        title=_("You do not have access to this"),
        text=_("You are not named in this case, or may only read it."),
        remedy=_("Ask the holder of the case, or an administrator."),
        status=403,
    ),
    "case_not_oneself": Explained(
        text=_("Nobody gives themselves access to a case."), remedy=_("Ask the holder of the case.")
    ),
    "case_needs_role": Explained(
        text=_("That person is not a caseworker there."), remedy=_("Give the person the role of caseworker first.")
    ),
    "case_has_access": Explained(
        text=_("That person has access already."), remedy=_("End that access first, to change it.")
    ),
    "unknown_case_access": Explained(
        text=_("That access has ended already."), remedy=_("Open the page of the case again."), status=404
    ),
    "case_last_holder": Explained(
        text=_("An open case has somebody who holds it."), remedy=_("Name another holder first.")
    ),
    "case_closed": Explained(
        text=_("The case is closed, and nothing more is written in it."),
        remedy=_("Open a new case if it begins again."),
    ),
    "case_occasion_changed": Explained(
        text=_("Somebody has kept answers for this occasion since you opened the page."),
        remedy=_(
            "What you wrote is not kept yet, but stands below. See what differs, change yours if need be, and keep the "
            "answers again."
        ),
    ),
    "case_day": Explained(
        text=_("Answers are of a day that has been."), remedy=_("Write a day from 1990 up to today.")
    ),
    "case_unreadable": Explained(
        title=_("The case cannot be opened"),
        text=_("The answers do not open with the keys that are here."),
        remedy=_("The person who runs the installation needs to look at the key folder."),
        status=500,
    ),
    "case_count_few": Explained(
        text=_("Fewer than %(k)s closed cases wait to be counted there."),
        remedy=_("Wait until more have closed, or choose a wider part of the organisation."),
    ),
}
