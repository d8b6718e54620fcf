"""Link codes on invitations: only the token opens one, and only in its own row of its own round."""

from __future__ import annotations

from pathlib import Path

import pytest

from survey.answering.keys import KeyFolder
from survey.answering.linking import contact_lookup, link_code_of, normalised, open_link_code, seal_link_code
from survey.errors import Refusal

CODE = link_code_of(b"k" * 32, b"person")


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    return KeyFolder(tmp_path / "keys")


def test_the_token_opens_what_was_sealed_under_it(keys: KeyFolder) -> None:
    sealed = seal_link_code(keys, 1, b"row", b"token", CODE)
    assert open_link_code(keys, 1, b"row", b"token", sealed) == CODE
    assert CODE not in sealed
    assert seal_link_code(keys, 1, b"row", b"token", CODE) != sealed


def test_nothing_else_opens_it(keys: KeyFolder, tmp_path: Path) -> None:
    sealed = seal_link_code(keys, 1, b"row", b"token", CODE)
    others = KeyFolder(tmp_path / "others")
    for wrong in (
        (others, 1, b"row", b"token", sealed),
        (keys, 2, b"row", b"token", sealed),
        (keys, 1, b"wor", b"token", sealed),
        (keys, 1, b"row", b"nekot", sealed),
        (keys, 1, b"row", b"token", sealed[:-1] + bytes([sealed[-1] ^ 1])),
        (keys, 1, b"row", b"token", b""),
    ):
        with pytest.raises(Refusal) as refused:
            open_link_code(*wrong)
        assert refused.value.code == "link_code_damaged"


def test_a_link_code_tells_neither_person_nor_key() -> None:
    assert link_code_of(bytearray(b"k" * 32), b"person") == CODE
    assert len({CODE, link_code_of(b"k" * 32, b"nosrep"), link_code_of(b"q" * 32, b"person")}) == 3


def test_an_address_is_the_same_person_however_it_is_written() -> None:
    assert normalised("Anna.Berg@Krokom.se ") == normalised("anna.berg@krokom.se")
    assert normalised("Anna Berg", "Storg. 1,  Krokom") == normalised("anna  berg", "STORG 1 Krokom.")
    assert normalised("Anna Berg", "Storgatan 1") != normalised("Anna Berg", "Storgatan 11")
    assert contact_lookup(b"p" * 32, "a@b.se") != contact_lookup(b"q" * 32, "a@b.se")
