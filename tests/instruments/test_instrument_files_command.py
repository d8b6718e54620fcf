"""`instruments` to and from files: what is written, what is refused with every fault, and nothing written then."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from instruments.exchange.formats import MODULES
from instruments.load import load, load_file
from survey.cli import cli

SCORED = [item.id for item in load("ebp-thermometer").instrument.scored_items]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TERMOMETERN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(cli, ["instruments", *map(str, words)])


def overlay_file(folder: Path, *more: str, left_out: str = "") -> Path:
    path = folder / "texts.csv"
    lines = [f"{item},sv,{item} med andra ord." for item in SCORED if item != left_out]
    path.write_text("\n".join(["item,language,text", *lines, *more]), encoding="utf-8")
    return path


class TestOverlay:
    def test_a_whole_overlay_becomes_an_instrument_that_can_be_used(self, tmp_path: Path, home: Path) -> None:
        folder = home / "instruments"
        folder.mkdir(parents=True)
        made = folder / "official.yaml"
        words = ("overlay", "ebp-thermometer", overlay_file(tmp_path), "--into", made, "--permission", "By X, 2026.")
        assert run(*words).exit_code == 0
        loaded = load_file(made)
        assert loaded.instrument.id == "ebp-thermometer-official"
        assert loaded.instrument.items_by_id["K01"].text == {"sv": "K01 med andra ord."}
        assert loaded.instrument.provenance.licence == "By X, 2026."
        listed = run("list").stdout
        assert "ebp-thermometer-official" in listed
        assert "används med tillstånd" in loaded.instrument.provenance.notice["sv"]
        assert run("check", "--all").exit_code == 0

    def test_what_goes_and_what_nobody_has_said_is_told(self, tmp_path: Path) -> None:
        """A permission that nobody has named is not claimed in the form's footer."""
        instrument = load("user-survey-group-home").instrument
        texts = tmp_path / "texts.csv"
        lines = [f"{item.id},sv,Nya ord?" for item in instrument.scored_items]
        texts.write_text("\n".join(["item,language,text", *lines]), encoding="utf-8")
        result = run("overlay", instrument.id, texts, "--into", tmp_path / "new.yaml")
        assert result.exit_code == 0
        for told in ("the easy-read variant", "texts in 'en'", "write it yourself: who has given permission"):
            assert told in result.stderr
        notice = load_file(tmp_path / "new.yaml").instrument.provenance.notice["sv"]
        assert "tillstånd" not in notice
        assert notice.startswith("Ordalydelsen är inlagd av den som anordnar undersökningen. ")

    def test_every_fault_is_told_and_nothing_is_written(self, tmp_path: Path) -> None:
        made = tmp_path / "official.yaml"
        texts = overlay_file(tmp_path, "K1,sv,Ett.", "K02,se,Två.", left_out="K03")
        result = run("overlay", "ebp-thermometer", texts, "--into", made)
        assert result.exit_code == 2
        assert not made.exists()
        for told in ("K03 has no text in 'sv'", "has no item 'K1'", "has no texts in 'se'", "3 faults"):
            assert told in result.stderr

    def test_what_the_checker_refuses_is_not_written_either(self, tmp_path: Path) -> None:
        made = tmp_path / "official.yaml"
        texts = overlay_file(tmp_path, f"K03,sv,{'lång ' * 60}", left_out="K03")
        result = run("overlay", "ebp-thermometer", texts, "--into", made)
        assert result.exit_code == 2
        assert "label_bytes" in result.stderr
        assert not made.exists()


class TestDiff:
    def test_files_ids_and_versions(self, tmp_path: Path) -> None:
        made = tmp_path / "official.yaml"
        run("overlay", "ebp-thermometer", overlay_file(tmp_path), "--into", made)
        result = run("diff", "ebp-thermometer@2026.1", made)
        assert result.exit_code == 0
        assert "scale knowledge may not be compared (not comparable: K01" in result.stdout

    def test_an_unknown_name_gets_the_nearest(self) -> None:
        result = run("diff", "ebp-termometer", "ebp-thermometer")
        assert result.exit_code != 0


@pytest.mark.parametrize("name", MODULES)
def test_out_and_in_again(name: str, tmp_path: Path) -> None:
    """What was left out is said; what comes in can be used, and what the file did not say is said."""
    out, back = tmp_path / "file", tmp_path / "back.yaml"
    exported = run("export", "user-survey-economic-assistance", "--to", name, "--into", out)
    assert exported.exit_code == 0
    imported = run("import", out, "--from", name, "--into", back)
    assert imported.exit_code == 0, imported.stderr
    read = load_file(back).instrument
    assert read.items_by_id["I01"].text["sv"].startswith("Förstår du breven")
    assert ("write it yourself" in imported.stderr) == ("left out: sources" in exported.stderr)


@pytest.mark.parametrize("name", MODULES)
def test_a_file_of_another_kind_is_refused_and_nothing_written(name: str, tmp_path: Path) -> None:
    wrong, back = tmp_path / "wrong", tmp_path / "back.yaml"
    wrong.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    result = run("import", wrong, "--from", name, "--into", back)
    assert result.exit_code == 2
    assert "nothing is written" in result.stderr
    assert not back.exists()


def test_an_old_file_is_never_replaced(tmp_path: Path) -> None:
    old = tmp_path / "old.json"
    old.write_text("mine", encoding="utf-8")
    result = run("export", "ebp-thermometer", "--to", "fhir", "--into", old)
    assert result.exit_code != 0
    assert "is there already" in result.stderr
    assert old.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("kind", ["folder", "link", "link to nothing", "no folder", "no rights"])
def test_nothing_is_written_where_no_new_file_can_be(kind: str, tmp_path: Path) -> None:
    into, old = tmp_path / "into.yaml", tmp_path / "old.yaml"
    old.write_text("old", encoding="utf-8")
    if kind == "folder":
        into.mkdir()
    elif kind.startswith("link"):
        into.symlink_to(old if kind == "link" else tmp_path / "nothing.yaml")
    elif kind == "no folder":
        into = tmp_path / "not" / "there.yaml"
    else:
        into = Path("/proc/into.yaml")
    before = sorted(tmp_path.rglob("*"))
    result = run("overlay", "ebp-thermometer", overlay_file(tmp_path), "--into", into)
    assert result.exit_code != 0
    assert "Traceback" not in result.stderr
    assert {"folder": "name a file in it", "no folder": "check the path"}.get(kind, "") in result.stderr
    assert sorted(tmp_path.rglob("*")) == sorted([*before, tmp_path / "texts.csv"])
    assert old.read_text("utf-8") == "old"


def test_a_file_that_does_not_fit_on_the_disk_is_not_left_half_written(tmp_path: Path) -> None:
    code = (
        "import pathlib, resource, sys; from survey.cli.instrument_files import write_new; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100)); write_new(pathlib.Path(sys.argv[1]), b'x' * 1000)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path / "new")], capture_output=True, text=True)
    assert "cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_end_is_read_up_to_the_cap(tmp_path: Path) -> None:
    result = run("overlay", "ebp-thermometer", "/dev/zero", "--into", tmp_path / "new.yaml")
    assert result.exit_code == 2
    assert "too_large" in result.stderr


def test_a_language_that_the_instrument_lacks_is_refused(tmp_path: Path) -> None:
    result = run("export", "ebp-thermometer", "--to", "redcap", "--language", "fi", "--into", tmp_path / "x.csv")
    assert result.exit_code == 2
    assert "use one of: sv, en" in result.stderr


def test_a_language_that_is_none_is_one_fault_of_the_command(tmp_path: Path) -> None:
    """Not a fault of every text in the file."""
    run("export", "ebp-thermometer", "--to", "redcap", "--into", tmp_path / "x.csv")
    result = run("import", tmp_path / "x.csv", "--from", "redcap", "--language", "12", "--into", tmp_path / "x.yaml")
    assert result.exit_code == 2
    assert "'12' is not a language code; write one like sv" in result.stderr
    assert not (tmp_path / "x.yaml").exists()


def test_an_easy_form_of_what_has_none_is_refused_with_a_remedy(tmp_path: Path) -> None:
    result = run("paper", "ebp-thermometer", "--easy", "--into", tmp_path / "x.pdf")
    assert result.exit_code == 2
    assert "no easy-read variant; leave it out" in result.stderr


def test_formats_are_listed_with_what_they_carry() -> None:
    assert [line.split()[0] for line in run("formats").stdout.splitlines()] == list(MODULES)
    assert "| more than one language |" in run("formats", "--table").stdout


def test_the_schema_is_written(tmp_path: Path) -> None:
    assert run("schema", "--into", tmp_path / "schema.json").exit_code == 0
    assert json.loads((tmp_path / "schema.json").read_text(encoding="utf-8")) == json.loads(run("schema").stdout)


def test_codebook_and_paper_form_are_written(tmp_path: Path) -> None:
    assert run("codebook", "ebp-thermometer", "--into", tmp_path / "books").exit_code == 0
    assert sorted(path.name for path in (tmp_path / "books").iterdir()) == [
        "ebp-thermometer-2026.1-sv.md",
        "ebp-thermometer-2026.1-sv.pdf",
    ]
    form = tmp_path / "form.pdf"
    assert run("paper", "user-survey-group-home", "--easy", "--into", form).exit_code == 0
    assert form.read_bytes().startswith(b"%PDF")
    assert run("paper", "ebp-thermometer", "--easy", "--into", tmp_path / "none.pdf").exit_code == 2


def test_the_catalogue_is_listed_and_clean() -> None:
    rows = [line.split() for line in run("list").stdout.splitlines()[1:]]
    assert len({row[0] for row in rows}) >= 17
    checked = run("check", "--all")
    assert checked.exit_code == 0
    assert checked.stdout.count("no faults") == len(rows)
