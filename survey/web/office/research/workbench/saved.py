"""A person's own saved views: a name for the address of a view. Nobody else sees them."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl, urlencode

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response as BaseResponse

from survey.errors import Refusal
from survey.models import LARGEST_ID, SavedView
from survey.organisation.names import NAME_RULE, is_name
from survey.web.office import access
from survey.web.office.database import reading, writing
from survey.web.office.research import views
from survey.web.office.research.workbench.bench import open_bench
from survey.web.office.research.workbench.registry import BY_NAME
from survey.web.refusals import sentence

LONGEST_NAME = 80
LONGEST_QUERY = 500
MOST_VIEWS = 50
"""Of one person in one study: a list that can still be read."""


def views_of(study_id: int) -> Sequence[SavedView]:
    """The person's own, by name."""
    query = select(SavedView).where(SavedView.study_id == study_id, SavedView.account_id == access.person().account.id)
    return reading().scalars(query.order_by(SavedView.name)).all()


@access.login_required
def save(study_id: int) -> BaseResponse:
    """Keep the view that the form came from; back to it either way."""
    bench = open_bench(study_id, views.language())
    view, query = request.form.get("view", ""), _tidy(request.form.get("query", ""))
    if view not in BY_NAME:
        abort(404)
    try:
        _store(bench.study.id, " ".join(request.form.get("name", "").split()), view, query)
    except Refusal as refusal:
        flash(sentence(refusal), "warning")
    else:
        flash(_("The view is saved. You find it on the study's page."))
    return redirect(_address(study_id, view, query))


@access.login_required
def delete(study_id: int, saved_id: int) -> BaseResponse:
    """Only one's own: another's is not found."""
    with writing() as session:
        saved = session.get(SavedView, saved_id) if saved_id <= LARGEST_ID else None
        if saved is None or (saved.study_id, saved.account_id) != (study_id, access.person().account.id):
            abort(404)
        session.delete(saved)
    flash(_("The saved view is removed."))
    return redirect(url_for("research.bench", study_id=study_id))


def address_of(saved: SavedView) -> str:
    return _address(saved.study_id, saved.view, saved.query)


def _address(study_id: int, view: str, query: str) -> str:
    return url_for("research.bench_view", study_id=study_id, view=view) + (f"?{query}" if query else "")


def _tidy(query: str) -> str:
    """The query written again from its parts: what is stored is a query and nothing else."""
    return urlencode(parse_qsl(query[: 4 * LONGEST_QUERY], max_num_fields=None))


def _store(study_id: int, name: str, view: str, query: str) -> None:
    """Raises Refusal `view_unnamed`, `view_too_long`, `view_name_taken`, `too_many_views`."""
    if not is_name(name, LONGEST_NAME):
        raise Refusal("view_unnamed", f"a saved view needs a name of 1 to {LONGEST_NAME} characters, {NAME_RULE}")
    if len(query) > LONGEST_QUERY:
        raise Refusal("view_too_long", f"the address of the view is longer than {LONGEST_QUERY} characters")
    account_id = access.person().account.id
    mine = (SavedView.account_id == account_id, SavedView.study_id == study_id)
    try:
        with writing() as session:
            if (session.scalar(select(func.count()).select_from(SavedView).where(*mine)) or 0) >= MOST_VIEWS:
                raise Refusal("too_many_views", f"there are {MOST_VIEWS} saved views already; remove one")
            session.add(SavedView(account_id=account_id, study_id=study_id, name=name, view=view, query=query))
    except IntegrityError as error:
        raise Refusal("view_name_taken", f"there is a saved view called {name!r} already") from error
