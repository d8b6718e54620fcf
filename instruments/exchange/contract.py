"""What every foreign format shares: two functions, what it carries, and what is said of the rest.

A format's module has `write(instrument) -> bytes` and `read(content, frame) -> data`. `write` is handed an instrument
that holds nothing the format cannot carry (`features.keep`), so no module drops anything by itself. `read` gives plain
data, the same that a YAML file gives, and the checker that every instrument passes says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from instruments.document import Value
from instruments.exchange.features import Feature
from instruments.exchange.frame import Frame
from instruments.faults import Fault
from instruments.model import Instrument

MAX_BYTES = 10_000_000
"""A file of another format that is larger is not read."""

Data = Mapping[str, Value]


class NotRead(ValueError):
    """A file of another format that cannot be read; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the file; the first: {faults[0]}")
        self.faults = tuple(fault.short() for fault in faults)


@dataclass(frozen=True)
class Format:
    """A foreign format. `carries`: what survives writing and reading back; the rest is dropped, and said."""

    name: str
    title: str
    suffix: str
    carries: frozenset[Feature]
    write: Callable[[Instrument], bytes]
    """Takes what `features.keep` leaves."""
    read: Callable[[bytes, Frame], Data]
    """Raises NotRead with every fault."""
