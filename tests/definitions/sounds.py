"""Small sound files, made when they are needed: a repository is no place for them."""

from __future__ import annotations

import io
import wave
from pathlib import Path

from instruments.recordings import MAX_BYTES


def wav(milliseconds: int = 200) -> bytes:
    """Silence, 8 kHz, one channel."""
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
        file.writeframes(b"\x80" * (8 * milliseconds))
    return written.getvalue()


def recordings(folder: Path) -> Path:
    """The folder with what the definitions name: a sound, a page that is called one, and one that is too long."""
    folder.mkdir()
    (folder / "sound.wav").write_bytes(wav())
    (folder / "page.mp3").write_text("<!doctype html><script>alert(1)</script>", encoding="utf-8")
    with (folder / "long.mp3").open("wb") as file:
        file.write(b"ID3")
        file.truncate(MAX_BYTES + 1)
    return folder
