"""The key of a linked study: random, split 2-of-3, and whole only while a round is being launched.

Shares are SLIP-0039 mnemonics (Shamir's scheme over GF(256), with a checksum in each share and a digest over the
secret): words that a person can write down and read aloud. What is split is the key followed by a check that binds it
to its study, so that shares of another study are told at once, without anything about the key being stored.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics  # type: ignore[import-untyped]

from survey.errors import Refusal

KEY_BYTES = 32
CHECK_BYTES = 4
NEEDED, SHARES = 2, 3


def new_shares(slug: str, randombytes: Callable[[int], bytes] = secrets.token_bytes) -> tuple[str, str, str]:
    """Three shares of a new key for the study `slug`; any two give the key, one alone says nothing about it."""
    key = randombytes(KEY_BYTES)
    ((first, second, third),) = generate_mnemonics(1, [(NEEDED, SHARES)], key + _check(key, slug))
    return first, second, third


@contextmanager
def assembled(slug: str, shares: Sequence[str]) -> Iterator[bytearray]:
    """The study's key while the block lasts, then overwritten.

    What the library has held on the way cannot be overwritten in Python; it goes when the process ends, which is why a
    command does this and no server. Raises Refusal `shares_wrong`.
    """
    key = bytearray(_combined(slug, shares))
    try:
        yield key
    finally:
        key[:] = bytes(len(key))


def _combined(slug: str, shares: Sequence[str]) -> bytes:
    different = list(dict.fromkeys(" ".join(share.lower().split()) for share in shares))
    if len(different) != NEEDED:
        raise _wrong(f"{NEEDED} different shares are needed")
    try:
        secret = combine_mnemonics(different)
    except MnemonicError as error:
        raise _wrong(_in_words(error)) from None
    key, check = secret[:KEY_BYTES], secret[KEY_BYTES:]
    if not hmac.compare_digest(check, _check(key, slug)):
        raise _wrong("they are of another study")
    return key


def _in_words(error: MnemonicError) -> str:
    """Which kind of fault it is; the library's own words may quote the share."""
    told = str(error).lower()
    if "checksum" in told or "word" in told or "length" in told or "padding" in told:
        return "a word is missing, misspelt or in the wrong place"
    return "they do not belong together"


def _check(key: bytes, slug: str) -> bytes:
    return hmac.digest(key, b"study " + slug.encode(), "sha256")[:CHECK_BYTES]


def _wrong(why: str) -> Refusal:
    return Refusal("shares_wrong", f"The shares do not give the study's key: {why}; read them again", why=why)
