"""Creating a study, and a round in it."""

from __future__ import annotations

from operator import itemgetter

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse
from wtforms.fields.choices import SelectChoice

from instruments.load import catalogue
from instruments.model import Kind, in_language
from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.fieldwork import rounds, studies
from survey.fieldwork.groups import group_ids
from survey.fieldwork.law import NO_LAW
from survey.models import OrganisationKind, Round, Study
from survey.organisation.tree import TreeNode
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import reading, writing
from survey.web.office.forms import RoundForm, choices
from survey.web.office.layout import page_language
from survey.web.office.study_forms import StudyForm
from survey.web.refusals import sentence
from survey.web.respond.code_questions import QUESTIONS

Page = str | tuple[str, int] | BaseResponse

TAKES_PART = frozenset({OrganisationKind.MUNICIPALITY, OrganisationKind.REGION, OrganisationKind.UNIT})
"""Kinds that people work in or are met by; counties and the nation are what their answers are added up to."""


@blueprint.route("/undersokningar/ny", methods=["GET", "POST"])
@access.login_required
def new_study() -> Page:
    access.require_somewhere(Action.MANAGE_ROUNDS)
    form = StudyForm()
    form.offer_bases()
    form.instrument.choices = _instrument_choices()
    form.code_questions.choices = choices(QUESTIONS.items())
    form.owner.choices = choices((node.code, node.name) for node in access.person().reach(Action.MANAGE_ROUNDS))
    if form.validate_on_submit() and (study := _create_study(form)):
        flash(_("The study is created. Now create its first round."))
        return redirect(url_for("admin.new_round", slug=study.slug))
    page = render_template("office/admin/new_study.html", form=form)
    return page, 422 if form.is_submitted() else 200


def _instrument_choices() -> list[SelectChoice]:
    """Each instrument that is fielded in rounds, once, by its newest version's title."""
    titles = {
        loaded.instrument.id: in_language(loaded.instrument.title, page_language())
        for loaded in catalogue(folders=current_services().instrument_folders)
        if loaded.instrument.kind is Kind.SURVEY
    }
    return choices(sorted(titles.items(), key=itemgetter(1)))


def _create_study(form: StudyForm) -> Study | None:
    """None where the study cannot be made so; the form then says why."""
    try:
        with writing() as session:
            study = studies.create_study(
                session,
                slug=form.slug.data or "",
                title=form.title.data or "",
                instrument=form.instrument.data,
                owner_code=form.owner.data,
                k=form.k.data,
                linked=form.linked.data,
                code_questions=form.code_questions.data or (),
                law=form.said(NO_LAW),
                folders=current_services().instrument_folders,
            )
            desk.record(session, "create_study", study.slug, instrument=study.instrument)
            return study
    except Refusal as refusal:
        form.slug.errors = [sentence(refusal)]
        return None


@blueprint.route("/undersokningar/<slug>/ny-matomgang", methods=["GET", "POST"])
@access.login_required
def new_round(slug: str) -> Page:
    study = desk.find_study(slug, Action.MANAGE_ROUNDS)
    studies.require_running(study)
    form = RoundForm()
    form.version.choices = _version_choices(study)
    form.before.choices = choices(
        [("", _("None")), *((str(earlier.id), earlier.name) for earlier in reversed(study.rounds))]
    )
    nodes = _nodes(study)
    form.units.choices = choices((node.code, node.name) for node in nodes if node.kind in TAKES_PART)
    if form.validate_on_submit() and (round_id := _create_round(form, study)):
        flash(_("The round is created. Write how many are invited, then open it when it is time."))
        return redirect(url_for("admin.round_page", round_id=round_id))
    page = render_template(
        "office/admin/new_round.html",
        form=form,
        study=study,
        nodes=nodes,
        depths={node.id: len(access.person().tree.ancestors(node.id)) for node in nodes},
        takes_part=TAKES_PART,
    )
    return page, 422 if form.is_submitted() else 200


def _version_choices(study: Study) -> list[SelectChoice]:
    loaded = catalogue(folders=current_services().instrument_folders)
    versions = sorted(
        (entry.instrument.version for entry in loaded if entry.instrument.id == study.instrument),
        key=lambda version: tuple(map(int, version.split("."))),
        reverse=True,
    )
    return choices((version, version) for version in versions)


def _nodes(study: Study) -> list[TreeNode]:
    """The study's part of today's tree, without the nation's own line."""
    today = current_services().clock().date()
    person = access.person()
    groups = group_ids(reading())
    return [
        node
        for node in person.tree.on(today).nodes
        if person.tree.contains(study.owner_id, node.id)
        and person.may(Action.MANAGE_ROUNDS, node.id)
        and node.kind != OrganisationKind.NATION
        and node.id not in groups
    ]


def _create_round(form: RoundForm, study: Study) -> int | None:
    """The new round's id; None where it cannot be made so, and the form then says why."""
    earlier = {str(round_.id): round_.id for round_ in study.rounds}
    try:
        with writing() as session:
            round_ = rounds.create_round(
                session,
                session.get_one(Study, study.id),
                name=form.name.data or "",
                version=form.version.data or None,
                unit_codes=form.units.data,
                opens_on=form.opens_on.data,
                closes_on=form.closes_on.data,
                before=session.get_one(Round, earlier[form.before.data]) if form.before.data else None,
                folders=current_services().instrument_folders,
            )
            desk.record(session, "create_round", rounds.reference(round_), units=len(form.units.data or ()))
            return round_.id
    except Refusal as refusal:
        form.name.errors = [sentence(refusal)]
        return None
