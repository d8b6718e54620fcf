"""A group's page shows it by background: what the release holds, and what it does not hold is said to be hidden."""

from __future__ import annotations

from office_site import Played, text_of

from reports import wording
from reports.findings import CutFinding, Findings
from survey.releases.freeze import open_release


def findings_of(played: Played) -> Findings:
    with played.office.services.sessions() as session:
        return open_release(session, 1)[1].findings


def shown(cut: CutFinding) -> bool:
    return any(cell.n is not None for cell in cut.cells)


def test_a_group_is_shown_by_each_background_item_that_can_be_shown(played: Played) -> None:
    findings = findings_of(played)
    cuts = [cut for cut in findings.cuts if cut.group == "23"]
    assert {cut.item for cut in cuts} == {"role", "area", "years", "education"}
    page = played.office.client("analyst").get("/analys/1/23").get_data(as_text=True)
    tables = page.partition('id="cuts"')[2].partition("</section>")[0].split("<h3>")[1:]
    assert len(tables) == sum(map(shown, cuts)) > 0
    for cut, table in zip(filter(shown, cuts), tables, strict=True):
        rows = table.partition("<tbody>")[2].split("<tr>")[1:]
        for cell, row in zip(cut.cells, rows, strict=True):
            if cell.n is None:
                assert wording.reason(cell.reason, "sv") in row
                assert 'class="number"' not in row
            else:
                assert f'<td class="number">{cell.n}</td>' in row
                for mean in cell.means:
                    assert (
                        wording.number(mean.value, "sv") if mean.value else wording.reason(mean.reason, "sv")
                    ) in row


def test_a_group_that_is_not_shown_is_not_cut(played: Played) -> None:
    assert findings_of(played).group("2303").n is None
    assert "Efter bakgrund" not in text_of(played.office.client("analyst").get("/analys/1/2303"))
