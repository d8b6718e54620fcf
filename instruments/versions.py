"""What a version is called, and which comes first."""

from __future__ import annotations

import re

VERSION_NAME = re.compile(r"[0-9]{4}\.[0-9]{1,3}")


def version_key(version: str) -> tuple[int, ...]:
    """Sorts "2026.10" after "2026.9"."""
    return tuple(int(part) for part in version.split("."))
