"""`instruments` on the command line: golden output of `show`, every fault of `check`, an example in every help."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from instruments.changing import with_changes
from instruments.describe import describe
from instruments.load import CATALOGUE, LoadedInstrument
from instruments.model import Kind
from reports.dataset import analysed_items, background_items
from survey.cli import cli
from survey.cli.instruments import group
from tests.instruments.tiny_instruments import scale_of, tiny

GOLDEN = Path(__file__).with_name("golden")
INVALID = Path(__file__).parents[1] / "definitions" / "invalid"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["instruments", *words])


@pytest.mark.parametrize(
    ("instrument_id", "language"),
    [("ebp-thermometer", "sv"), ("ebp-thermometer", "en"), ("user-survey-economic-assistance", "sv")],
)
def test_show_is_golden(instrument_id: str, language: str) -> None:
    """A changed wording is seen here, and needs a new version once a round has used the old one."""
    result = run("show", instrument_id, "--language", language)
    assert result.exit_code == 0
    assert result.output == (GOLDEN / f"{instrument_id}.{language}.txt").read_text(encoding="utf-8")


def test_show_takes_a_file_and_a_version_too(tmp_path: Path) -> None:
    """Whoever has just written a file looks at it before it lies in any folder; it opens in its own first language."""
    content = (CATALOGUE / "ebp-thermometer" / "2026.1.yaml").read_text(encoding="utf-8")
    (tmp_path / "mine.yaml").write_text(content.replace("[sv, en]", "[en, sv]", 1), encoding="utf-8")
    english = run("show", "ebp-thermometer@2026.1", "--language", "en").output
    own = run("show", str(tmp_path / "mine.yaml"))
    assert own.exit_code == 0
    assert own.output.splitlines()[0] == english.splitlines()[0]
    assert own.output.splitlines()[-5:] == english.splitlines()[-5:]


def test_a_changed_copy_under_the_same_version_is_said_to_be_left_out(home: Path) -> None:
    """The catalogue's own is asked: whoever changed the copy believes that theirs is."""
    own = home / "instruments" / "ebp-thermometer" / "2026.1.yaml"
    own.parent.mkdir(parents=True)
    content = (CATALOGUE / "ebp-thermometer" / "2026.1.yaml").read_text(encoding="utf-8")
    own.write_text(content, encoding="utf-8")
    assert run("list").stderr == ""
    own.write_text(content.replace("minutes: 8", "minutes: 9"), encoding="utf-8")
    assert "version_taken" in run("list").stderr
    for words in (["check", "--all"], ["check", str(own)]):
        result = run(*words)
        assert result.exit_code == 2
        assert result.output.count("[version_taken]") == 1


def test_what_no_report_tells_of_is_marked() -> None:
    """Before anybody is asked for nothing; the reports' own rule is the measure."""
    others: list[dict[str, object]] = [
        {"id": "M", "type": "multiple_choice", "answer_set": "steps"},
        {"id": "Y", "type": "year"},
        {"id": "S", "type": "single_choice", "answer_set": "steps"},
        {"id": "B", "type": "single_choice", "answer_set": "steps", "background": True},
        {"id": "A", "type": "number", "background": True},
    ]
    instrument = tiny([*others, {"id": "K"}], scales=[scale_of("K")])
    lines = describe(LoadedInstrument(instrument, "0" * 64, None), "sv").splitlines()
    marked = {line.split()[0] for line in lines if line.endswith("(in no report)")}
    told = {item.id for item in (*analysed_items(instrument), *background_items(instrument))}
    assert marked == {item.id for item in instrument.items} - told == {"M", "Y", "A"}
    case = with_changes(instrument, kind=Kind.CASE)
    assert "in no report" not in describe(LoadedInstrument(case, "0" * 64, None), "sv")


def test_list_names_usable_versions_and_says_what_is_left_out(home: Path) -> None:
    own = home / "instruments"
    own.mkdir()
    (own / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    result = run("list")
    assert result.exit_code == 0
    rows = [line.split()[:5] for line in result.stdout.splitlines()]
    assert ["ebp-thermometer", "2026.1", "survey", "41", "4"] in rows
    assert "left out" in result.stderr
    assert "broken.yaml" in result.stderr


def test_check_lists_every_fault_with_its_line_and_exits_2() -> None:
    path = INVALID / "many_at_once.yaml"
    expected = path.with_suffix(".faults").read_text(encoding="utf-8").splitlines()
    result = run("check", str(path))
    assert result.exit_code == 2
    assert result.output.splitlines() == [f"{path}: {len(expected)} faults", *(f"  {line}" for line in expected)]


def test_check_all_takes_the_own_folder_too(home: Path) -> None:
    assert run("check", "--all").exit_code == 0
    (home / "instruments").mkdir()
    (home / "instruments" / "broken.yaml").write_text("id: broken\n", encoding="utf-8")
    assert run("check", "--all").exit_code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check"], "name the files to check"),
        (["check", "--all", "one.yaml"], "name the files to check"),
        (["show", "ebp-thermometer", "--language", "fi"], "use one of: sv, en"),
    ],
)
def test_wrong_command_is_a_usage_error(words: list[str], said: str) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("name", [None, *group.commands])
def test_every_help_has_an_example(name: str | None) -> None:
    command = group if name is None else group.commands[name]
    assert "Example:\n" in command.get_help(click.Context(command))
