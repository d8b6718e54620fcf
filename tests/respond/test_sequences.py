"""Whatever people do to a form, in whatever order: one answer or none, equal to what they were last told was kept."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from bench.sequences.campaign import play
from bench.sequences.world import make_world


def test_any_sequence_ends_in_one_answer_or_none_equal_to_what_was_told(tmp_path: Path, engine: Engine) -> None:
    """`./run bench --sequences` plays for as long as one likes; here the same few plays every time."""
    examples, steps = (12, 20) if engine.dialect.name == "sqlite" else (6, 15)
    told = play(make_world(tmp_path / "home", engine), examples, steps, number=1)
    # A play in which nothing happens proves nothing.
    assert min(told[kind] for kind in ("begun", "kept", "sent", "compared")) > 0
