"""What it says: numbers, words, pages. For whoever analyses a release elsewhere: `reports.open_release`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.opened import Opened as Opened
    from reports.opened import open_release as open_release


def __getattr__(name: str) -> object:
    """`open_release` and `Opened`, loaded when they are asked for: the wing's modules need nothing of them."""
    if name in ("Opened", "open_release"):
        from reports import opened

        return getattr(opened, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
