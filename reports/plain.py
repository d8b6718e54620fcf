"""Frozen dataclasses to plain data and back: what is stored is exactly what is read again."""

from __future__ import annotations

import dataclasses
import json
import math
import types
from collections.abc import Callable, Hashable, Mapping, Sequence
from enum import Enum
from functools import cache
from json.encoder import encode_basestring as _quoted
from typing import Any, Final, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Part = TypeVar("Part")


def to_text(part: object) -> str:
    """Canonical JSON: sorted keys, no spaces, shortest exact floats. Tuples become lists, enums their value.

    Raises TypeError for what cannot stand in findings, ValueError for nan and inf.
    """
    return _WRITERS[type(part)](part)


def from_text(kind: type[Part], text: str) -> Part:
    """The reverse of `to_text`. Raises ValueError where the text does not have the shape of `kind`."""
    return from_plain(kind, json.loads(text))


class _Writers(dict[type, Callable[[Any], str]]):
    """How each type is written: found out once. The findings of a country are two million values, and a text with a
    place for each field takes two thirds of the time that json.dumps takes with a function for what it does not know.
    """

    def __missing__(self, kind: type) -> Callable[[Any], str]:
        write = self[kind] = self._found(kind)
        return write

    def _found(self, kind: type) -> Callable[[Any], str]:
        if issubclass(kind, Enum) and not issubclass(kind, str):
            return lambda part: self[type(part.value)](part.value)
        basic: tuple[tuple[type, Callable[[Any], str]], ...] = (
            (str, _quoted),
            (bool, _truth),
            (int, int.__repr__),
            (float, _number),
            (dict, self._mapping),
            (list, self._sequence),
            (tuple, self._sequence),
        )
        for base, write in basic:
            if issubclass(kind, base):
                return write
        if dataclasses.is_dataclass(kind):
            return self._dataclass(kind)
        raise TypeError(f"{kind.__name__} cannot stand in findings; use numbers, texts, tuples and dataclasses")

    def _dataclass(self, kind: type) -> Callable[[Any], str]:
        names = sorted(field.name for field in dataclasses.fields(kind))
        template = "{" + ",".join(f"{_quoted(name)}:%s" for name in names) + "}"

        def write(part: object) -> str:
            held = vars(part)
            values = [held[name] for name in names]
            return template % tuple([self[type(value)](value) for value in values])

        return write

    def _sequence(self, part: Sequence[object]) -> str:
        return "[" + ",".join([self[type(value)](value) for value in part]) + "]"

    def _mapping(self, part: Mapping[str, object]) -> str:
        return "{" + ",".join([f"{_quoted(key)}:{self[type(part[key])](part[key])}" for key in sorted(part)]) + "}"


def _truth(part: bool) -> str:
    return "true" if part else "false"


def _number(part: float) -> str:
    if not math.isfinite(part):
        raise ValueError(f"{part} cannot stand in findings; leave the number out and say why")
    return float.__repr__(part)


_WRITERS: Final = _Writers({type(None): lambda _: "null"})


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
