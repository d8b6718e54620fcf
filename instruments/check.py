"""Every fault of an instrument file at once: YAML, types, and what only shows when the parts are held together."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from instruments import consistency
from instruments.audio_faults import audio_faults
from instruments.column_faults import column_faults
from instruments.document import Document, UnreadableError, parse_document, read_content
from instruments.easy_faults import easy_faults
from instruments.faults import Fault, most
from instruments.model import Instrument
from instruments.names import VERSION_NAME
from instruments.outline import outline_of
from instruments.reach import reach_faults
from instruments.rule_faults import rule_faults
from instruments.surroundings import surrounding_faults
from instruments.text_faults import text_faults
from instruments.type_faults import build

CHECKS = (*consistency.CHECKS, rule_faults, reach_faults, text_faults, easy_faults, audio_faults, column_faults)

__all__ = ["Fault", "check_document", "check_file", "name_faults"]


def check_file(
    path: Path, symbol_folders: Iterable[Path] = (), recording_folders: Iterable[Path] = ()
) -> tuple[Fault, ...]:
    """All faults of one file, by line; empty if it can be used.

    Beyond `check_document` also what shows only where the file lies: its name, its pictures (among the symbols that
    ship, or in `symbol_folders`, an organisation's own), its recordings (in `recording_folders`), and what it says of
    the version before that lies beside it.
    """
    try:
        document = parse_document(read_content(path))
    except UnreadableError as error:
        return (error.fault,)
    instrument, faults = check_document(document)
    if document.data is None:
        return faults
    misplaced = () if instrument is None else name_faults(path, instrument)
    return _in_order(
        [*faults, *misplaced, *most(surrounding_faults(path, document, symbol_folders, recording_folders))]
    )


def name_faults(path: Path, instrument: Instrument) -> tuple[Fault, ...]:
    """A file called as a version is found by name alone, so its name and its folder must tell the truth."""
    if not VERSION_NAME.fullmatch(path.stem) or (path.parent.name, path.stem) == (instrument.id, instrument.version):
        return ()
    message = f"the file holds {instrument.id} {instrument.version}, and its name says otherwise"
    return (Fault("misplaced", None, "", message, f"move it to {instrument.id}/{instrument.version}.yaml"),)


def check_document(document: Document) -> tuple[Instrument | None, tuple[Fault, ...]]:
    """The instrument and no faults, or None and every fault by line."""
    if document.data is None and document.faults:
        return None, document.faults
    instrument, type_faults = build(document)
    outline = outline_of(document)
    between = [fault for check in CHECKS for fault in most(check(outline))]
    faults = _in_order([*most(document.faults), *most(type_faults), *between])
    return (None if faults else instrument), faults


def _in_order(faults: Iterable[Fault]) -> tuple[Fault, ...]:
    """By line, each once."""
    return tuple(sorted(dict.fromkeys(faults), key=_line_first))


def _line_first(fault: Fault) -> tuple[int, str, str, str]:
    return fault.line or 0, fault.place, fault.code, fault.message
