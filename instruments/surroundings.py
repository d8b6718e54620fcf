"""Faults that show only where a file lies: pictures and recordings, and what is said of the version before.

Known when a file is checked, not when it is loaded: a picture that somebody moved must not stop a round.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from instruments.audio_faults import read_aloud, recordings_of
from instruments.document import Document, UnreadableError, parse_document, read_content
from instruments.faults import Fault, suggest
from instruments.model import Comparability, ItemType
from instruments.names import RECORDING_NAME, VERSION_NAME, version_key
from instruments.outline import Outline, Part, outline_of, type_of
from instruments.recordings import MAX_BYTES, faulty_recording, recording_names
from instruments.symbols import symbol_names

_NAMED = 6
"""So many items are named in a message."""


def surrounding_faults(
    path: Path, document: Document, symbol_folders: Iterable[Path], recording_folders: Iterable[Path]
) -> Iterator[Fault]:
    outline = outline_of(document)
    yield from _picture_faults(outline, symbol_names(symbol_folders))
    yield from _recording_faults(outline, tuple(recording_folders))
    before = _version_before(path, outline)
    if before is not None:
        yield from _equivalence_faults(_Asked(outline), _Asked(before))


def _picture_faults(outline: Outline, known: frozenset[str]) -> Iterator[Fault]:
    options = (option for answer_set in outline.answer_sets for option in answer_set.parts("options"))
    for picture in filter(None, (owner.part("picture") for owner in (*outline.items, *options))):
        name = picture.word("file")
        if name is not None and name not in known:
            message = f"there is no picture {name!r} among the symbols, nor in the folder symbols of TERMOMETERN_HOME"
            yield picture.fault("picture_missing", "file", message, suggest(name, sorted(known)))


def _recording_faults(outline: Outline, folders: Sequence[Path]) -> Iterator[Fault]:
    known = sorted(recording_names(folders))
    for said in (said for _kind, part in read_aloud(outline) for said in recordings_of(part)):
        for language in said.data:
            name = said.word(language)
            if name is None or not RECORDING_NAME.fullmatch(name):
                continue  # the model has said so
            code = faulty_recording(name, folders)
            if code == "recording_missing":
                message = f"there is no recording {name!r} in the folder recordings of TERMOMETERN_HOME"
                yield said.fault(code, language, message, suggest(name, known))
            elif code == "recording_too_big":
                message = f"{name} has more than {MAX_BYTES // 1_000_000} MB, which a phone would have to fetch"
                yield said.fault(code, language, message, "save it with fewer kilobits a second, in mono")
            elif code is not None:
                message = f"{name} is not what its ending says"
                yield said.fault(code, language, message, "save it anew as MP3, M4A, Ogg or WAV, with the right ending")


def _version_before(path: Path, outline: Outline) -> Outline | None:
    """The latest earlier version of the same instrument in the same folder; None if there is none that can be read."""
    name, version = outline.top.id, outline.top.word("version") or ""
    if not VERSION_NAME.fullmatch(version):
        return None
    beside = (other for other in path.parent.glob("*.yaml") if VERSION_NAME.fullmatch(other.stem))
    earlier = [other for other in beside if version_key(other.stem) < version_key(version)]
    for other in sorted(earlier, key=lambda one: version_key(one.stem), reverse=True):
        try:
            found = outline_of(parse_document(read_content(other)))
        except UnreadableError:
            continue
        if found.top.id == name:
            return found
    return None


class _Asked:
    """How one version asks its items."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.version = outline.top.word("version") or ""
        self.languages = [code for code in outline.top.values("languages") if isinstance(code, str)]

    @cached_property
    def reversed_in(self) -> Mapping[str, frozenset[bool]]:
        """Item -> whether scales turn it round; not there if no scale has it."""
        found: dict[str, frozenset[bool]] = {}
        for entry in (entry for scale in self.outline.scales for entry in scale.parts("items")):
            name = entry.word("item") or ""
            found[name] = found.get(name, frozenset()) | {entry.flag("reversed")}
        return found

    def options(self, item: Part, languages: Iterable[str]) -> list[tuple[object, ...]]:
        """Value, whether it is missing, and the texts."""
        answer_set = self.outline.answer_set_of(item)
        options = answer_set.parts("options") if answer_set else ()
        return [
            (option.number("value"), option.flag("missing"), *_texts(option.part("text"), languages))
            for option in options
        ]


def _texts(text: Part | None, languages: Iterable[str]) -> tuple[str | None, ...]:
    return tuple(None if text is None else text.word(language) for language in languages)


def _equivalence_faults(now: _Asked, before: _Asked) -> Iterator[Fault]:
    said = [one for one in now.outline.top.parts("equivalences") if one.word("version") == before.version]
    asked = [item.id for item in now.outline.items if type_of(item) is not ItemType.STATEMENT and item.id]
    if not said:
        message = f"version {before.version} lies beside this one, and nothing is said of what its items are to these"
        remedy = f'add to equivalences: version "{before.version}" with each item as same, reworded-comparable or new'
        yield now.outline.top.fault("equivalence_missing", "equivalences", message, remedy)
        return
    items = said[0].part("items")
    if items is None:
        return
    unsaid = [name for name in asked if not items.has(name)]
    if unsaid:
        listed = ", ".join(unsaid[:_NAMED]) + (", ..." if len(unsaid) > _NAMED else "")
        message = f"nothing is said of what these items are to version {before.version}: {listed}"
        yield said[0].fault("equivalence_missing", "items", message, "add each as same, reworded-comparable or new")
    for name in items.data:
        yield from _untrue_faults(now, before, items, name)


def _untrue_faults(now: _Asked, before: _Asked, items: Part, name: str) -> Iterator[Fault]:
    said = items.word(name)
    new, old = now.outline.items_by_id.get(name), before.outline.items_by_id.get(name)
    if new is None or said not in (Comparability.SAME, Comparability.REWORDED):
        return
    if old is None:
        message = f"version {before.version} has no item {name}, so it cannot be {said}"
        yield items.fault("equivalence_untrue", name, message, "write new")
    elif said == Comparability.SAME and (differing := list(_differences(now, before, new, old))):
        message = f"{name} is not the same as in version {before.version}: other {', '.join(differing)}"
        yield items.fault("equivalence_untrue", name, message, "write reworded-comparable, if it is that, or new")


def _differences(now: _Asked, before: _Asked, new: Part, old: Part) -> Iterator[str]:
    shared = [language for language in now.languages if language in before.languages]
    if not shared or _texts(new.part("text"), shared) != _texts(old.part("text"), shared):
        yield "text"
    if type_of(new) is not type_of(old):
        yield "type"
    if now.options(new, shared) != before.options(old, shared):
        yield "options"
    if [new.number(key) for key in ("minimum", "maximum")] != [old.number(key) for key in ("minimum", "maximum")]:
        yield "range"
    turned, turned_before = now.reversed_in.get(new.id), before.reversed_in.get(new.id)
    if turned is not None and turned_before is not None and turned != turned_before:
        yield "reversal"
