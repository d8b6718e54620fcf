"""The policy's truth table has one case a cell, and a role reaches its node and below, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pytest

from survey.accounts.roles import Action, may
from survey.models import OrganisationKind, Role
from survey.organisation.snapshot import OrganisationTree, TreeNode

ADMINISTRATOR, ANALYST, MANAGER = Role.ADMINISTRATOR, Role.ANALYST, Role.MANAGER
CASEWORKER = Role.CASEWORKER

CELLS = [
    (ADMINISTRATOR, Action.SEE_ROUNDS, True),
    (ADMINISTRATOR, Action.MANAGE_ROUNDS, True),
    (ADMINISTRATOR, Action.RELEASE_ROUNDS, True),
    (ADMINISTRATOR, Action.SEE_RESULTS, True),
    (ADMINISTRATOR, Action.EXPORT_RESULTS, False),
    (ADMINISTRATOR, Action.EXPORT_MICRODATA, False),
    (ADMINISTRATOR, Action.READ_TEXTS, False),
    (ADMINISTRATOR, Action.MANAGE_ORGANISATION, True),
    (ADMINISTRATOR, Action.MANAGE_ACCOUNTS, True),
    (ADMINISTRATOR, Action.SEE_RECORDS, True),
    (ADMINISTRATOR, Action.WRITE_RECORDS, True),
    (ADMINISTRATOR, Action.KEEP_CASES, False),
    (ADMINISTRATOR, Action.MANAGE_CASE_ACCESS, True),
    (ADMINISTRATOR, Action.COUNT_CASES, False),
    (ANALYST, Action.SEE_ROUNDS, True),
    (ANALYST, Action.MANAGE_ROUNDS, False),
    (ANALYST, Action.RELEASE_ROUNDS, False),
    (ANALYST, Action.SEE_RESULTS, True),
    (ANALYST, Action.EXPORT_RESULTS, True),
    (ANALYST, Action.EXPORT_MICRODATA, True),
    (ANALYST, Action.READ_TEXTS, True),
    (ANALYST, Action.MANAGE_ORGANISATION, False),
    (ANALYST, Action.MANAGE_ACCOUNTS, False),
    (ANALYST, Action.SEE_RECORDS, True),
    (ANALYST, Action.WRITE_RECORDS, True),
    (ANALYST, Action.KEEP_CASES, False),
    (ANALYST, Action.MANAGE_CASE_ACCESS, False),
    (ANALYST, Action.COUNT_CASES, True),
    (MANAGER, Action.SEE_ROUNDS, False),
    (MANAGER, Action.MANAGE_ROUNDS, False),
    (MANAGER, Action.RELEASE_ROUNDS, False),
    (MANAGER, Action.SEE_RESULTS, True),
    (MANAGER, Action.EXPORT_RESULTS, False),
    (MANAGER, Action.EXPORT_MICRODATA, False),
    (MANAGER, Action.READ_TEXTS, False),
    (MANAGER, Action.MANAGE_ORGANISATION, False),
    (MANAGER, Action.MANAGE_ACCOUNTS, False),
    (MANAGER, Action.SEE_RECORDS, True),
    (MANAGER, Action.WRITE_RECORDS, True),
    (MANAGER, Action.KEEP_CASES, False),
    (MANAGER, Action.MANAGE_CASE_ACCESS, False),
    (MANAGER, Action.COUNT_CASES, False),
    (CASEWORKER, Action.SEE_ROUNDS, False),
    (CASEWORKER, Action.MANAGE_ROUNDS, False),
    (CASEWORKER, Action.RELEASE_ROUNDS, False),
    (CASEWORKER, Action.SEE_RESULTS, False),
    (CASEWORKER, Action.EXPORT_RESULTS, False),
    (CASEWORKER, Action.EXPORT_MICRODATA, False),
    (CASEWORKER, Action.READ_TEXTS, False),
    (CASEWORKER, Action.MANAGE_ORGANISATION, False),
    (CASEWORKER, Action.MANAGE_ACCOUNTS, False),
    (CASEWORKER, Action.SEE_RECORDS, False),
    (CASEWORKER, Action.WRITE_RECORDS, False),
    (CASEWORKER, Action.KEEP_CASES, True),
    (CASEWORKER, Action.MANAGE_CASE_ACCESS, False),
    (CASEWORKER, Action.COUNT_CASES, False),
]


@dataclass(frozen=True)
class Held:
    role: str
    unit_id: int


def node(unit_id: int, parent_id: int | None, kind: str) -> TreeNode:
    name = f"N{unit_id}"
    kind_of = OrganisationKind(kind)
    return TreeNode(unit_id, parent_id, kind_of, name, name, name, False, date(2024, 1, 1), None, None)


NATION, COUNTY, MUNICIPALITY, UNIT, OTHER_MUNICIPALITY = range(1, 6)
TREE = OrganisationTree(
    [
        node(NATION, None, "nation"),
        node(COUNTY, NATION, "county"),
        node(MUNICIPALITY, COUNTY, "municipality"),
        node(UNIT, MUNICIPALITY, "unit"),
        node(OTHER_MUNICIPALITY, COUNTY, "municipality"),
    ]
)


@pytest.mark.parametrize(("role", "action", "allowed"), CELLS)
def test_a_cell_of_the_policy(role: Role, action: Action, allowed: bool) -> None:
    assert may([Held(role, MUNICIPALITY)], action, MUNICIPALITY, TREE) is allowed


def test_the_table_has_every_cell_once() -> None:
    assert sorted(cell[:2] for cell in CELLS) == sorted((role, action) for role in Role for action in Action)


@pytest.mark.parametrize(
    ("asked", "reached"),
    [(NATION, False), (COUNTY, False), (MUNICIPALITY, True), (UNIT, True), (OTHER_MUNICIPALITY, False), (99, False)],
)
def test_a_role_reaches_its_node_and_below(asked: int, reached: bool) -> None:
    assert may([Held(MANAGER, MUNICIPALITY)], Action.SEE_RESULTS, asked, TREE) is reached


def test_roles_do_not_mix_over_nodes() -> None:
    """An analyst here and an administrator there is not an administrator here."""
    grants = [Held(ANALYST, MUNICIPALITY), Held(ADMINISTRATOR, OTHER_MUNICIPALITY)]
    assert not may(grants, Action.MANAGE_ROUNDS, MUNICIPALITY, TREE)
    assert not may(grants, Action.EXPORT_RESULTS, OTHER_MUNICIPALITY, TREE)


def test_without_roles_nothing_is_allowed() -> None:
    assert not any(may([], action, NATION, TREE) for action in Action)
