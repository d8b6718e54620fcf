"""Every fault of an instrument file at once: YAML, types, and what only shows when the parts are held together."""

from __future__ import annotations

from pathlib import Path

from instruments.document import Document, UnreadableError, parse_document, read_content
from instruments.faults import Fault
from instruments.model import Instrument
from instruments.type_faults import build

__all__ = ["Fault", "check_bytes", "check_document", "check_file"]


def check_file(path: Path) -> tuple[Fault, ...]:
    """All faults of one file, by line; empty if it can be used."""
    try:
        return check_bytes(read_content(path))
    except UnreadableError as error:
        return (error.fault,)


def check_bytes(content: bytes) -> tuple[Fault, ...]:
    """As `check_file`, for an upload that has no path."""
    return check_document(parse_document(content))[1]


def check_document(document: Document) -> tuple[Instrument | None, tuple[Fault, ...]]:
    """The instrument and no faults, or None and every fault by line."""
    if document.data is None and document.faults:
        return None, document.faults
    instrument, type_faults = build(document)
    faults = sorted([*document.faults, *type_faults], key=lambda fault: (fault.line or 0, fault.place, fault.code))
    return (None if faults else instrument), tuple(faults)
