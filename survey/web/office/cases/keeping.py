"""One case: its occasions side by side, writing one, taking the answers out, and closing it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import DateField, HiddenField
from wtforms.validators import InputRequired

from instruments.model import Answer, Instrument, ItemType, in_language
from instruments.scoring import score_all
from reports.sheets import csv_text
from survey.cases.desk import close_case, find_case, require_open
from survey.cases.occasions import OCCASION_ITEM, Occasion, ReadOccasion, read, write
from survey.errors import Refusal
from survey.models import CaseAct, CaseRole, ClientCase
from survey.records.overview import said
from survey.web import current_services
from survey.web.office import access
from survey.web.office.cases import blueprint
from survey.web.office.cases.desk import OCCASIONS, instrument_for, named, role_in
from survey.web.office.database import writing
from survey.web.office.downloads import csv_response
from survey.web.office.entry_form import MORE, EntryForm, range_hint
from survey.web.office.forms import Form, PlainForm
from survey.web.office.layout import figure, page_language
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse


class OccasionForm(Form):
    happened_on = DateField(
        _l("Date"),
        [InputRequired(_l("Write the date, for example 2026-03-02."))],
        description=_l("The day that the answers are from."),
    )
    seen = HiddenField()
    """The version of the occasion that the page was opened with."""


@dataclass(frozen=True)
class Beside:
    """One question, or one scale, with what was answered at each occasion."""

    text: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Block:
    title: str
    rows: list[Beside]


@blueprint.get("/<int:case_id>")
@access.login_required
def case_page(case_id: int) -> str:
    case = named(case_id)
    found = _read(case)
    return render_template(
        "office/cases/case.html",
        case=case,
        role=role_in(case),
        holder=CaseRole.HOLDER,
        found={one.occasion: one for one in found},
        occasions=OCCASIONS,
        blocks=_blocks(found),
        scales=_scales(found),
        left=[one for one in Occasion if one not in {one.occasion for one in found}],
    )


def _read(case: ClientCase, act: CaseAct = CaseAct.READ) -> tuple[ReadOccasion, ...]:
    services = current_services()
    return read(
        services.sessions,
        services.keys,
        case.id,
        account=access.person().account,
        now=services.clock(),
        act=act,
        folders=services.instrument_folders,
    )


def _blocks(found: tuple[ReadOccasion, ...]) -> list[Block]:
    """The instrument's sections with the questions that were answered at any occasion, side by side."""
    if not found:
        return []
    language, blocks = page_language(), []
    for section in found[-1].instrument.sections:
        items = [item for item in section.items if item.type is not ItemType.STATEMENT and item.id != OCCASION_ITEM]
        rows = [
            Beside(in_language(item.text, language), tuple(_answer(one, item.id, language) for one in found))
            for item in items
        ]
        answered = [row for row in rows if any(row.cells)]
        if answered:
            blocks.append(Block(in_language(section.title, language), answered))
    return blocks


def _answer(one: ReadOccasion, item_id: str, language: str) -> str:
    """In the version that it was answered in; an item that this version lacks was not asked."""
    item = one.instrument.items_by_id.get(item_id)
    return "" if item is None else said(one.instrument, item, one.answers, language)


def _scales(found: tuple[ReadOccasion, ...]) -> list[Beside]:
    if not found:
        return []
    scores = [score_all(one.instrument, [one.answers]) for one in found]
    rows = []
    for scale in found[-1].instrument.scales:
        values = [float(score[scale.id][0]) if scale.id in score else None for score in scores]
        cells = tuple("" if value is None or value != value else figure(round(value, 1)) for value in values)
        if any(cells):
            rows.append(Beside(in_language(scale.title, page_language()), cells))
    return rows


@blueprint.route("/<int:case_id>/tillfalle/<int:number>", methods=["GET", "POST"])
@access.login_required
def occasion(case_id: int, number: int) -> Page:
    if number not in set(Occasion):
        abort(404)
    case = named(case_id, CaseRole.HOLDER)
    require_open(case)
    which = Occasion(number)
    loaded = instrument_for(case)
    form = OccasionForm()
    preset: dict[str, Answer] = {OCCASION_ITEM: number}
    refused = None
    if form.is_submitted():
        entry = EntryForm(loaded.instrument, preset=preset, posted=request.form)
        if form.validate() and entry.complete:
            refused = _write(case, which, form, entry)
            if refused is None:
                flash(_("The answers are kept."))
                return redirect(url_for("cases.case_page", case_id=case.id))
    # What was answered earlier is read, and logged, only where it will be shown.
    earlier = {one.occasion: one for one in _read(case)}
    there = earlier.get(which)
    meanwhile = there if refused == "case_occasion_changed" else None
    if meanwhile:
        # What has been shown may be written over.
        form.seen.data = meanwhile.version
    if not form.is_submitted():
        form.happened_on.data = there.happened_on if there else None
        form.seen.data = there.version if there else ""
        entry = EntryForm(loaded.instrument, preset=preset, stored=there.answers if there else None)
    before = earlier.get(Occasion.BEFORE) if which is not Occasion.BEFORE else None
    page = render_template(
        "office/cases/occasion.html",
        case=case,
        name=said(loaded.instrument, loaded.instrument.items_by_id[OCCASION_ITEM], preset, page_language()),
        form=form,
        entry=entry,
        texts=_own_words(before) if before else [],
        meanwhile=meanwhile,
        differing=_differing(meanwhile, loaded.instrument, entry.answers()) if meanwhile else [],
        more_words=MORE,
        range_hint=range_hint,
    )
    return page, 422 if form.is_submitted() else 200


def _own_words(before: ReadOccasion) -> list[Beside]:
    """What was written before in words: the goals, that one has to see to say how far they have been reached."""
    language = page_language()
    written = (item for item in before.instrument.items if item.type in (ItemType.SHORT_TEXT, ItemType.LONG_TEXT))
    rows = [Beside(in_language(item.text, language), (_answer(before, item.id, language),)) for item in written]
    return [row for row in rows if row.cells[0]]


def _differing(kept: ReadOccasion, instrument: Instrument, typed: dict[str, Answer]) -> list[Beside]:
    """What is kept, of the questions that the page answers otherwise."""
    language = page_language()
    rows = [
        (_answer(kept, item.id, language), said(instrument, item, typed, language), in_language(item.text, language))
        for item in instrument.items
    ]
    return [Beside(text, (stands or "–",)) for stands, own, text in rows if stands != own]


def _write(case: ClientCase, which: Occasion, form: OccasionForm, entry: EntryForm) -> str | None:
    """None where the answers are kept, else the refusal's code, and the form then says why."""
    services = current_services()
    day: date = form.happened_on.data
    try:
        with writing() as session:
            write(
                session,
                services.keys,
                find_case(session, case.id),
                which,
                instrument=instrument_for(case),
                happened_on=day,
                answers=entry.answers(),
                account=access.person().account,
                now=services.clock(),
                seen=form.seen.data or "",
            )
    except Refusal as refusal:
        if refusal.code == "case_day":
            form.happened_on.errors = [sentence(refusal)]
        else:
            form.form_errors.append(sentence(refusal))
        return refusal.code
    return None


@blueprint.get("/<int:case_id>/utdrag.csv")
@access.login_required
def extract(case_id: int) -> Response:
    """All that is kept of the client, in words: to hand over, or for the record."""
    case = named(case_id, CaseRole.HOLDER)
    rows: list[tuple[str, ...]] = [(_("Occasion"), _("Date"), _("Question"), _("Answer"))]
    language = page_language()
    for one in _read(case, CaseAct.EXPORTED):
        for item in one.instrument.items:
            if (answer := _answer(one, item.id, language)) and item.id != OCCASION_ITEM:
                about = (str(OCCASIONS[one.occasion]), one.happened_on.isoformat())
                rows.append((*about, in_language(item.text, language), answer))
    return csv_response(csv_text(rows), f"arende-{case.id}.csv")


@blueprint.route("/<int:case_id>/avsluta", methods=["GET", "POST"])
@access.login_required
def close(case_id: int) -> Page:
    case = named(case_id, CaseRole.HOLDER)
    require_open(case)
    form = PlainForm()
    if form.validate_on_submit():
        with writing() as session:
            close_case(
                session,
                find_case(session, case.id),
                account=access.person().account,
                now=current_services().clock(),
            )
        flash(_("The case is closed."))
        return redirect(url_for("cases.overview"))
    done = {Occasion(one.occasion) for one in case.occasions}
    settings = current_services().settings
    return render_template(
        "office/cases/close.html",
        case=case,
        form=form,
        missing=[OCCASIONS[one] for one in Occasion if one not in done],
        days=settings.case_days,
        decided=bool(settings.case_decision),
    )
