"""A sealed round as the reports read it: responses in columns, and the part of the tree that takes part."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from reports.dataset import Node, RoundData, Tree
from reports.findings import NodeKind
from survey.answering.pinned import pinned_instrument
from survey.models import OrganisationUnit, Response, Round
from survey.organisation.snapshot import load_tree

_ROWS_AT_ONCE = 2000


def round_data(session: Session, round_: Round, folders: Iterable[Path] = ()) -> RoundData:
    """Every response of the round. Raises Refusal `instrument_changed`."""
    study = round_.study
    digest = round_.instrument_digest or ""
    rows = session.execute(
        select(Response.answers, OrganisationUnit.code, Response.link_code, Response.way)
        .join(OrganisationUnit, OrganisationUnit.id == Response.unit_id)
        .where(Response.round_id == round_.id),
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
        invited={row.unit.code: row.invited for row in round_.units},
    )


def tree_of(session: Session, *rounds: RoundData) -> Tree:
    """The units that take part in any of the rounds, and all that stands above them; nothing else."""
    everything = load_tree(session)
    present: set[int] = set()
    for code in {code for data in rounds for code in (*data.invited, *data.unit_codes)}:
        unit = everything.by_code[code]
        present |= {unit.id, *(ancestor.id for ancestor in everything.ancestors(unit.id))}
    nodes = []
    for node in everything.nodes:
        if node.id in present:
            parent = everything.parent(node.id)
            above = None if parent is None else parent.code
            nodes.append(Node(node.code, node.name, node.short_name, NodeKind(node.kind.value), above))
    return Tree(tuple(nodes))
