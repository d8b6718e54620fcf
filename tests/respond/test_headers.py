"""What every answer carries, and what none does: DESIGN section 5."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from pathlib import Path

from flask.testing import FlaskClient
from respond_site import Site, begin, fill_in, make_site, settings_for
from sqlalchemy import Engine

from survey.app import create_app

EXPECTED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


def test_every_page_of_a_respondent_carries_them(site: Site, client: FlaskClient) -> None:
    review = fill_in(client, site.card)
    pages = [
        client.get(path) for path in ("/s/", f"/s/{site.open}", review.replace("granska", "1"), review, "/nowhere")
    ]
    pages += [sent := client.post(review), client.get(sent.location), client.get(f"/s/{site.card}")]
    for page in pages:
        assert {name: page.headers.get(name) for name in EXPECTED} == EXPECTED, page.request.path
        assert "Strict-Transport-Security" not in page.headers
        body = page.get_data(as_text=True)
        # Nothing inline, which the policy would stop; nothing from another host.
        assert not re.search(r"<style|\sstyle=|\son\w+=", body)
        for script in re.findall(r"(?s)<script.*?</script>", body):
            assert re.fullmatch(r'<script src="/skript/\w+-[0-9a-f]{12}[.]js"(?: defer)?></script>', script)
        assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", body)


def test_behind_https_the_cookies_are_secure_and_the_transport_strict(tmp_path: Path, engine: Engine) -> None:
    site = make_site(tmp_path / "home", engine)
    settings = settings_for(tmp_path / "home", engine.url.render_as_string(hide_password=False))
    client = create_app(replace(settings, public_url="https://svara.example"), site.clock).test_client()
    begun = client.post(f"/s/{site.open}/borja")
    assert "max-age=" in begun.headers["Strict-Transport-Security"]
    for cookie in begun.headers.getlist("Set-Cookie"):
        if cookie.startswith(("begun", "lang")):
            assert "Secure" in cookie


def test_the_cookie_of_an_open_link_is_that_links_alone(site: Site, client: FlaskClient) -> None:
    begun = client.post(f"/s/{site.open}/borja")
    cookie = next(value for value in begun.headers.getlist("Set-Cookie") if value.startswith("begun="))
    assert cookie.endswith(f"; HttpOnly; Path=/s/{site.open}; SameSite=Strict")
    personal = site.client().post(f"/s/{site.card}/borja")
    assert not any(value.startswith("begun=") for value in personal.headers.getlist("Set-Cookie"))


def test_the_stylesheet_is_named_by_its_content_and_kept_for_ever(site: Site, client: FlaskClient) -> None:
    page = client.get(f"/s/{site.open}").get_data(as_text=True)
    address = re.findall(r'rel="stylesheet" href="([^"]+)"', page)[0]
    sheet = client.get(address, headers={"Accept-Encoding": "gzip"})
    assert sheet.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"--ground" in gzip.decompress(sheet.data)
    # A page of the version before: it gets today's sheet, and does not keep it.
    assert client.get("/stil/000000000000.css").headers["Cache-Control"] == "no-cache"


def test_a_page_that_nobody_has_touched_is_the_same_for_everybody(site: Site) -> None:
    bodies = set()
    for _person in range(2):
        client = site.client()
        address = begin(client, site.open)
        bodies.add(gzip.decompress(client.get(address, headers={"Accept-Encoding": "gzip"}).data))
    assert len(bodies) == 1
    assert site.open.encode() not in bodies.pop()


def test_a_code_in_small_letters_leads_to_its_one_address(site: Site, client: FlaskClient) -> None:
    small = site.card.lower()
    assert client.get(f"/s/{small}").location == f"/s/{site.card}"
    chosen = "?lang=en&code=2&_anchor=x&x=%0d%0a%C3%A5"
    assert client.get(f"/s/{small}/kiosk{chosen}").location == f"/s/{site.card}/kiosk{chosen}"
    assert '<html lang="en"' in client.get(f"/s/{small}?lang=en", follow_redirects=True).text
