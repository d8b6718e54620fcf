"""From a reference case's topic to the public functions: each adapter calls them and computes nothing of its own.

An adapter gets the case and its columns, and returns a dict with the keys of `expected`.
"""

from __future__ import annotations

from tests.reference import of_areas, of_edges, of_models, of_psychometrics, of_ranks, of_reports
from tests.reference.columns import Adapter, filtered

TOPICS = (of_areas, of_edges, of_models, of_psychometrics, of_ranks, of_reports)

ADAPTER: dict[str, Adapter] = {
    topic: filtered(adapter) for module in TOPICS for topic, adapter in module.ADAPTERS.items()
}
