"""The SQLite file is for its own user alone, whoever makes it first."""

from __future__ import annotations

from pathlib import Path

from survey.database import open_engine


def test_a_new_home_and_its_database_are_closed_to_others(tmp_path: Path) -> None:
    home = tmp_path / "home"
    engine = open_engine(f"sqlite:///{home / 'termometern.sqlite'}")
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE t (x INTEGER)")
        modes = {path.name: path.stat().st_mode & 0o777 for path in (home, *home.iterdir())}
    engine.dispose()
    assert modes.pop("home") == 0o700
    assert set(modes.values()) == {0o600}
