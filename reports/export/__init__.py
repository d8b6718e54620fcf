"""A release as files: one module a format, each with the same function, `write(disclosed, instrument, language)`.

Each takes only what has passed the gate, and gives the same bytes for the same release. `only` narrows a file to some
of the release's groups, for a person who may not read them all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from instruments.model import Instrument
from reports.disclosure import Disclosed
from reports.export import document, excel, kolada, sheet


class Write(Protocol):
    def __call__(
        self, disclosed: Disclosed, instrument: Instrument, language: str, only: Collection[str] | None = None
    ) -> bytes: ...


@dataclass(frozen=True)
class Format:
    """A kind of file: what it is called, what it is, and the function that writes it."""

    file: str
    content_type: str
    write: Write


FORMATS: Final[Mapping[str, Format]] = {
    format_.file: format_
    for format_ in (
        Format("resultat.csv", "text/csv", sheet.write),
        Format("resultat.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", excel.write),
        Format("resultat.json", "application/json", document.write),
        Format("kolada.json", "application/json", kolada.write),
    )
}
