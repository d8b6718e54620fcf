"""The keys that a web process may hold: what links, cards, receipts and cookies are made under.

They live outside the database, behind one small interface, and never belong in a backup of it: the promise of
docs/privacy.md is that neither of the two is enough alone. Keys that open answers are not here: see `round_keys`.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from survey.answering.key_files import KEY_BYTES, KeyFiles, missing

LOOKED_EVERY_SECONDS = 1.0
"""To look into the folder costs a page as much as asking the database does."""


class Keys(Protocol):
    """What the rest of the code may ask of the keys, wherever they are kept."""

    def pepper(self) -> bytes:
        """The installation's pepper: 32 bytes under which links and receipts are looked up."""

    def study_pepper(self, study_id: int) -> bytes:
        """The study's own pepper, for cards: they outlive rounds. Made the first time it is asked for."""

    def study_peppers(self, *, fresh: bool = True) -> dict[int, bytes]:
        """The peppers of all studies that have one, by study id; without `fresh` as they were a second ago."""

    def destroy_study_pepper(self, study_id: int) -> bool:
        """Destroy a study's pepper: its cards lead nowhere any more. False if there was none left."""

    def session_secret(self) -> bytes:
        """What cookies are signed with."""

    def secret_box_key(self, purpose: str) -> bytes:
        """32 bytes for encrypting what is stored for one purpose: HKDF-SHA256 (RFC 5869) of the pepper."""


class KeyFolder:
    """Keys as files in one folder. Safe for several processes at once: a key is made once, and all read that one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._files = KeyFiles(path)
        self._read: dict[str, bytes] = {}
        self._studies: dict[int, bytes] = {}
        self._studies_until = 0.0

    def pepper(self) -> bytes:
        # In this order: the pepper is always made before any other key of this folder.
        if "pepper" not in self._read and self._files.names() and "pepper" not in self._files.names():
            # A new pepper beside old keys would turn every link that is out there into an unknown one, silently.
            raise missing("pepper", self.path)
        return self._kept("pepper")

    def study_pepper(self, study_id: int) -> bytes:
        self.pepper()
        return self._kept(f"study-{study_id}.pepper")

    def study_peppers(self, *, fresh: bool = True) -> dict[int, bytes]:
        now = time.monotonic()
        if fresh or now >= self._studies_until:
            ids = [name[len("study-") : -len(".pepper")] for name in self._files.names() if name.endswith(".pepper")]
            self._studies = {int(study_id): self._kept(f"study-{study_id}.pepper") for study_id in sorted(ids)}
            self._studies_until = now + LOOKED_EVERY_SECONDS
        return self._studies

    def destroy_study_pepper(self, study_id: int) -> bool:
        self._studies_until = 0.0
        name = f"study-{study_id}.pepper"
        self._read.pop(name, None)
        return self._files.destroy(name)

    def session_secret(self) -> bytes:
        self.pepper()
        return self._kept("session")

    def secret_box_key(self, purpose: str) -> bytes:
        info = b"secret box " + purpose.encode("ascii")
        return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(self.pepper())

    def _kept(self, name: str) -> bytes:
        if name not in self._read:
            self._files.made(name)
            self._read[name] = self._files.key(name)
        return self._read[name]
