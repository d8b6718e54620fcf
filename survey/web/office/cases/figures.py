"""Figures over many cases: what the gate let through when they were counted, and never anything else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response as BaseResponse
from wtforms import SelectField
from wtforms.validators import InputRequired

from instruments.model import Instrument, in_language
from survey.accounts.roles import Action
from survey.cases.desk import case_instruments
from survey.errors import Refusal
from survey.models import LARGEST_ID, CaseCount
from survey.organisation.tree import find_unit
from survey.web import current_services
from survey.web.office import access
from survey.web.office.cases import blueprint
from survey.web.office.database import reading, writing
from survey.web.office.forms import Form, choices
from survey.web.office.layout import figure, page_language
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse


class CountForm(Form):
    unit = SelectField(
        _l("Municipality or unit"),
        [InputRequired(_l("Choose a unit."))],
        description=_l("With everything below it. A wider choice lets more units be shown."),
    )
    instrument = SelectField(_l("Followed with"))


@dataclass(frozen=True)
class Row:
    name: str
    cases: int | None
    cells: tuple[Mapping[str, float] | None, ...]
    """Of each scale; None for what is not shown."""


@blueprint.route("/siffror", methods=["GET", "POST"])
@access.login_required
def figures() -> Page:
    access.require_somewhere(Action.COUNT_CASES)
    form = CountForm()
    form.unit.choices = choices((node.code, node.name) for node in access.person().reach(Action.COUNT_CASES))
    instruments = case_instruments(current_services().instrument_folders)
    titles = [(key, in_language(one.instrument.title, page_language())) for key, one in instruments.items()]
    form.instrument.choices = choices(titles)
    if form.validate_on_submit() and (count_id := _count(form)):
        flash(_("The cases are counted."))
        return redirect(url_for("cases.count_page", count_id=count_id))
    query = select(CaseCount).options(joinedload(CaseCount.unit)).order_by(CaseCount.id.desc())
    counts = [count for count in reading().scalars(query) if _codes(count)]
    page = render_template("office/cases/figures.html", form=form, counts=counts)
    return page, 422 if form.is_submitted() else 200


def _count(form: CountForm) -> int | None:
    """The count's id; None where it is refused, and the form then says why."""
    # The libraries for numbers take most of a second to load, and a start does not wait for them.
    from survey.cases.counting import count_cases

    person, services = access.person(), current_services()
    try:
        with writing() as session:
            unit = find_unit(session, form.unit.data)
            access.require(Action.COUNT_CASES, unit.id)
            count = count_cases(
                session,
                services.keys,
                instrument=case_instruments(services.instrument_folders)[form.instrument.data],
                unit_id=unit.id,
                tree=person.tree,
                account=person.account,
                now=services.clock(),
            )
            return count.id
    except Refusal as refusal:
        form.unit.errors = [sentence(refusal)]
        return None


@blueprint.get("/siffror/<int:count_id>")
@access.login_required
def count_page(count_id: int) -> str:
    access.require_somewhere(Action.COUNT_CASES)
    count = reading().get(CaseCount, count_id) if count_id <= LARGEST_ID else None
    if count is None:
        abort(404)
    if not _codes(count):
        abort(403)
    loaded = case_instruments(current_services().instrument_folders).get(count.instrument)
    if loaded is None:
        raise Refusal("instrument_changed", f"{count.instrument} is not there any more; put the file back")
    return render_template(
        "office/cases/count.html",
        count=count,
        scales=loaded.instrument.scales,
        rows=_rows(count, loaded.instrument),
        figure=figure,
    )


def _groups(count: CaseCount) -> Mapping[str, Mapping[str, Any]]:
    return cast(Mapping[str, Mapping[str, Any]], count.result["groups"])


def _codes(count: CaseCount) -> list[str]:
    """The groups of a count that the person may see."""
    person = access.person()
    units = person.tree.by_code
    return [code for code in _groups(count) if code in units and person.may(Action.COUNT_CASES, units[code].id)]


def _rows(count: CaseCount, instrument: Instrument) -> list[Row]:
    units, groups = access.person().tree.by_code, _groups(count)
    return [
        Row(
            units[code].name,
            groups[code]["cases"],
            tuple(groups[code]["scales"].get(scale.id) for scale in instrument.scales),
        )
        for code in _codes(count)
    ]
