"""The way in: type a code, read what this is and what is stored, press Start. Looking changes nothing."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from instruments.model import Instrument, Localised, Variant, in_language, recording_of
from instruments.order import draw_seed
from survey.answering.codes import code_in
from survey.answering.drafts import DraftContents, save_draft
from survey.answering.leads import FoundDraft
from survey.answering.tokens import new_nonce
from survey.errors import Refusal
from survey.web import languages
from survey.web.markdown import to_html
from survey.web.respond import blueprint, cookies
from survey.web.respond.desk import current_desk
from survey.web.respond.drawing import variant_name
from survey.web.respond.families import for_service_users
from survey.web.respond.following import needs_code
from survey.web.respond.parts import first_unanswered, split
from survey.web.respond.paths import device_path, part_path, review_path
from survey.web.respond.promises import background_of, in_short, promised_of, promises
from survey.web.respond.typed_codes import what_is_wrong
from survey.web.respond.visit import Visit, acting, again_if_changed, looking


@blueprint.get("/s/")
def type_code() -> str:
    return render_template("respond/type_code.html", typed="", fault=None)


@blueprint.post("/s/")
def follow_code() -> Response | tuple[str, int]:
    typed = request.form.get("code", "")
    try:
        code = code_in(typed)
    except Refusal:
        return render_template("respond/type_code.html", typed=typed, fault=what_is_wrong(typed)), 422
    return redirect(url_for("respond.landing", code=code), 303)


@blueprint.get("/s/<code>")
def landing(code: str) -> str:
    # An open link is looked at as by somebody new, unless the person has said that the device is their own: on a shared
    # one the next person must not meet earlier answers.
    with looking(code, own=False) as visit:
        return first_page(visit)


def first_page(visit: Visit, **more: object) -> str:
    """What this is, what is stored, and Start; `more` is for the template."""
    background = background_of(visit.session, visit.entry)
    draft = None if visit.is_elsewhere else visit.draft
    if draft is None:
        _refuse_unspoken(visit)
    if draft and "lang" not in request.args and draft.language in languages.offered(visit.entry.languages):
        languages.speak(draft.language)
    language = languages.choose()
    variant = Variant(draft.variant) if draft else _chosen_variant(visit, request.args)
    audio = recording_of(visit.instrument, language, variant)
    return render_template(
        "respond/landing.html",
        entry=visit.entry,
        background=background,
        closes=languages.written_date(background.closes_on) if background.closes_on else "",
        instrument=visit.instrument,
        site=in_language(visit.instrument.title, language),
        language=language,
        languages=languages.offered(visit.entry.languages),
        language_names=languages.names(),
        variants=visit.instrument.variants,
        variant=variant,
        variant_name=variant_name,
        introduction=in_language(_introduction(visit.instrument, variant), language),
        to_html=to_html,
        audio=current_desk().recordings.address(audio) if audio else None,
        begun=draft is not None,
        elsewhere=visit.is_elsewhere,
        brief=in_short(promised_of(visit.entry, background.k)) if variant is Variant.EASY else (),
        promises=promises(
            visit.entry, background, visit.services.settings, shared="start_screen" in more or cookies.in_kiosk()
        ),
        in_language=in_language,
        hurried=for_service_users(visit.instrument),
        **more,
    )


@blueprint.post("/s/<code>/borja")
@again_if_changed
def start(code: str) -> Response:
    """Save an empty draft (or find the one there is) and go to the first page that lacks an answer."""
    with acting(code, own=False) as visit:
        if visit.is_elsewhere:
            return redirect(url_for("respond.ask_for_pin", code=code), 303)
        language = _chosen_language(visit)
        # The start screen says so itself: its cookie may be gone.
        kiosk = visit.entry.way == "open" and (cookies.in_kiosk() or "kiosk" in request.form)
        kept, draft = (None, None) if kiosk else (cookies.kept_nonce(), visit.draft)
        nonce = kept if kept is not None and draft is not None else new_nonce()
        answers = draft.answers if draft else {}
        if draft is None:
            _refuse_unspoken(visit)
        seed = _begun_before(visit, draft, nonce, language) if draft else begin_draft(visit, nonce, language)
        pace = visit.instrument.pace
        part = first_unanswered(split(visit.instrument, answers, pace, seed), answers)
        onward = part_path(code, pace, part.number) if part else review_path(code, pace)
        if needs_code(visit):
            onward = url_for("respond.ask_for_code", code=code)
        elif "device" in request.form and visit.entry.way != "open":
            onward = device_path(code, pace)
    response = redirect(onward, 303)
    if kiosk:
        cookies.begin_in_kiosk(response, code, nonce)
    elif visit.entry.way == "open":
        cookies.remember_nonce(response, code, nonce, keep=nonce == kept or "own" in request.form)
    else:
        cookies.remember_half(response, code, nonce)
    cookies.forget_sent(response, code)
    cookies.remember_language(response, language)
    return response


def _refuse_unspoken(visit: Visit) -> None:
    """Nobody begins among buttons of one language and questions of another; whoever has begun goes on."""
    if not languages.has_one_of(visit.entry.languages):
        raise Refusal("language_off", "no language of the instrument is on here; have its catalogue reviewed")


def begin_draft(visit: Visit, nonce: bytes, language: str, *, bound: bool = False) -> int | None:
    """Save a draft without answers, instead of what may be there; the seed of this person's order of items.

    It is not bound to the browser yet: pressing Start twice makes two numbers, and either is to open it. `bound` is for
    what begins in another's place, whose open page would else go on in it.
    """
    seed, variant = draw_seed(visit.instrument, secrets.randbelow), _chosen_variant(visit, request.form)
    entry = visit.entry.begun_with(nonce)
    # On an open link the number is new, and so is the draft.
    seen = FoundDraft(None) if entry.way == "open" else visit.seen
    keys = visit.services.keys
    half = nonce if bound else b""
    save_draft(
        visit.connection, keys, entry, {}, variant=variant, language=language, order_seed=seed, half=half, seen=seen
    )
    return seed


def _begun_before(visit: Visit, draft: DraftContents, nonce: bytes, language: str) -> int | None:
    """Let what has been begun be read in `language` from now on; the seed of this person's order of items."""
    if language == draft.language:
        return draft.order_seed
    if visit.entry.way != "open" and not visit.half:
        # Start was pressed before, and the reply with its cookie never came: there is nothing in it yet.
        return begin_draft(visit, nonce, language)
    visit.save(draft.answers, language)
    return draft.order_seed


def _chosen_language(visit: Visit) -> str:
    chosen = request.form.get("lang", "")
    return chosen if chosen in languages.offered(visit.entry.languages) else languages.choose()


def _chosen_variant(visit: Visit, said: Mapping[str, str]) -> Variant:
    offered = visit.instrument.variants
    chosen = said.get("variant", "")
    return Variant(chosen) if chosen in offered else offered[0]


def _introduction(instrument: Instrument, variant: Variant) -> Localised:
    return (
        instrument.easy_introduction
        if variant is Variant.EASY and instrument.easy_introduction
        else (instrument.introduction)
    )
