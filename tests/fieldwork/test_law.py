"""A study that asks real people says why, by what right, who answers for it and whom to turn to."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from lawful import LAW
from sqlalchemy.orm import Session

from survey.errors import Refusal
from survey.fieldwork.law import Law, law_of, require_law, set_law
from survey.fieldwork.transitions import open_round
from survey.models import Round, RoundState, Study

NOW = datetime(2026, 9, 1, 8, tzinfo=UTC)
SAID = replace(LAW, information={"sv": "Frågor?\r\nRing oss."})


@pytest.mark.parametrize("missing", ["purpose", "legal_basis", "controller", "contact"])
def test_each_of_the_four_is_needed_for_real_answers(session: Session, study: Study, missing: str) -> None:
    nothing: dict[str, Any] = {missing: None if missing == "legal_basis" else " "}
    set_law(study, replace(SAID, **nothing))
    with pytest.raises(Refusal, match=missing.replace("_", " ")) as refused:
        require_law(study)
    assert refused.value.code == "study_without_purpose"
    set_law(study, SAID)
    require_law(study)


def test_made_up_answers_need_no_right(session: Session, study: Study) -> None:
    set_law(study, Law())
    study.simulated = True
    require_law(study)


def test_a_change_says_old_and_new(session: Session, study: Study) -> None:
    set_law(study, SAID)
    assert law_of(study).information == {"sv": "Frågor?\nRing oss."}
    assert set_law(study, law_of(study)) == {}
    assert set_law(study, replace(law_of(study), contact="010-123 45 67")) == {
        "contact": {"old": LAW.contact, "new": "010-123 45 67"}
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"controller": "a" * 201},
        {"contact": "a\nb"},
        {"purpose": "a" * 1001},
        {"purpose": "a\0"},
        {"information": {"fi": "Hei"}},
        {"information": {"sv": "a" * 4001}},
        {"free_text_days": 0},
        {"free_text_days": 3651},
    ],
)
def test_a_text_that_cannot_be_shown_is_refused(session: Session, study: Study, wrong: dict[str, object]) -> None:
    with pytest.raises(Refusal) as refused:
        set_law(study, replace(SAID, **wrong))  # type: ignore[arg-type]
    assert refused.value.code == "bad_study_text"


def test_texts_are_never_kept_longer_than_those_who_wrote_them_were_told(
    session: Session, study: Study, draft: Round
) -> None:
    set_law(study, replace(SAID, free_text_days=400))
    draft.state = RoundState.OPEN
    with pytest.raises(Refusal) as refused:
        set_law(study, replace(SAID, free_text_days=401))
    assert refused.value.code == "longer_than_promised"
    assert set_law(study, replace(law_of(study), free_text_days=30)) == {"free_text_days": {"old": 400, "new": 30}}


def test_a_round_opens_only_when_its_study_says_enough(session: Session, study: Study, draft: Round) -> None:
    set_law(study, replace(LAW, contact=""))
    with pytest.raises(Refusal, match="does not say its contact"):
        open_round(session, draft, NOW, public_key=bytes(32))
    assert draft.state == RoundState.DRAFT
    set_law(study, LAW)
    open_round(session, draft, NOW, public_key=bytes(32))
    assert draft.state == RoundState.OPEN
