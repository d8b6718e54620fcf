"""What only the person who runs the installation can put right: a page says so, and that nothing is lost."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

_OUT_OF_ORDER = Explained(
    title=_("The service is not ready"),
    text=_(
        "Something in the installation has to be put right before it can be used. What you have saved is still there."
    ),
    remedy=_("Come back later. If it lasts, tell the person who runs the survey."),
    status=503,
)

_OPERATORS_CODES = (
    "backup_damaged",
    "backup_failed",
    "chores_unfinished",
    "database_newer",
    "database_older",
    "key_damaged",
    "key_folder",
    "key_permissions",
    "records_faulty",
    "restore_not_empty",
)

INSTALLATION_REFUSALS: dict[str, Explained] = dict.fromkeys(_OPERATORS_CODES, _OUT_OF_ORDER) | {
    "key_missing": Explained(
        text=_("The keys that the answers are sealed to are not there."),
        remedy=_("Nothing has been changed. The person who runs the installation needs to look at the key folder."),
        status=500,
    ),
}
