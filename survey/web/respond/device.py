"""Going on in another browser: choose a PIN in the one, type it in the other, or start over without what was saved."""

from __future__ import annotations

from datetime import datetime

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from instruments.model import in_language
from survey.answering import tokens
from survey.answering.drafts import load_draft
from survey.answering.entry import Entry
from survey.answering.pins import pin_half, read_pin
from survey.errors import Refusal
from survey.web import current_services, languages
from survey.web.refusals import sentence
from survey.web.respond import blueprint, cookies
from survey.web.respond.desk import current_desk
from survey.web.respond.entrance import begin_draft
from survey.web.respond.following import needs_code, onward
from survey.web.respond.paths import PACES, device_path
from survey.web.respond.visit import Visit, acting, again_if_changed, looking

Page = Response | str | tuple[str, int]

_PATH = "/s/<code>/<any(fraga, del, allt):word>/annan-enhet"


@blueprint.get(_PATH)
def show_device(code: str, word: str) -> Page:
    with looking(code) as visit:
        return _device_page(visit, word, chosen="vald" in request.args, removed="borttagen" in request.args)


@blueprint.post(_PATH)
@again_if_changed
def choose_pin(code: str, word: str) -> Page:
    """Put what has been saved under a PIN, in this browser too; the one chosen last is the one that opens it.

    Or take the PIN away: under a number that only this browser has, no PIN opens it any more.
    """
    removes, pin = request.form.get("go") == "remove", ""
    with looking(code) as visit:
        entry = visit.entry
        if entry.way == "open":
            return redirect(device_path(code, PACES[word]), 303)
        _ = visit.contents
        try:
            pin = "" if removes else read_pin(request.form.get("pin", ""))
        except Refusal as refusal:
            return _device_page(visit, word, fault=sentence(refusal)), 422
    # Between the transactions: nobody else waits while the PIN is stretched.
    half = tokens.new_nonce() if removes else _chosen(entry, pin)
    with acting(code) as visit:
        visit.save(visit.contents.answers, half=half)
    response = redirect(f"{device_path(code, PACES[word])}?{'borttagen' if removes else 'vald'}=1", 303)
    cookies.remember_half(response, code, half)
    return response


@blueprint.get("/s/<code>/pin-kod")
def ask_for_pin(code: str) -> Page:
    with looking(code) as visit:
        return _pin_page(visit) if visit.is_elsewhere else _to_first_page(code)


@blueprint.post("/s/<code>/pin-kod")
def take_pin(code: str) -> Page:
    """Open with a PIN what was saved in another browser, and go on at the first page that lacks an answer."""
    services, desk = current_services(), current_desk()
    with looking(code) as visit:
        entry = visit.entry
        if not visit.is_elsewhere:
            return _to_first_page(code)
        try:
            pin = read_pin(request.form.get("pin", ""))
        except Refusal as refusal:
            return _pin_page(visit, sentence(refusal)), 422
    name, now = tokens.draft_id(services.keys, entry.round_id, entry.the_token()), services.clock()
    try:
        desk.pins.take(name, now)
    except Refusal:
        raise Refusal("pin_slowed", "this code's PIN has been tried too often; wait, or start over") from None
    half = _stretched(entry, pin, now)
    with looking(code) as visit:
        try:
            load_draft(visit.connection, services.keys, visit.entry, half)
        except Refusal as refusal:
            if refusal.code != "draft_unreadable":
                raise
            return _pin_page(visit, sentence(Refusal("pin_wrong", "another PIN was chosen; try again"))), 422
    desk.pins.forget(name)
    response = redirect(url_for("respond.go_on", code=code), 303)
    cookies.remember_half(response, code, half)
    return response


@blueprint.get("/s/<code>/vidare")
def go_on(code: str) -> Response:
    """The first page that lacks an answer. Raises Refusal `cookies_off` without the cookie that was just set."""
    with looking(code) as visit:
        if visit.entry.way != "open" and not visit.half:
            raise Refusal("cookies_off", "the browser sent no cookie of this link; press Start, and allow cookies")
        return redirect(url_for("respond.ask_for_code", code=code) if needs_code(visit) else onward(visit), 303)


@blueprint.post("/s/<code>/borja-om")
@again_if_changed
def start_over(code: str) -> Response:
    """Leave what was saved in another browser, and begin with nothing in this one."""
    half = tokens.new_nonce()
    with acting(code) as visit:
        if not visit.is_elsewhere:
            return _to_first_page(code)
        begin_draft(visit, half, languages.choose(), bound=True)
    response = redirect(url_for("respond.go_on", code=code), 303)
    cookies.remember_half(response, code, half)
    return response


def _chosen(entry: Entry, pin: str) -> bytes:
    services = current_services()
    now, name = services.clock(), tokens.draft_id(services.keys, entry.round_id, entry.the_token())
    current_desk().pin_choices.take(name, now)
    return _stretched(entry, pin, now)


def _stretched(entry: Entry, pin: str, now: datetime) -> bytes:
    # Stretching costs the server as much as a self-made code does, and takes its turn among them.
    current_desk().codes.take(now)
    return pin_half(current_services().keys, entry.round_id, entry.the_token(), pin)


def _to_first_page(code: str) -> Response:
    return redirect(url_for("respond.landing", code=code), 303)


def _device_page(visit: Visit, word: str, *, fault: str = "", chosen: bool = False, removed: bool = False) -> str:
    _ = visit.contents
    return render_template(
        "respond/device.html",
        site=in_language(visit.instrument.title, languages.choose()),
        is_open=visit.entry.way == "open",
        onward=onward(visit, PACES[word]),
        fault=fault,
        chosen=chosen,
        removed=removed,
    )


def _pin_page(visit: Visit, fault: str = "") -> str:
    return render_template(
        "respond/pin.html",
        site=in_language(visit.instrument.title, languages.choose()),
        code=visit.entry.code,
        fault=fault,
    )
