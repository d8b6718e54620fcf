"""From a reference case's topic to the public functions: each adapter calls them and computes nothing of its own.

An adapter gets the case and its columns, and returns a dict with the keys of `expected`.
"""

from __future__ import annotations

from tests.reference import of_reports
from tests.reference.columns import Adapter

ADAPTER: dict[str, Adapter] = {**of_reports.ADAPTERS}
