"""Ways in to an open round: open links with QR codes, and cards. A personal token is never on any page."""

from __future__ import annotations

from flask import Response, abort, render_template
from flask_babel import gettext as _

from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.fieldwork.cards import cards_csv, make_cards
from survey.fieldwork.links import OpenLink, links_csv, open_links, qr_svg
from survey.fieldwork.rounds import reference
from survey.models import OrganisationUnit, Round, RoundState
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import writing
from survey.web.office.downloads import csv_response, download
from survey.web.office.forms import CardsForm, choices
from survey.web.office.layout import page_language
from survey.web.refusals import sentence


@blueprint.get("/matomgangar/<int:round_id>/lankar")
@access.login_required
def links(round_id: int) -> str:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    return render_template("office/admin/links.html", round=round_, links=_links(round_))


@blueprint.get("/matomgangar/<int:round_id>/lankar.csv")
@access.login_required
def links_file(round_id: int) -> Response:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    return csv_response(links_csv(_links(round_)), f"{round_.study.slug}-{round_.id}-lankar.csv")


@blueprint.get("/matomgangar/<int:round_id>/lankar/<unit_code>")
@access.login_required
def link_sheet(round_id: int, unit_code: str) -> str:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    return render_template("office/admin/link_sheet.html", round=round_, link=_link(round_, unit_code))


@blueprint.get("/matomgangar/<int:round_id>/lankar/<unit_code>/qr.svg")
@access.login_required
def link_code(round_id: int, unit_code: str) -> Response:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    return Response(qr_svg(_link(round_, unit_code).url), content_type="image/svg+xml; charset=utf-8")


def _links(round_: Round) -> list[OpenLink]:
    return open_links(round_, current_services().settings.public_url)


def _link(round_: Round, unit_code: str) -> OpenLink:
    by_code = {link.unit_code: link for link in _links(round_)}
    if unit_code not in by_code:
        abort(404)
    return by_code[unit_code]


@blueprint.route("/matomgangar/<int:round_id>/kort", methods=["GET", "POST"])
@access.login_required
def cards(round_id: int) -> str | tuple[str, int] | Response:
    round_ = desk.find_round(round_id, Action.MANAGE_ROUNDS)
    form = CardsForm()
    units = {place.unit.code: place.unit for place in round_.units}
    form.unit.choices = choices(
        (code, unit.name) for code, unit in sorted(units.items(), key=lambda entry: entry[1].name)
    )
    form.count.description = _fewest(round_)
    if form.validate_on_submit() and (codes := _make(round_, units[form.unit.data], form)):
        return _card_file(round_, units[form.unit.data], codes, str(form.form.data))
    page = render_template("office/admin/cards.html", round=round_, form=form)
    return page, 422 if form.is_submitted() else 200


def _fewest(round_: Round) -> str:
    if round_.state != RoundState.OPEN:
        return ""
    return str(_("At least %(k)s at once in an open round, so that the late ones are not alone.", k=round_.study.k))


def _make(round_: Round, unit: OrganisationUnit, form: CardsForm) -> list[str]:
    """The new codes; none where they cannot be made, and the form then says why."""
    services = current_services()
    count = form.count.data or 0
    try:
        with writing() as session:
            stored = session.get_one(Round, round_.id)
            codes = make_cards(session, services.keys, stored, session.get_one(OrganisationUnit, unit.id), count)
            desk.record(session, "make_cards", reference(round_), unit=unit.code, count=count)
    except Refusal as refusal:
        form.count.errors = [sentence(refusal)]
        return []
    return codes


def _card_file(round_: Round, unit: OrganisationUnit, codes: list[str], kind: str) -> Response:
    public_url = current_services().settings.public_url
    stem = f"{round_.study.slug}-{unit.code}-kort"
    if kind == "csv":
        return csv_response(cards_csv(codes, unit_name=unit.name, public_url=public_url), f"{stem}.csv")
    # ReportLab takes a quarter of a second to load; a start does not wait for it.
    from survey.fieldwork.card_sheet import cards_pdf

    sheet = cards_pdf(
        codes,
        title=round_.study.title,
        unit_name=unit.name,
        public_url=public_url,
        linked=round_.study.linked,
        language=page_language(),
    )
    return download(sheet, f"{stem}.pdf", "application/pdf")
