"""Finding thousands of known byte strings in whole files, wherever they lie: pages, free space, logs, dumps."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import TypeVar
from urllib.parse import quote_from_bytes

import numpy as np

_HEAD = 8
Name = TypeVar("Name")


def encodings(value: bytes) -> set[bytes]:
    """The byte string as programs write it: raw, hexadecimal, base64, percent-encoded, UTF-16, escaped in JSON."""
    forms = {value, value.hex().encode(), value.hex().upper().encode(), quote_from_bytes(value).encode()}
    # Inside longer base64 the same bytes look different at each of three places.
    for shift in range(3):
        whole = base64.b64encode(b"\0" * shift + value)
        middle = whole[4 if shift else 0 : len(whole) - 4 if (len(value) + shift) % 3 else len(whole)]
        forms |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    try:
        text = value.decode()
    except UnicodeDecodeError:
        return {form for form in forms if len(form) >= _HEAD}
    forms |= {text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("unicode_escape")}
    return {form for form in forms if len(form) >= _HEAD}


def find_all(data: bytes, needles: Mapping[bytes, Name]) -> dict[Name, list[int]]:
    """Where each needle lies: its name -> offsets, ascending. Needles are at least 8 bytes.

    A table of first two bytes thins the places out, the first eight bytes are compared as one number, and only what is
    left is compared whole: a hundred megabytes take seconds, however many needles there are.
    """
    if not needles or len(data) < _HEAD:
        return {}
    if min(map(len, needles)) < _HEAD:
        raise ValueError(f"a needle of fewer than {_HEAD} bytes would be found everywhere")
    heads: dict[int, list[bytes]] = {}
    for needle in needles:
        heads.setdefault(int.from_bytes(needle[:_HEAD], "little"), []).append(needle)
    known = np.sort(np.array(list(heads), dtype=np.uint64))
    begins = np.zeros(1 << 16, dtype=bool)
    begins[(known & np.uint64(0xFFFF)).astype(np.int64)] = True
    octets = np.frombuffer(data, dtype=np.uint8)
    pairs = octets[:-1].astype(np.uint16) | (octets[1:].astype(np.uint16) << np.uint16(8))
    starts = np.flatnonzero(begins[pairs[: len(data) - _HEAD + 1]])
    numbers = np.zeros(len(starts), dtype=np.uint64)
    for place in range(_HEAD):
        numbers |= octets[starts + place].astype(np.uint64) << np.uint64(8 * place)
    at = np.minimum(np.searchsorted(known, numbers), len(known) - 1)
    found: dict[Name, list[int]] = {}
    for start, head in zip(*(part[known[at] == numbers].tolist() for part in (starts, numbers)), strict=True):
        for needle in heads[head]:
            if data.startswith(needle, start):
                found.setdefault(needles[needle], []).append(start)
    return found
