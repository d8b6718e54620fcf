"""A form in plain and easy text, with pictures, a slider to tick, and items in random order."""

from __future__ import annotations

from pathlib import Path

EASY = """\
id: easy-form
version: "2026.1"
languages: [sv, en]
variants: [standard, easy]
title: {sv: Din vardag, en: Your days}
introduction:
  sv: "Vi frågar om **din vardag**.\\n\\n- Det är frivilligt\\n- Ingen ser <ditt> svar"
  en: "We ask about **your days**.\\n\\n- It is voluntary\\n- Nobody sees <your> answer"
easy_introduction: {sv: Vi vill veta hur du har det., en: We want to know how you are.}
minutes: 2
provenance:
  wording: own
  sources: [Made for this test.]
  licence: CC0
  notice: {sv: Egna ord., en: Own words.}
answer_sets:
  - id: steps
    options:
      - value: 1
        text: {sv: Instämmer inte, en: Disagree}
        easy: {sv: Nej, en: "No"}
        picture: {file: test-no.svg, alt: {sv: ett kryss, en: a cross}}
      - value: 2
        text: {sv: Instämmer, en: Agree}
        easy: {sv: Ja, en: "Yes"}
        picture: {file: test-yes.svg, alt: {sv: en bock, en: a tick}}
      - {value: 9, text: {sv: Vet inte, en: Do not know}, missing: true}
sections:
  - id: days
    title: {sv: Dagarna, en: The days}
    intro: {sv: Tänk på *den senaste* månaden., en: Think of *the last* month.}
    easy_intro: {sv: Tänk på den här månaden., en: Think of this month.}
    random_order: true
    items:
      - id: food
        text: {sv: Maten är som jag vill ha den., en: The food is as I like it.}
        easy: {sv: Är maten god?, en: Is the food good?}
        help: {sv: Middag och lunch., en: Dinner and lunch.}
        easy_help: {sv: Det du äter., en: What you eat.}
        picture: {file: test-house.svg, alt: {sv: ett hus, en: a house}}
        answer_set: steps
      - id: sleep
        text: {sv: Jag sover som jag vill., en: I sleep as I like.}
        easy: {sv: Sover du bra?, en: Do you sleep well?}
        answer_set: steps
      - id: friends
        text: {sv: Jag träffar dem jag vill., en: I meet whom I like.}
        easy: {sv: Träffar du vänner?, en: Do you meet friends?}
        answer_set: steps
      - id: out
        text: {sv: Jag går ut när jag vill., en: I go out when I like.}
        easy: {sv: Går du ut?, en: Do you go out?}
        answer_set: steps
  - id: whole
    title: {sv: Allt som allt, en: All in all}
    items:
      - id: told
        type: statement
        text: {sv: "**Nästan** klart.", en: "**Nearly** done."}
        easy: {sv: Snart klart., en: Soon done.}
      - id: content
        type: slider
        text: {sv: Hur nöjd är du?, en: How content are you?}
        easy: {sv: Hur bra är det?, en: How good is it?}
        minimum: 0
        maximum: 10
        low_label: {sv: inte alls, en: not at all}
        high_label: {sv: helt, en: wholly}
        may_decline: true
"""

DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
    '<path d="{path}" fill="none" stroke="#0b5563" stroke-width="6" stroke-linecap="round"/></svg>'
)
PATHS = {
    "test-no.svg": "M14 14L50 50M50 14L14 50",
    "test-yes.svg": "M12 34L26 50L54 14",
    "test-house.svg": "M8 32L32 10L56 32M16 30V54H48V30",
}


def put_symbols(home: Path) -> None:
    """The pictures of the form, in an organisation's own folder."""
    folder = home / "symbols"
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in PATHS.items():
        (folder / name).write_text(DRAWING.format(path=path), encoding="utf-8")
