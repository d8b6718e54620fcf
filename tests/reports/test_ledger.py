"""The ledger: releases of one round, taken together, tell of nobody and of no few people.

Small rounds on small trees. What is told together is worked out by brute force over the rows themselves: every set that
any release has shown, and what their sums combine to.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain, count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.analysis import About
from reports.dataset import Node, RoundData, Tree
from reports.decision import RESPONDENTS
from reports.findings import LinkedBy, NodeKind, Thresholds
from reports.ledger import LIVE_COUNTS, MICRODATA, RELEASE, Builder, Entry, LiveUnit, from_text, to_text
from reports.ledger_check import refused
from reports.overlap import smallest_told
from reports.release import Released, make
from reports.residuals import Nesting, people, safe
from tests.reports.example import round_of, tree

UNITS = {"2301-a": 22, "2301-b": 14, "2309-a": 30, "2313-a": 12, "0114-a": 25, "0114-b": 11}
ABOUT = About("s", 1, True, LinkedBy.NONE, Thresholds.of(5))


def batch(round_: RoundData, number: int) -> RoundData:
    return replace(round_, batches=(number,) * len(round_.unit_codes))


def joined(*parts: RoundData) -> RoundData:
    """One round with the rows of all."""
    first = parts[0]
    return replace(
        first,
        **{
            name: np.concatenate([getattr(part, name) for part in parts])
            for name in ("values", "declared_missing", "backgrounds")
        },
        **{
            name: tuple(chain.from_iterable(getattr(part, name) for part in parts))
            for name in ("unit_codes", "link_codes", "ways", "batches", "kinds")
        },
    )


def late(units: dict[str, int], number: int = 1) -> RoundData:
    return batch(round_of(units, seed=40 + number), number)


def released(data: RoundData, *earlier: Entry, label: str = "first", nodes: Tree | None = None) -> Released:
    return make(data, None, nodes or tree(UNITS), ABOUT, label=label, linked=False, told_now=earlier)


def shown(release: Released) -> set[str]:
    return {group.code for group in release.disclosed.findings.groups if group.n is not None}


def test_an_entry_is_read_as_it_was_written() -> None:
    (entry,) = released(round_of(UNITS)).entries
    assert from_text(to_text(entry)) == entry


def test_the_same_answers_again_lose_nothing() -> None:
    first = released(round_of(UNITS))
    again = released(round_of(UNITS), *first.entries, label="again")
    assert again.disclosed.findings.withheld == ()
    assert again.disclosed == first.disclosed


def test_few_late_answers_are_not_told_and_the_refusal_names_the_release() -> None:
    data = round_of(UNITS)
    first = released(data)
    second = released(joined(data, late({"2301-a": 3})), *first.entries, label="second")
    # Everything that the three stand in would give them away; what they do not stand in is as it was.
    assert {"2301-a", "2301", "23", "SE"} & shown(second) == set()
    assert {"2301-b", "2309", "0114", "01"} <= shown(second)
    because = {one.group: one.because for one in second.disclosed.findings.withheld if one.cell == ("respondents",)}
    assert because["SE"] == ("first",)


def test_enough_late_answers_are_told() -> None:
    data = round_of(UNITS)
    first = released(data)
    second = released(joined(data, late({"2301-a": 6})), *first.entries, label="second")
    assert {"2301-a", "2301", "23", "SE"} <= shown(second)


def test_a_neighbour_with_late_answers_is_hidden_for_the_totals_sake() -> None:
    data = round_of(UNITS)
    first = released(data)
    second = released(joined(data, late({"2301-a": 2, "2309-a": 8})), *first.entries, label="second")
    # 2 alone would follow from 23 less 2309: that one waits too, so that the county may be told.
    assert {"23", "SE"} <= shown(second)
    assert {"2301", "2309"} & shown(second) == set()


def test_one_who_objected_does_not_follow_from_the_difference() -> None:
    data = round_of(UNITS)
    first = released(data)
    kept = np.arange(len(data.unit_codes)) != data.unit_codes.index("2309-a")
    fewer = replace(
        data,
        values=data.values[kept],
        declared_missing=data.declared_missing[kept],
        backgrounds=data.backgrounds[kept],
        **{
            name: tuple(np.array(getattr(data, name), dtype=object)[kept])
            for name in ("unit_codes", "link_codes", "ways", "batches", "kinds")
        },
    )
    second = released(fewer, *first.entries, label="second")
    assert {"2309", "2309-a", "23", "SE"} & shown(second) == set()
    assert {"2301", "0114"} <= shown(second)


def test_an_earlier_round_beside_a_later_one_is_held_against_its_own_release() -> None:
    before = round_of(UNITS, round_id=1, name="2024", seed=3)
    own = released(before, label="2024")
    more = joined(before, late({"2301-a": 2}))
    now = round_of(UNITS)
    beside = make(
        now, more, tree(UNITS), ABOUT, label="2026", linked=False, told_now=(), told_before=own.entries
    ).disclosed.findings
    assert beside.group("2301").n_before is None
    assert beside.group("2301").n == 36
    assert {one.cell[0] for one in beside.withheld} == {"before"}


def test_a_moved_unit_is_checked_across_both_trees() -> None:
    units = {"2301-a": 10, "2301-b": 9, "2309-a": 30}
    first = released(round_of(units), nodes=tree(units))
    nodes = [replace(node, parent="2309") if node.code == "2301-b" else node for node in tree(units).nodes]
    # 2301 less what is left of it is 2301-b, and that has 9: fine. With 4 more hidden in it, it is not.
    moved = released(round_of(units), *first.entries, label="moved", nodes=Tree(tuple(nodes)))
    assert "2309" in shown(moved)
    small = {"2301-a": 10, "2301-b": 3, "2309-a": 30}
    first = released(round_of(small), nodes=tree(small))
    moved = released(round_of(small), *first.entries, label="moved", nodes=Tree(tuple(nodes)))
    assert "2301" in shown(first)
    assert {"2301", "2309"} & shown(moved) == set()


def test_a_count_of_the_open_round_pins_no_small_unit() -> None:
    units = {"2301-a": 4, "2301-b": 9, "2309-a": 30}
    live = Entry("counts", LIVE_COUNTS, 2, live=(LiveUnit("2301-a", 0), LiveUnit("2301-b", 5), LiveUnit("2309-a", 30)))
    open_ = released(round_of(units), live, nodes=tree(units))
    loose = replace(live, live=(LiveUnit("2301-a", 0), LiveUnit("2301-b", 5)))
    assert "2301" not in shown(open_)
    assert "2301" in shown(released(round_of({**units, "2301-a": 3}), loose, nodes=tree(units)))


def test_an_exports_classes_are_held_against_a_release() -> None:
    data = round_of(UNITS)
    first = released(data)
    builder = Builder("export", ["a", "b"], [-1, -1])
    places = [row for row, code in enumerate(data.unit_codes) if code == "2309-a"]
    classes = ["a" if row in places[:27] or row not in places else "b" for row in range(len(data.unit_codes))]
    builder.place(data.unit_codes, data.batches, classes)
    everybody = np.ones(len(classes), dtype=np.bool_)
    builder.tell(("respondents",), 5, builder.measure(everybody), np.array([True, False]))
    inside = {(place, one): ord(one) - ord("a") for place, one in zip(data.unit_codes, classes, strict=True)}
    export = Entry("export", MICRODATA, 2, (builder.family(inside),))
    assert "SE" in shown(first)
    # Everybody but the three of class b: the whole country less them is those three.
    assert "SE" not in shown(released(data, export, label="second"))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Tree, list[list[tuple[str, int]]]]:
    """A random tree and, for each release, the rows that it knows: (place, person)."""
    size = draw(st.integers(2, 7))
    parents = [draw(st.integers(0, number - 1)) for number in range(1, size)]
    kinds = [NodeKind.COUNTY, *(NodeKind.UNIT for _ in parents)]
    nodes = [
        Node(f"n{number}", "n", "n", kind, None if number == 0 else f"n{parents[number - 1]}")
        for number, kind in enumerate(kinds)
    ]
    persons = count()
    rows: list[tuple[str, int]] = []
    releases = []
    for _ in range(draw(st.integers(2, 3))):
        for node in nodes:
            rows += [(node.code, next(persons)) for _ in range(draw(st.integers(0, 8)))]
        releases.append(list(rows))
        rows = [row for row in rows if draw(st.integers(0, 12)) > 0]
    return Tree(tuple(nodes)), releases


@pytest.mark.parametrize("with_ledger", [True, False])
def test_no_sequence_of_releases_tells_of_few(with_ledger: bool) -> None:
    broken = []

    @settings(max_examples=80, deadline=None)
    @given(histories())
    def attack(drawn: tuple[Tree, list[list[tuple[str, int]]]]) -> None:
        nodes, releases = drawn
        if all(len(rows) > 5 for rows in releases):
            broken.append(_told_of_few(nodes, releases, with_ledger=with_ledger))

    attack()
    # Without the ledger most sequences give somebody away, so that the attack is known to bite.
    assert any(broken) != with_ledger


def _told_of_few(nodes: Tree, releases: list[list[tuple[str, int]]], *, with_ledger: bool) -> bool:
    """Whether the sets of respondents that all releases show combine to 1 to 4 people."""
    everybody = sorted({row for rows in releases for row in rows})
    first_seen = {row: next(number for number, rows in enumerate(releases) if row in rows) for row in everybody}
    above = {node.code: node.parent for node in nodes.nodes}
    sets = []
    entries: list[Entry] = []
    for number, rows in enumerate(releases):
        hidden: frozenset[str] = frozenset()
        while True:
            told = _respondents(nodes, [(place, first_seen[place, person]) for place, person in rows], hidden)
            entry = _entry(str(number), nodes, [(place, first_seen[place, person]) for place, person in rows], told)
            more = refused(entry, entries if with_ledger else (), 5)
            if not more:
                break
            hidden |= {one.group for one in more}
        entries.append(entry)
        sets += [[row in rows and _under(above, row[0], code) for row in everybody] for code in sorted(told)]
    return bool(sets) and smallest_told(np.array(sets), np.ones(len(everybody), dtype=np.int64), 5) is not None


def _respondents(nodes: Tree, rows: list[tuple[str, int]], hidden: frozenset[str]) -> frozenset[str]:
    """What one release shows by itself, without the groups that are withheld."""
    own = np.zeros((len(nodes.nodes), 1))
    np.add.at(own, nodes.positions([place for place, _ in rows]), 1.0)
    among = np.array([[node.code not in hidden] for node in nodes.nodes])
    shown = safe(Nesting.of_tree(nodes), nodes.roll_up(own)[..., None], people(5), among)[:, 0]
    return frozenset(node.code for node, told in zip(nodes.nodes, shown.tolist(), strict=True) if told)


def _entry(label: str, nodes: Tree, rows: list[tuple[str, int]], told: frozenset[str]) -> Entry:
    codes = [node.code for node in nodes.nodes]
    builder = Builder("", codes, nodes.parents.tolist())
    builder.place([place for place, _ in rows], [batch for _, batch in rows])
    shown = np.array([code in told for code in codes])
    builder.tell(RESPONDENTS, 5, builder.measure(np.ones(len(rows), dtype=np.bool_)), shown)
    return Entry(label, RELEASE, 1, (builder.family({(code, ""): place for place, code in enumerate(codes)}),))


def _under(above: dict[str, str | None], place: str, code: str) -> bool:
    here: str | None = place
    while here is not None and here != code:
        here = above[here]
    return here == code
