"""The tree as it stood when it was read: plain data, so that a question about it costs no query."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.models import OrganisationKind, OrganisationUnit


@dataclass(frozen=True)
class TreeNode:
    """One organisation unit, with `valid_to` the first day on which it no longer is one."""

    id: int
    parent_id: int | None
    kind: OrganisationKind
    code: str
    name: str
    short_name: str
    private: bool
    valid_from: date
    valid_to: date | None
    population: int | None

    def is_valid(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day < self.valid_to)


class OrganisationTree:
    """Nation > county > municipality or region > unit. `nodes` has parents before children, siblings by code."""

    def __init__(self, nodes: Iterable[TreeNode]) -> None:
        self._children: dict[int | None, list[TreeNode]] = {}
        for node in sorted(nodes, key=lambda node: node.code):
            self._children.setdefault(node.parent_id, []).append(node)
        self.nodes: tuple[TreeNode, ...] = tuple(self._below(None))
        self.by_id: Mapping[int, TreeNode] = {node.id: node for node in self.nodes}
        self.by_code: Mapping[str, TreeNode] = {node.code: node for node in self.nodes}

    def parent(self, unit_id: int) -> TreeNode | None:
        parent_id = self.by_id[unit_id].parent_id
        return None if parent_id is None else self.by_id[parent_id]

    def children(self, unit_id: int) -> tuple[TreeNode, ...]:
        return tuple(self._children.get(unit_id, ()))

    def ancestors(self, unit_id: int) -> tuple[TreeNode, ...]:
        """From the parent to the nation; without the unit itself."""
        found = []
        node = self.parent(unit_id)
        while node is not None:
            found.append(node)
            node = self.parent(node.id)
        return tuple(found)

    def descendants(self, unit_id: int) -> tuple[TreeNode, ...]:
        """The unit itself and everything below it, parents before children."""
        return (self.by_id[unit_id], *self._below(unit_id))

    def contains(self, outer_id: int, inner_id: int) -> bool:
        """Whether `inner_id` is `outer_id` or lies below it. Units that the tree does not know contain nothing."""
        if inner_id not in self.by_id:
            return False
        return inner_id == outer_id or any(node.id == outer_id for node in self.ancestors(inner_id))

    def on(self, day: date) -> OrganisationTree:
        """The tree of that day: units that did not exist are left out, with everything below them."""
        return OrganisationTree(node for node in self.nodes if node.is_valid(day))

    def _below(self, parent_id: int | None) -> Iterator[TreeNode]:
        for node in self._children.get(parent_id, ()):
            yield node
            yield from self._below(node.id)


def load_tree(session: Session) -> OrganisationTree:
    """The whole tree, all days, in one query."""
    columns = OrganisationUnit.__table__.c
    rows = session.execute(select(*(columns[name] for name in TreeNode.__dataclass_fields__)))
    return OrganisationTree(TreeNode(**{**row._mapping, "kind": OrganisationKind(row.kind)}) for row in rows)
