"""Merge groups: declared blindly, before opening; then small units are placed and shown together."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from survey.answering.raising import places
from survey.errors import Refusal
from survey.fieldwork.groups import declare_group, group_ids, placing_parents
from survey.fieldwork.rounds import create_round, open_round
from survey.models import OrganisationUnit, Response, Round, Study
from survey.organisation.tree import add_unit, find_unit
from survey.releases.data import round_data, tree_of

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)


def _declare(session: Session, round_: Round, *codes: str, name: str | None = None) -> OrganisationUnit:
    return declare_group(session, round_, codes, NOW, name=name)


def test_a_group_stands_under_the_units_own_parent(session: Session, draft: Round) -> None:
    group = _declare(session, draft, "K1", "K2")
    assert (group.name, group.code) == ("Hemtjänst norr och Hemtjänst söder", f"grupp-{draft.id}-1")
    assert (group.kind, group.parent_id) == ("unit", find_unit(session, "2309").id)
    assert {row.unit.code: row.group_id for row in draft.units} == {"K1": group.id, "K2": group.id, "2305": None}
    assert group_ids(session) == {group.id}


def test_two_groups_of_one_round_have_codes_of_their_own(session: Session, draft: Round) -> None:
    for code in ("K3", "K4"):
        add_unit(session, code=code, name=f"Enhet {code}", parent_code="2309", valid_from=date(2024, 1, 1))
    round_ = create_round(session, draft.study, name="fyra", unit_codes=["K1", "K2", "K3", "K4"])
    codes = [_declare(session, round_, "K1", "K2").code, _declare(session, round_, "K3", "K4", name="Söder").code]
    assert codes == [f"grupp-{round_.id}-1", f"grupp-{round_.id}-2"]


@pytest.mark.parametrize(
    ("codes", "expected", "said"),
    [
        (["K1"], "bad_group", "at least 2"),
        (["K1", "K1"], "bad_group", "at least 2"),
        (["K1", "2305"], "bad_group", "only units"),
        (["K1", "K9", "2303"], "unit_not_in_round", "K9, 2303"),
    ],
)
def test_what_is_no_group(session: Session, draft: Round, codes: list[str], expected: str, said: str) -> None:
    with pytest.raises(Refusal, match=said) as refused:
        _declare(session, draft, *codes)
    assert refused.value.code == expected


def test_units_of_two_municipalities_are_no_group(session: Session, study: Study) -> None:
    add_unit(session, code="B1", name="Hemtjänst Berg", parent_code="2326", valid_from=date(2024, 1, 1))
    round_ = create_round(session, study, name="två", unit_codes=["K1", "B1"])
    with pytest.raises(Refusal, match="different nodes"):
        _declare(session, round_, "K1", "B1")


def test_a_unit_is_in_one_group_at_most(session: Session, draft: Round) -> None:
    _declare(session, draft, "K1", "K2")
    with pytest.raises(Refusal, match="in a group already: K1, K2"):
        _declare(session, draft, "K1", "K2")


def test_groups_are_declared_before_anybody_answers(session: Session, draft: Round) -> None:
    open_round(session, draft, NOW, public_key=bytes(32))
    with pytest.raises(Refusal) as refused:
        _declare(session, draft, "K1", "K2")
    assert refused.value.code == "wrong_round_state"


def test_the_same_units_are_the_same_group_in_the_next_round(session: Session, draft: Round) -> None:
    group = _declare(session, draft, "K1", "K2", name="Hemtjänsten")
    later = create_round(session, draft.study, name="2027", unit_codes=["K1", "K2"])
    assert _declare(session, later, "K2", "K1").id == group.id
    last = create_round(session, draft.study, name="2028", unit_codes=["K1", "K2"])
    assert _declare(session, last, "K2", "K1", name="Annat").id != group.id


def test_a_group_takes_no_part_by_itself(session: Session, draft: Round) -> None:
    group = _declare(session, draft, "K1", "K2")
    with pytest.raises(Refusal, match="merge group"):
        create_round(session, draft.study, name="2027", unit_codes=["2305", group.code])


def test_small_units_are_placed_at_their_group_before_their_municipality(session: Session, draft: Round) -> None:
    group = _declare(session, draft, "K1", "K2")
    north, south = find_unit(session, "K1"), find_unit(session, "K2")
    parents = placing_parents(session, draft)
    assert places({north.id: 3, south.id: 4}, parents, 5) == {north.id: group.id, south.id: group.id}
    # Two in all are too few for the group too, and go to the municipality, or further up.
    other = find_unit(session, "2305")
    placed = places({north.id: 1, south.id: 1, other.id: 9}, parents, 5)
    assert group.id not in placed.values()


def _answers(session: Session, round_: Round, *at: OrganisationUnit) -> None:
    for unit in at:
        for _ in range(6):
            session.add(
                Response(
                    round_id=round_.id,
                    unit_id=unit.id,
                    instrument_digest=round_.instrument_digest or "",
                    way="open",
                    variant="standard",
                    language="sv",
                    answers={},
                )
            )
    session.flush()


@pytest.mark.parametrize("needed", [True, False])
def test_in_the_results_a_needed_group_stands_between(session: Session, draft: Round, needed: bool) -> None:
    group = _declare(session, draft, "K1", "K2", name="Alla hemtjänster")
    open_round(session, draft, NOW, public_key=bytes(32))
    _answers(session, draft, group if needed else find_unit(session, "K1"))
    parents = {node.code: node.parent for node in tree_of(session, round_data(session, draft)).nodes}
    assert (parents["K1"], parents.get(group.code)) == ((group.code, "2309") if needed else ("2309", None))
    assert list(parents)[:3] == ["SE", "23", "2305"]
