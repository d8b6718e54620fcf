"""Many respondents at once against real server processes: nothing is lost, nothing counted twice. Never timed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from bench.load import Length, play, table
from bench.postgres import Database


def test_what_respondents_were_told_is_what_was_stored(database_url: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    length = Length(rate=60.0, seconds=6.0, floor_seconds=0.5)

    played = play(length, home, Database(database_url, lambda: 0.0))

    assert played.rows[-1].sent.errors == {}
    assert played.tallies.receipts > 0
    assert played.tallies.exact
    assert played.held
    assert "exact." in table(played)

    # And one answer less is seen.
    lost = replace(played.tallies, boxes=played.tallies.boxes - 1)
    assert not lost.exact
    assert not replace(played, tallies=lost).held
