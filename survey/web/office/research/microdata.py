"""Rows of a round: choose, look at what will leave, state a purpose, and take them out once."""

from __future__ import annotations

from flask import abort, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as BaseResponse
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, TextAreaField
from wtforms.widgets import CheckboxInput, ListWidget

from instruments.model import Instrument, in_language, item_text, option_text
from reports.cuts import menu
from reports.export.rows import Format
from reports.findings import NodeKind
from reports.microdata import Plan, Variable
from reports.microdata_source import Choice
from survey.answering.pinned import pinned_instrument
from survey.errors import Refusal
from survey.models import LARGEST_ID, Round
from survey.releases.microdata import Asked, digest_of, export_rows, preview
from survey.web import current_services
from survey.web.office import access
from survey.web.office.database import reading, writing
from survey.web.office.downloads import download
from survey.web.office.forms import Form, choices
from survey.web.office.layout import page_language
from survey.web.office.research import library
from survey.web.refusals import explained, sentence

Page = str | tuple[str, int] | BaseResponse

NO_PLACE = "none"
PLACES = {
    NodeKind.UNIT: _l("Unit"),
    NodeKind.MUNICIPALITY: _l("Municipality"),
    NodeKind.REGION: _l("Region"),
    NodeKind.COUNTY: _l("County"),
    NodeKind.NATION: _l("Nation"),
}
FORMATS = {
    Format.CSV: _l("CSV, for any program"),
    Format.SAV: _l("SPSS (.sav), with labels and codes of missing answers"),
    Format.PARQUET: _l("Parquet, for R and Python"),
}


class ChooseForm(Form):
    """What is asked for. Sent by address, so that the page with the answer can be loaded again."""

    place = SelectField(_l("The finest place"), default=NodeKind.UNIT.value)
    background = SelectMultipleField(
        _l("Background to take along"), widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    both = BooleanField(_l("The earlier round too"))

    def choice(self) -> Choice:
        place = None if self.place.data == NO_PLACE else NodeKind(self.place.data)
        return Choice(place, tuple(self.background.data or ()))


class TakeForm(Form):
    """The purpose, the format, and what was shown."""

    purpose = TextAreaField(
        _l("What are the rows for?"),
        description=_l(
            "For example a thesis, and the decision that lets you have them. It stays in the trail of events."
        ),
        render_kw={"rows": "3", "maxlength": "1000"},
    )
    format_ = SelectField(
        _l("Format"),
        name="format",
        default=Format.CSV.value,
        choices=choices([(one.value, FORMATS[one]) for one in Format]),
    )
    shown = HiddenField()


@access.login_required
def microdata(round_id: int) -> Page:
    round_ = reading().get(Round, round_id) if round_id <= LARGEST_ID else None
    if round_ is None:
        abort(404)
    if not library.may_take_rows(round_):
        abort(403)
    return _confirmed(round_)


@access.step_up_required
def _confirmed(round_: Round) -> Page:
    services = current_services()
    instrument = pinned_instrument(
        round_.study.instrument,
        round_.instrument_version,
        round_.instrument_digest or "",
        services.instrument_folders,
    )
    choose, take = _choose_form(instrument), TakeForm()
    if not request.args or not choose.validate():
        return _page(round_, instrument, choose, take, None, 422 if request.args else 200)
    try:
        if take.validate_on_submit():
            return _taken(round_, choose, take)
        planned = _planned(round_, choose)
    except Refusal as refusal:
        return _refused(round_, instrument, choose, take, refusal)
    take.shown.data = digest_of(planned)
    return _page(round_, instrument, choose, take, planned, 422 if take.errors else 200)


def _planned(round_: Round, choose: ChooseForm) -> Plan:
    folders = current_services().instrument_folders
    return preview(reading(), round_, choose.choice(), both_rounds=_both(round_, choose), folders=folders)


def _both(round_: Round, choose: ChooseForm) -> bool:
    """Rows of the earlier round need the right in every unit of that one: its units may be others."""
    if round_.before is None or not choose.both.data:
        return False
    if not library.may_take_rows(round_.before):
        abort(403)
    return True


def _taken(round_: Round, choose: ChooseForm, take: TakeForm) -> BaseResponse:
    services, person = current_services(), access.person()
    asked = Asked(
        choose.choice(),
        _both(round_, choose),
        take.purpose.data or "",
        person.email,
        person.account.id,
        Format(take.format_.data),
    )
    with writing() as session:
        made = export_rows(
            session,
            session.get_one(Round, round_.id),
            asked,
            services.clock(),
            expected=take.shown.data or "",
            language=page_language(),
            folders=services.instrument_folders,
        )
    made_up = "simulerad-" if round_.study.simulated else ""
    name = f"{made_up}{round_.study.slug}-{round_.id}-rader-{made.digest[:8]}.zip"
    return download(made.archive, name, "application/zip")


def _refused(round_: Round, instrument: Instrument, choose: ChooseForm, take: TakeForm, refusal: Refusal) -> Page:
    """The same page with what was wrong; where a purpose is missing, still with what would leave."""
    if refusal.code == "microdata_no_purpose":
        take.purpose.errors = [sentence(refusal)]
    elif refusal.code == "microdata_changed":
        take.form_errors = [sentence(refusal)]
    else:
        choose.form_errors = [sentence(refusal)]
        return _page(round_, instrument, choose, take, None, explained(refusal.code).status)
    planned = _planned(round_, choose)
    take.shown.data = digest_of(planned)
    return _page(round_, instrument, choose, take, planned, explained(refusal.code).status)


def _choose_form(instrument: Instrument) -> ChooseForm:
    # Asking changes nothing, so it needs no token.
    form = ChooseForm(request.args, meta={"csrf": False})
    form.place.choices = choices([(kind.value, label) for kind, label in PLACES.items()] + [(NO_PLACE, _("No place"))])
    language = page_language()
    items = [instrument.items_by_id[cut.item] for cut in menu(instrument)]
    form.background.choices = choices([(item.id, item_text(item, language)) for item in items])
    return form


def _page(
    round_: Round, instrument: Instrument, choose: ChooseForm, take: TakeForm, planned: Plan | None, status: int
) -> Page:
    page = render_template(
        "office/research/microdata.html",
        round=round_,
        choose=choose,
        both_offered=round_.before is not None and library.may_take_rows(round_.before),
        take=take,
        plan=planned,
        place=PLACES.get(planned.place_shown) if planned and planned.place_shown else None,
        variables=[_variable(instrument, one) for one in planned.variables] if planned else [],
        scales=[in_language(scale.title, page_language()) for scale in instrument.scales],
    )
    return page, status


def _variable(instrument: Instrument, variable: Variable) -> dict[str, object]:
    """One background item as the page tells it: its question, and the groups that will be told apart."""
    item, language = instrument.items_by_id[variable.item], page_language()
    names = {option.value: option_text(option, language) for option in instrument.options(item)}
    return {
        "text": item_text(item, language),
        "groups": [_(" or ").join(names[option] for option in options) for options in variable.shown],
        "merged": len(variable.shown) < len(variable.asked),
    }
