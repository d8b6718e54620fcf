"""A reader of SQLite's files of our own, page by page: what an adversary sees who does not ask the database.

Format: https://www.sqlite.org/fileformat2.html (sections 1.6 b-tree pages, 2.1 records, 4 write-ahead log).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

Value = int | float | bytes | str | None
_TABLE_LEAF, _TABLE_INNER, _INDEX_LEAF, _INDEX_INNER = 13, 5, 10, 2
_WAL_HEADER, _FRAME_HEADER = 32, 24


@dataclass(frozen=True)
class Cell:
    """One record where it lies. `rowid` is None in an index."""

    page: int
    place: int
    """In the page's list of cells: the logical order."""
    offset: int
    """Bytes from the start of the page: the physical order."""
    rowid: int | None
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Object:
    """A table or an index, as sqlite_master names it."""

    kind: str
    name: str
    table: str
    root: int
    sql: str


class Pages:
    """A database file, with the pages of its write-ahead log laid over it unless `wal` is empty."""

    def __init__(self, file: bytes, wal: bytes = b"") -> None:
        self.file = file
        self.size = int.from_bytes(file[16:18]) or 1
        self.size = 65536 if self.size == 1 else self.size
        self.usable = self.size - file[20]
        self.newer: dict[int, bytes] = {}
        for page, content, current in wal_frames(wal, self.size):
            if current:
                self.newer[page] = content

    def page(self, number: int) -> bytes:
        return self.newer.get(number) or self.file[(number - 1) * self.size : number * self.size]

    @property
    def count(self) -> int:
        return max([len(self.file) // self.size, *self.newer])

    @cached_property
    def objects(self) -> tuple[Object, ...]:
        rows = (cell.values for cell in self.records(1))
        return tuple(Object(str(r[0]), str(r[1]), str(r[2]), int(r[3] or 0), str(r[4])) for r in rows)  # type: ignore[arg-type]

    def root(self, name: str) -> int:
        return next(one.root for one in self.objects if one.name == name)

    def records(self, root: int) -> Iterator[Cell]:
        """Every record of a table or an index, in its own order."""
        page = self.page(root)
        start = 100 if root == 1 else 0
        kind, cells = page[start], int.from_bytes(page[start + 3 : start + 5])
        inner = kind in (_TABLE_INNER, _INDEX_INNER)
        pointers = start + (12 if inner else 8)
        for place in range(cells):
            offset = int.from_bytes(page[pointers + 2 * place : pointers + 2 * place + 2])
            if inner:
                yield from self.records(int.from_bytes(page[offset : offset + 4]))
            if kind != _TABLE_INNER:
                yield self._cell(root, page, place, offset, kind)
        if inner:
            yield from self.records(int.from_bytes(page[start + 8 : start + 12]))

    def unused(self) -> Iterator[tuple[int, bytes]]:
        """Whatever holds no record: free pages whole, and in b-tree pages the gap and the free blocks. (page, bytes)"""
        free = set(self._free_pages())
        for number in sorted(free):
            yield number, self.page(number)
        for one in self.objects:
            for number in self._tree(one.root) if one.root else ():
                yield from ((number, gap) for gap in self._gaps(number))

    def _cell(self, number: int, page: bytes, place: int, offset: int, kind: int) -> Cell:
        at = offset + 4 if kind == _INDEX_INNER else offset
        length, at = _varint(page, at)
        rowid = None
        if kind == _TABLE_LEAF:
            rowid, at = _varint(page, at)
        return Cell(number, place, offset, rowid, _record(self._payload(page, at, length, kind)))

    def _payload(self, page: bytes, at: int, length: int, kind: int) -> bytes:
        most = self.usable - 35 if kind == _TABLE_LEAF else (self.usable - 12) * 64 // 255 - 23
        if length <= most:
            return page[at : at + length]
        least = (self.usable - 12) * 32 // 255 - 23
        local = least + (length - least) % (self.usable - 4)
        local = local if local <= most else least
        payload, following = page[at : at + local], int.from_bytes(page[at + local : at + local + 4])
        while following and len(payload) < length:
            overflow = self.page(following)
            payload, following = payload + overflow[4 : self.usable], int.from_bytes(overflow[:4])
        return payload[:length]

    def _tree(self, root: int) -> Iterator[int]:
        yield root
        page, start = self.page(root), 100 if root == 1 else 0
        if page[start] not in (_TABLE_INNER, _INDEX_INNER):
            return
        for place in range(int.from_bytes(page[start + 3 : start + 5])):
            offset = int.from_bytes(page[start + 12 + 2 * place : start + 14 + 2 * place])
            yield from self._tree(int.from_bytes(page[offset : offset + 4]))
        yield from self._tree(int.from_bytes(page[start + 8 : start + 12]))

    def _gaps(self, number: int) -> Iterator[bytes]:
        page, start = self.page(number), 100 if number == 1 else 0
        kind, block, cells, content = struct.unpack(">BHHH", page[start : start + 7])
        pointers = start + (12 if kind in (_TABLE_INNER, _INDEX_INNER) else 8)
        yield page[pointers + 2 * cells : content or 65536]
        while block:
            following, length = struct.unpack(">HH", page[block : block + 4])
            yield page[block : block + length]
            block = following

    def _free_pages(self) -> Iterator[int]:
        trunk = int.from_bytes(self.page(1)[32:36])
        while trunk:
            page = self.page(trunk)
            yield trunk
            for place in range(int.from_bytes(page[4:8])):
                yield int.from_bytes(page[8 + 4 * place : 12 + 4 * place])
            trunk = int.from_bytes(page[:4])


def wal_frames(wal: bytes, page_size: int) -> Iterator[tuple[int, bytes, bool]]:
    """Every frame in the file: page number, content, and whether it belongs to the log in force (else it is a rest)."""
    salts = wal[16:24]
    for at in range(_WAL_HEADER, len(wal) - _FRAME_HEADER - page_size + 1, _FRAME_HEADER + page_size):
        header = wal[at : at + _FRAME_HEADER]
        content = wal[at + _FRAME_HEADER : at + _FRAME_HEADER + page_size]
        yield int.from_bytes(header[:4]), content, header[8:16] == salts


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for count in range(8):
        value = value << 7 | data[at + count] & 0x7F
        if data[at + count] < 0x80:
            return value, at + count + 1
    return value << 8 | data[at + 8], at + 9


_WIDTHS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8}


def _record(payload: bytes) -> tuple[Value, ...]:
    end, at = _varint(payload, 0)
    types = []
    while at < end:
        serial, at = _varint(payload, at)
        types.append(serial)
    values: list[Value] = []
    for serial in types:
        length = _WIDTHS.get(serial, 8 if serial == 7 else (serial - 12) // 2 if serial >= 12 else 0)
        part, end = payload[end : end + length], end + length
        values.append(_value(serial, part))
    return tuple(values)


def _value(serial: int, part: bytes) -> Value:
    match serial:
        case 0:
            return None
        case 7:
            return float(struct.unpack(">d", part)[0])
        case 8 | 9:
            return serial - 8
        case _ if serial in _WIDTHS:
            return int.from_bytes(part, signed=True)
        case _:
            return part if serial % 2 == 0 else part.decode(errors="replace")
