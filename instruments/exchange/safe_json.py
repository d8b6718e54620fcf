"""JSON from a stranger -> plain data, or a refusal that names every place. No NaN, no double keys, no depths."""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterator

from instruments.document import Value
from instruments.exchange.contract import NotRead
from instruments.exchange.limits import MAX_DEPTH, MAX_TEXT, MAX_VALUES, check_size, control_character, refuse
from instruments.faults import Fault

# A string up to its end or the file's, so that no start is tried twice; else one sign that counts.
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{\]},]', re.DOTALL)
_DIGITS = 15


class _Object(dict[str, Value]):
    """An object that remembers which of its keys stood twice."""

    twice: tuple[str, ...] = ()


def parse_json(content: bytes) -> Value:
    """The file's value. Raises NotRead: not JSON, too large, deep, many or long, double keys, NaN."""
    check_size(content)
    _check_shape(content)
    try:
        read: Value = json.loads(
            content.decode("utf-8-sig"),
            object_pairs_hook=_object,
            parse_constant=_constant,
            parse_float=_decimal,
            parse_int=_integer,
        )
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg}"
        raise refuse("syntax", error.lineno, "", message, "correct the JSON at this line or just above it") from error
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise refuse("encoding", line, "", "the file is not UTF-8", "save it as UTF-8") from error
    except _NotANumber as error:
        message = f"{error} is no number that a file may hold"
        raise refuse("number", None, "", message, "write a number of at most 15 digits") from error
    if faults := tuple(_faults(read, "$")):
        raise NotRead(faults)
    return read


class _NotANumber(ValueError):
    """NaN, an infinity, or more digits than a number here has."""


def _check_shape(content: bytes) -> None:
    """Depth and number of values, before anything is built."""
    depth = parts = 0
    for found in _TOKEN.finditer(content):
        sign = found[0][:1]
        if sign in b"[{":
            depth += 1
            parts += 1
        elif sign in b"]}":
            depth -= 1
        elif sign == b",":
            parts += 1
        if depth > MAX_DEPTH or parts > MAX_VALUES:
            line = content.count(b"\n", 0, found.start()) + 1
            if depth > MAX_DEPTH:
                raise refuse("too_deep", line, "", f"more than {MAX_DEPTH} levels of brackets", "flatten it")
            raise refuse("too_many", line, "", f"more than {MAX_VALUES} values", "split the file")


def _object(pairs: list[tuple[str, Value]]) -> _Object:
    made = _Object(pairs)
    if len(made) < len(pairs):
        made.twice = tuple(sorted(key for key, times in Counter(key for key, _ in pairs).items() if times > 1))
    return made


def _constant(name: str) -> Value:
    raise _NotANumber(name)


def _decimal(digits: str) -> float:
    read = float(digits)
    if not math.isfinite(read):
        raise _NotANumber(digits[:20])
    return read


def _integer(digits: str) -> int:
    if len(digits) > _DIGITS + 1:
        raise _NotANumber(f"{digits[:20]}...")
    return int(digits)


def _faults(value: Value, place: str) -> Iterator[Fault]:
    if isinstance(value, _Object):
        for key in value.twice:
            yield Fault("duplicate_key", None, place, f"{key!r} stands twice in one object", "keep one of them")
    if isinstance(value, str):
        yield from _text_faults(value, place)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _text_faults(key, place)
            yield from _faults(inner, f"{place}.{key[:40]}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _faults(inner, f"{place}[{number}]")


def _text_faults(text: str, place: str) -> Iterator[Fault]:
    if len(text) > MAX_TEXT:
        yield Fault("long_text", None, place, f"a text of more than {MAX_TEXT} characters", "shorten it")
    if found := control_character(text):
        yield Fault("character", None, place, f"the control character {found}", "remove it")
