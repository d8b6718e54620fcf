"""A reader of PostgreSQL's files of our own: heap pages, b-tree leaves and the write-ahead log as they lie on disk.

Format: PostgreSQL documentation, chapters "Database Page Layout" and "B-Tree Implementation"; access/nbtree.h for
posting lists, access/xlog_internal.h for the page header of the log.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

PAGE = 8192
_NORMAL = 1
_LEAF = 1
_POSTING, _COUNT = 0x2000, 0x0FFF
_ALTERED = 0x2000

Tid = tuple[int, int]
"""Block and line pointer: where a row is, as `ctid` says it."""


@dataclass(frozen=True)
class HeapTuple:
    """A row version as it lies in a heap page; dead ones too, as long as their line pointer stands."""

    tid: Tid
    offset: int
    xmin: int
    xmax: int
    command: int
    ctid: Tid
    data: bytes


@dataclass(frozen=True)
class IndexEntry:
    """One pointer from a b-tree leaf to a row."""

    place: tuple[int, int]
    """Block and line pointer: the order of the keys within the page."""
    offset: tuple[int, int]
    """Block and bytes from the page's start: the order in which entries were put there, newest first."""
    tid: Tid


def heap_tuples(file: bytes) -> Iterator[HeapTuple]:
    for block, page in _pages(file):
        for number, offset, length in _items(page):
            item = page[offset : offset + length]
            xmin, xmax, command, high, low, place, _, _, start = struct.unpack("<IIIHHHHHB", item[:23])
            yield HeapTuple((block, number), offset, xmin, xmax, command, (high << 16 | low, place), item[start:])


def index_entries(file: bytes) -> Iterator[IndexEntry]:
    """The entries of all leaves of a b-tree, block by block."""
    for block, page in _pages(file):
        following, _, flags = struct.unpack("<IIH", page[-12:-2])
        # Block 0 describes the tree.
        if block == 0 or not flags & _LEAF:
            continue
        for number, offset, length in _items(page):
            # All but the rightmost leaf begin with a bound that is no entry.
            if following and number == 1:
                continue
            for order, tid in enumerate(_targets(page[offset : offset + length])):
                yield IndexEntry((block, number * 10_000 + order), (block, offset * 10 + order), tid)


def wal_segments(folder: Path) -> list[tuple[int, Path]]:
    """The log's files by the position that their first page says, which a recycled file's name does not."""
    found = []
    for path in folder.iterdir():
        if len(path.name) == 24:
            with path.open("rb") as file:
                header = file.read(20)
            found.append((int.from_bytes(header[8:16], "little"), path))
    return sorted(found)


def without_blank_pages(log: bytes) -> bytes:
    """The log's pages in order, without those that hold nothing but their own header (20 or 36 bytes)."""
    pages = np.frombuffer(log, dtype=np.uint8)[: len(log) // PAGE * PAGE].reshape(-1, PAGE)
    return pages[pages[:, 40:].any(axis=1)].tobytes()


def _pages(file: bytes) -> Iterator[tuple[int, bytes]]:
    for block in range(len(file) // PAGE):
        page = file[block * PAGE : (block + 1) * PAGE]
        # A page that has been added and not yet used is all zeros.
        if any(page[12:18]):
            yield block, page


def _items(page: bytes) -> Iterator[tuple[int, int, int]]:
    """Line pointer, offset and length of everything that the page points at."""
    lower = int.from_bytes(page[12:14], "little")
    for number in range(1, (lower - 24) // 4 + 1):
        pointer = int.from_bytes(page[20 + 4 * number : 24 + 4 * number], "little")
        if pointer >> 15 & 3 == _NORMAL and pointer >> 17:
            yield number, pointer & 0x7FFF, pointer >> 17


def _targets(item: bytes) -> list[Tid]:
    high, low, place, info = struct.unpack("<HHHH", item[:8])
    if not (info & _ALTERED and place & _POSTING):
        return [(high << 16 | low, place)]
    start = high << 16 | low
    return [_tid(item[at : at + 6]) for at in range(start, start + 6 * (place & _COUNT), 6)]


def _tid(data: bytes) -> Tid:
    high, low, place = struct.unpack("<HHH", data)
    return high << 16 | low, place
