"""The keys of the mailing process (worker and command line): what opens answers, and what personal links are made of.

No web process holds them: it gets `NoRoundKeys`. A round's private key lies in two copies until its answers have been
mixed and counted. Once destroyed it leaves a tombstone, and no key is ever made again for that round's number: a
database put back from an older backup cannot bring it back.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

from nacl.bindings import crypto_scalarmult_base

from survey.answering.key_files import KeyFiles
from survey.errors import Refusal


class RoundKeys(Protocol):
    """What the mailing process may ask of the keys that no web process holds."""

    def make(self, round_id: int) -> bytes:
        """The round's public key; makes its key pair, in two copies, and its token key, unless they are there.

        Raises Refusal `key_destroyed` for a round whose keys have been destroyed.
        """

    def private_key(self, round_id: int, *, fits: bytes | None = None) -> bytes:
        """The round's private key, from the copy where the first is lost or damaged.

        With the public key `fits`, only a key that belongs to it. Raises Refusal `key_destroyed`, `key_missing`,
        `key_damaged`, `key_wrong`.
        """

    def token_key(self, round_id: int) -> bytes:
        """32 bytes: what the tokens of the round's personal invitations are the HMAC under."""

    def has(self, round_id: int) -> bool:
        """Whether any of the round's keys is still there."""

    def drop_copy(self, round_id: int) -> None:
        """Destroy the second copy of the private key: the answers have been mixed and counted."""

    def destroy(self, round_id: int) -> bool:
        """Destroy all of the round's keys and leave a tombstone. False if there was none left."""

    def destroyed(self, round_id: int) -> bool:
        """Whether there is a tombstone."""

    def signing_key(self) -> bytes:
        """32 bytes: the Ed25519 seed that deletion records are signed with."""

    def share(self, study_id: int) -> str | None:
        """The words of the one share of a study's key that stays with the worker."""

    def keep_share(self, study_id: int, words: str) -> None:
        """Keep that share."""

    def drop_share(self, study_id: int) -> None:
        """Destroy it."""


def _now() -> datetime:
    return datetime.now(UTC)


class RoundKeyFolder:
    """Round keys as files in a folder of their own, read anew each time: a destroyed key is gone from every process."""

    def __init__(self, path: Path, clock: Callable[[], datetime] = _now) -> None:
        self.path = path
        self._files = KeyFiles(path)
        self._clock = clock

    def make(self, round_id: int) -> bytes:
        self._refuse_destroyed(round_id)
        first, second = _pair(round_id)
        if {first, second}.isdisjoint(self._files.names()):
            self._files.made(first)
        # From the copy if that is all there is: people may have answered to it.
        private_key = self.private_key(round_id)
        self._files.made(first, private_key)
        self._files.made(second, private_key)
        self._files.made(_token(round_id))
        return crypto_scalarmult_base(private_key)

    def private_key(self, round_id: int, *, fits: bytes | None = None) -> bytes:
        self._refuse_destroyed(round_id)
        faults: list[Refusal] = []
        for name in _pair(round_id):
            try:
                key = self._files.key(name)
            except Refusal as fault:
                faults.append(fault)
                continue
            if fits is None or crypto_scalarmult_base(key) == fits:
                return key
            remedy = "put back the right one"
            message = f"the key of round {round_id} is not the one that its answers are sealed to; {remedy}"
            faults.insert(0, Refusal("key_wrong", message))
        raise faults[0]

    def token_key(self, round_id: int) -> bytes:
        self._refuse_destroyed(round_id)
        return self._files.key(_token(round_id))

    def has(self, round_id: int) -> bool:
        return not {*_pair(round_id), _token(round_id)}.isdisjoint(self._files.names())

    def drop_copy(self, round_id: int) -> None:
        self._files.destroy(_pair(round_id)[1])

    def destroy(self, round_id: int) -> bool:
        # The tombstone first: whatever is cut off after it can only be finished.
        if not self.destroyed(round_id):
            self._files.made(_tombstone(round_id), self._epitaph(round_id))
        removed = [self._files.destroy(name) for name in (*_pair(round_id), _token(round_id))]
        return any(removed)

    def destroyed(self, round_id: int) -> bool:
        return _tombstone(round_id) in self._files.names()

    def signing_key(self) -> bytes:
        self._files.made("signing")
        return self._files.key("signing")

    def share(self, study_id: int) -> str | None:
        name = _share(study_id)
        return self._files.content(name).decode("utf-8") if name in self._files.names() else None

    def keep_share(self, study_id: int, words: str) -> None:
        self._files.made(_share(study_id), words.encode("utf-8"))

    def drop_share(self, study_id: int) -> None:
        self._files.destroy(_share(study_id))

    def take_over(self, before: Path) -> list[str]:
        """Move the round keys that earlier versions kept in the folder `before`. Returns their names."""
        old = KeyFiles(before)
        moved = sorted(name for name in old.names() if name.startswith("round-") and name.endswith(".key"))
        for name in moved:
            # Whole in the new place before it goes from the old one.
            self._files.made(name, old.key(name))
            old.destroy(name)
        return moved

    def _refuse_destroyed(self, round_id: int) -> None:
        if not self.destroyed(round_id):
            return
        day = json.loads(self._files.content(_tombstone(round_id)))["day"]
        message = (
            f"the keys of round {round_id} were destroyed on {day} and are never made again; restore a backup from"
            " after its sealing (its release stands), or create a new round"
        )
        raise Refusal("key_destroyed", message, round_id=round_id, day=day)

    def _epitaph(self, round_id: int) -> bytes:
        try:
            fingerprint = fingerprint_of(crypto_scalarmult_base(self.private_key(round_id)))
        except Refusal:
            # Lost or damaged: it is to be gone all the same.
            fingerprint = None
        return json.dumps({"fingerprint": fingerprint, "day": self._clock().date().isoformat()}).encode("ascii")


class NoRoundKeys:
    """What a web process has instead: every question is refused."""

    def make(self, round_id: int) -> bytes:
        raise _elsewhere()

    def private_key(self, round_id: int, *, fits: bytes | None = None) -> bytes:
        raise _elsewhere()

    def token_key(self, round_id: int) -> bytes:
        raise _elsewhere()

    def has(self, round_id: int) -> bool:
        raise _elsewhere()

    def drop_copy(self, round_id: int) -> None:
        raise _elsewhere()

    def destroy(self, round_id: int) -> bool:
        raise _elsewhere()

    def destroyed(self, round_id: int) -> bool:
        raise _elsewhere()

    def signing_key(self) -> bytes:
        raise _elsewhere()

    def share(self, study_id: int) -> str | None:
        raise _elsewhere()

    def keep_share(self, study_id: int, words: str) -> None:
        raise _elsewhere()

    def drop_share(self, study_id: int) -> None:
        raise _elsewhere()


def fingerprint_of(public_key: bytes) -> str:
    """SHA-256 of a public key: says which key it was, and opens nothing."""
    return sha256(public_key).hexdigest()


def _pair(round_id: int) -> tuple[str, str]:
    return f"round-{round_id}.key", f"round-{round_id}.copy"


def _token(round_id: int) -> str:
    return f"round-{round_id}.token"


def _tombstone(round_id: int) -> str:
    return f"round-{round_id}.destroyed"


def _share(study_id: int) -> str:
    return f"study-{study_id}.share"


def _elsewhere() -> Refusal:
    return Refusal("keys_elsewhere", "round keys are with the worker, never with a web process; ask for a job instead")
