"""What is said of columns before an export is what the export's own table of columns holds; limits are in bytes."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from instruments.check import check_document
from instruments.column_faults import columns_in
from instruments.columns import LABEL_BYTES, NAME_BYTES, VALUE_LABEL_BYTES, columns_of
from instruments.document import document_of, parse_document
from instruments.model import Instrument
from instruments.outline import outline_of
from instruments.save import to_yaml
from tests.instruments.random_instruments import instruments


@given(instruments)
@settings(max_examples=30)
def test_the_same_columns_in_the_same_order(instrument: Instrument) -> None:
    outline = outline_of(parse_document(to_yaml(instrument).encode()))
    assert [column.name for column in columns_in(outline)] == [column.name for column in columns_of(instrument)]


def codes(item: dict[str, Any], option: str = "Ja", value: int = 2) -> list[str]:
    text = {"sv": "Text"}
    options = [{"value": 1, "text": {"sv": "Nej"}}, {"value": value, "text": {"sv": option}}]
    content: dict[str, Any] = {
        "id": "tiny",
        "version": "2026.1",
        "languages": ["sv"],
        "title": text,
        "introduction": text,
        "minutes": 1,
        "provenance": {"wording": "own", "sources": ["A test."], "licence": "None.", "notice": text},
        "answer_sets": [{"id": "steps", "options": options}],
        "sections": [{"id": "s", "title": text, "items": [{"id": "Q", "text": text, "answer_set": "steps", **item}]}],
    }
    return [fault.code for fault in check_document(document_of(content))[1]]


@pytest.mark.parametrize(
    ("item", "option"),
    [
        ({"text": {"sv": "å" * (LABEL_BYTES // 2)}}, "Ja"),
        ({}, "å" * (VALUE_LABEL_BYTES // 2)),
        # "text: option"
        ({"text": {"sv": "x" * (LABEL_BYTES - 5)}, "type": "multiple_choice"}, "Ja"),
    ],
)
def test_a_label_may_fill_its_bytes_and_not_one_more(item: dict[str, Any], option: str) -> None:
    assert codes(item, option) == []
    longer = {**item, "text": {"sv": item["text"]["sv"] + "x"}} if item else item
    assert codes(longer, option if item else option + "x") == ["label_bytes"]


def test_a_short_label_stands_for_a_long_text() -> None:
    long = {"text": {"sv": "ord " * 200}}
    assert codes(long) == ["label_bytes"]
    assert codes({**long, "label": {"sv": "Ord"}}) == []
    assert codes({**long, "type": "statement", "answer_set": None}) == ["unneeded_answer_set"]


def test_a_name_of_more_bytes_than_a_data_file_takes() -> None:
    value = 10 ** (NAME_BYTES - 2)
    assert codes({"type": "multiple_choice"}, value=value // 10) == []
    assert codes({"type": "multiple_choice"}, value=value) == ["sav_name"]
