"""So many at once, and then so many a minute: for what costs the server much, or must not be tried by the thousand.

Counted in this process only, for everybody together or for each draft: an address is never stored, nor is anything else
of anybody's.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import datetime

from survey.errors import Refusal


@dataclass
class Turns:
    """A bucket of turns that fills up again by and by."""

    at_once: int
    each_minute: float
    _left: float = field(init=False)
    _seen: datetime | None = field(init=False, default=None)
    _lock: threading.Lock = field(init=False, default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._left = self.at_once

    def take(self, now: datetime) -> None:
        """Take one turn. Raises Refusal `too_many_now` when there is none left."""
        with self._lock:
            if self._seen is not None:
                minutes = max(0.0, (now - self._seen).total_seconds() / 60)
                self._left = min(self.at_once, self._left + minutes * self.each_minute)
            self._seen = now
            if self._left < 1:
                raise Refusal("too_many_now", "too many have asked for this in a short time; try again in a minute")
            self._left -= 1

    def give_back(self) -> None:
        """What was taken was not needed."""
        with self._lock:
            self._left += 1


class TurnsEach:
    """Turns for each of many. Names are what the tables find a draft by, and are kept in memory alone."""

    def __init__(self, at_once: int, each_minute: float, most: int = 10_000) -> None:
        self._make = lambda: Turns(at_once, each_minute)
        self._most = most
        self._kept: OrderedDict[bytes, Turns] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, name: bytes, now: datetime) -> None:
        """Take one turn of this name's. Raises Refusal `too_many_now` when there is none left."""
        with self._lock:
            turns = self._kept.setdefault(name, self._make())
            self._kept.move_to_end(name)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)
        turns.take(now)

    def give_back(self, name: bytes) -> None:
        """What was taken was not needed."""
        with self._lock:
            turns = self._kept.get(name)
        if turns is not None:
            turns.give_back()

    def forget(self, name: bytes) -> None:
        """All turns are there again."""
        with self._lock:
            self._kept.pop(name, None)
