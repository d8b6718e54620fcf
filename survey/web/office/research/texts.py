"""Free texts: the page where a person reads them one by one, and the page where those let through are shown."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, TextAreaField

from instruments.model import Instrument, Variant, item_text
from survey.accounts.roles import Action
from survey.answering.pinned import pinned_instrument
from survey.errors import Refusal
from survey.free_text.marks import Mark
from survey.free_text.names import load_names
from survey.free_text.reading import Reader, Unread, release_text, unread_texts, withhold_text
from survey.free_text.showing import texts_of
from survey.models import LARGEST_ID, Round
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading, writing
from survey.web.office.layout import page_language
from survey.web.office.research import library, views
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse


class Piece(NamedTuple):
    """A part of a text as it is drawn: marked with a kind, or not."""

    text: str
    kind: str | None


class ReadForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What the reader decides about one text."""

    text_id = HiddenField()
    wording = TextAreaField()
    confirmed = BooleanField()


@access.login_required
def read(round_id: int) -> Page:
    """One text at a time; what has been decided leads to the next."""
    round_ = _round(round_id)
    form = ReadForm()
    fault = None
    if form.validate_on_submit():
        try:
            _decide(round_, form)
        except Refusal as refusal:
            if refusal.code == "text_read":
                flash(sentence(refusal), "warning")
                return redirect(url_for("research.read_texts", round_id=round_id))
            fault = sentence(refusal)
        else:
            flash(_("Noted. Here is the next text."))
            return redirect(url_for("research.read_texts", round_id=round_id))
    names = load_names(current_services().settings.home)
    waiting, total = unread_texts(reading(), round_, names, most=1)
    text = _kept(waiting, form) if waiting else None
    if text and fault is None:
        form.text_id.data, form.wording.data, form.confirmed.data = text.id.hex(), text.proposal, False
    page = render_template(
        "office/research/read_text.html",
        round=round_,
        form=form,
        fault=fault,
        text=text,
        total=total,
        question=_question(_instrument(round_), text.item) if text else "",
        pieces=_pieces(text.text, text.marks) if text else (),
        kinds={mark.kind for mark in text.marks} if text else (),
    )
    return (page, 422) if fault else page


@access.login_required
def shown(release_id: int, code: str) -> str:
    """A group's texts, item by item."""
    opened = library.find_release(release_id)
    focus = opened.focus(views.own(opened, code), views.language())
    texts = texts_of(reading(), opened.disclosed).of(code)
    return render_template(
        "office/research/texts.html",
        opened=opened,
        focus=focus,
        texts=[(_question(opened.instrument, item), lines) for item, lines in texts.items()],
    )


def _round(round_id: int) -> Round:
    """404 where there is no such round or it is not mixed, 403 where its texts are not the person's to read."""
    round_ = reading().get(Round, round_id, options=[joinedload(Round.study)]) if round_id <= LARGEST_ID else None
    if round_ is None or round_.sealed_at is None:
        abort(404)
    access.require(Action.READ_TEXTS, round_.study.owner_id)
    return round_


def _decide(round_: Round, form: ReadForm) -> None:
    person, services = access.person(), current_services()
    reader = Reader(person.email, person.account.id)
    try:
        text_id = bytes.fromhex(form.text_id.data or "")
    except ValueError:
        abort(400)
    with writing() as session:
        stored = session.get_one(Round, round_.id)
        if "withhold" in request.form:
            withhold_text(session, stored, text_id, reader=reader, now=services.clock())
            return
        release_text(
            session,
            stored,
            text_id,
            (form.wording.data or "").replace("\r\n", "\n"),
            load_names(services.settings.home),
            confirmed=bool(form.confirmed.data),
            reader=reader,
            now=services.clock(),
        )


def _kept(waiting: Sequence[Unread], form: ReadForm) -> Unread | None:
    """The text that is being decided on stays on the page; ids are random, so the first waiting one is as good."""
    return next((one for one in waiting if one.id.hex() == form.text_id.data), waiting[0])


def _instrument(round_: Round) -> Instrument:
    return pinned_instrument(
        round_.study.instrument,
        round_.instrument_version,
        round_.instrument_digest or "",
        current_services().instrument_folders,
    )


def _question(instrument: Instrument, item_id: str) -> str:
    item = instrument.items_by_id[item_id]
    language = page_language() if page_language() in instrument.languages else instrument.languages[0]
    return item_text(item, language, Variant.STANDARD)


def _pieces(text: str, marks: Sequence[Mark]) -> list[Piece]:
    pieces, at = [], 0
    for mark in marks:
        pieces += [Piece(text[at : mark.start], None), Piece(text[mark.start : mark.end], mark.kind)]
        at = mark.end
    return [piece for piece in [*pieces, Piece(text[at:], None)] if piece.text]
