"""What somebody who answers is told: about the code, the round, the draft and its PIN, and the receipt."""

from __future__ import annotations

from flask_babel import lazy_gettext as _

from survey.web.explanations import Explained

ANSWERING_REFUSALS: dict[str, Explained] = {
    "unknown_link": Explained(
        title=_("We cannot find this code"),
        text=_("No survey belongs to this link or code."),
        remedy=_("Check that you have the whole link, or type the code again as it stands on the letter or card."),
        status=404,
    ),
    "code_mistyped": Explained(
        title=_("The code is not quite right"),
        text=_(
            "A character is wrong or missing, or two have changed places. "
            "A code never has the letters O, I or L, nor the digits 0 and 1."
        ),
        remedy=_("Compare with the letter or the card, one group at a time, and type it again."),
        status=404,
    ),
    "used_link": Explained(
        title=_("An answer has already been sent"),
        text=_("This code has been used: an answer has been sent with it. Each code gives one answer."),
        remedy=_("If it was you, all is done. If it was not you, tell the person who gave you the code."),
        status=410,
    ),
    "withdrawn_link": Explained(
        title=_("The answer has been withdrawn"),
        text=_("The answer that was sent with this code has been withdrawn and is gone."),
        remedy=_("You need not do anything more. If you want to answer again, ask for a new code."),
        status=410,
    ),
    "not_yet_open": Explained(
        title=_("The survey has not opened yet"),
        text=_("The code is right, but the survey has not opened."),
        remedy=_("Keep the link or the code and come back later."),
        status=403,
    ),
    "opens_later": Explained(
        title=_("The survey has not opened yet"),
        text=_("The code is right. The survey is planned to open on %(opens_on)s."),
        remedy=_("Keep the link or the code and come back then."),
        status=403,
    ),
    "round_closed": Explained(
        title=_("The survey has closed"),
        text=_("It is no longer possible to answer. Answers that were not sent in have not been kept."),
        remedy=_("If you want to know about the results, ask the person who invited you."),
        status=410,
    ),
    "not_for_kiosk": Explained(
        title=_("This code is one person's own"),
        text=_("A shared tablet needs the link that is the same for everybody in the unit."),
        remedy=_("To answer with your own code, use your own phone or computer."),
        status=403,
    ),
    "receipt_unknown": Explained(
        title=_("The receipt does not fit"),
        text=_("No answer that can be taken back belongs to this link and this receipt."),
        remedy=_("Compare both with the original, one character at a time."),
        status=404,
    ),
    "already_sealed": Explained(
        title=_("The answers have been mixed"),
        text=_("Nobody can tell any more which answer is yours, so it cannot be taken back."),
        status=410,
    ),
    "link_code_damaged": Explained(
        title=_("The link cannot be used"),
        text=_("Something about this link has been changed or damaged on the server."),
        remedy=_("Tell the person who invited you. What you have saved is still there."),
    ),
    "cannot_object": Explained(
        title=_("There is nothing to take out"),
        text=_("Answers that came this way are not linked to earlier ones, so yours cannot be found."),
        status=404,
    ),
    "answer_invalid": Explained(
        title=_("We could not read this"),
        text=_("One of the answers is not possible for its question. Nothing has been sent in."),
        remedy=_("Go back, load the page again and try once more."),
        status=400,
    ),
    "draft_unreadable": Explained(
        title=_("The saved answers cannot be opened"),
        text=_("What was saved earlier has been changed or damaged, and nobody can read it."),
        remedy=_("Open the link again. If it still does not work, ask for a new code."),
        status=409,
    ),
    "draft_elsewhere": Explained(
        title=_("Begun in another browser"),
        text=_(
            "Somebody has begun to answer with this code in another browser, or started over there. What has been "
            "answered is not shown here without the PIN."
        ),
        remedy=_("Go on in the browser where it was begun, type the PIN, or start over."),
        status=409,
    ),
    "cookies_off": Explained(
        title=_("We do not know this browser again"),
        text=_(
            "Your answers are kept for the browser that you began in, and it knows itself by a cookie that it "
            "did not send."
        ),
        remedy=_("Open the link again and press Start. If you come back here, allow cookies for this site."),
        status=403,
    ),
    "pin_unfit": Explained(
        text=_("A PIN has %(shortest)s to %(longest)s digits and nothing else."),
        remedy=_("Write only digits."),
        status=422,
    ),
    "pin_wrong": Explained(
        text=_("The PIN is not the right one."),
        remedy=_("Try again. If you have forgotten it, or never chose one, you can start over."),
        status=422,
    ),
    "pin_slowed": Explained(
        title=_("Wait a few minutes"),
        text=_("A PIN has been tried many times for this code, so we take no more just now."),
        remedy=_("Wait two minutes and try once more, or start over."),
        status=429,
    ),
    "instrument_changed": Explained(
        title=_("The survey is being looked over"),
        text=_("The questions on the server are not those that the survey opened with, so we do not show them."),
        remedy=_("Come back later. What you have saved is still there."),
        status=503,
    ),
    "language_off": Explained(
        title=_("The link cannot be used"),
        text=_("The questions are only in a language that these pages do not have, so we do not show them."),
        remedy=_("Turn to the person who gave you the link, the letter or the card."),
        status=503,
    ),
    "not_started": Explained(
        title=_("Start from the first page"),
        text=_("Nothing has been begun in this browser, or the page was left for too long."),
        remedy=_("Open the link or scan the code again and press Start."),
        status=403,
    ),
}
