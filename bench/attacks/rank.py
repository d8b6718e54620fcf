"""T2 Rank correlation: does any order of anything left on the disk tell the order in which people sent in?

Spearman's correlation of each order with the order of submission, in the whole round and within each unit (which is
known of invitations and of most responses), pooled over plays, Holm over the orders.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from bench.attacks.chance import Correlation, holm
from bench.attacks.stage import Play, Sent
from bench.attacks.traces import NAMES, Order, Traces
from bench.attacks.verdict import ALPHA, Verdict


@dataclass
class Rank:
    """All orders, pooled over the plays that have been added."""

    orders: dict[str, Correlation] = field(default_factory=dict)
    plays: int = 0
    responses: int = 0

    def add(self, play: Play, traces: Traces) -> None:
        self.plays += 1
        self.responses += len(play.sent)
        for thing, name in NAMES.items():
            sent = [one for one in play.sent if getattr(one, name) is not None]
            for order, places in traces.orders[thing].items():
                known = [one for one in sent if getattr(one, name) in places]
                self._pool(f"{thing}: {order}", known, name, places)
                for unit in play.units:
                    here = [one for one in known if one.unit == unit]
                    self._pool(f"{thing}: {order}, by unit", here, name, places)

    def _pool(self, order: str, known: list[Sent], name: str, places: Order) -> None:
        correlation = self.orders.setdefault(order, Correlation())
        correlation.add([places[getattr(one, name)] for one in known], [one.number for one in known])

    def p_values(self) -> dict[str, float]:
        """Of each order, before Holm; an order in which all are equal is none."""
        return {order: found.p() for order, found in self.orders.items() if found.variance}

    def broken(self) -> set[str]:
        """The orders that tell more than chance does."""
        return {order for order, p in holm(self.p_values()).items() if p < ALPHA}

    def worst(self, without: Collection[str] = ()) -> tuple[str, float]:
        """The order that tells the adversary most, and its p-value after Holm."""
        adjusted = {name: p for name, p in holm(self.p_values()).items() if name not in without}
        order = min(adjusted, key=lambda name: adjusted[name])
        return order, adjusted[order]

    def told(self, order: str) -> str:
        found = self.orders[order]
        return f"{order}: z = {found.z:.2f} over {found.pairs} pairs"

    def verdict(self, database: str) -> Verdict:
        order, p = self.worst()
        cases = f"{self.plays} seeds, {self.responses} responses, {len(self.p_values())} orders"
        return Verdict("T2 rank correlation", database, cases, self.told(order), p, p >= ALPHA)
