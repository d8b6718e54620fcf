"""The web application: settings in, a Flask application out. Wires the parts together and does nothing else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask, redirect, url_for
from flask_babel import Babel
from flask_wtf import CSRFProtect

from survey.config import Settings, settings_from
from survey.services import utc_now, web_services_from
from survey.web import EXTENSION, bodies, errors, headers, languages, office, respond
from survey.web.sessions import OfficeSessions

MAX_REQUEST_BYTES = 1024 * 1024
"""A whole instrument of long texts fits well; a file upload asks for more in its own view."""

WEB = Path(__file__).parent / "web"


class Application(Flask):
    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view or hook is asynchronous, and to look at each of them costs every request."""
        return func


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The application on `settings` (else the environment's). The database must be migrated already."""
    settings = settings or settings_from()
    services = web_services_from(settings, clock)
    secure = settings.public_url.startswith("https://")
    app = Application("survey", static_folder=None)
    app.config.update(
        SECRET_KEY=services.keys.session_secret(),
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=MAX_REQUEST_BYTES,
        SESSION_COOKIE_NAME="office",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PREFERRED_URL_SCHEME="https" if secure else "http",
        BABEL_DEFAULT_LOCALE=languages.DEFAULT,
        BABEL_TRANSLATION_DIRECTORIES=";".join(str(WEB / room / "translations") for room in ("respond", "office")),
    )
    app.session_interface = OfficeSessions()
    app.extensions[EXTENSION] = services
    # Else the router itself redirects "/analys" and "/s//": to an absolute address made of whatever Host was sent.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    languages.set_up(app, Babel(app, locale_selector=languages.choose), settings.home)
    app.before_request(bodies.refuse_crowded)
    csrf = CSRFProtect(app)
    # The respondent's side is guarded without a token in the page: docs/decisions/0005.
    csrf.exempt(respond.blueprint)
    for blueprint in (respond.blueprint, *office.blueprints):
        app.register_blueprint(blueprint)
    # Whoever types the bare address has a code to type, or logs in from there.
    app.add_url_rule("/", "front", lambda: redirect(url_for("respond.type_code")))
    errors.register(app)
    headers.register(app, secure=secure)
    return app
