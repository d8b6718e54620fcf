"""The command line: help with an example everywhere, and every failure as one line that says what to do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from real_processes import Run
from sqlalchemy import create_engine, text

from survey.cli import COMMANDS, cli
from survey.cli.failures import in_one_line


def commands(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    yield " ".join(("./run", *path)), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from commands(found, (*path, name))


def test_every_command_has_help_with_an_example_of_itself() -> None:
    without = []
    for path, command in commands(cli):
        example = (command.help or "").partition("Example:")[2]
        if path not in example or not (command.help or "").split("\n")[0].strip():
            without.append(path)
    assert without == []


def test_linear_algebra_is_told_to_use_one_thread_before_it_is_loaded() -> None:
    """A second thread waits more than it works on a scale's small matrices."""
    code = "import os, sys, survey.cli; print('numpy' in sys.modules, os.environ['OPENBLAS_NUM_THREADS'])"
    without = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, check=True)
    assert said.stdout.split() == ["False", "1"]


def test_the_list_of_commands_says_what_each_is_without_importing_it() -> None:
    for name, entry in COMMANDS.items():
        assert entry.summary.endswith("."), name


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fly"], "No such command 'fly'"),
        (["instrumnets", "list"], "did you mean 'instruments'"),
        (["instruments", "lst"], "lst"),
        (["jobs", "--limit", "many"], "--limit"),
        (["jobs", "surplus"], "surplus"),
        (["serve", "--unknown"], "--unknown"),
    ],
)
def test_a_wrong_command_is_one_line_and_exit_code_2(run: Run, words: list[str], said: str) -> None:
    done = run(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("TERMOMETERN_PORT", "eighty", "set it to a number from 1 to 65535"),
        ("TERMOMETERN_DATABASE", "mysql://localhost/x", "must begin with sqlite:/// or postgresql+psycopg://"),
    ],
)
def test_a_wrong_setting_is_one_line(
    run: Run, environment: dict[str, str], setting: str, value: str, said: str
) -> None:
    environment[setting] = value
    done = run("jobs")
    assert done.returncode == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_database_that_cannot_be_reached_is_one_line(run: Run, environment: dict[str, str]) -> None:
    environment["TERMOMETERN_DATABASE"] = "postgresql+psycopg://127.0.0.1:1/nothing"
    done = run("jobs")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" in run("--debug", "jobs").stderr


def test_a_database_from_a_newer_version_is_refused_and_left_alone(run: Run, home: Path) -> None:
    assert run("jobs").returncode == 0
    engine = create_engine(f"sqlite:///{home / 'termometern.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    done = run("jobs")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "newer" in done.stderr
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"
    engine.dispose()


def test_a_home_that_cannot_be_made_is_one_line(run: Run, environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    environment["TERMOMETERN_HOME"] = str(tmp_path / "file" / "home")
    done = run("jobs")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert str(tmp_path / "file") in done.stderr


def test_several_lines_of_an_error_become_its_first() -> None:
    assert in_one_line(ValueError("\n  the answer is 7; write 1-5\n  and more"))[0] == "the answer is 7; write 1-5"


def test_an_error_of_the_operating_system_says_where_and_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as missing:
        (tmp_path / "none" / "file").read_bytes()
    line, status = in_one_line(missing.value)
    assert str(tmp_path / "none") in line
    assert line.endswith("; check the path, or choose another folder")
    assert status == 1


def test_a_database_that_does_not_answer_is_no_lecture_and_shows_no_password(
    run: Run, environment: dict[str, str]
) -> None:
    environment["TERMOMETERN_DATABASE"] = "postgresql+psycopg://somebody:secret@localhost:1/x"
    done = run("rounds", "list")
    assert done.returncode == 1
    assert "check TERMOMETERN_DATABASE" in done.stderr
    assert "secret" not in done.stderr
    assert len(done.stderr.splitlines()) == 1
