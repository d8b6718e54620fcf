"""The frame of every logged-in page: Bootstrap's own files, one stylesheet, the menu, and how things are written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

from flask import Blueprint, Flask, request
from flask.blueprints import BlueprintSetupState
from flask_babel import format_date, format_decimal, get_locale
from flask_babel import lazy_gettext as _l
from flask_bootstrap import Bootstrap5  # type: ignore[import-untyped]

from instruments.model import Localised, in_language
from survey.accounts.roles import Action
from survey.days import SWEDISH_TIME
from survey.web import languages
from survey.web.office import words
from survey.web.office.access import Person, current_person
from survey.web.office.database import close_with_request

blueprint = Blueprint(
    "office", __name__, static_folder="static", static_url_path="/kontor/static", template_folder="templates"
)


@dataclass(frozen=True)
class Place:
    """One entry of the main menu."""

    endpoint: str
    label: object
    needs: tuple[Action, ...]
    """The entry is shown to whoever is allowed one of these somewhere."""

    @property
    def here(self) -> bool:
        return (request.endpoint or "").partition(".")[0] == self.endpoint.partition(".")[0] and self._same_part()

    @property
    def exact(self) -> bool:
        return request.endpoint == self.endpoint

    def _same_part(self) -> bool:
        # The trail of events lies under the administrator's pages but is a place of its own.
        return (request.endpoint == "admin.events") == (self.endpoint == "admin.events")


PLACES = (
    Place("admin.overview", _l("Rounds"), (Action.SEE_ROUNDS,)),
    Place("research.overview", _l("Results"), (Action.SEE_RESULTS,)),
    Place("records.overview_page", _l("Activities"), (Action.SEE_RECORDS,)),
    Place("cases.overview", _l("Cases"), (Action.KEEP_CASES, Action.MANAGE_CASE_ACCESS, Action.COUNT_CASES)),
    Place("admin.events", _l("Events"), (Action.MANAGE_ROUNDS,)),
)


@blueprint.record_once
def prepare(state: BlueprintSetupState) -> None:
    """Give the application Bootstrap's own files (never a CDN) and the filters that the templates use."""
    app = cast(Flask, state.app)
    app.config["BOOTSTRAP_SERVE_LOCAL"] = True
    Bootstrap5(app)
    app.jinja_env.filters.update(day=day, moment=moment, localised=localised)
    app.jinja_env.globals["words"] = words
    close_with_request(app)


def day(value: date | None) -> str:
    """ "3 oktober 2026", or an en dash where there is no day."""
    return format_date(value, "d MMMM y") if value else "–"


def moment(value: datetime | None) -> str:
    """A moment in Swedish time, to the minute: who reads it sits in Sweden, whatever the server's clock says."""
    return f"{value.astimezone(SWEDISH_TIME):%Y-%m-%d %H:%M}" if value else "–"


def figure(value: float | None) -> str:
    """A number as the page's language writes it, or an en dash where there is none."""
    return "–" if value is None else str(format_decimal(value))


def localised(texts: Localised) -> str:
    """An instrument's text in the page's language."""
    return in_language(texts, page_language())


def page_language() -> str:
    """`sv` or `en`."""
    return str(get_locale())


@blueprint.app_context_processor
def frame() -> dict[str, object]:
    """What the base template needs. Costs nothing on a respondent's page: nothing is looked up until it is used."""
    if request.blueprint not in OFFICE_BLUEPRINTS:
        return {}
    person = current_person()
    language = page_language()
    code = next(code for code in languages.NAMES if code != language)
    return {
        "person": person,
        "places": _places(person),
        "language": language,
        "other_language": {"code": code, "name": languages.NAMES[code]},
        "here": request.full_path.rstrip("?") if request.method == "GET" else request.path,
    }


OFFICE_BLUEPRINTS = frozenset({"office", "account", "admin", "research", "records", "cases"})


def _places(person: Person | None) -> tuple[Place, ...]:
    return tuple(place for place in PLACES if person is not None and any(map(person.has, place.needs)))
