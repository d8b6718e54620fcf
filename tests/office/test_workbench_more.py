"""The analyst's further views: their numbers are the releases' own, and what is not there is said."""

from __future__ import annotations

import csv
import hashlib
import io
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from analyst_sample import with_analyst
from bench_site import make_bench, tables_of
from browser import fits, served
from office_site import Office, make_entry, make_office, text_of
from sqlalchemy import select

from instruments.load import load
from instruments.model import Instrument
from reports import wording
from reports.analyst_findings import Flow
from reports.disclosure import Disclosed, from_json, to_json
from reports.findings import Findings, GroupFinding
from reports.statistics.planning import Plan, smallest_change
from survey.models import OrganisationUnit, RecordEntry, Release, Round
from survey.web.office.research.workbench import activities, sensitivity, versions

KROKOM, BERG, COUNTY = "2309", "2326", "23"
NAMES = ("2024", "2026")
"""A round before, and the one that is looked at."""
VIEWS = ("fragor", "flyttat", "svarsandel", "matsakerhet", "jamforbart", "aktiviteter", "kanslighet", "planera")


@dataclass
class Site:
    office: Office
    study: int
    newest: Findings

    def get(self, view: str, who: str = "analyst") -> str:
        response = self.office.client(who).get(f"/analys/undersokning/{self.study}/{view}")
        assert response.status_code == 200, (view, response.status_code)
        return response.get_data(as_text=True)

    def tables(self, view: str) -> dict[str, list[list[str]]]:
        return dict(tables_of(self.get(view)))

    @property
    def krokom(self) -> GroupFinding:
        return self.newest.group(KROKOM)


@pytest.fixture(scope="module")
def site(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Two rounds; the newest has something for the analyst about Krokom, the others what analysis gives them."""
    folder = tmp_path_factory.mktemp("bench")
    shutil.copy(sqlite_template, folder / "termometern.sqlite")
    office = make_office(folder / "home", f"sqlite:///{folder / 'termometern.sqlite'}")
    study = make_bench(office, names=NAMES)
    make_entry(office)
    with office.services.sessions.begin() as session:
        before, now = session.scalars(select(Round).order_by(Round.id))
        before.closes_on, now.closes_on = date(2024, 3, 1), date(2026, 3, 1)
        now.before_id = before.id
        release = session.scalars(select(Release).order_by(Release.id.desc())).first()
        assert release is not None
        told = _with_analyst(from_json(release.findings))
        release.findings, release.digest = to_json(told), hashlib.sha256(to_json(told).encode()).hexdigest()
    yield Site(office, study, told.findings)
    office.services.engine.dispose()


def _with_analyst(disclosed: Disclosed) -> Disclosed:
    return with_analyst(disclosed, load("ebp-thermometer").instrument, KROKOM)


def _flow(site: Site) -> Flow:
    flow = next(one for one in site.newest.analyst.flows if (one.group, one.scale) == (KROKOM, "knowledge"))
    assert flow.n
    return flow


def number(value: float | None, decimals: int = 2) -> str:
    return wording.number(value, "sv", decimals)


def test_items_have_the_releases_own_means_and_counts(site: Site) -> None:
    tables = site.tables(f"fragor?grupp={KROKOM}&delskala=knowledge")
    items = {item.id: item for item in load("ebp-thermometer").instrument.items}
    found = {one.item: one for one in site.krokom.items}
    shown = {row[0]: row for row in tables["ordning"]}
    rows = {(row[0], row[1]): row for row in tables["fordelning"]}
    checked = 0
    for item_id in load("ebp-thermometer").instrument.scales_by_id["knowledge"].item_ids:
        row, one = shown[items[item_id].text["sv"]], found[item_id]
        assert row[2] == number(one.mean)
        spread = rows[items[item_id].text["sv"], NAMES[-1]]
        assert (items[item_id].text["sv"], NAMES[-2]) in rows
        if one.counts is not None:
            assert row[1] == str(sum(one.counts))
            assert sum(int(cell) for cell in spread[3:8] if cell.isdigit()) == sum(one.counts)
            checked += 1
    assert checked
    means = [float(row[2].replace(",", ".")) for row in tables["ordning"]]
    assert means == sorted(means, reverse=True)


def test_who_moved_and_how_well_it_measures_are_the_releases_own(site: Site) -> None:
    flow = _flow(site)
    (rows,) = site.tables(f"flyttat?grupp={KROKOM}").values()
    assert rows[0][:5] == ["Kunskap", *(str(n) for n in (flow.n, flow.lower, flow.same, flow.higher))]
    assert rows[1][1:6] == ["–", "–", "–", "–", "visas inte, för att skydda dem som svarat"]
    quality = next(one for one in site.newest.analyst.quality if one.scale == "knowledge")
    tables = site.tables("matsakerhet?delskala=knowledge")
    row = tables["tillforlitlighet"][0]
    assert row[:4] == [NAMES[-1], str(quality.n), number(quality.alpha.value), wording.interval(quality.alpha, "sv")]
    assert row[-2:] == [number(quality.error), number(quality.smallest_change)]
    assert [row[0] for row in tables["tillforlitlighet"]] == list(reversed(NAMES))
    assert [row[1] for row in tables["fragor"]] == [number(item.rest_correlation) for item in quality.items]
    assert [row[-1] for row in tables["samma-matt"]] == ["ja", "ja", "nej"]
    assert [(row[1], row[-1]) for row in tables["lika-fragor"]] == [
        ("svenska och engelska", "ja"),
        ("svenska och engelska", "nej"),
    ]
    assert "Jämför medelvärdena med försiktighet" in site.get("matsakerhet?delskala=knowledge")


def test_who_answered_over_the_rounds_and_weighted(site: Site) -> None:
    tables = site.tables("svarsandel")
    krokom = [row for row in tables["svarsandel"] if row[0] == "Krokoms kommun"]
    assert [row[1] for row in krokom] == list(NAMES)
    group = site.krokom
    assert group.response_rate.value is not None
    assert krokom[-1][2:5] == [str(group.invited), str(group.n), f"{number(100 * group.response_rate.value, 0)}\xa0%"]
    berg = [row for row in tables["svarsandel"] if row[0] == "Bergs kommun"]
    assert all(row[3] == "–" and not any(sign.isdigit() for sign in row[4]) for row in berg)
    first = tables["vagda"][0]
    level = next(one for one in site.newest.group(COUNTY).scales if one.scale == "knowledge").level.mean
    assert first[1] == number(level.value)
    assert first[-1] == "6 av 8"
    # One municipality has none below it.
    assert set(site.tables(f"svarsandel?grupp={KROKOM}")) == {"svarsandel"}


def test_a_change_stands_beside_the_other_methods(site: Site) -> None:
    (rows,) = site.tables(f"kanslighet?grupp={KROKOM}").values()
    change = next(one.change for one in site.krokom.scales if one.scale == "knowledge")
    told = site.newest.analyst.sensitivities
    beside = next(one for one in told if (one.group, one.scale) == (KROKOM, "knowledge"))
    assert change is not None
    assert rows[0][1] == wording.change_estimate(change.difference, "sv", wording.POINTS)
    assert rows[0][3] == wording.change_estimate(beside.mixed, "sv", wording.POINTS)
    assert rows[0][4] == wording.signed(beside.cliffs_delta.value, "sv")
    assert "Det finns inget annat sätt att räkna bredvid testet." in site.get("kanslighet?grupp=2303")


def test_changes_of_scales_of_different_ranges_stand_on_no_axis_in_common(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "kanslighet/kanslighet.svg" in site.get(f"kanslighet?grupp={KROKOM}")
    # Two scales of the same kind of score, from 0 to 10 and from 1 to 5.
    monkeypatch.setattr(sensitivity, "axis_of", lambda scale: ((0, 10) if scale.id == "knowledge" else (1, 5), False))
    page = site.get(f"kanslighet?grupp={KROKOM}")
    assert "kanslighet/kanslighet.svg" not in page
    assert len(next(iter(dict(tables_of(page)).values()))) > 1


def test_versions_and_activities_stand_by_the_rounds(site: Site) -> None:
    assert "Alla mätomgångar ställde samma frågor på samma sätt." in site.get("jamforbart")
    (rows,) = site.tables("jamforbart").values()
    assert {row[3] for row in rows} == {"kan jämföras"}
    assert len(rows) == 4
    tables = site.tables(f"aktiviteter?grupp={KROKOM}")
    assert [row[1] for row in tables["tidsaxel"]] == ["2024-03-01", "2026-03-01"]
    assert [row[-1] for row in tables["tidsaxel"]] == ["–", "1"]
    assert tables["aktiviteter"][0][:3] == ["2026-02-10", "EBP-cirkel", "Krokoms kommun"]
    assert "Aktivitetsloggen har inget" in site.get("aktiviteter?grupp=2380")


def test_many_activities_end_after_the_newest_and_the_file_has_them_all(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = OrganisationUnit(code=KROKOM, name="Krokoms kommun")
    entries = [
        RecordEntry(
            instrument="activity-log", instrument_version="2026.1", instrument_digest=load("activity-log").digest,
            happened_on=date(2024, 4, 1) + timedelta(days=at), answers={"A01": 1, "A02": at}, unit=unit,
        )
        for at in range(activities.MOST_ROWS + 3)
    ]  # fmt: skip
    monkeypatch.setattr(activities, "done_in", lambda *_asked: entries)
    looked: list[object] = []
    monkeypatch.setattr(activities, "load", lambda name, folders: looked.append(name) or load(name, folders=folders))
    page = site.get(f"aktiviteter?grupp={KROKOM}")
    assert looked == ["activity-log"], "the file is looked at once, not once an entry, and no other"
    rows = dict(tables_of(page))["aktiviteter"]
    assert (len(rows), rows[0][0]) == (activities.MOST_ROWS, entries[-1].happened_on.isoformat())
    assert "3 tidigare aktiviteter visas inte här. CSV-filen har alla." in page
    base = f"/analys/undersokning/{site.study}/aktiviteter"
    file = site.office.client("analyst").get(f"{base}/aktiviteter.csv?grupp={KROKOM}").get_data(as_text=True)
    assert file.count("Krokoms kommun") == len(entries)
    told = site.get(f"aktiviteter?grupp={KROKOM}", "manager")
    assert "3 tidigare aktiviteter visas inte här." in told
    assert "CSV" not in told


def test_a_question_with_other_words_breaks_the_lines_of_its_scale(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    now = load("ebp-thermometer").instrument
    told = now.model_dump(mode="json")
    told["version"] = "2020.1"
    asked = next(item for section in told["sections"] for item in section["items"] if item["id"] == "K01")
    asked["text"]["sv"] = "Jag vet <b>var</b> jag letar."
    rounds = versions.Measured(1, NAMES[0], Instrument.model_validate(told)), versions.Measured(2, NAMES[1], now)
    monkeypatch.setattr(versions, "_rounds", lambda _bench: rounds)
    page = site.get("jamforbart")
    tables = dict(tables_of(page))
    assert [row[1:] for row in tables["fragor-2"]] == [
        ["K01", "Jag vet <b>var</b> jag letar.", "andra ord (sv)", "kan inte jämföras"]
    ]
    assert "<b>var" not in page
    assert {row[0]: row[3] for row in tables["linjer"]}["Kunskap"] == "kan inte jämföras"
    assert "Attityd: 2024 och 2026 kan jämföras." in page


def test_a_plan_is_made_from_the_studys_own_spread_and_bad_input_is_answered_in_words(site: Site) -> None:
    base = f"planera?grupp={KROKOM}&delskala=knowledge"
    page = site.get(f"{base}&svar=40&nasta=40&foljda=50&samband=0,55&forandring=0,3")
    spread = next(one for one in site.newest.analyst.spreads if one.scale == "knowledge")
    assert spread.sd is not None
    smallest = number(float(smallest_change(Plan(40, 40, 20, 0.55, spread.sd, spread.sd))))
    assert (
        f"Med 40 svar nästa gång, varav 20 från samma personer, syns en förändring på ungefär {smallest} steg" in page
    )
    assert f"Spridningen är undersökningens egen: {number(spread.sd)} steg" in page
    assert f"Sambandet mellan två mätomgångar var {number(spread.correlation)}" in page
    positive = next(one for one in site.krokom.scales if one.scale == "knowledge").level.positive.value
    assert positive is not None
    assert f"Andelen positiva svar är {wording.percent(positive, 'sv')} nu." in page
    assert [row[1] for row in dict(tables_of(page))["plan-andel"]] == ["20", "0", "40"]
    rows = dict(tables_of(page))["plan"]
    assert [row[1] for row in rows] == ["20", "0", "40"]
    assert rows[0][2] == f"{smallest} steg"
    again = site.get(f"{base}&svar=40&nasta=40&foljda=50&samband=0,55&forandring=0,3")
    assert dict(tables_of(again))["plan"] == rows
    client = site.office.client("analyst")
    asked = "svar=40&nasta=50&foljda=50&samband=0,55&forandring=0,3&andel=12"
    for name, change in (("plan", 0.3), ("plan-andel", 12)):
        file = client.get(
            f"/analys/undersokning/{site.study}/planera/{name}.csv?grupp={KROKOM}&delskala=knowledge&{asked}"
        )
        heads, *lines = csv.reader(io.StringIO(file.get_data(as_text=True).lstrip("\ufeff")), delimiter=";")
        assert heads[-1] == "Önskad sannolikhet"
        assert [float(one.replace(",", ".")) for one in lines[1][-5:]] == [40, 50, 0.55, change, 0.8]
    for odd in (
        "svar=många",
        "svar=-3",
        "nasta=1e99",
        "nasta=nan",
        "foljda=200",
        "samband=1",
        "forandring=0",
        "andel=0",
        "svar=",
    ):
        said = client.get(f"/analys/undersokning/{site.study}/{base}&{odd}")
        assert said.status_code == 200
        assert ("går inte att använda, bara tal från" in text_of(said)) is (odd != "svar="), odd


def test_what_is_not_there_is_said(site: Site) -> None:
    with site.office.services.sessions() as session:
        first = session.scalars(select(Round.id).order_by(Round.id)).first()
    for view, said in (
        (f"flyttat?matomgang={first}", "Det här är den första mätomgången."),
        (f"kanslighet?matomgang={first}", "Det här är den första mätomgången."),
        (f"fragor?grupp={BERG}", "Inget visas om den här gruppen"),
        (f"flyttat?grupp={BERG}", "Det visas inte hur de följda"),
        (f"kanslighet?grupp={BERG}", "Ingen förändring visas"),
    ):
        assert said in site.get(view), view


def test_a_manager_sees_no_other_municipality_and_has_no_files(site: Site) -> None:
    client = site.office.client("manager")
    base = f"/analys/undersokning/{site.study}"
    for view in VIEWS:
        page = text_of(client.get(f"{base}/{view}"))
        assert "Östersund" not in page, view
        assert "Ladda ner" not in page, view
        if view not in ("matsakerhet", "jamforbart"):
            assert client.get(f"{base}/{view}?grupp=2380").status_code == 404, view
    assert client.get(f"{base}/svarsandel/svarsandel.csv").status_code == 403


def test_files_hold_the_tables_numbers(site: Site) -> None:
    client = site.office.client("analyst")
    base = f"/analys/undersokning/{site.study}"
    sheet = client.get(f"{base}/flyttat/floden.csv?grupp={KROKOM}").get_data(as_text=True)
    rows = list(csv.reader(io.StringIO(sheet.lstrip("\ufeff")), delimiter=";"))
    assert rows[1][:2] == ["Kunskap", str(_flow(site).n)]
    for view in ("fragor/ordning", "matsakerhet/tillforlitlighet", "kanslighet/kanslighet", "planera/plan"):
        drawn = client.get(f"{base}/{view}.svg?grupp={KROKOM}")
        assert drawn.get_data(as_text=True).startswith("<svg"), view
        assert client.get(f"{base}/{view}.csv?grupp={KROKOM}").status_code == 200, view


@pytest.fixture(scope="module")
def address(site: Site) -> Iterator[str]:
    with served(site.office.app) as address:
        yield address


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme", "views"), [(360, "light", VIEWS[::2]), (1280, "dark", VIEWS[1::2])])
def test_axe_finds_nothing_and_every_page_fits(
    site: Site,
    address: str,
    chromium: Any,
    axe: Callable[[Any], list[str]],
    width: int,
    scheme: str,
    views: tuple[str, ...],
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 740}, locale="sv-SE", color_scheme=scheme)
    page = context.new_page()
    _log_in(page, site, address)
    for view in views:
        page.goto(f"{address}/analys/undersokning/{site.study}/{view}?grupp={KROKOM}")
        for summary in page.locator("summary").all():
            summary.click()
        assert (view, axe(page), fits(page)) == (view, [], True)
    context.close()


@pytest.mark.browser
def test_a_plan_is_asked_by_keyboard_without_scripts(site: Site, address: str, chromium: Any) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, locale="sv-SE", java_script_enabled=False)
    page = context.new_page()
    _log_in(page, site, address)
    page.goto(f"{address}/analys/undersokning/{site.study}/planera?grupp={KROKOM}")
    field = page.get_by_label("Antal svar nästa gång")
    field.fill("80")
    with page.expect_navigation():
        field.press("Enter")
    page.get_by_text("Med 80 svar nästa gång").first.wait_for()
    context.close()


def _log_in(page: Any, site: Site, address: str) -> None:
    page.goto(f"{address}/logga-in/{site.office.code_for('analyst')}")
    page.get_by_role("button", name="Logga in").click()
    page.get_by_role("navigation", name="Huvudmeny").wait_for()
    page.wait_for_load_state()
