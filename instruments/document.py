"""A YAML 1.2 file from a stranger -> plain data with the line of every key. Never trusts, never guesses.

Reads parser events instead of letting a constructor loose: that keeps line numbers, refuses aliases, anchors and
tags (small files that unfold into huge ones, or into objects), and stops at a depth cap before anything is built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from instruments.faults import Fault, cut

MAX_BYTES = 1_000_000
MAX_DEPTH = 24
MAX_PARTS = 20_000
"""Keys, values, lists and groups. 200 items in five languages have 12,000; the parser reads 35,000 a second."""

_TOO_MANY_PARTS = f"more than {MAX_PARTS} keys and values", "split it, or remove what is not part of the instrument"

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Place = tuple[str | int, ...]
"""Path of keys and 0-based list positions from the top of the file."""

# YAML 1.2 core schema, without infinities and octals: `no` is text, and a number too long to be one stays text.
_CONSTANTS: dict[str, Value] = {"": None, "~": None, "null": None, "true": True, "false": False}
_INTEGER = re.compile(r"[-+]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]{1,15}\.[0-9]{0,15}|\.[0-9]{1,15})")
# The parser's time for a tag grows with the square of its length. Nobody's text has so many characters without a space.
_LONG_TAG = re.compile(r"![0-9A-Za-z\-;/?:@&=+$,_.!~*'()\[\]%#<>]{2000}")
_LONGEST_NAME = 64
# Neither PostgreSQL nor PDF can carry these; none has a meaning in a survey's text. The last two but two turn letters
# round: a text would be checked in one order and read in another, and no language is written with them.
_FORBIDDEN_CHARACTER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202d\u202e\ufffe\uffff]")


@dataclass(frozen=True)
class Document:
    """What a file holds. `data` is None if it could not be read at all; `faults` are those of YAML itself."""

    data: Value
    lines: dict[Place, int]
    faults: tuple[Fault, ...]
    unread: frozenset[Place]
    """Places whose value was refused: what is said of them further on would be noise."""

    def line(self, place: Place) -> int | None:
        """Line of the place, else of the nearest place around it."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place) or None

    def known_part(self, place: Place) -> Place:
        """The longest beginning of `place` that the file really has."""
        while place and place not in self.lines:
            place = place[:-1]
        return place

    def value(self, place: Place) -> Value:
        """The value at a place that `lines` knows."""
        value = self.data
        for step in place:
            if isinstance(value, dict):
                value = value.get(str(step))
            else:
                value = value[int(step)] if isinstance(value, list) else None
        return value

    def name(self, place: Place) -> str:
        """`place` for people: list members go by their id, as in `sections[attitude].items[A03].text.sv`."""
        said = ""
        for depth, step in enumerate(place):
            if isinstance(step, str):
                said += f".{step}" if said else step
            else:
                said += f"[{self._member_name(place[: depth + 1])}]"
        return said

    def _member_name(self, place: Place) -> str:
        member = self.value(place)
        if isinstance(member, dict):
            for key in ("id", "item", "value", "version"):
                if isinstance(member.get(key), str | int):
                    return cut(str(member[key]), _LONGEST_NAME)
        return str(int(place[-1]) + 1)


def document_of(data: Value) -> Document:
    """Data that another format was read from, as a document whose places have no lines: 0 stands for none.

    What YAML cannot hold is a fault here as it is there: a control character, more than 24 levels or 20,000 parts.
    """
    values: dict[Place, Value] = {}
    parts = 0
    try:
        for place, value in _places(data, ()):
            # A member of a group has its key beside it.
            parts += 2 if place and isinstance(place[-1], str) else 1
            if parts > MAX_PARTS:
                return Document(None, {}, (Fault("too_many_parts", None, "", *_TOO_MANY_PARTS),), frozenset())
            values[place] = value
    except _TooDeepError:
        deep = Fault("too_deep", None, "", f"more than {MAX_DEPTH} levels deep", "flatten it")
        return Document(None, {}, (deep,), frozenset())
    document = Document(data, dict.fromkeys(values, 0), (), frozenset())
    return replace(document, faults=tuple(_character_faults(document, values)))


def _places(value: Value, place: Place) -> Iterator[tuple[Place, Value]]:
    yield place, value
    if not isinstance(value, dict | list):
        return
    if len(place) >= MAX_DEPTH:
        raise _TooDeepError(0)
    for step, member in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _places(member, (*place, step))


def _character_faults(document: Document, values: Mapping[Place, Value]) -> Iterator[Fault]:
    for place, value in values.items():
        texts = [value, *place[-1:]] if isinstance(value, str) else place[-1:]
        found = next((one for text in texts if (one := _FORBIDDEN_CHARACTER.search(str(text)))), None)
        if found:
            message = f"the control character U+{ord(found[0]):04X}"
            yield Fault("character", None, document.name(place), message, "remove it")


class UnreadableError(OSError):
    """A file that cannot be read at all; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def read_content(path: Path) -> bytes:
    """The bytes of a file, at most one more than is allowed. Raises UnreadableError."""
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fault = Fault("unreadable", None, "", f"{path} cannot be read: {reason}", "check its name and rights")
        raise UnreadableError(fault) from error


def parse_document(content: bytes) -> Document:
    """YAML bytes -> Document. Empty `faults` means that the YAML itself is sound."""
    reader = _Reader()
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1000} kB"
        reader.add("too_large", None, message, "split it, or remove what is not part of the instrument")
        return reader.document(whole=False)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        reader.add("encoding", line, "the file is not UTF-8", "save it as UTF-8")
        return reader.document(whole=False)
    if tag := _LONG_TAG.search(text):
        line = text.count("\n", 0, tag.start()) + 1
        reader.add("tag", line, "a tag without end", "remove it: types follow from the key")
        return reader.document(whole=False)
    try:
        for event in _events(text):
            reader.take(event)
    except _TooDeepError as error:
        reader.add("too_deep", error.line, f"more than {MAX_DEPTH} levels deep", "flatten it")
        return reader.document(whole=False)
    except _TooManyPartsError as error:
        reader.add("too_many_parts", error.line, *_TOO_MANY_PARTS)
        return reader.document(whole=False)
    except YAMLError as error:
        line, problem = _yaml_problem(error, text)
        reader.add("syntax", line, problem, "correct the YAML at this line or just above it")
        return reader.document(whole=False)
    return reader.document(whole=True)


def _events(text: str) -> Iterator[Event]:
    """The parser's events. Raises YAMLError, whatever the parser raises."""
    try:
        yield from YAML(typ="safe", pure=True).parse(text)
    except YAMLError:
        raise
    except Exception as error:
        # Some directives meet an assertion or a conversion inside the parser: `%YAML 1.9`, a version of 5,000 digits.
        raise YAMLError from error


def _yaml_problem(error: YAMLError, text: str) -> tuple[int, str]:
    if isinstance(error, MarkedYAMLError) and error.problem_mark is not None:
        context = f" {error.context}" if error.context else ""
        problem = " ".join(str(error.problem).split())
        return int(error.problem_mark.line) + 1, f"not YAML: {problem}{context}"
    found = _FORBIDDEN_CHARACTER.search(text)
    problem = "a character that YAML does not allow" if found else "not YAML"
    return text.count("\n", 0, found.start() if found else 0) + 1, problem


class _StoppedError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _TooDeepError(_StoppedError):
    pass


class _TooManyPartsError(_StoppedError):
    pass


@dataclass
class _Frame:
    """A mapping or list that is being filled. `key` is the mapping key that waits for its value."""

    place: Place
    value: dict[str, Value] | list[Value]
    key: str | None = None
    seen: dict[str, int] = field(default_factory=dict)


class _Reader:
    """Builds plain data from parser events, one event at a time."""

    def __init__(self) -> None:
        self.root: Value = None
        self.lines: dict[Place, int] = {}
        self._faults: list[tuple[str, int | None, str, str, Place]] = []
        self.unread: set[Place] = set()
        self._stack: list[_Frame] = []
        self._documents = 0
        self._parts = 0

    def add(self, code: str, line: int | None, message: str, remedy: str, place: Place = ()) -> None:
        self._faults.append((code, line, message, remedy, place))

    def document(self, *, whole: bool) -> Document:
        """What has been read. Faults are named only now, when the ids around them are known."""
        read = Document(self.root, self.lines, (), frozenset(self.unread))
        faults = tuple(Fault(code, line, read.name(at), said, cure) for code, line, said, cure, at in self._faults)
        return replace(read, faults=faults) if whole else Document(None, {}, faults, frozenset())

    def take(self, event: Event) -> None:
        if isinstance(event, DocumentStartEvent):
            self._start_document(event)
        elif isinstance(event, CollectionEndEvent):
            self._stack.pop()
        elif isinstance(event, NodeEvent):
            self._take_node(event, int(event.start_mark.line) + 1)

    def _start_document(self, event: DocumentStartEvent) -> None:
        self._documents += 1
        line = int(event.start_mark.line) + 1
        if event.version is not None or event.tags:
            self.add("directive", line, "a YAML directive (%) stands above this line", "remove it: files are YAML 1.2")
        if self._documents == 2:
            self.add("several_documents", line, "a second YAML document begins", "one file holds one instrument")

    def _take_node(self, event: NodeEvent, line: int) -> None:
        self._parts += 1
        if self._parts > MAX_PARTS:
            raise _TooManyPartsError(line)
        frame = self._stack[-1] if self._stack else None
        if frame is not None and isinstance(frame.value, dict) and frame.key is None:
            self._take_key(frame, event, line)
            return
        place = self._next_place(frame)
        self.lines.setdefault(place, line)
        self._refuse_specials(event, line, place)
        if isinstance(event, ScalarEvent):
            self._put(frame, self._scalar(event, line, place))
        elif isinstance(event, AliasEvent):
            self.unread.add(place)
            self._put(frame, None)
        else:
            if len(self._stack) >= MAX_DEPTH:
                raise _TooDeepError(line)
            value: dict[str, Value] | list[Value] = {} if isinstance(event, MappingStartEvent) else []
            self._put(frame, value)
            self._stack.append(_Frame(place, value))

    def _take_key(self, frame: _Frame, event: NodeEvent, line: int) -> None:
        if not isinstance(event, ScalarEvent):
            raise MarkedYAMLError(problem="a key must be a word", problem_mark=event.start_mark)
        key = self._text(str(event.value), line, frame.place)
        self._refuse_specials(event, line, (*frame.place, key))
        if key in frame.seen:
            message = f"{key!r} stands here twice, first on line {frame.seen[key]}"
            self.add("duplicate_key", line, message, "keep one of them", (*frame.place, key))
        frame.seen.setdefault(key, line)
        frame.key = key
        self.lines.setdefault((*frame.place, key), line)

    def _next_place(self, frame: _Frame | None) -> Place:
        if frame is None:
            return ()
        if isinstance(frame.value, list):
            return (*frame.place, len(frame.value))
        return (*frame.place, str(frame.key))

    def _put(self, frame: _Frame | None, value: Value) -> None:
        if frame is None:
            if self._documents == 1:
                self.root = value
        elif isinstance(frame.value, list):
            frame.value.append(value)
        else:
            frame.value.setdefault(str(frame.key), value)
            frame.key = None

    def _refuse_specials(self, event: NodeEvent, line: int, place: Place) -> None:
        if isinstance(event, AliasEvent):
            self.add("alias", line, f"the alias *{event.anchor}", "write the content out", place)
        elif event.anchor is not None:
            self.add("anchor", line, f"the anchor &{event.anchor}", "remove it", place)
        if isinstance(event, ScalarEvent | MappingStartEvent | SequenceStartEvent) and event.tag is not None:
            self.unread.add(place)
            self.add("tag", line, f"the tag {event.tag}", "remove it: types follow from the key", place)

    def _scalar(self, event: ScalarEvent, line: int, place: Place) -> Value:
        text = self._text(str(event.value), line, place)
        plain = bool(event.implicit[0]) and event.style is None
        if not plain:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INTEGER.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _text(self, text: str, line: int, place: Place) -> str:
        found = _FORBIDDEN_CHARACTER.search(text)
        if not found:
            return text
        self.add("character", line, f"the control character U+{ord(found[0]):04X}", "remove it", place)
        return _FORBIDDEN_CHARACTER.sub("", text)
