"""Rows that leave: nobody alone in a class, nothing told by what was told before, and no way round the gate."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from instruments.load import load
from reports.coarsening import NONE, Coarseness, candidates, joined
from reports.dataset import RoundData, Tree
from reports.decision import RESPONDENTS
from reports.export import rows as rows_file
from reports.findings import NodeKind
from reports.ledger import RELEASE, Builder, Entry, from_text, to_text
from reports.ledger_check import refused
from reports.microdata import PERSON, PLACE, ROUND, CoarsenedRows, TooFewRows, Unsafe, coarsened, plan, planned
from reports.microdata_ledger import entries, pieces
from reports.microdata_source import Choice, Published, Source
from tests.reports.example import tree

INSTRUMENT = load("ebp-thermometer").instrument
UNITS = {"2301-a": 9, "2301-b": 30, "2309-a": 45, "2309-b": 12, "2326-a": 22, "0114-a": 40}
TREE = tree(UNITS)
EVERYTHING = Choice(NodeKind.UNIT, ("role", "area", "years", "education"))


def in_order(n: int) -> Sequence[int]:
    return range(n)


def round_of(
    units: dict[str, int] | None = None, *, seed: int = 1, name: str = "2026", persons: bool = False
) -> RoundData:
    """Answers drawn at random; background skewed, as it is in life. One in twenty leaves an item out."""
    draw = np.random.default_rng(seed)
    codes = [unit for unit, n in (units or UNITS).items() for _ in range(n)]
    answers: list[dict[str, object]] = []
    for _ in codes:
        answer: dict[str, object] = {item.id: int(draw.integers(1, 6)) for item in INSTRUMENT.scored_items}
        answer |= {"role": int(min(8, 1 + draw.geometric(0.45))), "area": int(draw.integers(1, 10))}
        answer |= {"years": int(draw.integers(1, 6)), "education": int(draw.choice([3, 3, 3, 4, 5]))}
        answers.append({item: value for item, value in answer.items() if draw.random() > 0.05})
    return RoundData.from_answers(
        round_id=1,
        name=name,
        instrument=INSTRUMENT,
        digest="d" * 64,
        answers=answers,
        unit_codes=codes,
        link_codes=[f"secret-{unit}-{at}".encode() for at, unit in enumerate(codes)] if persons else None,
        invited=dict.fromkeys(units or UNITS),
    )


def source(k: int = 5, published: tuple[Published, ...] = ()) -> Source:
    return Source((round_of(),), TREE, k, published)


def people_in_classes(made: CoarsenedRows) -> Counter[tuple[object, ...]]:
    """The attacker's view: rows that look the same in all that is not an answer."""
    shown = {variable.item for variable in made.plan.variables} | {PLACE, ROUND}
    at = [place for place, column in enumerate(made.columns) if column in shown]
    return Counter(tuple(row[place] for place in at) for row in made.rows)


@pytest.mark.parametrize("k", [5, 7, 10])
@pytest.mark.parametrize("place", [*NodeKind, None])
def test_every_class_that_leaves_holds_k(k: int, place: NodeKind | None) -> None:
    made = coarsened(source(k), Choice(place, EVERYTHING.items), in_order)
    classes = people_in_classes(made)
    assert min(classes.values()) >= k
    assert (made.plan.smallest, made.plan.classes) == (min(classes.values()), len(classes))


def test_no_row_is_left_out_and_no_answer_changed() -> None:
    data = round_of()
    made = coarsened(source(), EVERYTHING, in_order)
    at = [made.columns.index(item) for item in data.items]
    left = [tuple(np.nan if row[place] is None else float(row[place]) for place in at) for row in made.rows]
    assert np.array_equal(np.array(left), data.values, equal_nan=True)


def test_few_lose_their_background() -> None:
    made = plan(source(), EVERYTHING)
    assert 0 <= made.blank <= 0.1 * made.rows
    assert any(variable.shown for variable in made.variables)


def test_in_every_place_those_without_background_are_none_or_k() -> None:
    made = coarsened(source(), EVERYTHING, in_order)
    shown = [made.columns.index(v.item) for v in made.plan.variables if v.shown]
    place = made.columns.index(PLACE) if PLACE in made.columns else None
    blank = Counter(
        row[place] if place is not None else "" for row in made.rows if all(row[at] is None for at in shown)
    )
    assert all(n >= 5 for n in blank.values())


def test_what_the_instrument_says_is_merged_leaves_merged() -> None:
    role = next(variable for variable in plan(source(), EVERYTHING).variables if variable.item == "role")
    assert role.asked == ((1, 2), (3,), (4, 5), (6, 7), (8,))
    merged = [set(options) for options in role.shown]
    assert all(any(set(options) <= group for group in merged) for options in role.asked) or not merged


@settings(max_examples=60)
@given(st.integers(0, 10_000), st.integers(5, 9), st.integers(1, 3), st.integers(20, 120))
def test_random_rows_are_k_anonymous_at_every_step(seed: int, k: int, items: int, n: int) -> None:
    draw = np.random.default_rng(seed)
    whole = Tree(TREE.nodes)
    units = whole.positions(draw.choice(list(UNITS), n))
    chosen = draw.integers(NONE, 4, (n, items))
    start = Coarseness(3, tuple(tuple((number,) for number in range(4)) for _ in range(items)))
    steps = list(candidates(whole, np.zeros(n, dtype=np.int64), units, chosen, start, k))
    assert steps, "the coarsest of all has one class"
    for step in steps:
        assert step.sizes.min() >= k
    assert len(steps[-1].sizes) == 1


def test_fewer_rows_than_k_never_leave() -> None:
    few = {"2301-a": 4}
    with pytest.raises(TooFewRows):
        plan(Source((round_of(few),), tree(few), 5), Choice(None, ()))


def test_k_below_five_is_refused() -> None:
    with pytest.raises(ValueError, match="use 5"):
        source(4)


def test_what_is_no_background_item_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match="use role, area, years, education"):
        plan(source(), Choice(None, ("K01",)))


def told_of(rows: Sequence[bool]) -> Published:
    return Published("2026 release", np.where(np.array(rows), 0, NONE).astype(np.int64))


def test_a_class_that_differs_from_a_released_group_by_few_is_made_coarser() -> None:
    """The release shows a group that is one class and three more: the difference would be those three."""
    first = coarsened(source(), Choice(None, ("years",)), in_order)
    column = first.columns.index("years")
    in_class = [row[column] == "3" for row in first.rows]
    others = [at for at, inside in enumerate(in_class) if not inside][:3]
    told = told_of([inside or at in others for at, inside in enumerate(in_class)])
    assert first.plan.variables[0].shown == ((1, 2), (3,), (4, 5))
    again = plan(source(published=(told,)), Choice(None, ("years",)))
    assert again.variables[0].shown != first.plan.variables[0].shown


def test_where_nothing_is_coarse_enough_the_export_says_what_is_in_the_way() -> None:
    """All but two were told of before: even one single class would tell of those two."""
    total = sum(UNITS.values())
    with pytest.raises(Unsafe) as refused:
        plan(source(published=(told_of([at >= 2 for at in range(total)]),)), EVERYTHING)
    assert refused.value.labels == ("2026 release",)


def test_what_released_groups_tell_together_is_seen_too() -> None:
    """Two outputs that are safe beside the rows one by one, and not together: A and B overlap in all but two."""
    total = sum(UNITS.values())
    first = told_of([at < 60 for at in range(total)])
    second = told_of([1 < at < 60 or at >= total - 20 for at in range(total)])
    third = told_of([at >= total - 20 for at in range(total)])
    for one in ((first,), (second,), (third,)):
        plan(source(published=one), Choice(None, ()))
    with pytest.raises(Unsafe):
        plan(source(published=(first, second, third)), Choice(None, ()))


def test_rows_leave_in_the_order_of_the_shuffle() -> None:
    def turned(n: int) -> Sequence[int]:
        return range(n)[::-1]

    straight, back = coarsened(source(), EVERYTHING, in_order), coarsened(source(), EVERYTHING, turned)
    assert back.rows == straight.rows[::-1]
    assert back.plan == straight.plan


def test_the_ledger_can_make_the_classes_again_and_holds_no_answer() -> None:
    asked = Choice(NodeKind.COUNTY, ("role", "years"))
    found = planned(source(), asked)[1]
    (entry,) = entries(source(), asked, "rows")
    (again,) = pieces(from_text(to_text(entry)), round_of(), TREE, last_batch=0)
    assert len(set(zip(found.classes.tolist(), again.pieces.tolist(), strict=True))) == found.classes.max() + 1
    assert len(set(again.pieces.tolist())) == found.classes.max() + 1
    assert not any(item in to_text(entry) for item in round_of().items)


def test_rows_that_came_later_are_in_none_of_the_earlier_classes() -> None:
    (entry,) = entries(source(), Choice(None, ()), "rows")
    data = round_of()
    late = replace(data, batches=(1,) * 3 + (0,) * (len(data.unit_codes) - 3))
    (again,) = pieces(entry, late, TREE, last_batch=0)
    assert again.pieces.tolist().count(NONE) == 3


@pytest.mark.parametrize(("late", "safe"), [(0, True), (3, False), (5, True)])
def test_a_later_release_is_held_against_the_rows(late: int, safe: bool) -> None:
    """The rows told of a county; a release of the same county with three more would tell of those three."""
    (rows,) = entries(source(), Choice(NodeKind.COUNTY, ()), "rows")
    data = round_of()
    builder = Builder("", [node.code for node in TREE.nodes], TREE.parents.tolist())
    builder.place([*data.unit_codes, *["2309-a"] * late], [*data.batches, *[1] * late])
    everybody = builder.measure(np.ones(len(data.unit_codes) + late, dtype=np.bool_))
    builder.tell(RESPONDENTS, 5, everybody, np.array([node.code == "23" for node in TREE.nodes]))
    family = builder.family({(node.code, ""): place for place, node in enumerate(TREE.nodes)})
    withheld = refused(Entry("release", RELEASE, 1, (family,)), (rows,), 5)
    assert [(one.group, one.because) for one in withheld] == ([] if safe else [("23", ("rows",))])


def two_rounds(linked: bool = True) -> Source:
    now = round_of(seed=2, persons=True)
    return Source((now, round_of(seed=3, name="2025", persons=True)), TREE, 5, linked=linked)


def test_followed_persons_have_a_number_that_is_no_link_code_and_are_never_few() -> None:
    made = coarsened(two_rounds(), Choice(NodeKind.COUNTY, ("education",)), in_order)
    person, at = made.columns.index(PERSON), made.columns.index(ROUND)
    rows_of = {name: [row for row in made.rows if row[at] == name] for name in ("2026", "2025")}
    numbers = [{row[person] for row in rows} - {None} for rows in rows_of.values()]
    assert numbers[0] == numbers[1] == set(range(1, made.plan.followed + 1))
    shown = [made.columns.index(column) for column in made.columns if column in {PLACE, "education"}]
    seen = [
        {row[person]: tuple(row[place] for place in shown) for row in rows if row[person]} for rows in rows_of.values()
    ]
    together = Counter((seen[0][number], seen[1][number]) for number in numbers[0])
    assert min(together.values()) >= 5
    alone = Counter((row[at], *(row[place] for place in shown)) for row in made.rows if row[person] is None)
    assert all(n >= 5 for n in alone.values())
    assert "secret" not in str(made.rows)


def test_an_unlinked_export_of_two_rounds_numbers_nobody() -> None:
    made = coarsened(two_rounds(linked=False), Choice(NodeKind.COUNTY, ()), in_order)
    assert PERSON not in made.columns
    assert made.plan.followed == 0


@settings(max_examples=100)
@given(st.integers(0, 10_000), st.integers(5, 8))
def test_whoever_is_followed_is_one_of_k_and_whoever_is_not_too(seed: int, k: int) -> None:
    draw = np.random.default_rng(seed)
    now, before = draw.integers(0, 4, 90), draw.integers(0, 4, 80)
    both = int(draw.integers(1, 80))
    first, second = draw.permutation(90)[:both], draw.permutation(80)[:both]
    kept = joined(first, second, now, before, k)
    together = Counter(zip(now[first[kept]].tolist(), before[second[kept]].tolist(), strict=True))
    assert all(n >= k for n in together.values())
    for classes, people in ((now, first[kept]), (before, second[kept])):
        rest = np.bincount(classes, minlength=4) - np.bincount(classes[people], minlength=4)
        followed = np.bincount(classes[people], minlength=4)
        assert all(n == 0 or n >= k for n, inside in zip(rest, followed, strict=True) if inside)


def test_classes_where_all_answer_alike_are_counted() -> None:
    data = round_of()
    same = data.values.copy()
    same[:, 0] = 4
    alike = RoundData(**{**vars(data), "values": same})
    assert plan(source(), Choice(None, ())).homogeneous == 0
    assert plan(Source((alike,), TREE, 5), Choice(NodeKind.COUNTY, ())).homogeneous == 2


def test_coarsened_rows_cannot_be_made_or_changed_by_hand() -> None:
    made = coarsened(source(), EVERYTHING, in_order)
    with pytest.raises(TypeError, match="never by hand"):
        CoarsenedRows(made.plan, made.columns, made.rows, token=object())
    with pytest.raises(AttributeError, match="never changes"):
        made._rows = ()


def test_only_coarsened_rows_are_written() -> None:
    data = round_of()
    for write in (rows_file.write, rows_file.facts):
        with pytest.raises(TypeError, match="made coarse"):
            write(cast(CoarsenedRows, data))


def test_the_file_has_the_columns_of_the_plan_and_no_other() -> None:
    made = coarsened(source(), EVERYTHING, in_order)
    head, *rows = csv.reader(io.StringIO(rows_file.write(made).decode().removeprefix("\ufeff")), delimiter=";")
    shown = [variable.item for variable in made.plan.variables if variable.shown]
    assert head == [*([PLACE] if made.plan.place_shown else []), *shown, *made.plan.items]
    assert len(rows) == sum(UNITS.values())
    assert not {"way", "language", "variant", "link_code", "id"} & set(head)


def test_the_codebook_explains_every_column_and_every_value() -> None:
    made = coarsened(source(), EVERYTHING, in_order)
    content = rows_file.codebook(made, INSTRUMENT, TREE, "sv").decode().removeprefix("\ufeff")
    explained = {tuple(row[:2]) for row in csv.reader(io.StringIO(content), delimiter=";")}
    for at, column in enumerate(made.columns):
        assert (column, "") in explained
        assert {(column, str(row[at])) for row in made.rows if row[at] is not None} <= explained
    assert json.loads(rows_file.facts(made))["smallest"] == made.plan.smallest
