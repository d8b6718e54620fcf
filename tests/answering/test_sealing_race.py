"""Submissions, drafts and a sealing at once: every acknowledged answer is mixed, and nothing is left behind."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from answering_field import NOON, Field
from sqlalchemy import select

from survey.answering.drafts import save_draft
from survey.answering.mixing import mix
from survey.errors import Refusal
from survey.models import Response


def test_nothing_arrives_after_the_urn_is_emptied(make_field: Callable[..., Field]) -> None:
    field = make_field(cards=(24, 0, 0))
    codes = list(field.cards)
    for code in codes:
        with field.session() as session:
            save_draft(session, field.keys, field.enter(session, code), {}, variant="standard", language="sv")
            session.commit()
    field.close()
    in_grace = NOON + timedelta(minutes=30)

    def send(code: str) -> bool:
        try:
            field.send(code, {"a": 1}, now=in_grace)
        except Refusal:
            return False
        return True

    def save(code: str) -> None:
        with field.session() as session:
            try:
                entry = field.enter(session, code, now=in_grace)
                save_draft(session, field.keys, entry, {"a": 2}, variant="standard", language="sv")
                session.commit()
            except Refusal:
                session.rollback()

    def seal() -> int:
        with field.session() as session:
            return mix(session, field.round_keys, field.round_id, in_grace, drop_drafts=True).responses

    with ThreadPoolExecutor(6) as pool:
        sent = [pool.submit(send, code) for code in codes[:8]]
        saved = [pool.submit(save, code) for code in codes[8:]]
        sealed = [pool.submit(seal), pool.submit(seal)]
        late = [pool.submit(send, code) for code in codes[8:]]
        acknowledged = sum(one.result() for one in [*sent, *late])
        assert {one.result() for one in sealed} == {acknowledged}
        assert [one.result() for one in saved] == [None] * len(saved)
    assert (field.count("urn"), field.count("draft"), field.count("response")) == (0, 0, acknowledged)
    with field.session() as session:
        assert all(answers == {"a": 1} for answers in session.scalars(select(Response.answers)))
