"""Every kind of fault, by example: each file in definitions/invalid gives exactly the faults in the list beside it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from instruments.check import check_file
from instruments.document import MAX_BYTES
from instruments.load import CATALOGUE, instrument_files
from tests.definitions.sounds import recordings

DEFINITIONS = Path(__file__).parents[1] / "definitions"
FORMAT = Path(__file__).parents[2] / "docs" / "instrument-format.md"

# A fault that shows beside another version has a folder called after it; a version there without a list is sound.
_LISTS = [*(DEFINITIONS / "invalid").glob("*.faults"), *(DEFINITIONS / "invalid").glob("*/*.faults")]
INVALID = sorted(path.with_suffix(".yaml") for path in _LISTS)
_BESIDE = [path for path in (DEFINITIONS / "invalid").glob("*/*.yaml") if path not in INVALID]
SOUND = [*sorted((DEFINITIONS / "valid").glob("*.yaml")), *sorted(_BESIDE), *instrument_files(CATALOGUE)]

# Faults of a file as a whole, which no file in the folder can have.
OF_THE_FILE = {"unreadable", "too_large", "too_many_parts", "too_many_faults", "misplaced", "version_taken"}


@pytest.fixture(scope="module")
def sounds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return recordings(tmp_path_factory.mktemp("home") / "recordings")


@pytest.mark.parametrize("path", INVALID, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_invalid_definition_gives_exactly_its_faults(path: Path, sounds: Path) -> None:
    expected = path.with_suffix(".faults").read_text(encoding="utf-8").splitlines()
    assert [str(fault) for fault in check_file(path, (), (sounds,))] == expected


@pytest.mark.parametrize("path", SOUND, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_catalogue_and_valid_definitions_are_clean(path: Path) -> None:
    assert check_file(path) == ()


def test_every_documented_fault_has_an_example_and_no_other_code_is_used(sounds: Path) -> None:
    table = FORMAT.read_text(encoding="utf-8").partition("## Faults\n")[2]
    documented = set(re.findall(r"^\| `(\w+)` \|", table, flags=re.MULTILINE))
    shown = {fault.code for path in INVALID for fault in check_file(path, (), (sounds,))}
    assert documented == shown | OF_THE_FILE


def test_each_example_shows_the_fault_it_is_named_after(sounds: Path) -> None:
    for path in INVALID:
        codes = {fault.code for fault in check_file(path, (), (sounds,))}
        assert codes & {path.stem, path.parent.name} or path.stem == "many_at_once"


def test_file_that_is_not_there(tmp_path: Path) -> None:
    (fault,) = check_file(tmp_path / "gone.yaml")
    assert (fault.code, fault.line) == ("unreadable", None)


def test_file_larger_than_the_cap_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "large.yaml"
    path.write_bytes(b"# " + b"x" * MAX_BYTES)
    assert [fault.code for fault in check_file(path)] == ["too_large"]


def test_file_named_after_another_version_is_misplaced(tmp_path: Path) -> None:
    content = (CATALOGUE / "ebp-thermometer" / "2026.1.yaml").read_bytes()
    wrong = tmp_path / "ebp-thermometer" / "2026.2.yaml"
    wrong.parent.mkdir()
    wrong.write_bytes(content)
    (fault,) = check_file(wrong)
    assert fault.code == "misplaced"
    assert "ebp-thermometer/2026.1.yaml" in fault.remedy


def test_the_example_in_the_documentation_is_sound(tmp_path: Path) -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", FORMAT.read_text(encoding="utf-8"), flags=re.DOTALL)
    path = tmp_path / "example.yaml"
    path.write_text(example, encoding="utf-8")
    assert check_file(path) == ()
