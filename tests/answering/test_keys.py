"""The key folder: closed to others, made once however many ask at once, and never silently made anew."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from survey.answering.keys import KeyFolder
from survey.answering.round_keys import RoundKeyFolder
from survey.errors import Refusal


def test_folder_and_files_are_closed_to_others(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "home" / "keys")
    keys.pepper(), keys.session_secret(), keys.study_pepper(1)
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "home" / "keys").stat().st_mode) == 0o700
    files = list((tmp_path / "home" / "keys").iterdir())
    assert {path.name for path in files} == {"pepper", "session", "study-1.pepper"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_all_who_ask_at_once_get_the_same_key(tmp_path: Path) -> None:
    # One KeyFolder each, as several processes would have.
    folders = [KeyFolder(tmp_path / "keys") for _ in range(16)]
    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(lambda keys: (keys.pepper(), keys.study_pepper(3)), folders))) == 1


def test_a_lost_pepper_is_not_replaced(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "keys").study_pepper(1)
    (tmp_path / "keys" / "pepper").unlink()
    with pytest.raises(Refusal) as refused:
        KeyFolder(tmp_path / "keys").pepper()
    assert refused.value.code == "key_missing"


@pytest.mark.parametrize(("name", "mode"), [("", 0o755), ("pepper", 0o640), ("pepper", 0o604)])
def test_keys_that_others_may_read_are_refused_with_the_remedy(tmp_path: Path, name: str, mode: int) -> None:
    KeyFolder(tmp_path / "keys").pepper()
    os.chmod(tmp_path / "keys" / name, mode)
    with pytest.raises(Refusal, match="chmod") as refused:
        KeyFolder(tmp_path / "keys").pepper()
    assert refused.value.code == "key_permissions"


def test_a_damaged_key_is_refused(tmp_path: Path) -> None:
    KeyFolder(tmp_path / "keys").pepper()
    (tmp_path / "keys" / "pepper").write_bytes(b"short")
    with pytest.raises(Refusal) as refused:
        KeyFolder(tmp_path / "keys").pepper()
    assert refused.value.code == "key_damaged"


def test_each_study_has_its_own_pepper(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    assert keys.study_peppers() == {}
    assert len({keys.pepper(), keys.session_secret(), keys.study_pepper(1), keys.study_pepper(12)}) == 4
    assert keys.study_peppers() == {1: keys.study_pepper(1), 12: keys.study_pepper(12)}


def test_each_purpose_has_a_key_of_its_own_that_follows_from_the_pepper(tmp_path: Path) -> None:
    keys = KeyFolder(tmp_path / "keys")
    assert keys.secret_box_key("one") == KeyFolder(tmp_path / "keys").secret_box_key("one")
    assert len({keys.pepper(), keys.secret_box_key("one"), keys.secret_box_key("two")}) == 3


def test_round_keys_in_the_folder_below_do_not_stand_for_a_lost_pepper(tmp_path: Path) -> None:
    """The worker may come first in a new installation."""
    RoundKeyFolder(tmp_path / "keys" / "rounds").make(1)
    assert len(KeyFolder(tmp_path / "keys").pepper()) == 32
