"""How a person is known again: the page where a code is made, and the one where earlier answers are taken out."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from instruments.model import Pace, in_language
from survey.answering import tokens
from survey.answering.entry import Entry, Purpose
from survey.answering.objections import object_
from survey.answering.own_code import link_code_from
from survey.database import together
from survey.errors import Refusal
from survey.web import current_services, languages
from survey.web.respond import blueprint
from survey.web.respond.code_questions import asked, read
from survey.web.respond.desk import current_desk
from survey.web.respond.parts import first_unanswered
from survey.web.respond.paths import part_path, review_path
from survey.web.respond.visit import Visit, acting, again_if_changed, looking

Page = Response | str | tuple[str, int]


@blueprint.get("/s/<code>/kod")
def ask_for_code(code: str) -> Page:
    with looking(code) as visit:
        if not visit.entry.code_questions:
            return redirect(onward(visit), 303)
        _ = visit.contents  # speaks the draft's language, and refuses whoever has not begun
        return _code_page(visit.entry, None)


@blueprint.post("/s/<code>/kod")
@again_if_changed
def take_code(code: str) -> Page:
    """Keep what the answers make and nothing of the answers. Skipping leaves the person unlinked."""
    with looking(code) as visit:
        entry, there = visit.entry, onward(visit)
        if not entry.code_questions or request.form.get("go") == "skip":
            return redirect(there, 303)
        parts = read(entry.code_questions, request.form)
        if parts is None:
            return _code_page(entry, request.form), 422
    current_desk().codes.take(current_services().clock())
    # Between the transactions: nobody else waits while the code is stretched.
    made = _made(entry, parts)
    with acting(code) as visit:
        visit.save(visit.contents.answers, own_code=made)
    return redirect(there, 303)


@blueprint.get("/s/<code>/tidigare-svar")
def ask_to_object(code: str) -> Page:
    with looking(code, Purpose.OBJECT) as visit:
        _refuse_unfollowed(visit.entry)
        return _object_page(visit.entry, None)


@blueprint.post("/s/<code>/tidigare-svar")
def take_objection(code: str) -> Page:
    with looking(code, Purpose.OBJECT) as visit:
        entry = visit.entry
        _refuse_unfollowed(entry)
    link_code = entry.link_code
    if entry.code_questions:
        parts = read(entry.code_questions, request.form)
        if parts is None:
            return _object_page(entry, request.form), 422
        current_desk().objections.take(current_services().clock())
        link_code = _made(entry, parts)
    with acting(code, Purpose.OBJECT) as visit, together(visit.connection):
        token = visit.entry.token or tokens.open_token(entry.code, tokens.new_nonce())
        object_(visit.connection, visit.services.keys, visit.entry, link_code, token)
    return redirect(url_for("respond.objected", code=code), 303)


@blueprint.get("/s/<code>/tidigare-svar/klart")
def objected(code: str) -> str:
    with looking(code, Purpose.OBJECT) as visit:
        return render_template("respond/objected.html", site=_site(visit.entry), code=code)


def needs_code(visit: Visit) -> bool:
    """Whether the person is to be asked for a code before the first question."""
    draft = visit.draft
    return bool(visit.entry.code_questions) and (draft is None or draft.own_code is None)


def _made(entry: Entry, parts: dict[str, str]) -> bytes:
    pepper = current_services().keys.study_pepper(entry.study_id)
    return link_code_from(parts, study_pepper=pepper, study_id=entry.study_id)


def onward(visit: Visit, pace: Pace | None = None) -> str:
    """The first page that lacks an answer, at the instrument's pace unless another is said."""
    answers, pace = visit.contents.answers, pace or visit.instrument.pace
    part = first_unanswered(visit.parts(answers, pace), answers)
    code = visit.entry.code
    return part_path(code, pace, part.number) if part else review_path(code, pace)


def _refuse_unfollowed(entry: Entry) -> None:
    if not entry.is_followed:
        raise Refusal("cannot_object", "what comes this way is not linked to earlier answers; none can be found")


def _code_page(entry: Entry, written: dict[str, str] | None) -> str:
    questions = asked(entry.code_questions, written)
    return render_template("respond/own_code.html", site=_site(entry), questions=questions, faulty=written is not None)


def _object_page(entry: Entry, written: dict[str, str] | None) -> str:
    questions = asked(entry.code_questions, written)
    return render_template(
        "respond/object.html",
        site=_site(entry),
        questions=questions,
        faulty=written is not None,
        own_code=bool(entry.code_questions),
    )


def _site(entry: Entry) -> str:
    return in_language(entry.instrument.title, languages.choose())
