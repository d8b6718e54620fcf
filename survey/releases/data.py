"""A sealed round as the reports read it: responses in columns, and the part of the tree that takes part."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sqlalchemy import select, true
from sqlalchemy.orm import Session

from reports.dataset import Node, RoundData, Tree
from reports.findings import NodeKind
from survey.answering.pinned import pinned_instrument
from survey.models import OrganisationUnit, Response, Round, RoundUnit
from survey.organisation.snapshot import load_tree

_ROWS_AT_ONCE = 2000


def round_data(
    session: Session, round_: Round, folders: Iterable[Path] = (), *, last_batch: int | None = None
) -> RoundData:
    """Every response of the round, or those up to a late batch. Raises Refusal `instrument_changed`."""
    study = round_.study
    digest = round_.instrument_digest or ""
    rows = session.execute(
        select(
            *(Response.answers, OrganisationUnit.code, Response.link_code, Response.way, Response.batch),
            *(Response.variant, Response.language),
        )
        .join(OrganisationUnit, OrganisationUnit.id == Response.unit_id)
        .where(Response.round_id == round_.id, true() if last_batch is None else Response.batch <= last_batch),
        execution_options={"yield_per": _ROWS_AT_ONCE},
    ).all()
    return RoundData.from_answers(
        round_id=round_.id,
        name=round_.name,
        instrument=pinned_instrument(study.instrument, round_.instrument_version, digest, folders),
        digest=digest,
        answers=[row.answers for row in rows],
        unit_codes=[row.code for row in rows],
        link_codes=[row.link_code for row in rows] if study.linked else None,
        ways=[row.way for row in rows],
        batches=[row.batch for row in rows],
        kinds=[(row.variant, row.language) for row in rows],
        invited={row.unit.code: row.invited for row in round_.units},
    )


def tree_of(session: Session, *rounds: RoundData) -> Tree:
    """The units that take part in any of the rounds, and all that stands above them; nothing else.

    A merge group of the first round that answers have been placed at stands between its units and their parent. One
    that nobody's answers needed is left out: each of its units is shown by itself.
    """
    everything = load_tree(session)
    coded = {code for data in rounds for code in (*data.invited, *data.unit_codes)}
    present: set[int] = set()
    for code in coded:
        unit = everything.by_code[code]
        present |= {unit.id, *(ancestor.id for ancestor in everything.ancestors(unit.id))}
    groups = _groups(session, rounds[0].round_id)
    above = {}
    for node in everything.nodes:
        group = everything.by_id.get(groups.get(node.id, 0))
        parent = group if group is not None and group.code in coded else everything.parent(node.id)
        above[node.id] = None if parent is None else parent.code
    nodes = [
        Node(node.code, node.name, node.short_name, NodeKind(node.kind.value), above[node.id])
        for node in everything.nodes
        if node.id in present
    ]
    return Tree(tuple(_parents_first(nodes)))


def _groups(session: Session, round_id: int) -> dict[int, int]:
    """Unit -> the merge group that it was declared to belong to before the round opened."""
    query = select(RoundUnit.unit_id, RoundUnit.group_id).where(RoundUnit.round_id == round_id)
    return {row.unit_id: row.group_id for row in session.execute(query) if row.group_id is not None}


def _parents_first(nodes: Sequence[Node]) -> Iterator[Node]:
    """The nodes in their order, each after the one above it: a group's code may come after its units' codes."""
    below: dict[str | None, list[Node]] = {}
    for node in nodes:
        below.setdefault(node.parent, []).append(node)

    def under(code: str | None) -> Iterator[Node]:
        for node in below.get(code, ()):
            yield node
            yield from under(node.code)

    return under(None)
