"""The logged-in pages: account (log in and out), admin (studies and rounds), research (results), records
(activities and reports), cases (follow-up of clients)."""

from __future__ import annotations

from flask import Blueprint

from survey.web.office import account, admin, cases, layout, own_data, records, research, second_factor

__all__ = ["blueprints", "own_data", "second_factor"]
# own_data and second_factor add their pages to the account's blueprint.

blueprints: tuple[Blueprint, ...] = (
    layout.blueprint,
    account.blueprint,
    admin.blueprint,
    research.blueprint,
    records.blueprint,
    cases.blueprint,
)
"""What the application registers. The first carries the templates, the stylesheet and the frame of every page."""
