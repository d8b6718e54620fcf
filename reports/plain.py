"""Frozen dataclasses to plain data and back: what is stored is exactly what is read again."""

from __future__ import annotations

import dataclasses
import json
import types
from collections.abc import Callable, Hashable
from enum import Enum
from functools import cache
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

Part = TypeVar("Part")


def to_text(part: object) -> str:
    """Canonical JSON: sorted keys, no spaces, shortest exact floats. Tuples become lists, enums their value.

    Raises TypeError for what cannot stand in findings, ValueError for nan and inf.
    """
    return json.dumps(part, default=_fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def from_text(kind: type[Part], text: str) -> Part:
    """The reverse of `to_text`. Raises ValueError where the text does not have the shape of `kind`."""
    return from_plain(kind, json.loads(text))


def _fields(part: object) -> dict[str, object]:
    if not dataclasses.is_dataclass(part) or isinstance(part, type):
        raise TypeError(f"{type(part).__name__} cannot stand in findings; use numbers, texts, tuples and dataclasses")
    return vars(part)


def from_plain(kind: type[Part], plain: object) -> Part:
    """From dicts and lists, as JSON gives them. Raises ValueError where `plain` does not have the shape of `kind`."""
    return cast(Part, _reader(cast(Hashable, kind))(plain))


@cache
def _reader(kind: Hashable) -> Callable[[object], object]:
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in get_args(kind) if argument is not type(None))
        read = _reader(inner)
        return lambda plain: None if plain is None else read(plain)
    if origin is tuple:
        read_entry = _reader(get_args(kind)[0])
        return lambda plain: tuple(read_entry(entry) for entry in _expect(list, plain))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        return _dataclass_reader(kind)
    if isinstance(kind, type):
        return lambda plain: _expect(kind, plain)
    raise TypeError(f"findings have no reader for {kind!r}")


def _dataclass_reader(kind: type) -> Callable[[object], object]:
    hints = get_type_hints(kind)
    readers = tuple((field.name, _reader(hints[field.name])) for field in dataclasses.fields(kind))
    names = frozenset(name for name, _ in readers)

    def read(plain: object) -> object:
        fields = _expect(dict, plain)
        if fields.keys() != names:
            odd = ", ".join(sorted(fields.keys() ^ names))
            raise ValueError(f"{kind.__name__} has missing or unknown fields: {odd}; use the version that wrote it")
        return kind(*[reader(fields[name]) for name, reader in readers])

    return read


def _expect(kind: type[Part], plain: object) -> Part:
    # bool is an int to Python, but never a count.
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise ValueError(f"expected {kind.__name__}, found {type(plain).__name__}")
    return plain
