"""A letter to each invited person: address for a window envelope, code, QR code. One file a unit, for a print shop.

Made by the mailing process alone. Which letters there are says who is invited, and among reminders who has not
answered: the file goes to the printer and is shown on no page.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from babel.dates import format_date
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from reports import fonts
from survey.answering.codes import shown
from survey.answering.round_keys import RoundKeys
from survey.errors import Refusal
from survey.fieldwork.card_sheet import INK, QR_SIDE, SOFT, draw_qr
from survey.fieldwork.invitations import Invited, invited
from survey.fieldwork.links import address
from survey.models import Round, RoundState

LEFT, RIGHT = 25 * mm, A4[0] - 25 * mm
ADDRESS_LEFT, ADDRESS_TOP = 110 * mm, A4[1] - 50 * mm
"""Where a Swedish window envelope (E65/C5) shows the address: to the right."""
TEXT_TOP = A4[1] - 105 * mm
SIZE, LEADING = 11, 16


class Words(NamedTuple):
    document: str
    greeting: str
    asks: str
    reminder: str
    how: str
    then: str
    once: str
    seen: str
    linked: str
    until: str


WORDS: Mapping[str, Words] = {
    "sv": Words(
        document="Inbjudningar",
        greeting="Hej!",
        asks="Vi vill gärna veta vad du tycker. Det är frivilligt att svara.",
        reminder="Vi har ännu inte fått något svar med din kod. Har du just svarat kan du bortse från brevet.",
        how="Skanna rutan. Eller gå till {place}",
        then="och skriv:",
        once="Koden är bara din och räcker till ett svar. Ge den inte till någon annan.",
        seen="Ingen ser vem som har svarat vad. Det står mer om det innan du börjar.",
        linked="Undersökningen är konfidentiell: en kod kopplar ihop dina svar från olika gånger.",
        until="Du kan svara till och med {day}.",
    ),
    "en": Words(
        document="Invitations",
        greeting="Hello!",
        asks="We would like to know what you think. Answering is voluntary.",
        reminder="We have not yet had an answer with your code. If you have just answered, ignore this letter.",
        how="Scan the square. Or go to {place}",
        then="and type:",
        once="The code is yours alone and gives one answer. Do not give it to anybody else.",
        seen="Nobody sees who answered what. You can read more about that before you begin.",
        linked="The survey is confidential: a code links your answers from different times.",
        until="You can answer until {day}.",
    ),
}


@dataclass(frozen=True)
class UnitLetters:
    unit_code: str
    unit_name: str
    title: str
    people: tuple[Invited, ...]
    linked: bool
    until: date | None
    """The last day."""
    reminder: bool


def letters_by_unit(
    session: Session, round_keys: RoundKeys, round_: Round, *, not_answered: bool = False
) -> list[UnitLetters]:
    """Whom to write to, by unit code. Raises Refusal `wrong_round_state` unless the round is open, `no_invitations`."""
    where = f"{round_.study.slug}/{round_.name}"
    if round_.state != RoundState.OPEN:
        message = f"Round {where} is {round_.state}: letters are written while it is open; see ./run rounds launch"
        raise Refusal("wrong_round_state", message, round=where, state=str(round_.state))
    everybody = invited(session, round_keys, round_)
    if not everybody:
        message = f"Round {where} has no personal invitations; add them with ./run rounds invite"
        raise Refusal("no_invitations", message, round=where)
    if not_answered:
        # Who has taken an answer back has said no, and cannot answer again.
        everybody = [one for one in everybody if not (one.answered or one.withdrawn)]
    letters = []
    for row in sorted(round_.units, key=lambda row: row.unit.code):
        people = [one for one in everybody if one.unit_id == row.unit_id]
        if people:
            letters.append(
                UnitLetters(
                    unit_code=row.unit.code,
                    unit_name=row.unit.name,
                    title=round_.study.title,
                    people=tuple(sorted(people, key=lambda one: one.contact.address)),
                    linked=round_.study.linked,
                    until=round_.closes_on,
                    reminder=not_answered,
                )
            )
    return letters


def letters_pdf(letters: UnitLetters, *, public_url: str, language: str = "sv") -> bytes:
    """A PDF with one page a person."""
    fonts.register()
    language = language if language in WORDS else "sv"
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=A4, lang=language)
    canvas.setTitle(f"{WORDS[language].document} – {letters.unit_name}")
    canvas.setAuthor("Termometern")
    for one in letters.people:
        _draw_letter(canvas, letters, one, public_url, language)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _draw_letter(canvas: Canvas, letters: UnitLetters, one: Invited, public_url: str, language: str) -> None:
    words, contact = WORDS[language], one.contact
    canvas.setFillGray(INK)
    canvas.setFont(fonts.REGULAR, SIZE)
    top = ADDRESS_TOP
    for line in (contact.name, *contact.lines) if contact.lines else (contact.name, contact.email):
        if line:
            canvas.drawString(ADDRESS_LEFT, top, line)
            top -= LEADING
    place = public_url.split("://")[-1].rstrip("/") + "/s"
    top = _write(canvas, letters.title, TEXT_TOP, fonts.BOLD, 15)
    top = _write(canvas, letters.unit_name, top, fonts.REGULAR, SIZE, grey=SOFT) - LEADING
    first = [words.greeting, words.asks]
    for text in [*first, words.reminder] if letters.reminder else first:
        top = _write(canvas, text, top, fonts.REGULAR, SIZE) - 6
    draw_qr(canvas, address(public_url, one.code), LEFT, top - QR_SIDE - 8)
    beside = LEFT + QR_SIDE + 8 * mm
    side = _write(canvas, words.how.format(place=place), top - 14, fonts.REGULAR, SIZE, left=beside)
    side = _write(canvas, words.then, side, fonts.REGULAR, SIZE, left=beside)
    _write(canvas, shown(one.code), side - 8, fonts.BOLD, 20, left=beside)
    top -= QR_SIDE + 24
    last = [words.once, words.seen, *([words.linked] if letters.linked else [])]
    if letters.until:
        last.append(words.until.format(day=format_date(letters.until, "d MMMM y", locale=language)))
    for text in last:
        top = _write(canvas, text, top, fonts.REGULAR, SIZE) - 4


def _write(
    canvas: Canvas, text: str, top: float, font: str, size: float, *, left: float = LEFT, grey: float = INK
) -> float:
    """Write from `top` down, broken at the right margin. Returns where it ends."""
    canvas.setFillGray(grey)
    canvas.setFont(font, size)
    for line in simpleSplit(text, font, size, RIGHT - left):
        canvas.drawString(left, top - size, line)
        top -= size * 1.45
    return top
