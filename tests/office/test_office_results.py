"""What the results pages show: the message first, the same numbers as the release, files of the same."""

from __future__ import annotations

import csv
import io
import re

import pytest
from office_site import Played, text_of

from reports import wording
from reports.export import FORMATS
from reports.findings import Findings
from reports.reading import read_group
from survey.models import Release
from survey.releases.freeze import open_release
from survey.web.office.research import FILES


def findings_of(played: Played) -> Findings:
    with played.office.services.sessions() as session:
        return open_release(session, 1)[1].findings


def test_the_page_opens_with_what_a_person_would_say(played: Played) -> None:
    with played.office.services.sessions() as session:
        _, disclosed, instrument = open_release(session, 1)
    for address, code in (("/analys/1/", "23"), ("/analys/1/2309", "2309")):
        reading = read_group(disclosed, instrument, code, "sv")
        said = text_of(played.office.client("analyst").get(address))
        assert reading.headline in said
        assert said.index(reading.headline) < said.index("Delskalorna")
        assert all(" ".join(sentence.split()) in said for sentence in reading.cannot_say)


def test_every_number_of_the_table_is_the_releases_own(played: Played) -> None:
    client = played.office.client("analyst")
    for scale in ("knowledge", "practice"):
        page = text_of(client.get(f"/analys/1/?delskala={scale}"))
        for group in findings_of(played).groups:
            mean = next(finding.level.mean for finding in group.scales if finding.scale == scale)
            if group.code != "SE" and mean.value is not None:
                assert re.search(rf"{group.name} {wording.number(mean.value, 'sv')} ", page)


def test_a_group_that_is_too_small_is_named_and_not_shown(played: Played) -> None:
    """Four answered in Ragunda. What others have may stand beside it, but no number of its own."""
    client = played.office.client("analyst")
    assert findings_of(played).group("2303").n is None
    assert re.search(r"Ragunda kommun – – – (för få|visas inte)", text_of(client.get("/analys/1/")))
    page = client.get("/analys/1/2303").get_data(as_text=True)
    table = page.partition("<table")[2].partition("</table>")[0]
    assert table.count('role="rowheader"') == 4
    assert not re.search(r"\d,\d\d", re.sub(r"(?s)<svg.*?</svg>", "", table))


def test_a_release_shows_what_it_is_made_of(played: Played) -> None:
    page = text_of(played.office.client("analyst").get("/analys/1/"))
    with played.office.services.sessions() as session:
        release = session.get_one(Release, 1)
    for digest in (release.digest, release.matrix_digest, release.instrument_digest):
        assert digest in page
    assert "Simulerade svar" in page


def test_each_chart_has_its_table_and_how_to_read_it(played: Played) -> None:
    page = played.office.client("analyst").get("/analys/1/2309").get_data(as_text=True)
    assert page.count("<figure>") == 8
    assert page.count("<summary>Visa som tabell</summary>") == 8
    assert page.count("<summary>Så läser du</summary>") == 8


@pytest.mark.parametrize("address", ["/analys/", "/analys/1/", "/analys/1/2309"])
def test_pages_hold_nothing_inline_that_the_policy_would_refuse(played: Played, address: str) -> None:
    page = played.office.client("analyst").get(address).get_data(as_text=True)
    assert not re.search(r"<style|\sstyle=|<script|\son\w+=", page)
    assert not re.search(r'(src|href)="(https?:)?//', page)


def rows_of(text: str) -> list[list[str]]:
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_file_has_every_group_and_scale_with_decimal_comma(played: Played) -> None:
    client = played.office.client("analyst")
    head, *rows = rows_of(client.get("/analys/1/resultat.csv").get_data(as_text=True))
    assert (head[0], head[4], head[6], head[9]) == ("Kod", "Id", "Mått", "Värde")
    means = {(row[0], row[4]): row[9] for row in rows if (row[3], *row[6:9]) == ("delskala", "medelvärde", "", "nu")}
    plain = {key: value for key, value in means.items() if key[0] in {"23", "2303", "2309", "2326", "2380"}}
    assert set(plain) == set(means), "the nation is not the analyst's"
    for finding in findings_of(played).group("2309").scales:
        value = finding.level.mean.value
        shown = means["2309", finding.scale]
        assert (shown == "") if value is None else float(shown.replace(",", ".")) == pytest.approx(value, abs=5e-5)
    assert any(shown for (code, _), shown in means.items() if code == "2309")
    assert means["2303", "knowledge"] == ""
    (own, *rest) = {row[0] for row in rows_of(client.get("/analys/1/2309/resultat.csv").get_data(as_text=True))[1:]}
    assert (own, rest) == ("2309", [])


def test_a_file_says_in_its_name_that_the_answers_are_made_up(played: Played) -> None:
    for file in ("resultat.csv", "resultat.xlsx", "resultat.json", "kolada.json"):
        response = played.office.client("analyst").get(f"/analys/1/{file}")
        assert "filename=simulerad-ebp-" in response.headers["Content-Disposition"]
        assert response.headers["Cache-Control"] == "no-store"


def test_the_page_of_a_release_links_every_kind_of_file(played: Played) -> None:
    page = played.office.client("analyst").get("/analys/1/").get_data(as_text=True)
    assert tuple(FORMATS) == FILES
    assert all(f'href="/analys/1/{file}"' in page for file in FILES)
    assert "resultat.csv" not in played.office.client("administrator").get("/analys/1/").get_data(as_text=True)


def test_alpha_and_effect_size_on_the_page_are_the_releases_own(played: Played) -> None:
    client = played.office.client("analyst")
    shown = []  # The release has no earlier round, so alpha alone has numbers in it.
    for scale in ("knowledge", "attitude", "conditions", "practice"):
        page = client.get(f"/analys/1/?delskala={scale}").get_data(as_text=True).partition('id="grupper"')[2]
        for group in findings_of(played).groups:
            finding = next(finding for finding in group.scales if finding.scale == scale)
            row = page.partition(f'/analys/1/{group.code}">')[2].partition("</tr>")[0]
            if group.code == "SE":
                continue
            alpha_words = wording.estimate(finding.alpha, "sv") if finding.level.mean.value is not None else "–"
            if finding.change is None:
                assert 'data-label="Effektstorlek (g)">–<' in row
            assert f'data-label="Alfa">{alpha_words}<' in row
            shown.append(finding.alpha.value)
    assert any(alpha is not None for alpha in shown)


def test_a_report_is_the_file_that_was_written(played: Played) -> None:
    response = played.office.client("manager").get("/analys/1/2309/rapport.pdf")
    assert response.content_type == "application/pdf"
    with played.office.services.sessions() as session:
        files = {file.group_code: file for file in session.get_one(Release, 1).reports}
    folder = played.office.services.settings.reports
    assert response.data == (folder / files["2309"].path).read_bytes()
    assert f"filename={files['2309'].path}" in response.headers["Content-Disposition"].replace('"', "")


def test_a_row_that_points_out_of_the_reports_folder_is_not_followed(played: Played) -> None:
    secret = played.office.services.settings.home / "secret.pdf"
    secret.write_bytes(b"%PDF- keys")
    with played.office.services.sessions.begin() as session:
        file = next(file for file in session.get_one(Release, 1).reports if file.group_code == "2380")
        kept, file.path = file.path, "../secret.pdf"
    try:
        assert played.office.client("analyst").get("/analys/1/2380/rapport.pdf").status_code == 404
    finally:
        with played.office.services.sessions.begin() as session:
            next(file for file in session.get_one(Release, 1).reports if file.group_code == "2380").path = kept


def test_a_chart_downloads_as_a_picture_with_its_words(played: Played) -> None:
    response = played.office.client("analyst").get("/analys/1/23/diagram/ordnade-knowledge.svg")
    assert response.content_type.startswith("image/svg+xml")
    assert "<desc" in response.get_data(as_text=True)


def test_in_english_all_of_it_is_english(played: Played) -> None:
    page = text_of(played.office.client("analyst").get("/analys/1/2309?lang=en"))
    assert "Show as table" in page
    assert "Visa som tabell" not in page
