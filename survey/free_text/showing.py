"""Texts that have been read and let through, as far as the gate shows them."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from reports.disclosure import Disclosed
from reports.texts import ReleasedTexts, Text, released_texts
from survey.models import FreeText, OrganisationUnit, TextState


def texts_of(session: Session, disclosed: Disclosed) -> ReleasedTexts:
    """The texts of the release's round, by the release's groups."""
    findings = disclosed.findings
    parents: Mapping[str, str | None] = {group.code: group.parent for group in findings.groups}
    of_round = FreeText.round_id == findings.round_id
    place = (OrganisationUnit, OrganisationUnit.id == FreeText.unit_id)
    counted = session.execute(
        select(OrganisationUnit.code, FreeText.item, func.count().label("people"))
        .select_from(FreeText)
        .join(*place)
        .where(of_round)
        .group_by(OrganisationUnit.code, FreeText.item)
    )
    released = session.execute(
        select(OrganisationUnit.code, FreeText.item, FreeText.released_text)
        .join(*place)
        .where(of_round, FreeText.state == TextState.RELEASED)
    )
    return released_texts(
        parents,
        {(row.code, row.item): row.people for row in counted},
        [Text(row.code, row.item, row.released_text or "") for row in released],
        findings.k,
    )
