"""A page that stood open while another tab changed which questions are asked: its answers belong to its own items."""

from __future__ import annotations

import re

from flask.testing import FlaskClient
from respond_site import FIRST, Site, begin, send_part, text_of


def shown(page: str) -> dict[str, object]:
    """What the page itself sends along."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def test_a_page_left_open_while_its_question_went_keeps_its_own_answer(site: Site, client: FlaskClient) -> None:
    address = f"/s/{site.card}/fraga"
    begin(client, site.card)
    send_part(client, f"{address}/1", {"a_a": "3"})
    third = shown(client.get(f"{address}/3").get_data(as_text=True))
    send_part(client, f"/s/{site.card}/del/2", {"a_many": ["1", "3"]})
    # In another tab: now there is no follow-up question, and the third page is about something else.
    send_part(client, f"{address}/1", {"a_a": "1"})
    assert "Nu kommer annat" in text_of(client.get(f"{address}/3"))
    assert send_part(client, f"{address}/3", {"a_c": "2"} | third, "save").status_code == 204
    send_part(client, f"{address}/1", {"a_a": "3"})
    review = text_of(client.get(f"/s/{site.card}/fraga/granska"))
    assert "Följdfråga? Kanske" in review
    assert "Vilka? Nej, Ja" in review


def test_a_follow_up_answered_while_its_reason_was_gone_is_kept(site: Site, client: FlaskClient) -> None:
    """The script saves as the person changes their mind, back and forth, on one page."""
    begin(client, site.card)
    address = f"/s/{site.card}/del/1"
    send_part(client, address, {"a_a": "3"})
    page = shown(client.get(address).get_data(as_text=True))
    for a, c in (("3", "2"), ("1", "2"), ("1", "1"), ("3", "1")):
        assert send_part(client, address, FIRST | {"a_a": a, "a_c": c} | page, "save").status_code == 204
    assert 'name="a_c" id="f-c-1" value="1" checked' in client.get(address).get_data(as_text=True)


def test_the_last_page_of_a_longer_form_is_still_taken_in(site: Site, client: FlaskClient) -> None:
    begin(client, site.card)
    send_part(client, f"/s/{site.card}/fraga/1", {"a_a": "3"})
    last = f"/s/{site.card}/fraga/10"
    page = shown(client.get(last).get_data(as_text=True))
    send_part(client, f"/s/{site.card}/fraga/1", {"a_a": "1"})
    assert send_part(client, last, {"a_why": "ett ord"} | page).status_code == 303
    assert "ett ord" in text_of(client.get(f"/s/{site.card}/del/granska"))


def test_items_that_the_form_does_not_have_are_not_taken_in(site: Site, client: FlaskClient) -> None:
    address = begin(client, site.card)
    for items in ("nothing", "a b nothing", " "):
        reply = send_part(client, address, FIRST | {"items": items}, "save")
        assert reply.status_code == 400, items
