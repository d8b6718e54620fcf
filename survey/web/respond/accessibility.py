"""The accessibility statement that the law on digital public service (2018:1937) asks for.

What has been tried and what is known not to work is said as it is; a standard is named only as what the law points to.
What the statement holds follows section 13 of the law and the authority's list (digg.se): who, which service, how far
it complies, what does not and why, when and how that was judged, how to report a fault, and where to complain. Nothing
is written in a form of ours: whoever reports a fault turns to the contact.
"""

from __future__ import annotations

import re
from datetime import date
from typing import NamedTuple

from flask import render_template, request, url_for

from survey.answering.entry import Purpose
from survey.errors import Refusal
from survey.models import Study
from survey.web import current_services, languages
from survey.web.respond import blueprint
from survey.web.respond.information import coming_from, way_back
from survey.web.respond.visit import looking

ASSESSED = date(2026, 11, 22)
"""When what the statement says was last held against the pages: whoever changes the one looks at the other."""
CHANGED = date(2026, 11, 22)
"""When the text of the statement was last changed."""
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+\.[^\s@<>\"',;:]+")


class Contact(NamedTuple):
    """Who answers for the pages, and how to reach them; either may be empty."""

    name: str
    way: str

    @property
    def email(self) -> str:
        """The way itself, if it is an address of mail and nothing else."""
        return self.way if _EMAIL.fullmatch(self.way) else ""


@blueprint.get("/tillganglighet")
def accessibility() -> str:
    return _page(_of_installation())


@blueprint.get("/s/<code>/tillganglighet")
def accessibility_of(code: str) -> str:
    """The same, with the study's own contact. A link that leads nowhere (any more) still leads to a statement."""
    try:
        with looking(code, Purpose.OBJECT) as visit:
            study = visit.session.get_one(Study, visit.entry.study_id)
            contact = Contact(study.controller.strip() or study.owner.name, study.contact.strip())
    except Refusal:
        contact = _of_installation()
    return _page(contact if contact.way else contact._replace(way=_of_installation().way))


def address() -> str:
    """Where the statement is: below the link that the person came by, if by one."""
    code = (request.view_args or {}).get("code")
    if not code:
        return url_for("respond.accessibility")
    return url_for("respond.accessibility_of", code=code, fran=coming_from())


def _of_installation() -> Contact:
    settings = current_services().settings
    return Contact(settings.operator, settings.contact)


def _page(contact: Contact) -> str:
    code = (request.view_args or {}).get("code", "")
    return render_template(
        "respond/accessibility.html",
        contact=contact,
        assessed=languages.written_date(ASSESSED, year=True),
        changed=languages.written_date(CHANGED, year=True),
        code=code,
        back=way_back(code),
    )
