"""The order of rows, which must not tell who came when: one source of it for all that is written."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

Shuffle = Callable[[list[Any]], None]
SHUFFLE: Shuffle = secrets.SystemRandom().shuffle
"""From the operating system's randomness: no seed can repeat it."""
