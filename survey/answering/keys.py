"""Keys live outside the database, behind one small interface.

`KeyFolder` is the default: a folder that only its owner may enter (700), one file a key (600). It never belongs in a
backup of the database: the promise of docs/privacy.md is that neither of the two is enough alone.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path
from typing import Protocol

from nacl.bindings import crypto_scalarmult_base

from survey.errors import Refusal

KEY_BYTES = 32


class Keys(Protocol):
    """What the rest of the code may ask of the keys, wherever they are kept."""

    def pepper(self) -> bytes:
        """The installation's pepper: 32 bytes under which links and receipts are looked up."""

    def study_pepper(self, study_id: int) -> bytes:
        """The study's own pepper, for cards: they outlive rounds. Made the first time it is asked for."""

    def study_peppers(self) -> dict[int, bytes]:
        """The peppers of all studies that have one, by study id."""

    def new_round_keys(self, round_id: int) -> bytes:
        """Make the round's key pair and return its public half; the same again if it is there already."""

    def round_private_key(self, round_id: int) -> bytes:
        """The round's private key. Raises Refusal `key_missing` when it is destroyed or lost."""

    def has_round_key(self, round_id: int) -> bool:
        """Whether the round's private key is still there."""

    def destroy_round_keys(self, round_id: int) -> bool:
        """Destroy the private key. False if there was none left."""

    def session_secret(self) -> bytes:
        """What cookies are signed with."""


class KeyFolder:
    """Keys as files in one folder. Safe for several processes at once: a key is made once, and all read that one."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._read: dict[str, bytes] = {}

    def pepper(self) -> bytes:
        # In this order: the pepper is always made before any other key.
        if "pepper" not in self._read and self._holds_other_keys() and not (self.path / "pepper").exists():
            # A new pepper beside old keys would turn every link that is out there into an unknown one, silently.
            raise _missing("pepper", self.path)
        return self._kept("pepper")

    def study_pepper(self, study_id: int) -> bytes:
        self.pepper()
        return self._kept(f"study-{study_id}.pepper")

    def study_peppers(self) -> dict[int, bytes]:
        self._check_folder()
        names = (entry.name for entry in os.scandir(self.path))
        ids = [name[len("study-") : -len(".pepper")] for name in names if name.endswith(".pepper")]
        return {int(study_id): self._kept(f"study-{study_id}.pepper") for study_id in sorted(ids)}

    def session_secret(self) -> bytes:
        self.pepper()
        return self._kept("session")

    def new_round_keys(self, round_id: int) -> bytes:
        self.pepper()
        return crypto_scalarmult_base(self._made(_round_file(round_id)))

    def round_private_key(self, round_id: int) -> bytes:
        # Never kept in memory: once destroyed it must be gone from every process.
        self._check_folder()
        return self._key_in(_round_file(round_id))

    def has_round_key(self, round_id: int) -> bool:
        self._check_folder()
        return (self.path / _round_file(round_id)).exists()

    def destroy_round_keys(self, round_id: int) -> bool:
        self._check_folder()
        path = self.path / _round_file(round_id)
        try:
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return False
        self._sync_folder()
        return True

    def _kept(self, name: str) -> bytes:
        if name not in self._read:
            self._read[name] = self._made(name)
        return self._read[name]

    def _made(self, name: str) -> bytes:
        """The key of that name, made if it is not there: written aside, then linked, so that the first one wins."""
        self._check_folder()
        path = self.path / name
        if not path.exists():
            aside = self.path / f".{name}.{secrets.token_hex(8)}"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(secrets.token_bytes(KEY_BYTES))
                    file.flush()
                    os.fsync(file.fileno())
                with suppress(FileExistsError):
                    os.link(aside, path)
            finally:
                aside.unlink()
            self._sync_folder()
        return self._key_in(name)

    def _key_in(self, name: str) -> bytes:
        path = self.path / name
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                key = file.read()
        except FileNotFoundError:
            raise _missing(name, self.path) from None
        except PermissionError:
            raise _unreadable(path) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refusal("key_permissions", f"others may read the key {path}; run: chmod 600 {path}", path=str(path))
        if len(key) != KEY_BYTES:
            raise Refusal("key_damaged", f"the key {path} is not {KEY_BYTES} bytes; put it back from a copy")
        return key

    def _check_folder(self) -> None:
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                self.path.mkdir(mode=0o700)
            mode = self.path.stat().st_mode
        except PermissionError:
            raise _unreadable(self.path) from None
        if not stat.S_ISDIR(mode):
            raise Refusal("key_folder", f"{self.path} is not a folder; move it away", path=str(self.path))
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"others may enter the key folder {self.path}; run: chmod 700 {self.path}"
            raise Refusal("key_permissions", message, path=str(self.path))

    def _holds_other_keys(self) -> bool:
        self._check_folder()
        return any(not entry.name.startswith(".") and entry.name != "pepper" for entry in os.scandir(self.path))

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _round_file(round_id: int) -> str:
    return f"round-{round_id}.key"


def _missing(name: str, folder: Path) -> Refusal:
    message = (
        f"the key {name} is not in {folder}; put it back from your copy of the key folder, or check TERMOMETERN_HOME"
    )
    return Refusal("key_missing", message, name=name)


def _unreadable(path: Path) -> Refusal:
    return Refusal("key_permissions", f"{path} cannot be read; run as the user that owns it", path=str(path))
