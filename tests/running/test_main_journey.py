"""The main job, end to end, in a real browser on the real `./run`: one answer given is one more in the report.

The demo is played and served; the administrator logs in by the printed link, opens a unit's form from the list of open
links, a respondent answers all 37 statements there, and the round is closed, sealed and released by its buttons.
"""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
from pypdf import PdfReader
from real_processes import Start, wait_until
from sqlalchemy import func, select

from survey.config import settings_from
from survey.demo import plan
from survey.models import Release, Round, RoundState, Study, UrnBox
from survey.releases.freeze import open_release
from survey.services import Services, services_from

pytestmark = pytest.mark.browser
UNIT, UNIT_NAME = "2380", "Östersunds kommun"
STATEMENTS = 37


def printed_until(process: subprocess.Popen[str], last: str) -> str:
    """What the process has said up to the line that begins with `last`."""
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if line.startswith(last):
            return said
    raise AssertionError(f"the server ended: {said} {process.communicate()}")


@pytest.fixture
def served(start: Start) -> str:
    """What `./run` prints once it serves."""
    return printed_until(start("demo"), "Ctrl-C stops it;")


@pytest.fixture
def services(served: str, environment: dict[str, str]) -> Iterator[Services]:
    services = services_from(settings_from(environment))
    yield services
    services.engine.dispose()


def round_to_try(services: Services) -> Round:
    with services.sessions() as session:
        query = select(Round).join(Study).where(Study.slug == plan.STAFF_STUDY, Round.name == plan.TRY_ROUND)
        return session.scalars(query).one()


def sent_in(services: Services, round_id: int) -> int:
    with services.sessions() as session:
        return session.scalar(select(func.count()).where(UrnBox.round_id == round_id)) or 0


def answer_everything(page: Any) -> int:
    """Presses the first answer of every statement, page by page, and sends in. Returns how many were answered."""
    answered = 0
    page.locator("form button.first").click()
    while "tack" not in page.url:
        for item in page.locator("fieldset.item").all():
            item.locator(".option:not(.quiet) label").first.click()
            answered += 1
        page.locator(".bar .first").click()
    return answered


def take_step(page: Any, services: Services, round_id: int, state: RoundState) -> None:
    """Presses the round's next step, confirms it, and waits until the job has done it."""
    round_page = page.url.split("/admin")[0] + f"/admin/matomgangar/{round_id}"

    def step_is_offered() -> bool:
        # A round is in its new state a moment before the job that took it there has ended, and the page offers
        # nothing while a job is under way: one looks again, as its link says.
        page.goto(round_page)
        return bool(page.locator(".step-actions a.btn-primary").count())

    wait_until(step_is_offered, f"no next step on the way to {state}")
    page.locator(".step-actions a.btn-primary").click()
    page.locator("main form button.btn-primary").click()

    def done() -> bool:
        with services.sessions() as session:
            return session.get_one(Round, round_id).state == state

    wait_until(done, f"the round did not become {state}: {page.inner_text('main')}")


def test_an_answer_given_is_one_more_in_the_report(chromium: Any, served: str, services: Services) -> None:
    assert "9 finished reports" in served
    login = re.search(r"Administrator.*?(http\S+)", served)
    assert login is not None
    round_id = round_to_try(services).id
    before = sent_in(services, round_id)

    office = chromium.new_context(locale="sv-SE")
    page = office.new_page()
    page.goto(login[1])
    page.locator("main form button").click()
    page.goto(login[1].split("/logga-in")[0] + f"/admin/matomgangar/{round_id}/lankar")
    form = page.locator("li", has_text=UNIT_NAME).get_by_role("link", name="Öppna formuläret")
    address = form.evaluate("link => link.href")

    # Another browser: a respondent has no account.
    respondent = chromium.new_context(locale="sv-SE", viewport={"width": 320, "height": 640})
    phone = respondent.new_page()
    phone.goto(address)
    answered = answer_everything(phone)
    assert answered >= STATEMENTS
    receipt = phone.locator(".receipt .code").inner_text().strip()
    assert receipt
    assert sent_in(services, round_id) == before + 1
    assert phone.request.get(login[1].split("/logga-in")[0] + "/admin/", max_redirects=0).status in (302, 303)

    for state in (RoundState.CLOSED, RoundState.SEALED, RoundState.RELEASED):
        take_step(page, services, round_id, state)
    assert sent_in(services, round_id) == 0

    with services.sessions() as session:
        release_id = session.scalars(select(Release.id).where(Release.round_id == round_id)).one()
        release, disclosed, _ = open_release(session, release_id)
        paths = {report.group_code: services.settings.reports / report.path for report in release.reports}
    county = disclosed.findings.group(plan.COUNTY)
    assert county.n == before + 1
    assert len(paths) == len(plan.PLACES) + 1
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(paths[plan.COUNTY].read_bytes())).pages)
    assert re.search(rf"\b{before + 1}\b", text)

    # The analyst's page of that release shows the same number, and the respondent's browser reaches neither.
    page.goto(login[1].split("/logga-in")[0] + f"/admin/matomgangar/{round_id}")
    page.locator("main a[href*='/analys/']").first.click()
    assert re.search(rf"\b{before + 1}\b", page.inner_text("main"))
    assert phone.request.get(page.url, max_redirects=0).status in (302, 303)
    office.close()
    respondent.close()
