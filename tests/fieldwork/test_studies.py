"""A study that cannot be is refused, and k follows the instrument but never falls below 5."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.fieldwork.studies import create_study, find_study
from survey.models import Study


@pytest.mark.parametrize(
    ("instrument", "chosen", "k"),
    [
        ("ebp-thermometer", None, 7),
        ("ebp-thermometer", 5, 5),
        ("user-survey-economic-assistance", None, 5),
        ("user-survey-economic-assistance", 12, 12),
    ],
)
def test_k_follows_the_instrument_unless_it_is_chosen(
    session: Session, study: Study, instrument: str, chosen: int | None, k: int
) -> None:
    assert create_study(session, slug="other", title="T", instrument=instrument, owner_code="23", k=chosen).k == k


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ({}, (7, 10, 20)),
        ({"spread_from": 15}, (7, 15, 20)),
        ({"spread_from": 25}, (7, 25, 25)),
        ({"k": 30}, (30, 30, 30)),
    ],
)
def test_a_study_may_ask_for_larger_groups_and_its_limits_hold_together(
    session: Session, study: Study, asked: dict[str, int], kept: tuple[int, int, int]
) -> None:
    words = {"slug": "other", "title": "T", "instrument": "ebp-thermometer", "owner_code": "23"}
    made = create_study(session, **(words | asked))  # type: ignore[arg-type]
    assert (made.k, made.spread_from, made.sd_from) == kept


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"slug": "EBP 2026"}, "bad_study"),
        ({"slug": "a/b"}, "bad_study"),
        ({"title": " "}, "bad_study"),
        ({"title": "EBP\0"}, "bad_study"),
        ({"title": "EBP\nett"}, "bad_study"),
        ({"k": 4}, "bad_study"),
        ({"spread_from": 9}, "bad_study"),
        ({"sd_from": 19}, "bad_study"),
        ({"slug": "ebp"}, "study_exists"),
        ({"instrument": "ebp-termometer"}, "unknown_instrument"),
        ({"owner_code": "99"}, "unknown_unit"),
    ],
)
def test_a_study_that_cannot_be_is_refused(session: Session, study: Study, wrong: dict[str, object], code: str) -> None:
    words: dict[str, object] = {"slug": "new", "title": "T", "instrument": "ebp-thermometer", "owner_code": "23"}
    with pytest.raises(Refusal) as refused:
        create_study(session, **(words | wrong))  # type: ignore[arg-type]
    assert refused.value.code == code


def test_a_misspelt_name_gets_the_nearest(session: Session, study: Study) -> None:
    assert find_study(session, "ebp") is study
    with pytest.raises(Refusal, match="did you mean 'ebp'"):
        find_study(session, "epb")
