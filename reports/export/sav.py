"""Coarsened rows for SPSS: .sav with labels of variables and values, and user-missing codes.

SPSS holds so many bytes of a label and no more (`instruments.columns`). A longer one is cut here, between two signs and
with a mark, and the codebook has it whole (`notes`): left to the program it would be cut within a sign, without a word.
"""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, cast

from instruments.columns import LABEL_BYTES, VALUE_LABEL_BYTES
from reports.export.frame import frame_of
from reports.export.labelled import Kind, Labelled, Variable

_DATED: Final = slice(92, 109)
"""Where the header says when the file was made: nine signs of day, eight of time (PSPP, System File Format)."""
_UNDATED: Final = b"01 Jan 8000:00:00"
MOST_MISSING: Final = 3
"""SPSS takes three single codes for a variable, or all values from one to another."""
CUT: Final = "…"
Labels = dict[int | str, str]
Codes = list[int] | list[dict[str, int]]
_FORMATS: Final = {Kind.WHOLE: "F8.0", Kind.NUMBER: "F8.2"}


def write(rows: Labelled) -> bytes:
    """The same rows give the same bytes: the file does not say when it was made. Missing values are system-missing."""
    import pyreadstat

    with _named_file() as path:
        pyreadstat.write_sav(
            frame_of(rows),
            path,
            column_labels={one.name: shorten(one.label, LABEL_BYTES) for one in rows.variables},
            variable_value_labels={one.name: cast(Any, _short(one)) for one in rows.variables if one.labels},
            missing_ranges={one.name: cast(Any, found) for one in rows.variables if (found := _missing(one))},
            variable_measure={one.name: one.measure.value for one in rows.variables},
            variable_format={one.name: _FORMATS[one.kind] for one in rows.variables if one.kind in _FORMATS},
        )
        made = bytearray(Path(path).read_bytes())
    made[_DATED] = _UNDATED
    return bytes(made)


def shorten(text: str, most: int) -> str:
    """`text` in at most `most` bytes of UTF-8."""
    if len(text.encode()) <= most:
        return text
    kept = text.encode()[: most - len(CUT.encode())].decode(errors="ignore")
    # An accent whose letter is left behind would land on the mark.
    while kept and unicodedata.combining(text[len(kept)]):
        kept = kept[:-1]
    return kept.rstrip() + CUT


def notes(rows: Labelled) -> Iterator[tuple[str, str, str]]:
    """Column, value ("" is the column itself) and label of every label that has been cut."""
    for one in rows.variables:
        short = {"": shorten(one.label, LABEL_BYTES), **{str(value): label for value, label in _short(one).items()}}
        whole = {"": one.label, **{str(value): label for value, label in one.labels.items()}}
        yield from ((one.name, value, label) for value, label in short.items() if label != whole[value])


def undeclared(rows: Labelled) -> Iterator[str]:
    """Columns with more missing codes than SPSS takes, and others between them: whoever reads the file must say so."""
    return (one.name for one in rows.variables if one.missing and not _missing(one))


def _short(variable: Variable) -> Labels:
    return {value: shorten(label, VALUE_LABEL_BYTES) for value, label in variable.labels.items()}


def _missing(variable: Variable) -> Codes:
    """The codes, or where they are many all values from the lowest to the highest, if no other lies between."""
    if len(variable.missing) <= MOST_MISSING:
        return list(variable.missing)
    low, high = min(variable.missing), max(variable.missing)
    others = [value for value in variable.labels if isinstance(value, int) and value not in variable.missing]
    return [] if any(low <= value <= high for value in others) else [{"lo": low, "hi": high}]


@contextmanager
def _named_file() -> Iterator[str]:
    """ReadStat writes to a file with a name only. On Linux that is memory with a name: rows never touch a disk."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("rows")
        try:
            yield f"/proc/self/fd/{descriptor}"
        finally:
            os.close(descriptor)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield str(Path(folder) / "rows.sav")
