"""A study's own pages: what it says in law, what is deleted when, and what has been changed since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, select
from werkzeug.wrappers import Response as BaseResponse

from survey.accounts.roles import Action
from survey.errors import Refusal
from survey.fieldwork.law import law_of, set_law
from survey.keeping.due import Due, all_due
from survey.keeping.policy import KINDS, RULE_WORDS, UNDECIDED, Rule, gone, numbers
from survey.keeping.records import verify_records
from survey.models import AuditEvent, DeletionRecord, Study
from survey.web import current_services
from survey.web.office import access
from survey.web.office.admin import blueprint, desk
from survey.web.office.database import reading, writing
from survey.web.office.layout import page_language
from survey.web.office.study_forms import DeletionForm, LawForm
from survey.web.office.words import basis_words
from survey.web.refusals import sentence

Page = str | tuple[str, int] | BaseResponse

COUNT_PEOPLE = frozenset({"boxes", "answers", "drafts", "free_text", "link_codes"})
"""Kinds whose number says how many have answered, objected or written something."""


@dataclass(frozen=True)
class KindLine:
    """One kind of the table, as it stands for this study."""

    what: str
    gone: str
    rule: str


@blueprint.get("/undersokningar/<slug>/om")
@access.login_required
def study_page(slug: str) -> str:
    study = desk.find_study(slug, Action.SEE_ROUNDS)
    law = law_of(study)
    return render_template(
        "office/admin/study.html",
        study=study,
        law=law,
        basis=basis_words(law.legal_basis) if law.legal_basis else "",
        changes=_changes(study),
        may_manage=access.person().may(Action.MANAGE_ROUNDS, study.owner_id),
    )


@blueprint.route("/undersokningar/<slug>/andra", methods=["GET", "POST"])
@access.login_required
def change_study(slug: str) -> Page:
    study = desk.find_study(slug, Action.MANAGE_ROUNDS)
    form = LawForm()
    form.offer_bases()
    if form.validate_on_submit():
        if _changed(study, form):
            return redirect(url_for("admin.study_page", slug=slug))
    elif not form.is_submitted():
        form.show(law_of(study))
    page = render_template("office/admin/change_study.html", form=form, study=study)
    return page, 422 if form.is_submitted() else 200


@blueprint.route("/undersokningar/<slug>/gallring", methods=["GET", "POST"])
@access.login_required
def deletion(slug: str) -> Page:
    study = desk.find_study(slug, Action.MANAGE_ROUNDS)
    form = DeletionForm()
    if form.validate_on_submit():
        if _changed(study, form):
            return redirect(url_for("admin.deletion", slug=slug))
    elif not form.is_submitted():
        form.show(law_of(study))
    page = render_template(
        "office/admin/deletion.html",
        form=form,
        study=study,
        kinds=_kinds(study),
        plan=_plan(study),
        what=KINDS,
        language=page_language(),
        records=_records(study),
        told=lambda what, amount: _told(what, amount, study.k),
        # Signatures need the key, which no web process holds; the chain does not.
        chain_holds=not verify_records(reading(), None),
    )
    return page, 422 if form.is_submitted() else 200


def _changed(study: Study, form: LawForm | DeletionForm) -> bool:
    """False where the study cannot say so; the form then says why."""
    try:
        with writing() as session:
            stored = session.get_one(Study, study.id)
            changes = set_law(stored, form.said(law_of(stored)))
            if changes:
                desk.record(session, "change_study", stored.slug, **changes)
    except Refusal as refusal:
        form.form_errors = [sentence(refusal)]
        return False
    flash(_("Saved.") if changes else _("Nothing was changed."))
    return True


def _changes(study: Study) -> Sequence[AuditEvent]:
    """What the study said before, newest first."""
    query = select(AuditEvent).where(AuditEvent.action == "change_study", AuditEvent.subject == study.slug)
    return reading().scalars(query.order_by(AuditEvent.id.desc())).all()


def _kinds(study: Study) -> list[KindLine]:
    language, filled_with = page_language(), numbers(current_services().settings, study.free_text_days)
    undecided = not (study.deletion_decision or study.simulated)
    return [
        KindLine(
            kind.what[language],
            UNDECIDED[language] if kind.rule is Rule.DECISION and undecided else gone(kind, language, filled_with),
            RULE_WORDS[kind.rule][language],
        )
        for kind in KINDS.values()
        if kind.of_study
    ]


def _plan(study: Study) -> list[Due]:
    services = current_services()
    due = all_due(reading(), services.settings, services.clock())
    return [one for one in due if one.study_id == study.id]


def _told(what: str, amount: int, k: int) -> str:
    """How many, in steps of k where it counts people: else this page would go round docs/decisions/0007."""
    if what not in COUNT_PEOPLE:
        return str(amount)
    if amount < k:
        return str(_("fewer than %(step)s", step=k))
    return str(_("at least %(n)s", n=amount // k * k))


def _records(study: Study) -> Sequence[DeletionRecord]:
    return reading().scalars(select(DeletionRecord).where(_of(study)).order_by(DeletionRecord.id.desc())).all()


def _of(study: Study) -> ColumnElement[bool]:
    on_round = DeletionRecord.subject.startswith(f"{study.slug}/", autoescape=True)
    return (DeletionRecord.subject == study.slug) | on_round
