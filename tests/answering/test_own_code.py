"""Self-made codes: spellings that mean the same give the same code, and nothing else does."""

from __future__ import annotations

import pytest

from survey.answering.linking import LINK_CODE_BYTES
from survey.answering.own_code import MENU, link_code_from, normalise, unknown_or_few

ANSWERS = {"mother_name": "a", "birth_day": "07", "birth_place": "ö", "older_siblings": "02"}


@pytest.mark.parametrize(
    ("question", "written", "read"),
    [
        ("mother_name", "  anna-Lisa", "a"),
        ("mother_name", "Éva", "e"),
        ("mother_name", "Åsa", "å"),
        ("mother_name", "A\u030asa", "å"),
        ("mother_name", "Ærlig", "ä"),
        ("mother_name", "ØYVOR", "ö"),
        ("mother_name", "'Umar", "u"),
        ("mother_name", "123", None),
        ("mother_name", "", None),
        ("own_name_end", "Bo ", "o"),
        ("own_name_end", "José!", "e"),
        ("birth_day", "7", "07"),
        ("birth_day", " 07", "07"),
        ("birth_day", "\uff17", "07"),
        ("birth_day", "0", None),
        ("birth_day", "32", None),
        ("birth_day", "sju", None),
        ("birth_day", "-1", None),
        ("older_siblings", "0", "00"),
        ("birth_month", "12", "12"),
    ],
)
def test_only_the_part_that_counts_is_read(question: str, written: str, read: str | None) -> None:
    assert normalise(MENU[question], written) == read


def test_the_code_is_the_same_whatever_the_order_and_differs_with_all_that_it_is_made_from() -> None:
    def code(answers: dict[str, str] = ANSWERS, pepper: bytes = b"p" * 32, study: int = 1) -> bytes:
        return link_code_from(answers, study_pepper=pepper, study_id=study)

    assert code() == code(dict(reversed(ANSWERS.items())))
    assert len(code()) == LINK_CODE_BYTES
    others = [code(ANSWERS | {"birth_day": "08"}), code(pepper=b"q" * 32), code(study=2)]
    assert len({code(), *others}) == 4


def test_a_study_needs_four_known_questions() -> None:
    def fault(*names: str) -> str | None:
        return unknown_or_few(names, lambda name: "did you mean birth_day?")

    assert fault("mother_name", "birth_day", "birth_place", "older_siblings") is None
    assert "at least 4" in str(fault("mother_name", "birth_day", "birth_place"))
    assert "twice" in str(fault("mother_name", "birth_day", "birth_day", "older_siblings"))
    assert "'birthday'" in str(fault("mother_name", "birthday", "birth_place", "older_siblings"))
