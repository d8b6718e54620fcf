"""Thin blueprints: a view parses, calls, and maps refusals to pages."""

from __future__ import annotations

from typing import cast

from flask import current_app

from survey.services import Services

EXTENSION = "termometern"
"""Where an application keeps its services: `app.extensions[EXTENSION]`."""


def current_services() -> Services:
    """The services of the application that handles this request."""
    return cast(Services, current_app.extensions[EXTENSION])
