"""Finding and loading instruments: the right version, a digest of the content alone, and helpful refusals."""

from __future__ import annotations

from pathlib import Path

import pytest

from instruments.load import CATALOGUE, InvalidInstrument, catalogue, faulty_files, load, load_file

BFI = Path(__file__).parents[1] / "definitions" / "valid" / "bfi.yaml"
EBP = CATALOGUE / "ebp-thermometer" / "2026.1.yaml"


def put(folder: Path, version: str, old: str = "", new: str = "") -> Path:
    """A copy of the EBP-termometer as another version in an organisation's own folder."""
    text = EBP.read_text(encoding="utf-8").replace('"2026.1"', f'"{version}"').replace(old or "\0", new)
    path = folder / "ebp-thermometer" / f"{version}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_newest_version_by_number_not_by_letter(tmp_path: Path) -> None:
    for version in ("2026.2", "2026.10", "2026.9"):
        put(tmp_path, version)
    assert load("ebp-thermometer", folders=(tmp_path,)).instrument.version == "2026.10"
    assert load("ebp-thermometer", "2026.2", (tmp_path,)).instrument.version == "2026.2"
    listed = [one.instrument.version for one in catalogue((tmp_path,)) if one.instrument.id == "ebp-thermometer"]
    assert listed == ["2026.1", "2026.2", "2026.9", "2026.10"]


def test_loose_file_in_an_own_folder_is_found_by_its_content() -> None:
    assert load("bfi", folders=(BFI.parent,)).path == BFI
    assert load("bfi", "2026.1", (BFI.parent,)).digest == load_file(BFI).digest


def test_digest_follows_the_content_and_not_its_layout(tmp_path: Path) -> None:
    pinned = load_file(EBP).digest
    laid_out = EBP.read_text(encoding="utf-8").replace(
        "minutes: 8\npace: section\n", "pace: section  # same\nminutes: 8\n"
    )
    same = tmp_path / "same.yaml"
    same.write_text(laid_out, encoding="utf-8")
    assert load_file(same).digest == pinned
    other = tmp_path / "other.yaml"
    other.write_text(laid_out.replace("väl använd tid", "bra använd tid"), encoding="utf-8")
    assert load_file(other).digest != pinned


def test_a_file_that_changes_is_read_again_whatever_its_date(tmp_path: Path) -> None:
    path = put(tmp_path, "2026.2")
    before = load_file(path)
    path.write_text(path.read_text(encoding="utf-8").replace("minutes: 8", "minutes: 9"), encoding="utf-8")
    after = load_file(path)
    assert (before.instrument.minutes, after.instrument.minutes) == (8, 9)
    assert load_file(path).instrument is after.instrument


def test_the_catalogue_wins_over_an_own_file_of_the_same_version(tmp_path: Path) -> None:
    put(tmp_path, "2026.1", "minutes: 8", "minutes: 9")
    assert load("ebp-thermometer", "2026.1", (tmp_path,)).instrument.minutes == 8
    assert [one.instrument.minutes for one in catalogue((tmp_path,)) if one.instrument.id == "ebp-thermometer"] == [8]


@pytest.mark.parametrize(
    ("instrument_id", "version", "said"),
    [
        ("ebp-termometer", None, "did you mean 'ebp-thermometer'?"),
        ("ebp-thermometer", "2026.7", "did you mean '2026.1'?"),
        ("../ebp-thermometer", "2026.1", "there is no instrument"),
    ],
)
def test_unknown_name_gets_the_nearest_right_one(instrument_id: str, version: str | None, said: str) -> None:
    with pytest.raises(ValueError, match="there is no") as refused:
        load(instrument_id, version)
    assert said in str(refused.value)


def test_a_faulty_own_file_is_named_and_hides_no_other(tmp_path: Path) -> None:
    broken = put(tmp_path, "2026.2", "minutes: 8", "minutes: many")
    put(tmp_path, "2026.3")
    assert [one.instrument.version for one in catalogue((tmp_path,)) if one.path and tmp_path in one.path.parents] == [
        "2026.3"
    ]
    assert [(one.path, one.faults[0].code) for one in faulty_files((tmp_path,))] == [(broken, "wrong_type")]
    with pytest.raises(InvalidInstrument, match=r"1 fault; run `\./run instruments check") as refused:
        load("ebp-thermometer", "2026.2", (tmp_path,))
    assert [fault.line for fault in refused.value.faults] == [20]
