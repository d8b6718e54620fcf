"""Logging in and out, the choice of language, and the person's own password."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, abort, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts import accounts, login_codes
from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.models import Account
from survey.web import current_services, languages
from survey.web.office import access, attempts, problems
from survey.web.office.database import reading, writing
from survey.web.office.forms import LogInForm, PasswordForm, PlainForm
from survey.web.refusals import sentence

blueprint = Blueprint("account", __name__)
problems.register(blueprint)

Page = str | tuple[str, int] | BaseResponse
YEAR = 365 * 24 * 3600


@blueprint.get("/kontor")
@access.login_required
def start() -> Page:
    """Where a log-in leads: to what the person's roles are for."""
    person = access.person()
    if person.has(Action.MANAGE_ROUNDS):
        return redirect(url_for("admin.overview"))
    if person.has(Action.SEE_RESULTS):
        return redirect(url_for("research.overview"))
    if person.has(Action.KEEP_CASES):
        return redirect(url_for("cases.overview"))
    return render_template("office/account/nothing.html")


@blueprint.route("/logga-in", methods=["GET", "POST"])
def log_in() -> Page:
    form = LogInForm()
    target = access.safe_path(request.args.get("next"))
    refused = False
    if form.validate_on_submit():
        account = _account_by_password(form.email.data or "", form.password.data or "")
        if account is not None:
            return _let_in(account, target)
        refused = True
    page = render_template("office/account/log_in.html", form=form, refused=refused, next=target)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/logga-in/<code>", methods=["GET", "POST"])
def log_in_once(code: str) -> Page:
    """Looking changes nothing: programs that follow every link in a mail do not use the code up."""
    form = PlainForm()
    if not form.validate_on_submit():
        return render_template("office/account/one_time.html", form=form, refused=False)
    try:
        with writing() as session:
            now = current_services().clock()
            account = login_codes.redeem(session, code, now)
            _record_log_in(session, account, now)
    except Refusal:
        return render_template("office/account/one_time.html", form=form, refused=True), 410
    return _let_in(account, None)


@blueprint.post("/logga-ut")
def log_out() -> Page:
    person = access.current_person()
    if person is not None:
        with writing() as session:
            accounts.end_sessions(session, session.get_one(Account, person.account.id))
    access.forget()
    flash(_("You are logged out."))
    return redirect(url_for("account.log_in"))


@blueprint.route("/losenord", methods=["GET", "POST"])
@access.login_required
def password() -> Page:
    """The first password comes with a one-time link; to change it one logs in again, with the one there is."""
    if access.person().account.password_hash is not None and not access.just_logged_in():
        return redirect(url_for("account.log_in", next=url_for("account.password")))
    form = PasswordForm()
    if form.validate_on_submit() and _set_password(form):
        flash(_("Your new password is saved."))
        return redirect(url_for("account.start"))
    page = render_template("office/account/password.html", form=form)
    return page, 422 if form.is_submitted() else 200


@blueprint.post("/sprak")
def choose_language() -> Page:
    code = request.form.get("language", "")
    if code not in languages.NAMES:
        abort(400)
    response = make_response(redirect(access.safe_path(request.form.get("next")) or url_for("account.start")))
    response.set_cookie(
        languages.COOKIE,
        code,
        max_age=YEAR,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def _account_by_password(email: str, password: str) -> Account | None:
    """The account that the password opens; None also while the account has to wait."""
    now = current_services().clock()
    # The password is tried in any case, so that the time it takes tells nothing about which addresses exist.
    opened = accounts.verify_password(reading(), email, password)
    account = attempts.account_of(reading(), email)
    if account is None or attempts.must_wait(reading(), account, now):
        return None
    with writing() as session:
        if opened is None:
            attempts.record(session, account, attempts.FAILED, now)
        else:
            _record_log_in(session, account, now)
    return opened


def _record_log_in(session: Session, account: Account, now: datetime) -> None:
    """One who has a second factor has not logged in until the code is right."""
    if account.totp_secret is None:
        attempts.record(session, account, attempts.LOGGED_IN, now)


def _let_in(account: Account, target: str | None) -> BaseResponse:
    if account.totp_secret is not None:
        access.wait_for_code(account)
        return redirect(url_for("account.log_in_code", next=target))
    access.remember(account)
    return redirect(target or url_for("account.start"))


def _set_password(form: PasswordForm) -> bool:
    """False where the password is too easy; the form then says so."""
    try:
        with writing() as session:
            account = session.get_one(Account, access.person().account.id)
            accounts.set_password(session, account, form.password.data or "")
            attempts.record(session, account, attempts.NEW_PASSWORD, current_services().clock())
        access.remember(account)
    except Refusal as refusal:
        form.password.errors = [sentence(refusal)]
        return False
    return True
