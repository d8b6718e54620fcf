"""Recordings by name: sound of an organisation's own folder and nothing else, and never of another wording."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from instruments.changing import in_languages
from instruments.diff import difference
from instruments.exchange.features import Feature, dropped, keep
from instruments.exchange.frame import Frame
from instruments.model import Instrument, Variant, recording_of
from instruments.recordings import find_recording, recording_names
from tests.definitions.sounds import recordings, wav
from tests.instruments.random_instruments import sound
from tests.instruments.tiny_instruments import tiny


@pytest.fixture
def own(tmp_path: Path) -> Path:
    (tmp_path / "secret.wav").write_bytes(wav())
    return recordings(tmp_path / "recordings")


def test_only_sound_that_is_not_too_long_is_found(own: Path) -> None:
    assert find_recording("sound.wav", (own.parent / "nowhere", own)) == own / "sound.wav"
    assert find_recording("page.mp3", (own,)) is None
    assert find_recording("long.mp3", (own,)) is None
    assert find_recording("gone.mp3", (own,)) is None
    assert recording_names((own,)) == {"sound.wav", "page.mp3", "long.mp3"}


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("a.mp3", b"ID3\x04" + bytes(20)),
        ("b.mp3", b"\xff\xfb\x90\x64" + bytes(20)),
        ("c.m4a", b"\0\0\0\x20ftypM4A " + bytes(20)),
        ("d.ogg", b"OggS" + bytes(20)),
        ("e.wav", wav()),
    ],
)
def test_a_file_is_what_its_ending_says(own: Path, name: str, begins: bytes) -> None:
    (own / name).write_bytes(begins)
    assert find_recording(name, (own,)) == own / name
    other = "x.wav" if name.endswith(".mp3") else "x.mp3"
    (own / other).write_bytes(begins)
    assert find_recording(other, (own,)) is None
    (own / name).write_bytes(b"")
    assert find_recording(name, (own,)) is None


@pytest.mark.parametrize(
    "name", ["../secret.wav", "/etc/passwd", ".wav", "sound.WAV", "sound.wav\n", "a/b.wav", "x.svg"]
)
def test_a_name_leads_nowhere_else(own: Path, name: str) -> None:
    assert find_recording(name, (own,)) is None


def test_a_link_out_of_the_folder_leads_nowhere(own: Path) -> None:
    (own / "out.wav").symlink_to(own.parent / "secret.wav")
    (own / "loop.wav").symlink_to(own / "loop.wav")
    (own / "folder.wav").mkdir()
    assert not [name for name in ("out.wav", "loop.wav", "folder.wav") if find_recording(name, (own,))]
    assert recording_names((own,)) == {"sound.wav", "page.mp3", "long.mp3"}


def spoken() -> Instrument:
    """An item with help, read aloud in Swedish only, and its easy text too; an option in both languages."""
    content: dict[str, Any] = tiny([{"id": "Q1"}, {"id": "Q2"}]).model_dump(mode="json", exclude_defaults=True)
    content |= {"languages": ["sv", "en"], "variants": ["standard", "easy"]}
    content = _in_both(content)
    first, second = content["sections"][0]["items"][:2]
    for item in content["sections"][0]["items"]:
        item["easy"] = {"sv": "Ett.", "en": "One."}
    first |= {"audio": {"sv": "one.mp3"}, "easy_audio": {"sv": "one-easy.mp3"}}
    second |= {"audio": {"sv": "two.mp3"}}
    content["answer_sets"][0]["options"][0]["audio"] = {"sv": "no.mp3", "en": "no-en.mp3"}
    return sound(content)


def _in_both(value: Any) -> Any:
    if isinstance(value, list):
        return [_in_both(one) for one in value]
    if isinstance(value, dict):
        return {**{key: _in_both(one) for key, one in value.items()}, **({"en": value["sv"]} if "sv" in value else {})}
    return value


def test_what_is_played_says_what_is_shown() -> None:
    instrument = spoken()
    first, second = instrument.items[:2]
    option = instrument.answer_sets[0].options[0]
    assert recording_of(first, "sv") == "one.mp3"
    assert recording_of(first, "sv", Variant.EASY) == "one-easy.mp3"
    assert recording_of(first, "en") is None
    assert recording_of(second, "sv", Variant.EASY) is None  # another text is shown there
    assert recording_of(option, "en", Variant.EASY) == "no-en.mp3"  # the same text is shown


def test_recordings_leave_with_their_language_and_their_feature() -> None:
    instrument = spoken()
    english = in_languages(instrument, ("en",))
    assert english.items[0].audio is None
    assert english.answer_sets[0].options[0].audio == {"en": "no-en.mp3"}
    silent = keep(instrument, frozenset(Feature) - {Feature.RECORDINGS}, Frame("x", "2030.1"))
    assert ".mp3" not in silent.model_dump_json()
    assert [one.feature for one in dropped(instrument, frozenset(Feature) - {Feature.RECORDINGS}, Frame("x", "1"))] == [
        Feature.RECORDINGS
    ]


def test_a_difference_tells_of_other_recordings() -> None:
    instrument = spoken()
    silent = keep(instrument, frozenset(Feature) - {Feature.RECORDINGS}, Frame("x", "2030.1"))
    told = [line for line in difference(silent, instrument).changes if "recordings" in line]
    first, second = (item.id for item in instrument.items[:2])
    one = instrument.answer_sets[0]
    assert told == [
        f"{first} is read aloud from other recordings",
        f"{second} is read aloud from other recordings",
        f"answer set {one.id}, {one.options[0].value} is read aloud from other recordings",
    ]
