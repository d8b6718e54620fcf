"""Finding thousands of known byte strings in whole files, wherever they lie: pages, free space, logs, dumps."""

from __future__ import annotations

import base64
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar
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


class Needles(Generic[Name]):
    """Byte strings of at least 8 bytes, each standing for a name; made once and looked for in many files."""

    def __init__(self, named: Mapping[bytes, Name]) -> None:
        if named and min(map(len, named)) < _HEAD:
            raise ValueError(f"a needle of fewer than {_HEAD} bytes would be found everywhere")
        self._named = named
        self._heads: dict[int, list[bytes]] = {}
        for needle in named:
            self._heads.setdefault(int.from_bytes(needle[:_HEAD], "little"), []).append(needle)
        self._known = np.sort(np.array(list(self._heads), dtype=np.uint64))
        self._begins = np.zeros(1 << 16, dtype=bool)
        self._begins[(self._known & np.uint64(0xFFFF)).astype(np.int64)] = True

    def find(self, data: bytes) -> dict[Name, list[int]]:
        """Where each one lies: its name -> offsets, ascending.

        A table of first two bytes thins the places out, the first eight bytes are compared as one number, and only
        what is left is compared whole: a hundred megabytes take seconds, however many needles there are.
        """
        found: dict[Name, list[int]] = {}
        if not self._named or len(data) < _HEAD:
            return found
        octets = np.frombuffer(data, dtype=np.uint8)
        pairs = octets[:-1].astype(np.uint16) | (octets[1:].astype(np.uint16) << np.uint16(8))
        starts = np.flatnonzero(self._begins[pairs[: len(data) - _HEAD + 1]])
        numbers = np.zeros(len(starts), dtype=np.uint64)
        for place in range(_HEAD):
            numbers |= octets[starts + place].astype(np.uint64) << np.uint64(8 * place)
        at = np.minimum(np.searchsorted(self._known, numbers), len(self._known) - 1)
        hits = self._known[at] == numbers
        for start, head in zip(starts[hits].tolist(), numbers[hits].tolist(), strict=True):
            for needle in self._heads[head]:
                if data.startswith(needle, start):
                    found.setdefault(self._named[needle], []).append(start)
        return found

    def find_in(self, parts: Sequence[bytes]) -> set[tuple[int, Name]]:
        """Which part holds which: (number of the part, name)."""
        # A byte between two parts, so that nothing is found across them.
        ends = list(accumulate(len(part) + 1 for part in parts))
        found = self.find(b"\0".join(parts))
        return {(bisect_right(ends, start), name) for name, starts in found.items() for start in starts}
