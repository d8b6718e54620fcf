"""Free texts stand under a group only where the group, and what it leaves of those above, holds enough writers."""

from __future__ import annotations

import pytest

from reports.texts import ReleasedTexts, Text, released_texts

PARENTS = {"23": None, "2380": "23", "2309": "23", "2326": "23"}
K = 5


def texts(**places: int) -> list[Text]:
    return [Text(code[1:], "why", f"{code[1:]} {number}") for code, count in places.items() for number in range(count)]


def test_texts_of_a_large_enough_group_stand_under_it_and_above() -> None:
    shown = released_texts(PARENTS, {("2380", "why"): 6, ("2309", "why"): 5}, texts(_2380=6, _2309=5), K)
    assert shown.of("2380")["why"] == tuple(f"2380 {number}" for number in range(6))
    assert len(shown.of("23")["why"]) == 11


def test_a_small_groups_texts_do_not_stand_under_its_name_nor_come_out_as_the_rest() -> None:
    written = {("2380", "why"): 6, ("2309", "why"): 5, ("2326", "why"): 2}
    shown = released_texts(PARENTS, written, texts(_2380=6, _2309=5, _2326=2), K)
    assert len(shown.of("23")["why"]) == 13
    assert shown.of("2326") == {}
    # 2380 and 2309 together would leave the two texts of 2326: one of them is not shown either.
    assert [code for code in ("2380", "2309") if shown.of(code)] == ["2380"]


def test_what_was_written_decides_and_not_what_has_been_released_so_far() -> None:
    """Else a group shown today would have to be taken back when a neighbour's texts are read tomorrow."""
    written = {("2380", "why"): 6, ("2326", "why"): 2}
    for released in ({"_2380": 6}, {"_2380": 1, "_2326": 2}, {"_2380": 6, "_2326": 2}):
        assert released_texts(PARENTS, written, texts(**released), K).of("2380") == {}


def test_each_item_is_decided_on_its_own() -> None:
    written = {("2380", "why"): 6, ("2380", "more"): 4}
    shown = released_texts(PARENTS, written, [Text("2380", "why", "a"), Text("2380", "more", "b")], K)
    assert shown.of("2380") == {"why": ("a",)}
    assert shown.of("23") == {"why": ("a",)}


def test_texts_have_no_order_but_the_alphabet() -> None:
    written = {("2380", "why"): 5}
    given = [Text("2380", "why", word) for word in ("ö", "b", "a")]
    assert released_texts(PARENTS, written, given, K).of("2380")["why"] == ("a", "b", "ö")


def test_nobody_else_can_make_them_or_change_them() -> None:
    with pytest.raises(TypeError, match="never by hand"):
        ReleasedTexts({}, token=object())
    with pytest.raises(AttributeError, match="never changes"):
        released_texts(PARENTS, {}, [], K)._by_group = {}


def test_a_place_outside_the_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="2262, which is not among the groups"):
        released_texts(PARENTS, {("2262", "why"): 5}, [], K)
