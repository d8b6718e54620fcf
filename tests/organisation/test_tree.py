"""The register is loaded once and whole; the tree answers by code, upwards, downwards and by day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.models import OrganisationUnit
from survey.organisation.register import register_rows
from survey.organisation.tree import TreeNode, add_unit, find_unit, load_register, load_tree

DAY = date(2024, 1, 1)


def codes(nodes: Iterable[TreeNode]) -> list[str]:
    return [node.code for node in nodes]


def test_the_register_is_one_nation_21_counties_and_290_municipalities() -> None:
    kinds = [row.kind for row in register_rows()]
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {"nation": 1, "county": 21, "municipality": 290}
    unknown = [row.code for row in register_rows() if row.kind == "municipality" and row.population is None]
    assert unknown == ["0781", "1883"]


def test_loading_twice_adds_once_and_corrects_names(session: Session) -> None:
    assert load_register(session) == 312
    find_unit(session, "2303").name = "Old name"
    assert load_register(session) == 0
    assert find_unit(session, "2303").name == "Ragunda kommun"


def test_the_tree_knows_what_lies_above_and_below(session: Session) -> None:
    load_register(session)
    add_unit(session, code="K1", name="Hemtjänst norr", parent_code="2309", valid_from=DAY)
    add_unit(session, code="K1a", name="Nattpatrullen", parent_code="K1", valid_from=DAY)
    tree = load_tree(session)
    at = {code: node.id for code, node in tree.by_code.items()}
    assert tree.nodes[0].code == "SE"
    assert codes(tree.ancestors(at["K1a"])) == ["K1", "2309", "23", "SE"]
    assert codes(tree.descendants(at["2309"])) == ["2309", "K1", "K1a"]
    assert codes(tree.children(at["23"])) == ["2303", "2305", "2309", "2313", "2321", "2326", "2361", "2380"]
    assert tree.contains(at["23"], at["K1a"])
    assert tree.contains(at["K1a"], at["K1a"])
    assert not tree.contains(at["K1a"], at["23"])
    assert not tree.contains(at["22"], at["K1a"])


def test_the_tree_of_a_day_leaves_out_what_did_not_exist(session: Session) -> None:
    load_register(session)
    unit = add_unit(session, code="K1", name="Hemtjänst norr", parent_code="2309", valid_from=date(2024, 2, 1))
    add_unit(session, code="K1a", name="Nattpatrullen", parent_code="K1", valid_from=DAY)
    unit.valid_to = date(2024, 3, 1)
    session.flush()
    tree = load_tree(session)
    there = {day: {"K1", "K1a"} & set(tree.on(day).by_code) for day in (DAY, date(2024, 2, 29), date(2024, 3, 1))}
    assert there == {DAY: set(), date(2024, 2, 29): {"K1", "K1a"}, date(2024, 3, 1): set()}


def test_an_unknown_code_gets_the_nearest(session: Session) -> None:
    load_register(session)
    add_unit(session, code="krokom-norr", name="Norr", parent_code="2309", valid_from=DAY)
    with pytest.raises(Refusal, match="did you mean 'krokom-norr'") as refused:
        find_unit(session, "krokom-nor")
    assert refused.value.code == "unknown_unit"


@pytest.mark.parametrize(
    ("wrong", "code", "message"),
    [
        ({"code": "två ord"}, "bad_unit", "cannot be a unit's code"),
        ({"code": "../x"}, "bad_unit", "cannot be a unit's code"),
        ({"name": " "}, "bad_unit", "needs a name"),
        ({"name": "Norr\0"}, "bad_unit", "on one line, without control characters"),
        ({"name": "Norr\x1b[31m"}, "bad_unit", "on one line, without control characters"),
        ({"name": "\u202eNorr"}, "bad_unit", "on one line, without control characters"),
        ({"parent_code": "23"}, "bad_unit", "stands under a municipality or region or unit, and 23 is a county"),
        ({"kind": "municipality"}, "bad_unit", "stands under a county, and 2309 is a municipality"),
        ({"code": "2305"}, "unit_exists", "choose another code"),
        ({"parent_code": "9999"}, "unknown_unit", "no unit 9999"),
    ],
)
def test_a_unit_that_cannot_be_is_refused(session: Session, wrong: dict[str, str], code: str, message: str) -> None:
    load_register(session)
    unit: dict[str, Any] = {"code": "K1", "name": "Norr", "parent_code": "2309"} | wrong
    with pytest.raises(Refusal, match=message) as refused:
        add_unit(session, **unit, valid_from=DAY)
    assert refused.value.code == code
    assert session.query(OrganisationUnit).count() == 312
