"""Two requests of one person's at the same moment, against the web application: nothing that was told is undone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, SECOND, STORED, Site, begin, fill_in, send_part
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from survey.answering.mixing import mix
from survey.answering.round_keys import RoundKeyFolder

TIMES = 4
"""Each meeting is tried so often: who comes first is left to chance."""

Act = Callable[[], TestResponse]


def at_once(*acts: Act) -> list[TestResponse]:
    """Every act in a thread of its own, begun together."""
    start = threading.Barrier(len(acts))

    def one(act: Act) -> TestResponse:
        start.wait()
        return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def codes(site: Site) -> Sequence[str]:
    """The card, which works once, and the open link."""
    return [site.card] + [site.open] * (TIMES - 1)


def receipt_of(client: FlaskClient, code: str) -> str:
    return str(client.get_cookie("receipt", path=f"/s/{code}").value).partition(".")[2]


def test_a_double_click_is_one_answer_with_one_receipt(site: Site) -> None:
    for times, code in enumerate(codes(site), start=1):
        client = site.client()
        review = fill_in(client, code)
        tabs = [client, site.tab_of(client), site.tab_of(client)]
        replies = at_once(*(partial(tab.post, review) for tab in tabs))
        assert [reply.location for reply in replies] == [f"/s/{code}/tack"] * 3
        assert len({receipt_of(tab, code) for tab in tabs}) == 1
        assert site.count("urn") == times
    assert site.sealed() == [STORED] * TIMES
    assert site.count("draft") == 0


def test_two_tabs_that_save_at_once_lose_nothing(site: Site) -> None:
    for code in codes(site):
        client = site.client()
        begin(client, code)
        # Bound to this browser first, so that both tabs have the same key.
        send_part(client, f"/s/{code}/del/3", {"a_how": "1"}, "save")
        tab = site.tab_of(client)
        replies = at_once(
            lambda client=client, code=code: send_part(client, f"/s/{code}/del/1", dict(FIRST), "save"),
            lambda tab=tab, code=code: send_part(tab, f"/s/{code}/del/2", dict(SECOND), "save"),
        )
        assert [reply.status_code for reply in replies] == [204, 204]
        assert client.post(f"/s/{code}/del/granska").status_code == 303
    kept = {item: STORED[item] for item in ("a", "b", "many", "years", "born")} | {"how": 1}
    assert site.sealed() == [kept] * TIMES


def test_what_was_saved_while_another_tab_sent_in_is_sent_or_refused(site: Site) -> None:
    told = []
    for code in codes(site):
        client = site.client()
        review = fill_in(client, code)
        tab = site.tab_of(client)
        sent, saved = at_once(
            lambda client=client, review=review: client.post(review),
            lambda tab=tab, code=code: send_part(tab, f"/s/{code}/del/1", {"a_a": "1", "a_b": "3"}, "save"),
        )
        assert sent.status_code == 303
        assert saved.status_code in (204, 403, 410)
        told.append(STORED | ({"a": 1, "b": 3} if saved.status_code == 204 else {}))
    assert sorted(map(repr, map(_sorted, site.sealed()))) == sorted(map(repr, map(_sorted, told)))
    assert site.count("draft") == 0


def _sorted(answers: dict[str, object]) -> list[tuple[str, object]]:
    return sorted(answers.items())


def test_sent_in_and_taken_back_at_once(site: Site) -> None:
    """Whatever comes first: used means an answer in the urn, withdrawn means none."""
    for code in codes(site):
        client = site.client()
        review = fill_in(client, code)
        client.post(review)
        receipt, tab = receipt_of(client, code), site.tab_of(client)
        again, back, twice = at_once(
            lambda client=client, review=review: client.post(review),
            lambda tab=tab, code=code, receipt=receipt: tab.post(f"/s/{code}/ta-tillbaka", data={"receipt": receipt}),
            lambda code=code, receipt=receipt: site.client().post(f"/s/{code}/ta-tillbaka", data={"receipt": receipt}),
        )
        assert sorted((back.status_code, twice.status_code)) in ([303, 410], [303, 422])
        assert again.status_code in (303, 410)
        assert site.count("urn") == 0
    seal(site)
    assert site.count("response") == 0


def seal(site: Site) -> int:
    site.close()
    with site.engine.connect() as connection, Session(connection) as session:
        mixed = mix(session, RoundKeyFolder(site.keys.path / "rounds"), site.round_id, site.clock.now, drop_drafts=True)
        connection.commit()
    return mixed.responses


@pytest.mark.parametrize("late", [False, True], ids=["closing", "after closing"])
def test_what_is_sent_in_while_the_round_is_sealed_is_mixed_or_refused(site: Site, late: bool) -> None:
    people = [site.client() for _person in range(TIMES)]
    reviews = [fill_in(client, code) for client, code in zip(people, codes(site), strict=True)]
    if late:
        site.close()
    replies: list[TestResponse] = []

    def send() -> None:
        replies.extend(client.post(review) for client, review in zip(people, reviews, strict=True))

    sender = threading.Thread(target=send)
    sender.start()
    mixed = seal(site)
    sender.join()
    told = [reply.status_code for reply in replies]
    assert set(told) <= {303, 410}
    assert mixed == told.count(303)
    assert (site.count("response"), site.count("urn"), site.count("draft")) == (mixed, 0, 0)
