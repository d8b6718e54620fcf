"""The long table as a workbook: a page that says what it is, and a page of numbers.

Texts are written as text and numbers as numbers, so that nothing can run as a formula. The file says nothing about
when it was made: the same release gives the same bytes.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import xlsxwriter  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from instruments.model import Instrument, in_language
from reports.disclosure import Disclosed
from reports.export.gate import findings_of
from reports.export.lines import HEADS, lines
from reports.findings import Findings
from reports.item_shares import told_as_share

_MADE: Final = datetime(2000, 1, 1)
_LONGEST_CELL: Final = 32_767
_WIDTHS: Final = (8, 24, 10, 10, 12, 40, 24, 22, 22, 10, 12, 12, 12, 36)

_TEXTS: Final = {
    "sv": {
        "read_me": "Läs mig",
        "numbers": "Resultat",
        "study": "Undersökning",
        "round": "Mätomgång",
        "before": "Förra mätomgången",
        "instrument": "Instrument",
        "digest": "Resultatets kontrollsumma",
        "k": "Minsta grupp som visas",
        "answers": "{k} svar",
        "some": "Filen har bara de grupper som du får läsa.",
        "hidden_head": "Det som inte visas",
        "hidden": "Där det inte finns något värde står det varför i sista kolumnen. Grupper med färre än {k} svar "
        "visas aldrig. Ibland döljs också en större grupp, så att ingen kan räkna ut den lilla genom att dra ifrån.",
        "interval_head": "Osäkerhet",
        "interval": "Lägst och högst 95 % visar hur säkert värdet är: så här mycket kan slumpen betyda.",
        "share_head": "Procent positiva svar",
        "share": "Först räknas för varje person hur många procent av svaren som ligger i de positiva stegen, sedan tas "
        "medelvärdet av personerna. För en enskild fråga är det andelen av dem som har tagit ställning.",
        "simulated_head": "Simulerade svar",
        "simulated": "Svaren är påhittade av en dator. De säger inget om verkligheten.",
        "notice": "Om frågorna",
    },
    "en": {
        "read_me": "Read me",
        "numbers": "Results",
        "study": "Study",
        "round": "Round",
        "before": "Earlier round",
        "instrument": "Instrument",
        "digest": "Digest of the results",
        "k": "Smallest group shown",
        "answers": "{k} answers",
        "some": "The file has only the groups that you may read.",
        "hidden_head": "What is not shown",
        "hidden": "Where there is no value, the last column says why. Groups with fewer than {k} answers are never "
        "shown. Sometimes a larger group is hidden as well, so that nobody can work out the small one by subtraction.",
        "interval_head": "Uncertainty",
        "interval": "Low and high 95 % show how sure the value is: this much can be chance.",
        "share_head": "Per cent positive answers",
        "share": "For each person, the per cent of the answers that are in the positive steps; then the mean of the "
        "persons. For a single question, it is the share of those who took a stand.",
        "simulated_head": "Simulated answers",
        "simulated": "A computer made the answers up. They say nothing about the world.",
        "notice": "About the questions",
    },
}


def write(disclosed: Disclosed, instrument: Instrument, language: str, only: Collection[str] | None = None) -> bytes:
    """An .xlsx file. Raises what `gate.findings_of` and `lines.lines` raise."""
    findings = findings_of(disclosed, instrument, only)
    texts = _TEXTS[language]
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        book.set_properties({"title": f"{findings.study}, {findings.round}", "created": _MADE})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        about = book.add_worksheet(texts["read_me"])
        about.set_column(0, 0, 28)
        about.set_column(1, 1, 90, wrapped)
        rows = _read_me(findings, instrument, disclosed.digest, language, whole=only is None)
        for row, (head, text) in enumerate(rows):
            about.write_string(row, 0, head, bold)
            about.write_string(row, 1, text, wrapped)
        table = book.add_worksheet(texts["numbers"])
        for column, (head, width) in enumerate(zip(HEADS[language], _WIDTHS, strict=True)):
            table.set_column(column, column, width)
            table.write_string(0, column, head, bold)
        table.freeze_panes(1, 2)
        for row, line in enumerate(lines(findings, instrument, language), start=1):
            _write_row(table, row, line.cells)
    return out.getvalue()


def _write_row(table: Worksheet, row: int, cells: Sequence[str | float | int | None]) -> None:
    for column, cell in enumerate(cells):
        if isinstance(cell, str):
            if cell:
                table.write_string(row, column, cell[:_LONGEST_CELL])
        elif cell is not None:
            table.write_number(row, column, cell)


def _read_me(
    findings: Findings, instrument: Instrument, digest: str, language: str, *, whole: bool
) -> list[tuple[str, str]]:
    texts, k = _TEXTS[language], findings.k
    rows = [(texts["study"], findings.study), (texts["round"], findings.round)]
    if findings.before:
        rows.append((texts["before"], findings.before))
    rows += [
        (texts["instrument"], f"{in_language(instrument.title, language)} {instrument.version}"),
        (texts["digest"], digest),
        (texts["k"], texts["answers"].format(k=k)),
        (texts["hidden_head"], texts["hidden"].format(k=k)),
        (texts["interval_head"], texts["interval"]),
    ]
    if any(told_as_share(scale) for scale in instrument.scales):
        rows.append((texts["share_head"], texts["share"]))
    if not whole:
        rows.append(("", texts["some"]))
    if findings.simulated:
        rows.append((texts["simulated_head"], texts["simulated"]))
    rows.append((texts["notice"], in_language(instrument.provenance.notice, language)))
    return rows
