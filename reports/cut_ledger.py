"""Cuts in the ledger: what the cells of one release tell, and which of the next one's they make unsafe."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import numpy as np

from reports.cuts import menu
from reports.dataset import RoundData, Tree
from reports.decision import RESPONDENTS
from reports.estimates import nothing
from reports.findings import CutCell, CutFinding, Reason, Withheld
from reports.ledger import Builder, Family

_SKIPPED = "-"
"""The part of a place that answered nothing to the item."""


def cut_families(data: RoundData, tree: Tree, cuts: Sequence[CutFinding], k: int) -> tuple[Family, ...]:
    """One family for each item: the tree once for every category, and who stands where by it."""
    return tuple(
        _family(data, tree, item, [cut for cut in cuts if cut.item == item], k)
        for item in dict.fromkeys(cut.item for cut in cuts)
    )


def without(
    cuts: Iterable[CutFinding], families: Sequence[Family], withheld: Sequence[Withheld]
) -> Iterator[CutFinding]:
    """The cuts less what is withheld, as `reports.ledger_check.refused` says of `families`."""
    gone = {(one.cell, one.group) for one in withheld}
    scales = {family.partition: [told.cell for told in family.told if told.cell != RESPONDENTS] for family in families}
    for cut in cuts:
        cells = []
        for cell in cut.cells:
            group = _name(cut.item, cut.group, cell.options)
            if (RESPONDENTS, group) in gone:
                cells.append(_hidden(cell))
                continue
            means = [
                nothing(Reason.PROTECTED) if (scale, group) in gone else mean
                for scale, mean in zip(scales[cut.item], cell.means, strict=True)
            ]
            cells.append(replace(cell, means=tuple(means)))
        yield replace(cut, cells=tuple(cells))


def _family(data: RoundData, tree: Tree, item: str, cuts: Sequence[CutFinding], k: int) -> Family:
    entries = menu(data.instrument)
    column = next(place for place, entry in enumerate(entries) if entry.item == item)
    categories = entries[column].categories
    width = len(categories)
    groups = [_name(item, node.code, options) for node in tree.nodes for options in categories]
    parents = [
        -1 if parent < 0 else parent * width + number for parent in tree.parents.tolist() for number in range(width)
    ]
    builder = Builder(item, groups, parents)
    part = {float(option): _part(options) for options in categories for option in options}
    builder.place(data.unit_codes, data.batches, [part.get(value, _SKIPPED) for value in data.backgrounds[:, column]])
    shown = np.zeros(len(groups), dtype=np.bool_)
    means = np.zeros((len(groups), len(data.instrument.scales)), dtype=np.bool_)
    for cut in cuts:
        start = tree.index[cut.group] * width
        shown[start : start + width] = [cell.n is not None for cell in cut.cells]
        means[start : start + width] = [[mean.value is not None for mean in cell.means] for cell in cut.cells]
    builder.tell(RESPONDENTS, k, builder.measure(np.ones(len(data.unit_codes), dtype=np.bool_)), shown)
    for place, scale in enumerate(data.instrument.scales):
        builder.tell(("scale", scale.id), k, builder.measure(~np.isnan(data.scores[:, place])), means[:, place])
    return builder.family(
        {
            (node.code, _part(options)): place * width + number
            for place, node in enumerate(tree.nodes)
            for number, options in enumerate(categories)
        }
    )


def _part(options: tuple[int, ...]) -> str:
    return "+".join(map(str, options))


def _name(item: str, code: str, options: tuple[int, ...]) -> str:
    return f"{code} {item}={_part(options)}"


def _hidden(cell: CutCell) -> CutCell:
    reason = cell.reason or Reason.PROTECTED
    return CutCell(cell.options, None, tuple(nothing(mean.reason or reason) for mean in cell.means), reason)
