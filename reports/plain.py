"""Frozen dataclasses to plain data and back: what is stored is exactly what is read again."""

from __future__ import annotations

import dataclasses
import gc
import json
import math
import types
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
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
    with without_collecting():
        try:
            return from_plain(kind, json.loads(text))
        except RecursionError as error:
            raise ValueError("deeper than anything that is kept here; use the version that wrote it") from error


@contextmanager
def without_collecting() -> Iterator[None]:
    """No looking for cycles meanwhile: there are none, and a country's findings are searched dozens of times over
    while they grow, which takes longer than reading them."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


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


_Reader = Callable[[object], object]


@cache
def _reader(kind: Hashable) -> _Reader:
    """A function of one value, written out for its type: a country's findings are read in half the time that a function
    for each field takes."""
    names: dict[str, object] = {"_refuse": _refuse, "_odd_fields": _odd_fields}
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        body = _dataclass_source(kind, names)
    else:
        body = f"    return {_read_source(kind, 'plain', names)}\n"
    exec(f"def read(plain):\n{body}", names)  # noqa: S102  # made of our own types and fields, of nothing that was read
    return cast(_Reader, names["read"])


def _dataclass_source(kind: type, names: dict[str, object]) -> str:
    """The body of a dataclass's reader: exactly its fields, each as its type says."""
    hints, fields = get_type_hints(kind), dataclasses.fields(kind)
    names["_kind"] = kind
    values = [_read_source(hints[field.name], f"v{at}", names) for at, field in enumerate(fields)]
    taken = "\n".join(f"        v{at} = plain[{field.name!r}]" for at, field in enumerate(fields))
    return f"""    if plain.__class__ is not dict:
        _refuse(dict, plain)
    try:
{taken}
    except KeyError:
        _odd_fields(_kind, plain)
    if len(plain) != {len(fields)}:
        _odd_fields(_kind, plain)
    return _kind({", ".join(values)})
"""


def _read_source(kind: Any, value: str, names: dict[str, object]) -> str:
    """An expression that reads `value`; what it needs is put in `names`."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        (inner,) = (argument for argument in get_args(kind) if argument is not type(None))
        return f"(None if {value} is None else {_read_source(inner, value, names)})"
    if origin is tuple:
        entry = f"e{value}"
        each = _read_source(get_args(kind)[0], entry, names)
        return f"(tuple([{each} for {entry} in {value}]) if {value}.__class__ is list else _refuse(list, {value}))"
    if not isinstance(kind, type):
        raise TypeError(f"findings have no reader for {kind!r}")
    name = f"k{len(names)}"
    if dataclasses.is_dataclass(kind):
        names[name] = _reader(kind)
        return f"{name}({value})"
    names[name] = kind
    if issubclass(kind, Enum):
        # Looked up as its own text; the type itself says what is wrong with another.
        names[f"{name}m"] = dict(kind._value2member_map_)
        return f"(({name}m.get({value}) if {value}.__class__ is str else None) or {name}({value}))"
    return f"({value} if {value}.__class__ is {name} else _refuse({name}, {value}))"


def _odd_fields(kind: type, plain: dict[str, object]) -> None:
    odd = ", ".join(sorted(plain.keys() ^ {field.name for field in dataclasses.fields(kind)}))
    raise ValueError(f"{kind.__name__} has missing or unknown fields: {odd}; use the version that wrote it")


def _refuse(kind: type, plain: object) -> None:
    # Compared by class, not by kind: bool is an int to Python, but never a count.
    raise ValueError(f"expected {kind.__name__}, found {type(plain).__name__}")
