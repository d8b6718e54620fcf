"""Keys as files in one folder: 700 for the folder, 600 for each file, made once however many ask at once."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from survey.errors import Refusal

KEY_BYTES = 32


class KeyFiles:
    """One folder of keys. Every call looks at the folder first: one that others may enter is refused."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> set[str]:
        """Names of all files; empty where the folder is not there yet."""
        if not self._is_there():
            return set()
        return {entry.name for entry in os.scandir(self.path) if entry.is_file() and not entry.name.startswith(".")}

    def made(self, name: str, content: bytes | None = None) -> bytes:
        """The key of that name. Made if it is not there, of `content` or at random: the first one to come wins."""
        self._make_folder()
        path = self.path / name
        if not path.exists():
            aside = self.path / f".{name}.{secrets.token_hex(8)}"
            descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(secrets.token_bytes(KEY_BYTES) if content is None else content)
                    file.flush()
                    os.fsync(file.fileno())
                # Written aside, then linked: nobody reads half a key, and nobody's is overwritten.
                with suppress(FileExistsError):
                    os.link(aside, path)
            finally:
                aside.unlink()
            self._sync_folder()
        return self.content(name)

    def key(self, name: str) -> bytes:
        """A key's 32 bytes. Raises Refusal `key_missing`, `key_permissions`, `key_damaged`."""
        key = self.content(name)
        if len(key) != KEY_BYTES:
            message = f"the key {self.path / name} is not {KEY_BYTES} bytes; put it back from a copy"
            raise Refusal("key_damaged", message)
        return key

    def content(self, name: str) -> bytes:
        """What the file holds. Raises Refusal `key_missing`, `key_permissions`."""
        path = self.path / name
        if not self._is_there():
            raise missing(name, self.path)
        try:
            with path.open("rb") as file:
                mode = os.fstat(file.fileno()).st_mode
                content = file.read()
        except FileNotFoundError:
            raise missing(name, self.path) from None
        except PermissionError:
            raise _unreadable(path) from None
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Refusal("key_permissions", f"others may read the key {path}; run: chmod 600 {path}", path=str(path))
        return content

    def destroy(self, name: str) -> bool:
        """Overwrite the file and remove it, and what a `made` that was killed left of it. False if there is none."""
        if not self._is_there():
            return False
        gone = [_overwritten(path) for path in (self.path / name, *self.path.glob(f".{name}.*"))]
        if any(gone):
            self._sync_folder()
        return any(gone)

    def _make_folder(self) -> None:
        if not self._is_there():
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileExistsError):
                self.path.mkdir(mode=0o700)
            self._is_there()

    def _is_there(self) -> bool:
        """Whether the folder is. Raises Refusal `key_folder`, `key_permissions` for one that may not hold keys."""
        try:
            mode = self.path.stat().st_mode
        except FileNotFoundError:
            return False
        except PermissionError:
            raise _unreadable(self.path) from None
        if not stat.S_ISDIR(mode):
            raise Refusal("key_folder", f"{self.path} is not a folder; move it away", path=str(self.path))
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            message = f"others may enter the key folder {self.path}; run: chmod 700 {self.path}"
            raise Refusal("key_permissions", message, path=str(self.path))
        return True

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def missing(name: str, folder: Path) -> Refusal:
    message = (
        f"the key {name} is not in {folder}; put it back from your copy of the key folder, or check TERMOMETERN_HOME"
    )
    return Refusal("key_missing", message, name=name)


def _overwritten(path: Path) -> bool:
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(os.fstat(file.fileno()).st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    except FileNotFoundError:
        return False
    return True


def _unreadable(path: Path) -> Refusal:
    return Refusal("key_permissions", f"{path} cannot be read; run as the user that owns it", path=str(path))
