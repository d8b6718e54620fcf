"""Codes: what a person types by hand is understood, and what is mistyped is never taken for another code."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.answering.codes import ALPHABET, CODE_LENGTH, code_in, new_code, shown, tidy_code, with_check
from survey.errors import Refusal

codes = st.text(ALPHABET, min_size=CODE_LENGTH - 1, max_size=CODE_LENGTH - 1).map(with_check)


@given(codes)
def test_a_code_is_understood_as_it_is_printed(code: str) -> None:
    assert tidy_code(f" {shown(code).lower()} ") == code
    assert tidy_code(code.replace("8", "B").replace("6", "g").replace("5", "S").replace("V", "u")) == code


@given(codes, st.integers(0, CODE_LENGTH - 1), st.sampled_from(ALPHABET))
def test_every_single_mistake_is_caught(code: str, position: int, wrong: str) -> None:
    if wrong == code[position]:
        return
    with pytest.raises(Refusal) as refused:
        tidy_code(code[:position] + wrong + code[position + 1 :])
    assert refused.value.code == "code_mistyped"


@given(codes, st.integers(0, CODE_LENGTH - 2))
def test_every_swap_of_neighbours_is_caught(code: str, position: int) -> None:
    swapped = code[:position] + code[position + 1] + code[position] + code[position + 2 :]
    if swapped == code:
        return
    with pytest.raises(Refusal):
        tidy_code(swapped)


@pytest.mark.parametrize("text", ["", "K7PX", "O0I1-L234-5678", "åäö" * 4, "<script>" * 2])
def test_what_cannot_be_a_code_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="code"):
        tidy_code(text)


def test_new_codes_use_the_whole_alphabet_and_check_out() -> None:
    made = [new_code() for _ in range(500)]
    assert set("".join(made)) == set(ALPHABET)
    assert [tidy_code(code) for code in made] == made
    assert len(set(made)) == 500


CODE = with_check("K7PX3MRT9WC")
GROUPS = shown(CODE)


@pytest.mark.parametrize(
    "typed",
    [
        GROUPS.lower(),
        GROUPS.replace("-", " "),
        GROUPS.replace("-", "\N{EM DASH}"),
        GROUPS.replace("-", "\N{NON-BREAKING HYPHEN}"),
        GROUPS.replace("-", "_"),
        GROUPS.replace("-", "/"),
        GROUPS.replace("-", "."),
        " ".join(CODE),
        "\n".join(GROUPS.split("-")),
        f"\N{ZERO WIDTH SPACE}{CODE}\N{RIGHT-TO-LEFT MARK}",
        GROUPS.replace("-", "\N{SOFT HYPHEN}"),
        f"\N{RIGHT DOUBLE QUOTATION MARK}{GROUPS}.\N{RIGHT DOUBLE QUOTATION MARK}",
        "".join(chr(ord(one) + 0xFEE0) for one in CODE),  # full-width
        CODE.replace("K", "\N{CYRILLIC CAPITAL LETTER KA}").replace("P", "\N{CYRILLIC SMALL LETTER ER}"),
        CODE.replace("M", "\N{GREEK CAPITAL LETTER MU}").replace("T", "\N{GREEK CAPITAL LETTER TAU}"),
        CODE.replace("7", "\N{ARABIC-INDIC DIGIT SEVEN}").replace("9", "\N{EXTENDED ARABIC-INDIC DIGIT NINE}"),
        f"https://enkat.krokom.example/s/{CODE}",
        f"enkat.krokom.example/s/{CODE}/fraga/12?andra=1#q-b",
        f"Din kod är {GROUPS}.",
        f"Kod: {GROUPS.lower()} (svara senast 31 mars)",
    ],
)
def test_twenty_ways_to_write_a_code(typed: str) -> None:
    assert code_in(typed) == CODE


@pytest.mark.parametrize("typed", [f"{CODE} {with_check('2' * 11)}", f"{CODE}{CODE}", "x" * 100_000, "1 " * 50_000])
def test_no_code_is_guessed_where_there_are_two_or_none(typed: str) -> None:
    with pytest.raises(Refusal):
        code_in(typed)
