"""What instruments, items and versions may be called: one form each, for whoever reads them and whoever checks."""

from __future__ import annotations

import re

IDENTIFIER = re.compile(r"[a-z][a-z0-9_-]{0,39}")
"""Instruments, sections, scales and answer sets."""
ITEM_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}")
RECORDING_NAME = re.compile(r"[a-z0-9_-]+\.(mp3|m4a|ogg|wav)")
"""The ending says what the file is; `instruments.recordings` holds it to that."""
VERSION_NAME = re.compile(r"[0-9]{4}\.[0-9]{1,3}")


def version_key(version: str) -> tuple[int, ...]:
    """Sorts "2026.10" after "2026.9"."""
    return tuple(int(part) for part in version.split("."))
