"""Every fault of a file from a stranger: each once, by line, and no more of them than anybody reads."""

from __future__ import annotations

from instruments.exchange.contract import NotRead
from instruments.faults import MOST_FAULTS, Fault, most


class Found:
    """The faults of one file. `stop` is for what makes reading on pointless."""

    def __init__(self) -> None:
        self._faults: dict[Fault, None] = {}

    def __len__(self) -> int:
        return len(self._faults)

    def add(self, code: str, line: int | None, place: str, message: str, remedy: str) -> None:
        # One more than is told: it says that there are more.
        if len(self._faults) <= MOST_FAULTS:
            self._faults[Fault(code, line, place, message, remedy)] = None

    def stop(self, code: str, message: str, remedy: str, place: str = "", line: int | None = None) -> NotRead:
        """The exception to raise: this fault after all others."""
        return NotRead([*self._told(), Fault(code, line, place, message, remedy)])

    def at_most(self, count: int, most: int, noun: str) -> None:
        """Raises NotRead where a file holds more of something than any instrument does."""
        if count > most:
            raise self.stop("too_large", f"the file holds more than {most} {noun}", "split it into several instruments")

    def raise_any(self) -> None:
        if self._faults:
            raise NotRead(self._told())

    def _told(self) -> list[Fault]:
        """By line; beyond so many a file is of another kind altogether, and nobody reads on."""
        return sorted(most(self._faults), key=lambda fault: fault.line or 0)
