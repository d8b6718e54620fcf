"""YAML 1.2, read without trust: what is plain data, and on which line it stands."""

from __future__ import annotations

import pytest

from instruments.document import MAX_DEPTH, Value, document_of, parse_document


@pytest.mark.parametrize(
    ("written", "read"),
    [
        # In YAML 1.1 these were booleans, a number in base 60 and an octal: the Norwegian `no` was lost.
        ("no", "no"),
        ("on", "on"),
        ("12:30", "12:30"),
        ("0o17", "0o17"),
        ("true", True),
        ("~", None),
        ("-12", -12),
        ("2026.1", 2026.1),
        ('"2026.1"', "2026.1"),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("1" * 5000, "1" * 5000),
        ("2026-01-01", "2026-01-01"),
    ],
)
def test_scalars(written: str, read: Value) -> None:
    assert parse_document(f"key: {written}".encode()).data == {"key": read}


def test_lines_point_at_keys_and_list_members() -> None:
    document = parse_document(b"a:\n  - id: x\n    b: 1\n  - id: y\n    b: 2\n")
    assert document.line(("a", 1, "b")) == 5
    assert document.name(("a", 1, "b")) == "a[y].b"
    assert document.line(("a", 1, "not there")) == 4


def test_a_byte_order_mark_is_no_fault() -> None:
    assert parse_document(b"\xef\xbb\xbfa: 1").data == {"a": 1}


def test_depth_cap_stops_before_anything_unfolds() -> None:
    shallow, deep = (parse_document(b"[" * depth + b"]" * depth) for depth in (MAX_DEPTH, MAX_DEPTH + 1))
    assert shallow.faults == ()
    assert [fault.code for fault in deep.faults] == ["too_deep"]


def test_the_first_of_two_equal_keys_counts() -> None:
    assert parse_document(b"a: 1\na: [2, 3]\n").data == {"a": 1}


@pytest.mark.parametrize("version", ["1.9", "1." + "1" * 5000, "9.9"])
def test_a_directive_that_the_parser_cannot_take_is_a_fault(version: str) -> None:
    document = parse_document(f"%YAML {version}\n---\na: 1".encode())
    assert document.data is None
    assert [fault.code for fault in document.faults] == ["syntax"]


def test_what_another_format_holds_is_held_to_the_same() -> None:
    read = document_of({"items": [{"id": "a", "text": "x\0y"}, {"id": "b", "te\x1bxt": "sound"}]})
    assert [(fault.code, fault.line, fault.place) for fault in read.faults] == [
        ("character", None, "items[a].text"),
        ("character", None, "items[b].te\x1bxt"),
    ]
    assert document_of({"text": "två\n\trader 🌡"}).faults == ()


def test_another_format_may_be_no_deeper_either() -> None:
    nested: Value = "leaf"
    for _ in range(MAX_DEPTH):
        nested = [nested]
    assert document_of(nested).faults == ()
    assert [fault.code for fault in document_of([nested]).faults] == ["too_deep"]
    for _ in range(100_000):
        nested = [nested]
    assert document_of(nested).data is None
