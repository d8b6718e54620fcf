"""The workbench: its numbers are the releases' own, each view has an address, and a saved one is nobody else's."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from bench_site import NAMES, make_bench, tables_of
from browser import fits, focused, served
from flask.testing import FlaskClient
from office_site import Office, make_office, post, text_of
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from instruments.model import Comparability
from reports import wording
from reports.disclosure import from_json
from reports.plain import to_text
from survey.fieldwork import rounds, studies
from survey.models import Release, Round, SavedView
from survey.web.office.research.workbench import over_time
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.stops import Stop

OWN = ("over-tid", "ordnade", "tratt", "rutor", "karta", "bakgrund", "styrdiagram")
"""The views that stand in this file; those about items, people and methods have theirs beside it."""
BERG, KROKOM, OSTERSUND = "2326", "2309", "2380"


@dataclass
class Site:
    office: Office
    study: int
    releases: tuple[dict[str, Any], ...]
    """What `resultat.json` says of each round, oldest first."""
    clients: dict[str, FlaskClient] = field(default_factory=dict)

    def client(self, who: str = "analyst") -> FlaskClient:
        """One browser a person for all tests: nothing here depends on what it has done before."""
        if who not in self.clients:
            self.clients[who] = self.office.client(who)
        return self.clients[who]

    @property
    def newest(self) -> dict[str, Any]:
        return self.releases[-1]

    def get(self, view: str = "", who: str = "analyst") -> str:
        return self.client(who).get(f"/analys/undersokning/{self.study}/{view}").get_data(as_text=True)


@pytest.fixture(scope="module")
def site(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("bench")
    shutil.copy(sqlite_template, folder / "termometern.sqlite")
    office = make_office(folder / "home", f"sqlite:///{folder / 'termometern.sqlite'}")
    study = make_bench(office)
    client = office.client("analyst")
    files = [client.get(f"/analys/{release}/resultat.json").get_json() for release in range(1, len(NAMES) + 1)]
    yield Site(office, study, tuple(file["findings"] for file in files))
    office.services.engine.dispose()


def page_of(site: Site, view: str) -> TestResponse:
    return site.client().get(f"/analys/undersokning/{site.study}/{view}")


def levels(findings: dict[str, Any], scale: str) -> dict[str, dict[str, Any]]:
    """Group's name -> its level on the scale, as the release file has it."""
    return {
        group["name"]: finding["level"]["mean"]
        for group in findings["groups"]
        for finding in group["scales"]
        if finding["scale"] == scale
    }


def said(level: dict[str, Any]) -> str:
    return wording.number(level["value"], "sv")


def test_every_level_and_every_number_of_answers_is_the_release_files_own(site: Site) -> None:
    for view, place in (("ordnade", 1), ("tratt", 1), ("rutor", 2)):
        for scale in ("knowledge", "practice"):
            ((_name, rows),) = tables_of(site.get(f"{view}?delskala={scale}"))
            rows = [row for row in rows if view != "rutor" or row[1] == NAMES[-1]]
            known = levels(site.newest, scale)
            shown = {row[0]: row[place : place + 3] for row in rows}
            assert len(shown) == 8
            for name, (n, level, interval) in shown.items():
                told = known[name]
                if told["value"] is None:
                    assert (n, interval) == ("–", "–")
                    assert not re.search(r"\d", level)
                else:
                    ends = wording.span(told["low"], told["high"], "sv")
                    assert (n, level, interval) == (str(told["n"]), said(told), ends)


def test_over_time_tells_each_rounds_level_and_the_change_with_its_verdict(site: Site) -> None:
    for name, rows in tables_of(site.get(f"over-tid?grupp={KROKOM}")):
        assert [row[0] for row in rows] == list(NAMES)
        for row, findings in zip(rows, site.releases, strict=True):
            group = next(group for group in findings["groups"] if group["code"] == KROKOM)
            finding = next(finding for finding in group["scales"] if finding["scale"] == name)
            assert row[2] == said(finding["level"]["mean"])
            if finding["change"] is None:
                assert row[5:7] == ["–", "–"]
            else:
                assert row[5].startswith(wording.signed(finding["change"]["difference"]["value"], "sv"))
                assert row[6] == wording.verdict(finding["change"]["verdict"], "sv")
        assert [row[7] for row in rows] == ["–", "densamma", "densamma"]


def test_the_line_through_the_rounds_is_named_for_what_it_is(site: Site) -> None:
    whole, one = text_of(page_of(site, "over-tid?grupp=23")), text_of(page_of(site, f"over-tid?grupp={KROKOM}"))
    trends = {trend["scale"]: trend for trend in site.newest["analyst"]["trends"]}
    for scale in ("knowledge", "attitude"):
        slope = wording.signed(trends[scale]["slope"]["value"], "sv")
        assert re.search(
            rf"Över 3 mätomgångar: {re.escape(slope)} \([^)]*\) per omgång, enligt en blandad modell", whole
        )
    assert "blandad modell" not in one, "the release's line is of all together"
    assert one.count("enligt en rät linje genom värdena") == 4


def test_a_line_is_broken_where_the_scale_is_another(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = site.get(f"over-tid?grupp={KROKOM}")
    assert "Över 3 mätomgångar" in whole
    assert "ej jämförbar" not in whole
    new = site.newest["round"]
    monkeypatch.setattr(
        Bench,
        "comparable",
        lambda _self, now, _before, _scale: Comparability.NEW if now.findings.round == new else Comparability.SAME,
    )
    broken = site.get(f"over-tid?grupp={KROKOM}")
    assert "Över 3 mätomgångar" not in broken
    assert broken.count("ej jämförbar") == 4
    assert broken.count("en annan, kan inte jämföras") == 4
    assert broken.count('stroke-width="1.6"') == whole.count('stroke-width="1.6"') - 4


def test_the_heat_map_and_the_cuts_tell_the_release_files_numbers(site: Site) -> None:
    ((_name, rows),) = tables_of(site.get("karta"))
    for column, scale in enumerate(("knowledge", "attitude", "conditions", "practice")):
        known = levels(site.newest, scale)
        for row in rows:
            told = known[row[0]]
            assert row[1 + 2 * column] == (said(told) if told["value"] is not None else row[1 + 2 * column])
            assert (told["value"] is None) == (not re.search(r"\d", row[1 + 2 * column]))
    ((_name, rows),) = tables_of(site.get("bakgrund?snitt=role&delskala=attitude"))
    cut = next(cut for cut in site.newest["cuts"] if (cut["group"], cut["item"]) == ("23", "role"))
    assert [row[1] for row in rows] == [str(cell["n"]) if cell["n"] else "–" for cell in cut["cells"]]
    assert [row[2] for row in rows if row[1] != "–"] == [said(cell["means"][1]) for cell in cut["cells"] if cell["n"]]


def test_where_holm_overrules_the_interval_a_sentence_says_so(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    words = "när flera delskalor prövas på en gång räcker det inte"
    assert words not in site.get("over-tid")
    real = over_time.newest_run

    def overruled(line: Sequence[Stop]) -> list[Stop]:
        *others, last = real(line)
        assert last.change is not None
        return [*others, replace(last, change=replace(last.change, holm_overruled=True))]

    monkeypatch.setattr(over_time, "newest_run", overruled)
    assert words in site.get("over-tid")


def test_a_group_that_is_not_shown_is_listed_with_the_reason_and_without_a_number(site: Site) -> None:
    assert next(group for group in site.newest["groups"] if group["code"] == BERG)["n"] is None
    hidden = site.get(f"over-tid?grupp={BERG}")
    assert len(list(tables_of(hidden))) == 4
    assert 'class="chart"' not in hidden, "an empty chart tells nothing that the table does not"
    for view in ("ordnade", "tratt"):
        ((_name, rows),) = tables_of(site.get(view))
        (row,) = [row for row in rows if row[0] == "Bergs kommun"]
        assert not re.search(r"\d", "".join(row))
        assert "för få svar" in row or "visas inte, för att skydda dem som svarat" in row
        assert rows.index(row) >= len(rows) - 2


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_file_of_a_figure_is_its_table_with_the_numbers_whole(site: Site) -> None:
    client = site.client()
    base = f"/analys/undersokning/{site.study}/ordnade"
    page = client.get(f"{base}?ordning=namn").get_data(as_text=True)
    (address,) = re.findall(r'href="([^"]+\.csv[^"]*)"', page)
    response = client.get(address.replace("&amp;", "&"))
    head, *rows = rows_of(response.get_data(as_text=True))
    ((_name, shown),) = tables_of(page)
    assert head[:5] == ["Grupp", "Svar", "Medel", "Lägst 95 %", "Högst 95 %"]
    assert [row[0] for row in rows] == [row[0] for row in shown] == sorted(row[0] for row in shown)
    known = levels(site.newest, "knowledge")
    for row in rows:
        if known[row[0]]["value"] is not None:
            ends = [known[row[0]][key] for key in ("value", "low", "high")]
            assert [float(cell.replace(",", ".")) for cell in row[2:5]] == pytest.approx(ends, abs=5e-5)
    assert "filename=simulerad-bank-" in response.headers["Content-Disposition"]
    svg = client.get(f"{base}/ordnade.svg")
    assert svg.content_type.startswith("image/svg+xml")
    texts = re.findall(r">([^<]+)</text>", svg.get_data(as_text=True))
    assert texts[0] == "Kunskap: Jämtlands län"
    assert "EBP i länet · Grupperna i ordning · 2026 · " in " ".join(texts)
    assert "simulerade svar" in " ".join(texts)
    names = {client.get(f"{base}/ordnade.csv?matomgang={at}").headers["Content-Disposition"] for at in (1, 3)}
    assert len(names) == 2, "a file of an older round carries that round's release"
    assert all(name.endswith("-ordnade-23-municipality-knowledge-varde.csv") for name in names)
    assert client.get(f"{base}/ordnade.svg?grupp=2380").status_code == 404, "there is no such figure for one group"
    assert client.get(f"{base}/nagot.csv").status_code == 404


def test_an_address_shared_with_whoever_may_not_see_it_says_what_to_do_and_not_whether_it_is_there(site: Site) -> None:
    base = f"/analys/undersokning/{site.study}"
    outsider = site.client("outsider")
    here, nowhere = (outsider.get(address) for address in (f"{base}/over-tid", "/analys/undersokning/999/over-tid"))
    assert (here.status_code, nowhere.status_code) == (404, 404)
    assert text_of(here) == text_of(nowhere)
    assert "Be den som skickade adressen om en rapport" in text_of(here)
    assert text_of(site.client("manager").get(f"{base}/over-tid?grupp={OSTERSUND}")).count("skickade adressen") == 1


def test_what_is_not_the_persons_is_not_found_and_what_is_nothing_falls_back_and_says_so(site: Site) -> None:
    base = f"/analys/undersokning/{site.study}"
    manager = site.client("manager")
    assert manager.get(f"{base}/over-tid?grupp={OSTERSUND}").status_code == 404
    page = manager.get(f"{base}/over-tid?grupp=Narnia")
    assert page.status_code == 200
    assert "Grupp: valet ”Narnia” finns inte här. Nu visas Krokoms kommun." in text_of(page)
    for view in OWN:
        told = manager.get(f"{base}/{view}").get_data(as_text=True)
        assert "Östersunds kommun" not in told
        assert ".csv" not in told
    assert manager.get(f"{base}/over-tid/knowledge.svg").status_code == 403
    analyst = site.client()
    for address in (f"{base}/finns-inte", "/analys/undersokning/999/", "/analys/undersokning/99999999999/"):
        assert analyst.get(address).status_code == 404
    for odd in ("?matomgang=abc", "?matomgang=-1", "?delskala=%00", "?niva=x&ordning=y", f"?grupp={'x' * 3000}"):
        assert analyst.get(f"{base}/ordnade{odd}").status_code == 200


def test_pages_hold_nothing_inline_and_every_figure_has_table_how_to_read_and_files(site: Site) -> None:
    for view in ("", *OWN):
        page = site.get(view)
        assert not re.search(r"<style|\sstyle=|<script|\son\w+=", page)
        assert page.count("<figure>") == page.count('id="table-') == page.count("<summary>Så läser du</summary>")
        assert page.count("<figure>") == page.count(".svg") == page.count(".csv")


@pytest.fixture
def saved(site: Site) -> Iterator[None]:
    yield
    with site.office.services.sessions.begin() as session:
        session.execute(delete(SavedView))


def save(site: Site, name: str, query: str = "grupp=2309", view: str = "over-tid", who: str = "analyst") -> str:
    """Sends the form of the view's page; what the page that follows says."""
    client = site.client(who)
    base = f"/analys/undersokning/{site.study}"
    form = {"name": name, "view": view, "query": query}
    sent = post(client, f"{base}/sparade", form, page=f"{base}/over-tid")
    return text_of(client.get(sent.location)) if sent.status_code == 302 else str(sent.status_code)


@pytest.mark.usefixtures("saved")
def test_a_saved_view_is_a_name_for_its_address_and_nobody_elses(site: Site) -> None:
    assert "Vyn är sparad" in save(site, "  Krokom   till mötet ")
    page = site.get()
    (address,) = re.findall(r'href="([^"]+)">Krokom till mötet<', page)
    assert parse_qs(urlsplit(address).query) == {"grupp": [KROKOM]}
    assert text_of(site.client().get(address)).count("Över tid") >= 1
    assert "Krokom till mötet" not in site.get(who="administrator")
    base = f"/analys/undersokning/{site.study}"
    with site.office.services.sessions() as session:
        number = session.scalars(select(SavedView.id)).one()
    for who, status in (("administrator", 404), ("analyst", 302), ("analyst", 404)):
        client = site.client(who)
        assert post(client, f"{base}/sparade/{number}/ta-bort", page=f"{base}/over-tid").status_code == status
    assert post(site.client(), f"{base}/sparade/{10**12}/ta-bort", page=base + "/").status_code == 404


@pytest.mark.usefixtures("saved")
def test_a_view_that_cannot_be_saved_says_why(site: Site) -> None:
    save(site, "En")
    assert "med det namnet" in save(site, "En")
    assert "behöver ett namn" in save(site, "   ")
    assert "behöver ett namn" in save(site, "x" * 81)
    # One PostgreSQL cannot hold, the other turns the page around it.
    assert "behöver ett namn" in save(site, "noll\0")
    assert "behöver ett namn" in save(site, "\N{RIGHT-TO-LEFT OVERRIDE}mot")
    assert "för lång" in save(site, "Lång", query="&".join(f"a{number}=b" for number in range(200)))
    assert save(site, "Okänd", view="finns-inte") == "404"
    with site.office.services.sessions.begin() as session:
        account = session.scalars(select(SavedView)).one().account_id
        for number in range(49):
            session.add(SavedView(account_id=account, study_id=site.study, name=f"{number}", view="tratt", query=""))
    assert "du har redan 50" in save(site, "En till")


@pytest.mark.usefixtures("saved")
def test_a_query_that_is_no_query_is_stored_as_one(site: Site) -> None:
    save(site, "Elak <b>", query='grupp="><script>alert(1)</script>&x=//ond.se&\r\nSet-Cookie: a=b')
    page = site.get()
    assert "<script" not in page
    assert "Elak &lt;b&gt;" in page
    (address,) = re.findall(r'href="([^"]+)">Elak', page)
    assert re.fullmatch(r"/analys/undersokning/\d+/over-tid\?[\w%=&amp;.+-]*", address)


def test_limits_of_a_control_chart_wait_until_there_are_rounds_enough(site: Site) -> None:
    assert "minst 12 mätomgångar" in site.get("styrdiagram")
    study = _many_rounds(site)
    page = site.client().get(f"/analys/undersokning/{study}/styrdiagram").get_data(as_text=True)
    ((_name, rows),) = tables_of(page)
    assert len(rows) == 13
    assert [row[5] for row in rows] == ["innanför"] * 7 + ["i en lång följd"] * 5 + ["utanför"]
    assert "Utanför gränserna: v 13." in page
    assert "gränserna är preliminära" in page


def _many_rounds(site: Site) -> int:
    """A study of thirteen rounds: twelve like the first one, and then the newest, which lies half a step higher."""
    with site.office.services.sessions.begin() as session:
        first, last = session.get_one(Release, 1), session.get_one(Release, len(NAMES))
        study = studies.create_study(
            session, slug="lopande", title="Löpande", instrument="ebp-thermometer", owner_code="23", simulated=True
        )
        for number in range(1, 14):
            round_ = rounds.create_round(session, study, name=f"v {number}", unit_codes=[KROKOM])
            session.flush()
            like = session.get_one(Round, first.round_id)
            for column in (
                "state",
                "instrument_digest",
                "public_key",
                "opened_at",
                "closed_at",
                "sealed_at",
                "released_at",
            ):
                setattr(round_, column, getattr(like, column))
            findings = from_json((last if number == 13 else first).findings).findings
            text = to_text(replace(findings, round=f"v {number}", round_id=round_.id))
            kept = {column: getattr(first, column) for column in ("matrix_digest", "instrument_digest", "created_at")}
            digest = hashlib.sha256(text.encode()).hexdigest()
            session.add(Release(round_id=round_.id, digest=digest, findings=text, code_version="test", seed=7, **kept))
        return study.id


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site.office.app) as address:
        yield address


def log_in(page: Any, site: Site, address: str) -> None:
    page.goto(f"{address}/logga-in/{site.office.code_for('analyst')}")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("navigation", name="Huvudmeny").wait_for()
    page.wait_for_load_state()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme", "views"),
    [(320, "light", ("", "over-tid", "ordnade", "tratt", "karta")), (1280, "dark", ("karta",))],
)
def test_views_fit_and_axe_finds_nothing(
    site: Site,
    address: str,
    chromium: Any,
    axe: Callable[[Any], list[str]],
    width: int,
    scheme: str,
    views: tuple[str, ...],
) -> None:
    """All views share a template; these have the charts that differ most."""
    context = chromium.new_context(viewport={"width": width, "height": 740}, locale="sv-SE", color_scheme=scheme)
    page = context.new_page()
    log_in(page, site, address)
    for view in views:
        page.goto(f"{address}/analys/undersokning/{site.study}/{view}")
        # What is folded away is read too.
        for summary in page.locator("summary").all():
            summary.click()
        assert (view, axe(page), fits(page)) == (view, [], True)
    context.close()


@pytest.mark.browser
def test_a_view_is_chosen_by_keyboard_alone_and_without_scripts(site: Site, address: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="sv-SE", java_script_enabled=False)
    page = context.new_page()
    log_in(page, site, address)
    page.goto(f"{address}/analys/undersokning/{site.study}/over-tid")
    page.get_by_label("Grupp", exact=True).focus()
    focused(page, "#choice-grupp")
    page.keyboard.type("Krok")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert parse_qs(urlsplit(page.url).query) == {"grupp": [KROKOM]}
    assert page.get_by_label("Grupp", exact=True).input_value() == KROKOM
    context.close()
