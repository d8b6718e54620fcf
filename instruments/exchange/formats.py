"""Every foreign format by name. Out: leave out, say so, write. In: read, check, say what is left open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType

from instruments.check import check_document
from instruments.document import document_of
from instruments.exchange.contract import Format, NotRead
from instruments.exchange.features import DESCRIPTIONS, Dropped, dropped, keep
from instruments.exchange.frame import LICENCE, Frame
from instruments.exchange.limits import check_size
from instruments.faults import suggest
from instruments.model import Instrument

MODULES: Mapping[str, str] = MappingProxyType(
    {
        "xlsform": "instruments.exchange.xlsform",
        "redcap": "instruments.exchange.redcap",
        "limesurvey": "instruments.exchange.limesurvey",
        "ddi": "instruments.exchange.ddi",
        "fhir": "instruments.exchange.fhir",
    }
)
"""Name -> module with FORMAT. Imported when asked for: a start does not pay for libraries that it does not use."""


@dataclass(frozen=True)
class Exported:
    """A file of another format, and what the instrument had that is not in it."""

    content: bytes
    dropped: tuple[Dropped, ...]


@dataclass(frozen=True)
class Imported:
    """An instrument read from another format. `open_parts`: what the file did not say, and a person must write."""

    instrument: Instrument
    open_parts: tuple[str, ...]


def format_named(name: str) -> Format:
    """Raises ValueError with the nearest right name."""
    if name not in MODULES:
        raise ValueError(f"there is no format {name!r}; {suggest(name, MODULES)}")
    found = import_module(MODULES[name]).FORMAT
    if not isinstance(found, Format):
        raise TypeError(f"{MODULES[name]}.FORMAT is not a format")
    return found


def export_instrument(instrument: Instrument, name: str, language: str | None = None) -> Exported:
    """The instrument as a file of the format. `language`: the one that is left where the format has room for one."""
    chosen = format_named(name)
    frame = Frame(instrument.id, instrument.version, language or instrument.languages[0])
    kept = keep(instrument, chosen.carries, frame)
    return Exported(chosen.write(kept), dropped(instrument, chosen.carries, frame))


def import_instrument(content: bytes, name: str, frame: Frame) -> Imported:
    """The instrument in a file of the format, checked like any other. Raises NotRead with every fault."""
    chosen = format_named(name)
    check_size(content)
    instrument, faults = check_document(document_of(dict(chosen.read(content, frame))))
    if instrument is None:
        raise NotRead(faults)
    return Imported(instrument, _open_parts(instrument, frame))


def _open_parts(instrument: Instrument, frame: Frame) -> tuple[str, ...]:
    head = frame.head(instrument.languages)
    parts = [name for name in ("title", "introduction") if getattr(instrument, name) == head[name]]
    return (*parts, *(("provenance",) if instrument.provenance.licence == LICENCE else ()))


def carried_table() -> str:
    """What each format carries, as Markdown: the table of docs/instrument-exchange.md."""
    formats = [format_named(name) for name in MODULES]
    lines = [" | ".join(["| feature", *(one.title for one in formats)]) + " |", "|---" * (len(formats) + 1) + "|"]
    for feature, described in DESCRIPTIONS.items():
        cells = ["yes" if feature in one.carries else "–" for one in formats]
        lines.append(f"| {' | '.join([described, *cells])} |")
    return "\n".join(lines)
