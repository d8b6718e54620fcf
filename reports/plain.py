"""Frozen dataclasses to plain data and back: what is stored is exactly what is read again."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Hashable
from enum import Enum
from functools import cache
from typing import TypeVar, Union, cast, get_args, get_origin, get_type_hints

Plain = None | bool | int | float | str | list["Plain"] | dict[str, "Plain"]
Part = TypeVar("Part")


def to_plain(part: object) -> Plain:
    """Dataclasses become dicts, tuples lists, enums their value. Raises TypeError for anything else."""
    if part is None or (isinstance(part, (bool, int, float, str)) and not isinstance(part, Enum)):
        return part
    if isinstance(part, Enum):
        return cast(str, part.value)
    if isinstance(part, tuple):
        return [to_plain(inner) for inner in part]
    if dataclasses.is_dataclass(part) and not isinstance(part, type):
        return {field.name: to_plain(getattr(part, field.name)) for field in dataclasses.fields(part)}
    raise TypeError(f"{type(part).__name__} cannot stand in findings; use numbers, texts, tuples and dataclasses")


def from_plain(kind: type[Part], plain: object) -> Part:
    """The reverse of `to_plain`. Raises ValueError where `plain` does not have the shape of `kind`."""
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
    readers = {field.name: _reader(hints[field.name]) for field in dataclasses.fields(kind)}

    def read(plain: object) -> object:
        fields = _expect(dict, plain)
        if fields.keys() != readers.keys():
            odd = ", ".join(sorted(fields.keys() ^ readers.keys()))
            raise ValueError(f"{kind.__name__} has missing or unknown fields: {odd}; use the version that wrote it")
        return kind(**{name: reader(fields[name]) for name, reader in readers.items()})

    return read


def _expect(kind: type[Part], plain: object) -> Part:
    # bool is an int to Python, but never a count.
    if not isinstance(plain, kind) or (kind is int and isinstance(plain, bool)):
        raise ValueError(f"expected {kind.__name__}, found {type(plain).__name__}")
    return plain
