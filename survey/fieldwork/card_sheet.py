"""Response cards as A4 sheets to print and cut: ten a sheet, each with code, QR code and address. No names."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import segno
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from reports import fonts
from survey.answering.codes import shown
from survey.fieldwork.links import address

COLUMNS, ROWS = 2, 5
WIDTH, HEIGHT = 92 * mm, 54 * mm
LEFT = (A4[0] - COLUMNS * WIDTH) / 2
TOP = (A4[1] + ROWS * HEIGHT) / 2
PAD = 6 * mm
QR_SIDE = 26 * mm
TEXT_WIDTH = WIDTH - 2 * PAD - QR_SIDE - 3 * mm
INK, SOFT, LINE = 0.12, 0.38, 0.6
"""Grey levels: the sheet is printed on any printer."""


class Words(NamedTuple):
    document: str
    instruction: str
    then: str
    promise: str
    keep: str


WORDS: Mapping[str, Words] = {
    "sv": Words(
        document="Svarskort",
        instruction="Skanna rutan. Eller gå till",
        then="och skriv:",
        promise="Kortet räcker till ett svar. Det finns ingen lista över vem som har vilket kort.",
        keep="Spara kortet. Det används igen nästa gång.",
    ),
    "en": Words(
        document="Response cards",
        instruction="Scan the square. Or go to",
        then="and type:",
        promise="The card gives one answer. There is no list of who holds which card.",
        keep="Keep the card. It is used again next time.",
    ),
}


def cards_pdf(
    codes: Sequence[str], *, title: str, unit_name: str, public_url: str, linked: bool = False, language: str = "sv"
) -> bytes:
    """A PDF with one card a code, in the order given. `linked` adds that the card is to be kept."""
    fonts.register()
    words = WORDS.get(language, WORDS["sv"])
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, lang=language)
    canvas.setTitle(f"{words.document} – {unit_name}")
    canvas.setAuthor("Termometern")
    for start in range(0, len(codes), COLUMNS * ROWS):
        sheet = codes[start : start + COLUMNS * ROWS]
        for place, code in enumerate(sheet):
            row, column = divmod(place, COLUMNS)
            canvas.saveState()
            canvas.translate(LEFT + column * WIDTH, TOP - (row + 1) * HEIGHT)
            _draw_card(canvas, code, title, unit_name, public_url, words, linked)
            canvas.restoreState()
        _draw_cut_lines(canvas, -(-len(sheet) // COLUMNS))
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_card(
    canvas: Canvas, code: str, title: str, unit_name: str, public_url: str, words: Words, linked: bool
) -> None:
    """One card, its lower left corner at the origin."""
    url = address(public_url, code)
    draw_qr(canvas, url, WIDTH - PAD - QR_SIDE, HEIGHT - PAD - QR_SIDE)
    place = public_url.split("://")[-1].rstrip("/") + "/s"
    top = HEIGHT - PAD
    top = _write(canvas, title, top, fonts.SEMIBOLD, 10, lines=2, grey=INK)
    top = _write(canvas, unit_name, top, fonts.REGULAR, 8.5, lines=1, grey=SOFT)
    top = _write(canvas, words.instruction, top - 4, fonts.REGULAR, 8.5, lines=1, grey=INK)
    place_size = min(8.5, 8.5 * TEXT_WIDTH / fonts.text_width(place, fonts.SEMIBOLD, 8.5))
    top = _write(canvas, place, top, fonts.SEMIBOLD, place_size, lines=1, grey=INK)
    _write(canvas, words.then, top, fonts.REGULAR, 8.5, lines=1, grey=INK)
    canvas.setFillGray(0)
    canvas.setFont(fonts.BOLD, 17)
    canvas.drawString(PAD, 13.4 * mm, shown(code))
    notes = [words.promise, words.keep] if linked else [words.promise]
    for line, note in enumerate(notes):
        canvas.setFillGray(SOFT)
        canvas.setFont(fonts.REGULAR, 6.8)
        canvas.drawString(PAD, 8 * mm - line * 9, note)


def _write(canvas: Canvas, text: str, top: float, font: str, size: float, *, lines: int, grey: float) -> float:
    """Write left of the QR code from `top` down, cut with an ellipsis after `lines`. Returns where it ends."""
    split = simpleSplit(text, font, size, TEXT_WIDTH + 0.1)
    if len(split) > lines:
        split = [*split[: lines - 1], _shortened(split[lines - 1], font, size)]
    canvas.setFillGray(grey)
    canvas.setFont(font, size)
    for line in split:
        canvas.drawString(PAD, top - size, line)
        top -= size * 1.3
    return top


def _shortened(line: str, font: str, size: float) -> str:
    while line and fonts.text_width(line + "…", font, size) > TEXT_WIDTH:
        line = line[:-1]
    return line.rstrip() + "…"


def draw_qr(canvas: Canvas, url: str, left: float, bottom: float) -> None:
    """The QR code as one filled path; runs of modules are joined, so that no printer leaves hairlines in them."""
    matrix = segno.make(url, error="m", micro=False).matrix
    side = QR_SIDE / len(matrix)
    path = canvas.beginPath()
    for row, modules in enumerate(matrix):
        column = 0
        while column < len(modules):
            end = column
            while end < len(modules) and modules[end]:
                end += 1
            if end > column:
                path.rect(left + column * side, bottom + QR_SIDE - (row + 1) * side, (end - column) * side, side)
            column = end + 1
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _draw_cut_lines(canvas: Canvas, rows: int) -> None:
    """Dashed lines around the cards, a little past the corners so that a ruler finds them."""
    canvas.setStrokeGray(LINE)
    canvas.setLineWidth(0.4)
    canvas.setDash(3, 3)
    past = 5 * mm
    for column in range(COLUMNS + 1):
        x = LEFT + column * WIDTH
        canvas.line(x, TOP + past, x, TOP - rows * HEIGHT - past)
    for row in range(rows + 1):
        y = TOP - row * HEIGHT
        canvas.line(LEFT - past, y, LEFT + COLUMNS * WIDTH + past, y)
