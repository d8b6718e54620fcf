"""Labelled rows as a table in memory, for the writers that need one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reports.export.labelled import Kind, Labelled

if TYPE_CHECKING:
    import polars


def frame_of(rows: Labelled) -> polars.DataFrame:
    """Texts, whole numbers of 32 bits, and floats; null where there is no value."""
    # Here, since loading it costs more than all the rest of an export: only who takes rows out pays for it.
    import polars

    types = {Kind.TEXT: polars.String(), Kind.WHOLE: polars.Int32(), Kind.NUMBER: polars.Float64()}
    return polars.DataFrame(
        [
            polars.Series(variable.name, values, dtype=types[variable.kind])
            for variable, values in zip(rows.variables, rows.columns, strict=True)
        ]
    )
