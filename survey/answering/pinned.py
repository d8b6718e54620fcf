"""The instrument that a round was opened with, or an entry signed in, word for word."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from instruments.load import load
from instruments.model import Instrument
from survey.errors import Refusal

_known: dict[str, Instrument] = {}
"""By digest: what a digest stands for never changes, so a page need not look at the file again."""


def pinned_instrument(instrument_id: str, version: str, digest: str, folders: Iterable[Path] = ()) -> Instrument:
    """The version with that digest; `folders` are searched after the catalogue.

    Raises Refusal `instrument_changed` when the file is gone or no longer says what it said.
    """
    if digest not in _known:
        try:
            loaded = load(instrument_id, version, folders)
        except ValueError as error:
            message = f"{instrument_id} {version} cannot be used any more: {error}"
            raise Refusal("instrument_changed", message, instrument=instrument_id, version=version) from error
        if loaded.digest != digest:
            message = f"{instrument_id} {version} is not what it was when it came into use; put that file back"
            raise Refusal("instrument_changed", message, instrument=instrument_id, version=version)
        _known[digest] = loaded.instrument
    return _known[digest]
