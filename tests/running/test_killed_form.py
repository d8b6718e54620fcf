"""The real server killed in the middle of a page and in the middle of sending in, and started again: nothing is lost.

The browser's page says that it is not saved, keeps the answers, and saves them when the server is back; what was sent
in when the reply was lost is one answer, with the receipt that the reply would have shown.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from real_processes import Start, wait_until, wait_until_it_answers
from sqlalchemy import func, select

from bench.ports import is_free
from instruments.load import load
from survey.answering.box import open_box
from survey.config import settings_from
from survey.fieldwork.rounds import create_round, open_round
from survey.fieldwork.studies import create_study
from survey.models import Draft, UrnBox
from survey.organisation.register import load_register
from survey.services import Services, services_from

pytestmark = pytest.mark.browser
UNIT = "2309"


@pytest.fixture
def services(environment: dict[str, str]) -> Iterator[Services]:
    services = services_from(settings_from(environment))
    yield services
    services.engine.dispose()


def open_link(services: Services) -> str:
    """A round that is open in one municipality; its code."""
    with services.sessions.begin() as session:
        load_register(session)
        study = create_study(
            session, slug="killed", title="Killed", instrument="ebp-thermometer", owner_code="SE", k=5, simulated=True
        )
        round_ = create_round(session, study, name="1", unit_codes=[UNIT])
        key = services.round_keys.make(round_.id)
        open_round(session, round_, services.clock(), public_key=key)
        return str(round_.units[0].open_code)


def kill(server: subprocess.Popen[str], port: int) -> None:
    """All its processes at once, with nothing to tell them before."""
    os.killpg(server.pid, signal.SIGKILL)
    server.wait()
    wait_until(lambda: is_free(port), "the port is still held")


def told(page: Any, words: str) -> None:
    page.locator("[role=status]", has_text=re.compile(f"^{words}")).wait_for()


def answer(page: Any, *, first: int = 0) -> None:
    """Choose the second option of each question from the `first` on."""
    for group in page.locator("fieldset.item").all()[first:]:
        group.locator(".option label").nth(1).click()


def in_database(services: Services, table: type) -> int:
    with services.sessions() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_killed_in_the_middle_of_a_page_and_of_sending(
    start: Start, services: Services, port: int, chromium: Any
) -> None:
    server = start("serve")
    wait_until_it_answers(server, port)
    link = f"http://127.0.0.1:{port}/s/{open_link(services)}"
    with chromium.new_context(viewport={"width": 360, "height": 640}, locale="sv-SE") as context:
        page = context.new_page()
        page.goto(link)
        page.get_by_role("button", name="Börja").click()
        page.wait_for_url("**/del/1")
        page.locator("fieldset.item").first.locator(".option label").nth(1).click()
        told(page, "Sparat")
        kill(server, port)
        answer(page, first=1)
        told(page, "Inte sparat: ingen kontakt")
        page.get_by_role("button", name="Nästa").click()
        there = page.url
        server = start("serve")
        wait_until_it_answers(server, port)
        told(page, "Sparat")
        assert page.url == there
        while page.locator("fieldset.item").count():
            answer(page)
            with page.expect_navigation():
                page.locator(".bar .first").click()
        lost: list[str] = []

        def lose_the_reply(route: Any) -> None:
            lost.append(route.fetch(max_redirects=0).headers["set-cookie"])
            kill(server, port)
            route.abort()

        cookies = context.cookies()
        page.route("**/granska", lose_the_reply)
        page.get_by_role("button", name="Skicka in").click()
        page.wait_for_url("chrome-error://**")
        page.unroute("**/granska")
        # Those that came with the reply were lost with it.
        context.clear_cookies()
        context.add_cookies(cookies)
        wait_until_it_answers(start("serve"), port)
        page.reload()
        page.get_by_role("heading", name="Tack!").wait_for()
        receipt = page.inner_text(".receipt .code").replace("-", "")
    assert f".{receipt}." in lost[0]
    assert (in_database(services, UrnBox), in_database(services, Draft)) == (1, 0)
    with services.sessions() as session:
        box = session.scalars(select(UrnBox)).one()
        answers = open_box(box.box, services.round_keys.private_key(box.round_id)).answers
    assert answers.keys() == {item.id for item in load("ebp-thermometer").instrument.items}
