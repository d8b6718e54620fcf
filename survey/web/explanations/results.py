"""What is said when results or reports are asked for and cannot be had."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

RESULTS_REFUSALS: dict[str, Explained] = {
    "unknown_release": Explained(
        title=_("There are no such results"),
        text=_("No published results belong to this address."),
        remedy=_("Go to the list of results and choose from there."),
        status=404,
    ),
    "unknown_group": Explained(
        title=_("There is no such group"),
        text=_("These results have no group with that code."),
        remedy=_("Go to the results and choose a group in the list."),
        status=404,
    ),
    "before_not_sealed": Explained(
        title=_("The earlier round is not ready"),
        text=_("The round that change is measured from has not been sealed."),
        remedy=_("Seal the earlier round first, then publish this one."),
    ),
    "late_too_few": Explained(
        title=_("Too few answers have come since"),
        text=_("Fewer than %(k)s answers have come since the last results. New ones would tell about those few."),
        remedy=_("Wait for more, or leave the results as they are."),
    ),
    "release_damaged": Explained(
        title=_("The results do not fit their digest"),
        text=_("What is stored is not what was published, so it is not shown."),
        remedy=_("Tell the person who runs the installation."),
        status=500,
    ),
    "release_of_other_version": Explained(
        title=_("The results were published by an earlier version"),
        text=_("This version of the program cannot read how they are stored."),
        remedy=_("Publish the round again. The reports that were written then can still be read."),
    ),
    "report_changed": Explained(
        title=_("The report has been changed"),
        text=_("The file is not the one that was written when the results were published."),
        remedy=_("Tell the person who runs the installation."),
        status=500,
    ),
    "view_not_here": Explained(
        title=_("There is nothing here for you to see"),
        text=_("The address leads to nothing, or to results that your account may not see."),
        remedy=_(
            "Ask the person who sent you the address for a report, or ask your administrator for the right to see it."
        ),
        status=404,
    ),
    "view_unnamed": Explained(
        text=_("The view was not saved: it needs a name of at most 80 characters."),
        remedy=_("Write a name that you will know it by."),
    ),
    "view_too_long": Explained(
        text=_("The view was not saved: its address is too long."),
        remedy=_("Open the view from the study's page, and make the choices again."),
    ),
    "view_name_taken": Explained(
        text=_("The view was not saved: you have one with that name already."),
        remedy=_("Write another name, or remove the old one on the study's page."),
    ),
    "too_many_views": Explained(
        text=_("The view was not saved: you have 50 in this study."),
        remedy=_("Remove one on the study's page first."),
    ),
}
