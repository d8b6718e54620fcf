"""What is said about links over rounds: invitations, shares of a study's key, and studies that have ended."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

LINKING_REFUSALS: dict[str, Explained] = {
    "shares_wrong": Explained(
        text=_("The shares do not give the study's key."), remedy=_("Read them again, word by word.")
    ),
    "study_not_linked": Explained(
        text=_("The study %(study)s does not follow persons with personal links."),
        remedy=_("It needs no key: open its rounds as they are."),
    ),
    "study_keys_made": Explained(
        text=_("The study %(study)s has its key already."),
        remedy=_("Use the shares that were handed out: a new key could not follow anybody from before."),
    ),
    "study_key_needed": Explained(
        title=_("The study's key is needed"),
        text=_(
            "The round has personal invitations in a study that follows persons, so two shares of its key are "
            "needed to open it."
        ),
        remedy=_("The person who runs the installation opens it with ./run rounds launch."),
    ),
    "study_ended": Explained(
        title=_("The study has ended"),
        text=_("The keys and codes of the study %(study)s have been destroyed, so no new round can be linked to it."),
        remedy=_("Create a new study. The results that have been published stay as they are."),
    ),
    "study_running": Explained(
        title=_("The study cannot end yet"),
        text=_("These rounds are open, or closed and not sealed: %(rounds)s."),
        remedy=_("Close and seal them first."),
    ),
    "invitations_file_faulty": Explained(
        text=_("The file has faults, and nothing has been stored."), remedy=_("Correct it and try again.")
    ),
    "too_few_invitations": Explained(
        text=_("An open round takes at least %(fewest)s new invitations a unit: %(units)s has fewer."),
        remedy=_("Add more at once. A single one would tell its answer apart."),
    ),
    "no_invitations": Explained(
        text=_("The round has no personal invitations to print."), remedy=_("Add them with ./run rounds invite.")
    ),
}
