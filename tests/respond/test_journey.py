"""The respondent's way from the link to the receipt, without scripts, on both databases."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from respond_site import FIRST, STORED, Site, begin, fill_in, send_part, text_of


@pytest.mark.parametrize("way", ["open", "card"])
def test_what_was_answered_is_what_lies_in_the_urn(site: Site, client: FlaskClient, way: str) -> None:
    review = fill_in(client, getattr(site, way))
    page = text_of(client.get(review))
    assert "Nej, Ja" in page
    assert "4,5" in page
    assert "Du har gått igenom alla frågor" in page
    sent = client.post(review)
    assert sent.status_code == 303
    thanks = client.get(sent.location)
    assert "Tack" in text_of(thanks)
    assert re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", text_of(thanks))
    assert site.sealed() == [STORED]
    assert site.count("draft") == 0
