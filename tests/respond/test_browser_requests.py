"""Everything that a real browser asks for on a whole visit, and leaves behind: of this host alone, and nothing."""

from __future__ import annotations

from typing import Any

import pytest
from respond_site import Site

pytestmark = pytest.mark.browser


def test_a_whole_visit_asks_this_host_alone_and_leaves_nothing(thermometer: tuple[Site, str], chromium: Any) -> None:
    site, address = thermometer
    context = chromium.new_context(viewport={"width": 360, "height": 640}, locale="sv-SE")
    asked: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("websocket", lambda socket: asked.append(socket.url))
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{address}/s/{site.card}")
    page.get_by_role("button", name="Börja").click()
    page.locator("fieldset .option label").first.click()
    with page.expect_response(lambda reply: reply.status == 204):
        pass
    page.locator(".bar .first").click()
    page.goto(page.url.rpartition("/")[0] + "/granska")
    page.get_by_role("button", name="Skicka in").click()
    page.get_by_role("link", name="Ta tillbaka svaret").click()
    page.get_by_role("button", name="Ta bort mitt svar").click()
    assert "tillbakataget" in page.url
    elsewhere = [url for url in asked if not url.startswith((f"{address}/", "data:"))]
    assert elsewhere == []
    assert refused == []
    assert {cookie["domain"] for cookie in context.cookies()} <= {"127.0.0.1"}
    kept = page.evaluate("[localStorage.length, sessionStorage.length]")
    assert kept == [0, 0]
    context.close()
