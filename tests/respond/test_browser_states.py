"""axe-core on every page and state of the respondent's side, in light and dark, in Swedish and Arabic, on a phone.

The states are in respond_states.py. Pages are made by the application and put into one browser: nothing is clicked
here, that is what the journeys do (tests/journeys/README.md).
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from browser import fits, served
from respond_states import Sites, make_sites, state
from sqlalchemy import Engine
from werkzeug.test import TestResponse

from survey.database import open_engine
from survey.errors import Refusal
from survey.web.refusals import REFUSALS, refusal_page

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 640}
NO_PAGES = {"stylesheet", "saving_script", "leaving_script", "picture", "recording"}
LEAD_ON = {"start", "start_over", "go_on", "leave"}
"""What only leads to another page. A route that is neither here nor shown in any state makes a test fail."""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOK = """async ([rules, colours]) => {
  const only = colours ? { type: 'rule', values: colours } : { type: 'tag', values: rules };
  const { violations } = await axe.run({ runOnly: only, resultTypes: ['violations'], preload: false, iframes: false });
  return violations.flatMap(one => one.nodes.map(node => `${one.id}: ${one.help} (${node.target}) ${node.html}`));
}"""
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules that look at colours. Dark changes nothing else of a page: the stylesheet is held to that below."""
ALL_OPEN = "document.querySelectorAll('details').forEach(one => { one.open = true })"


@pytest.fixture(scope="module")
def sites(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sites]:
    home, engines = tmp_path_factory.mktemp("states"), []

    def engine(name: str) -> Engine:
        shutil.copy(sqlite_template, home / f"{name}.sqlite")
        engines.append(open_engine(f"sqlite:///{home / name}.sqlite"))
        return engines[-1]

    yield make_sites(home, engine)
    for one in engines:
        one.dispose()


@pytest.fixture(scope="module")
def show(sites: Sites, chromium: Any) -> Iterator[Callable[[str], Any]]:
    """Puts a page's HTML into the browser, at the address where its stylesheet and scripts are."""
    with served(sites.plain.app) as address:
        context = chromium.new_context(viewport=PHONE)
        page = context.new_page()
        page.goto(f"{address}/tillganglighet")
        page.evaluate(AXE_SCRIPT)

        def show(html: str) -> Any:
            page.emulate_media(color_scheme="light")
            page.set_content(html)
            return page

        yield show
        context.close()


def faults(page: Any) -> list[str]:
    found: list[str] = page.evaluate(LOOK, [RULES, None])
    page.emulate_media(color_scheme="dark")
    found += [f"dark: {one}" for one in page.evaluate(LOOK, [RULES, COLOURS])]
    if not fits(page):
        found.append("wider than a phone")
    return found


def look(page: Any, script: str = "") -> list[str]:
    page.evaluate(ALL_OPEN)
    if script:
        page.evaluate(script)
    return faults(page)


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_no_page_in_no_state_has_a_fault(sites: Sites, show: Callable[[str], Any], language: str) -> None:
    sites.language = language
    found, shown = {}, set()
    for one in state.states:
        response = one.make(sites)
        html = response.get_data(as_text=True)
        assert starts_in(language) in html, one.name
        shown.add(endpoint_of(sites, response))
        if told := look(show(html), one.script):
            found[one.name] = told
    assert found == {}
    rules = sites.plain.app.url_map.iter_rules()
    pages = {rule.endpoint for rule in rules if rule.endpoint.startswith("respond.")}
    assert pages == shown | {f"respond.{name}" for name in NO_PAGES | LEAD_ON}


def starts_in(language: str) -> str:
    return '<html lang="ar" dir="rtl"' if language == "ar" else f'<html lang="{language}"'


def endpoint_of(sites: Sites, response: TestResponse) -> str:
    asked = response.request
    endpoint, _ = sites.plain.app.url_map.bind("localhost").match(asked.path, method=asked.method)
    return str(endpoint)


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_no_refusal_has_a_fault(sites: Sites, show: Callable[[str], Any], language: str) -> None:
    """All have one template: each shape of a page is looked at once, and every one is read for its words."""
    shapes: dict[str, tuple[str, str]] = {}
    app = sites.plain.app
    for code in REFUSALS:
        with app.test_request_context(f"/s/{sites.plain.open}?lang={language}"):
            html, _status = refusal_page(Refusal(code, "told in the log"))
        assert starts_in(language) in html
        words = [re.sub("<[^>]*>", "", part).strip() for part in re.findall(r"(?s)<(?:h1|p)\b.*?</(?:h1|p)>", html)]
        assert all(words), code
        shapes[re.sub(r">[^<]*<|\"[^\"]*\"", "", html)] = (code, html)
    assert {code: told for code, html in shapes.values() if (told := look(show(html)))} == {}
