"""Columns that several views have: their heads on the page and in a file."""

from __future__ import annotations

from survey.web.office.research.workbench.shown import Column
from survey.web.office.research.workbench.texts import ends, uncertainty


def interval_column(language: str, of: str = "") -> Column:
    """A 95 % interval; two heads in a file. `of` tells two intervals of one table apart there."""
    low, high = ends(language)
    in_file = (f"{of}: {low}", f"{of}: {high}") if of else (low, high)
    return Column(uncertainty(language), number=True, in_file=in_file)
