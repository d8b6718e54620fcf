"""Two tabs that have read the same draft before either writes. `test_two_at_once` leaves to chance whether they do."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask.testing import FlaskClient
from respond_site import Site, begin, send_part
from werkzeug.test import TestResponse

from survey.answering import drafts
from survey.web.respond import visit

FIRST, SECOND = {"a_a": "2", "a_b": "1"}, {"a_many": ["1", "3"], "a_years": "4"}
BOTH = {"a": 2, "b": 1, "many": (1, 3), "years": 4}

Act = Callable[[FlaskClient], TestResponse]


def at_once(monkeypatch: pytest.MonkeyPatch, client: FlaskClient, tab: FlaskClient, *acts: Act) -> list[TestResponse]:
    """Let both tabs read the draft before either may write; whoever has to read again does not wait."""
    met = Barrier(2, timeout=20)
    honest = visit.load_draft

    def read_and_wait(*args: Any, **more: Any) -> drafts.DraftContents | None:
        found = honest(*args, **more)
        if not met.broken and more.get("found"):
            waiting.append(None)
            if len(waiting) <= 2:
                met.wait()
        return found

    waiting: list[None] = []
    monkeypatch.setattr(visit, "load_draft", read_and_wait)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda act, mine: act(mine), acts, (client, tab)))
    monkeypatch.setattr(visit, "load_draft", honest)
    assert len(waiting) > 2, "neither had to read again: they did not meet"
    return done


@pytest.mark.parametrize("way", ["open", "card"])
def test_two_tabs_that_save_at_once_both_keep_their_answers(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    code = getattr(site, way)
    begin(client, code)
    saved = at_once(
        monkeypatch,
        client,
        site.tab_of(client),
        lambda one: send_part(one, f"/s/{code}/del/1", dict(FIRST)),
        lambda other: other.post(f"/s/{code}/del/2", data=SECOND | {"go": "save"}),
    )
    assert [one.status_code for one in saved] == [303, 204]
    client.post(f"/s/{code}/del/granska")
    assert site.sealed() == [BOTH]


def test_what_another_tab_saves_while_the_first_sends_in_is_sent_or_refused(
    site: Site, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(client, site.card)
    assert send_part(client, f"/s/{site.card}/del/1", dict(FIRST)).status_code == 303
    sent, saved = at_once(
        monkeypatch,
        client,
        site.tab_of(client),
        lambda one: one.post(f"/s/{site.card}/del/granska"),
        lambda other: other.post(f"/s/{site.card}/del/2", data=SECOND | {"go": "save"}),
    )
    assert sent.status_code == 303
    assert (saved.status_code, site.sealed()) in ((204, [BOTH]), (403, [{"a": 2, "b": 1}]))
    assert site.count("draft") == 0
