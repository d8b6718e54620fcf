"""The person's own account: the code from the telephone at log-in, before what is sensitive, set up and taken away."""

from __future__ import annotations

import base64

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup

from survey.accounts import second_factor
from survey.errors import Refusal
from survey.fieldwork.links import qr_svg
from survey.models import Account
from survey.web import current_services
from survey.web.office import access, attempts
from survey.web.office.account import Page, blueprint
from survey.web.office.database import writing
from survey.web.office.forms import CodeForm
from survey.web.refusals import sentence

REMOVED = "remove_second_factor"


@blueprint.route("/logga-in/kod", methods=["GET", "POST"])
def log_in_code() -> Page:
    """The second step of logging in."""
    account = access.half_way()
    target = access.safe_path(request.args.get("next"))
    if account is None:
        return redirect(url_for("account.log_in", next=target))
    form = CodeForm()
    if form.validate_on_submit() and _right(form, account):
        with writing() as database:
            attempts.record(database, account, attempts.LOGGED_IN, current_services().clock())
        access.remember(account)
        access.code_given()
        return redirect(target or url_for("account.start"))
    return _code_page(
        form,
        title=_("Type the code"),
        lead=_("Your account asks for a code as well as the password."),
        button=_("Log in"),
    )


@blueprint.route("/bekrafta", methods=["GET", "POST"])
@access.login_required
def confirm() -> Page:
    """Before what is sensitive: it is the person who sits here, and not only the browser."""
    account = access.person().account
    target = access.safe_path(request.args.get("next"))
    if account.totp_secret is None:
        return redirect(url_for("account.own", next=target))
    form = CodeForm()
    if form.validate_on_submit() and _right(form, account):
        access.code_given()
        return redirect(target or url_for("account.start"))
    return _code_page(
        form,
        title=_("Confirm that it is you"),
        lead=_("What comes next is sensitive, so we ask for a new code. It lasts for ten minutes."),
        button=_("Continue"),
    )


@blueprint.route("/konto", methods=["GET", "POST"])
@access.login_required
def own() -> Page:
    """The person's own account. Two-step log-in is set up just after a log-in: a browser left open sets up nobody's."""
    account = access.person().account
    target = access.safe_path(request.args.get("next"))
    form = CodeForm()
    if account.totp_secret is not None or not access.just_logged_in():
        again = account.totp_secret is None
        return render_template("office/account/own.html", form=form, secret=None, again=again, next=target)
    secret = _offered_secret(account)
    if form.validate_on_submit() and _set_up(form, account, secret):
        flash(_("Two-step log-in is on. From now on we ask for a code when you log in."))
        return redirect(target or url_for("account.own"))
    drawn = qr_svg(second_factor.address(secret, account), _("QR code for the application"))
    page = render_template(
        "office/account/own.html",
        form=form,
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        # qr_svg escapes its title; the rest is squares.
        qr=Markup(drawn),  # noqa: S704
        next=target,
    )
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/konto/ta-bort", methods=["GET", "POST"])
@access.login_required
def remove_second_factor() -> Page:
    """Taking it away needs a code too: who finds a browser logged in cannot."""
    account = access.person().account
    if account.totp_secret is None:
        return redirect(url_for("account.own"))
    form = CodeForm()
    if form.validate_on_submit() and _right(form, account):
        with writing() as database:
            second_factor.remove(database, database.get_one(Account, account.id))
            attempts.record(database, account, REMOVED, current_services().clock())
        session.pop("code_until", None)
        flash(_("Two-step log-in is off."))
        return redirect(url_for("account.own"))
    return _code_page(
        form,
        title=_("Turn two-step log-in off"),
        lead=_("Type a code one last time. After this, the password alone lets you in."),
        button=_("Turn it off"),
    )


def _code_page(form: CodeForm, *, title: str, lead: str, button: str) -> Page:
    page = render_template("office/account/code.html", form=form, title=title, lead=lead, button=button)
    return page, 422 if form.is_submitted() else 200


def _right(form: CodeForm, account: Account) -> bool:
    """Whether the code lets the person on; where not, the form says why. Every attempt is in the account's trail."""
    services = current_services()
    now = services.clock()
    with writing() as database:
        # Locked, so that many guesses at once are counted one after the other.
        found = database.get_one(Account, account.id, with_for_update=True)
        if second_factor.must_wait(database, found, now):
            form.code.errors = [sentence(Refusal("too_many_codes", "wait, or ask for a reset"))]
            return False
        right = second_factor.use_code(database, services.keys, found, form.code.data or "", now)
        attempts.record(database, found, second_factor.RIGHT if right else second_factor.WRONG, now)
    if not right:
        form.code.errors = [sentence(Refusal("wrong_code", "type the next code"))]
    return right


def _set_up(form: CodeForm, account: Account, secret: str) -> bool:
    services = current_services()
    try:
        with writing() as database:
            found = database.get_one(Account, account.id)
            second_factor.set_up(database, services.keys, found, secret, form.code.data or "", services.clock())
            attempts.record(database, found, second_factor.SET_UP, services.clock())
    except Refusal as refusal:
        form.code.errors = [sentence(refusal)]
        return False
    session.pop("offered_secret", None)
    access.code_given()
    return True


def _offered_secret(account: Account) -> str:
    """The secret on the page: the same until it is confirmed, and sealed in the cookie, which can be read."""
    keys = current_services().keys
    if "offered_secret" not in session:
        sealed = second_factor.sealed(keys, account, second_factor.new_secret())
        session["offered_secret"] = base64.b64encode(sealed).decode()
    return second_factor.opened(keys, account, base64.b64decode(session["offered_secret"]))
