"""What those who run a survey are told when a request is refused; `survey.web.refusals` holds them with the others."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

OFFICE_REFUSALS: dict[str, Explained] = {
    "nothing_here": Explained(
        title=_("The page does not exist"),
        text=_("There is nothing at this address."),
        remedy=_("Check the address, or begin from the start page."),
        status=404,
    ),
    "wrong_round_state": Explained(
        title=_("The round is in another state"),
        text=_("The round has been taken further, or is not ready for this."),
        remedy=_("Look at the round's page: it shows the next step."),
    ),
    "grace_running": Explained(
        title=_("Somebody may still be answering"),
        text=_("Those who had begun when the round closed have one hour to finish."),
        remedy=_("Seal the round when the hour has passed."),
    ),
    "paper_waiting": Explained(
        title=_("Paper forms are waiting"),
        text=_("Some paper forms have been typed in once only, and would be lost."),
        remedy=_("Type them in a second time, or throw them away, on the page for paper forms. Then seal the round."),
    ),
    "paper_begun": Explained(
        text=_("Forms of this round have been typed in already."),
        remedy=_("Go on in the same way: otherwise nobody knows which forms were typed in twice."),
    ),
    "paper_way_changed": Explained(
        title=_("Nothing was saved"),
        text=_("Somebody has just changed whether each form is typed in once or twice."),
        remedy=_("Open the page again, and type the form in again."),
    ),
    "paper_number_waits": Explained(
        title=_("Nothing was saved"),
        text=_("The form with this number has been typed in once already."),
        remedy=_("Open the page again and write another number, or type the form in a second time."),
    ),
    "paper_number_used": Explained(
        title=_("Nothing was saved"),
        text=_("The form with this number is no longer waiting: it is done, or somebody has thrown it away."),
        remedy=_("Open the page again and look in the list of forms that wait."),
    ),
    "paper_number_unknown": Explained(
        text=_("No form with this number has been typed in a first time."),
        remedy=_("Look at the number in the corner of the paper."),
    ),
    "paper_unreadable": Explained(
        title=_("The form cannot be opened"),
        text=_("It was typed in under another key than the one that is there now."),
        remedy=_("Ask the person who runs the installation to put the right key folder back."),
        status=500,
    ),
    "study_without_purpose": Explained(
        title=_("The study does not say enough yet"),
        text=_("Those who answer must be told the purpose, the legal basis, who is responsible and whom to turn to."),
        remedy=_("Write it on the study's page, then open the round."),
    ),
    "bad_study_text": Explained(
        text=_("One of the study's texts is too long, or has characters that cannot be shown."),
        remedy=_("Make it shorter, and write it as plain text."),
    ),
    "longer_than_promised": Explained(
        text=_("Those who have answered were told that texts are deleted after %(days)s days."),
        remedy=_("Choose as many days, or fewer."),
    ),
    "round_without_units": Explained(
        text=_("The round has no units."), remedy=_("Create it again with at least one unit.")
    ),
    "unit_has_ended": Explained(
        text=_("These units are no longer part of the organisation: %(units)s."),
        remedy=_("Create the round again without them."),
    ),
    "unit_not_in_round": Explained(
        text=_("These units do not take part in the round: %(units)s."),
        remedy=_("Choose units that take part."),
        status=404,
    ),
    "unknown_unit": Explained(text=_("There is no unit %(unit)s."), remedy=_("Check the code."), status=404),
    "unit_exists": Explained(text=_("There is a unit %(unit)s already."), remedy=_("Choose another code.")),
    "bad_unit": Explained(
        text=_("The unit %(unit)s cannot be added like this."),
        remedy=_("Check its code, its name and what it stands under."),
    ),
    "unknown_round": Explained(text=_("There is no such round."), remedy=_("Choose one in the list."), status=404),
    "round_exists": Explained(
        text=_("The study already has a round called %(round)s."), remedy=_("Choose another name.")
    ),
    "bad_round": Explained(
        text=_("The round cannot be created like this."), remedy=_("Check its name, its days and its units.")
    ),
    "bad_group": Explained(
        text=_("These units cannot be shown together."),
        remedy=_("Choose at least two units under the same node that are in no group yet."),
    ),
    "wrong_before": Explained(
        text=_("The earlier round belongs to another study."), remedy=_("Choose a round of the same study.")
    ),
    "unknown_study": Explained(text=_("There is no such study."), remedy=_("Choose one in the list."), status=404),
    "study_exists": Explained(
        text=_("There is a study with the short name %(study)s already."), remedy=_("Choose another short name.")
    ),
    "bad_study": Explained(
        text=_("The study cannot be created like this."),
        remedy=_("Check its name, its short name, its instrument and its smallest group."),
    ),
    "unknown_instrument": Explained(
        text=_("The instrument %(instrument)s cannot be used, or this version of it is missing."),
        remedy=_("Choose another instrument or version, or ask the person who runs the installation."),
        status=404,
    ),
    "bad_card_count": Explained(
        text=_("That number of cards cannot be made at once."),
        remedy=_("Make from %(fewest)s to %(most)s cards: fewer could tell answers apart in an open round."),
    ),
    "bad_invited": Explained(
        text=_("Nobody can invite fewer than none: %(units)s."), remedy=_("Write 0 or a larger number.")
    ),
    "weak_password": Explained(
        text=_("That password is too easy to guess, or too long."),
        remedy=_("Use at least %(shortest)s characters; a few words in a row are good."),
    ),
    "login_code_unknown": Explained(
        text=_("This link has been used, has become too old, or is not complete."),
        remedy=_("Ask for a new one."),
        status=410,
    ),
    "unknown_account": Explained(
        text=_("There is no active account %(email)s."), remedy=_("Check the address."), status=404
    ),
    "account_exists": Explained(
        text=_("%(email)s already has an account."), remedy=_("Give that account the role instead.")
    ),
    "bad_account": Explained(
        text=_("An account needs an e-mail address and a name."), remedy=_("Check both and try again.")
    ),
    "unknown_job": Explained(
        text=_("There is no such piece of work any more."), remedy=_("Look at the round's page."), status=404
    ),
    "key_wrong": Explained(
        text=_("The keys do not fit the answers."),
        remedy=_("Nothing has been changed. The person who runs the installation needs to look at the key folder."),
        status=500,
    ),
    "key_destroyed": Explained(
        text=_("The keys of this round have been destroyed, and are never made again."),
        remedy=_(
            "An older copy of the database has been put back. Create a new round, or ask the person who runs the "
            "installation to put back a later copy."
        ),
    ),
    "keys_elsewhere": Explained(
        text=_("The pages of this service never read the keys of a round."),
        remedy=_("Ask for the step on the round's page: it is carried out beside the pages."),
        status=500,
    ),
    "urn_inconsistent": Explained(
        text=_("The number of answers does not add up, so nothing has been mixed."),
        remedy=_("Nothing has been changed. The person who runs the installation needs to look at it."),
        status=500,
    ),
}
