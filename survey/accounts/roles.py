"""Who may do what: one truth table, and one rule for where.

    action \\ role           administrator   analyst   manager   caseworker
    see_rounds                    x             x         -         -
    manage_rounds                 x             -         -         -
    release_rounds                x             -         -         -
    see_results                   x             x         x         -
    export_results                -             x         -         -
    export_microdata              -             x         -         -
    read_texts                    -             x         -         -
    manage_organisation           x             -         -         -
    manage_accounts               x             -         -         -
    see_records                   x             x         x         -
    write_records                 x             x         x         -
    keep_cases                    -             -         -         x
    manage_case_access            x             -         -         -
    count_cases                   -             x         -         -

A role is held in a node of the tree and reaches that node and everything below it, never what is above or beside. An
administrator exports nothing: whoever can see the rounds from inside should not also hold the figures as files. A
caseworker's role opens cases and nothing else: each case is read by those who are named in it (`survey.cases`), never
by an administrator. The tests have one case a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Protocol

from survey.models import Role
from survey.organisation.snapshot import OrganisationTree


class Action(StrEnum):
    SEE_ROUNDS = "see_rounds"
    """Rounds, their units and their live counts."""
    MANAGE_ROUNDS = "manage_rounds"
    """Create studies and rounds, open and close them, links, cards, invited counts."""
    RELEASE_ROUNDS = "release_rounds"
    """Seal and release: what cannot be undone."""
    SEE_RESULTS = "see_results"
    """Released findings and reports of the node."""
    EXPORT_RESULTS = "export_results"
    """Released findings as files."""
    EXPORT_MICRODATA = "export_microdata"
    """Coarsened rows of a round: with a second factor, a purpose, and only for whoever reaches all of its units."""
    READ_TEXTS = "read_texts"
    """Free texts as they were written, to strike out names before anybody else sees them."""
    MANAGE_ORGANISATION = "manage_organisation"
    """Add and import units below the node."""
    MANAGE_ACCOUNTS = "manage_accounts"
    """Create accounts and give them roles at the node or below."""
    SEE_RECORDS = "see_records"
    """Signed activity logs and status reports of the node."""
    WRITE_RECORDS = "write_records"
    """Sign, correct and take back entries."""
    KEEP_CASES = "keep_cases"
    """Open cases in the node, and be given access to cases there."""
    MANAGE_CASE_ACCESS = "manage_case_access"
    """Say who has access to which case, without reading any."""
    COUNT_CASES = "count_cases"
    """Figures over closed cases, through the disclosure gate."""


POLICY: Mapping[Role, frozenset[Action]] = {
    Role.ADMINISTRATOR: frozenset(Action)
    - {Action.EXPORT_RESULTS, Action.EXPORT_MICRODATA, Action.READ_TEXTS, Action.KEEP_CASES, Action.COUNT_CASES},
    Role.ANALYST: frozenset(
        {
            Action.SEE_ROUNDS,
            Action.SEE_RESULTS,
            Action.EXPORT_RESULTS,
            Action.EXPORT_MICRODATA,
            Action.READ_TEXTS,
            Action.SEE_RECORDS,
            Action.WRITE_RECORDS,
            Action.COUNT_CASES,
        }
    ),
    Role.MANAGER: frozenset({Action.SEE_RESULTS, Action.SEE_RECORDS, Action.WRITE_RECORDS}),
    Role.CASEWORKER: frozenset({Action.KEEP_CASES}),
}


class Grant(Protocol):
    """A role in a node: `survey.models.RoleGrant` is one."""

    @property
    def role(self) -> str: ...

    @property
    def unit_id(self) -> int: ...


def may(grants: Iterable[Grant], action: Action, unit_id: int, tree: OrganisationTree) -> bool:
    """Whether one of an account's grants allows `action` in the unit."""
    return any(action in POLICY[Role(grant.role)] and tree.contains(grant.unit_id, unit_id) for grant in grants)
