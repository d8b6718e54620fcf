"""The study key: any two shares give it, anything else is told at once, and it is overwritten after use."""

from __future__ import annotations

from itertools import combinations

import pytest

from survey.answering.study_key import KEY_BYTES, assembled, new_shares
from survey.errors import Refusal


def _key(slug: str, *shares: str) -> bytes:
    with assembled(slug, shares) as key:
        return bytes(key)


def test_any_two_shares_give_the_key_in_any_order_and_case() -> None:
    shares = new_shares("ebp", lambda count: bytes(range(count)))
    assert {_key("ebp", *pair) for pair in combinations(shares, 2)} == {bytes(range(KEY_BYTES))}
    assert _key("ebp", shares[2].upper().replace(" ", "\n"), shares[0]) == bytes(range(KEY_BYTES))


def test_the_key_is_overwritten_after_use() -> None:
    with assembled("ebp", new_shares("ebp")[:2]) as key:
        assert any(key)
    assert not any(key)


def test_shares_that_do_not_give_the_key_are_told() -> None:
    first, second, _ = new_shares("ebp")
    words = second.split()
    misspelt = " ".join([*words[:-1], "academic" if words[-1] != "academic" else "acid"])
    for wrong, why in (
        ((first,), "2 different shares are needed"),
        ((first, first), "2 different shares are needed"),
        ((first, misspelt), "a word is missing, misspelt or in the wrong place"),
        ((first, " ".join(words[:-3])), "a word is missing, misspelt or in the wrong place"),
        ((first, new_shares("ebp")[1]), "they do not belong together"),
        (new_shares("another")[:2], "they are of another study"),
    ):
        with pytest.raises(Refusal) as refused:
            _key("ebp", *wrong)
        assert (refused.value.code, refused.value.facts["why"]) == ("shares_wrong", why)
        assert not any(word in refused.value.message.split() for word in words[4:])
