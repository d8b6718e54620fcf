"""docs/instrument-format.md names every key, type, operator and word that the model knows, and no other."""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import get_args

import pytest

from instruments import model
from instruments.columns import RESERVED
from instruments.document import MAX_DEPTH, MAX_PARTS
from instruments.easy_faults import HARDEST, HARDEST_TEXT, LONGEST_SENTENCE
from instruments.model import Frozen, Instrument, ItemType
from instruments.rules import COMBINATIONS, COMPARISONS, WITHOUT_VALUE
from instruments.schema import schema

TEXT = (Path(__file__).parents[2] / "docs" / "instrument-format.md").read_text(encoding="utf-8")
PARTS = sorted(Frozen.__subclasses__(), key=lambda one: one.__name__)
SCHEMA = schema()
WORDS = [
    one for one in vars(model).values() if isinstance(one, type) and issubclass(one, StrEnum) and one is not StrEnum
]


def under(heading: str) -> str:
    """What stands below a heading, up to the next."""
    (found,) = re.findall(rf"^##+ {re.escape(heading)}\n(.*?)(?=^##|\Z)", TEXT, flags=re.MULTILINE | re.DOTALL)
    return found


def rows(text: str) -> dict[str, list[str]]:
    """The first cell, if it is a key, and the others of each row."""
    return {
        key: [cell.strip() for cell in rest.split(" |")][:-1]
        for key, rest in re.findall(r"^\| `([\w-]+)` \|(.*)$", text, flags=re.MULTILINE)
    }


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_key_is_told_and_whether_it_must_be_there(part: type[Frozen]) -> None:
    table = rows(under(part.__name__).partition("| operator |")[0])
    assert list(table) == list(part.model_fields)
    required = SCHEMA["required"] if part is Instrument else SCHEMA["$defs"][part.__name__]["required"]
    assert {key for key, (must, _what) in table.items() if must == "yes"} == set(required)
    assert all(what for _must, what in table.values())


def test_every_item_type_is_told() -> None:
    assert set(rows(under("Types of items"))) == set(ItemType)


def test_every_operator_is_told_with_what_it_takes() -> None:
    table = rows(under("Rule").partition("| operator |")[2])
    assert set(table) == {*COMPARISONS, *COMBINATIONS} == set(get_args(model.Rule.model_fields["op"].annotation))
    for operator, (takes, _holds) in table.items():
        assert ("`rules`" in takes) == (operator in COMBINATIONS)
        assert ("`value`" in takes) == (operator in COMPARISONS and operator not in WITHOUT_VALUE)


@pytest.mark.parametrize("words", WORDS, ids=lambda words: words.__name__)
def test_every_word_of_a_choice_is_told(words: type[StrEnum]) -> None:
    assert not [word for word in words if not re.search(rf"(?<![\w-]){word}(?![\w-])", TEXT)]


def test_limits_are_those_of_the_checks() -> None:
    assert f"{MAX_DEPTH} levels and {MAX_PARTS:,} keys and values" in TEXT
    easy = under("Easy texts")
    assert f"more than {LONGEST_SENTENCE} words" in easy
    assert f"LIX at most {HARDEST} for all" in easy
    assert f"at most {HARDEST_TEXT} for a single text" in easy
    assert all(f"`{word}`" in under("Data files") for word in RESERVED)
