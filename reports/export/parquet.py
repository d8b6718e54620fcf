"""Coarsened rows as parquet: typed columns, and what they mean in the file's own metadata."""

from __future__ import annotations

import io
import json
from typing import Final

from reports.export.frame import frame_of
from reports.export.labelled import Labelled, Variable

KEY: Final = "termometern"
"""Under this name the metadata holds JSON: `format`, and for each column label, measure, labels of values, missing."""
FORMAT: Final = "termometern-rows/1"


def write(rows: Labelled) -> bytes:
    """The same rows give the same bytes."""
    about = {"format": FORMAT, "columns": {one.name: _about(one) for one in rows.variables}}
    out = io.BytesIO()
    frame_of(rows).write_parquet(out, metadata={KEY: json.dumps(about, ensure_ascii=False, sort_keys=True)})
    return out.getvalue()


def _about(variable: Variable) -> dict[str, object]:
    return {
        "label": variable.label,
        "measure": variable.measure.value,
        "values": {str(value): label for value, label in variable.labels.items()},
        "missing": list(variable.missing),
    }
