"""A form in Swedish, English and Arabic, and the Arabic catalogue as an installation has it after a review."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from babel.messages.pofile import write_po

from survey.web import catalogues
from survey.web.catalogue_faults import forms
from survey.web.catalogue_review import to_review

TITLE = "كيف تسير الأمور؟"
QUESTION = "هل تشعر بالأمان هنا؟"
OFTEN = "غالبًا"

CONTENT = """\
id: every-type
version: "2026.1"
languages: [sv, en, ar]
variants: [standard, easy]
title: {sv: Hur är det?, en: How is it going?, ar: كيف تسير الأمور؟}
introduction: {sv: Några frågor om stödet., en: Some questions., ar: بعض الأسئلة عن الدعم الذي تحصل عليه.}
easy_introduction: {sv: Några frågor., en: A few questions., ar: بعض الأسئلة.}
minutes: 12
provenance:
  wording: own
  sources: [Made for this test.]
  licence: CC0
  notice: {sv: Egna ord., en: Own words., ar: كُتبت الأسئلة لهذا الاختبار.}
answer_sets:
  - id: often
    options:
      - {value: 1, text: {sv: Aldrig, en: Never, ar: أبدًا}}
      - {value: 2, text: {sv: Ibland, en: Sometimes, ar: أحيانًا}}
      - {value: 3, text: {sv: Ofta, en: Often, ar: غالبًا}}
sections:
  - id: first
    title: {sv: Trygghet, en: Safety, ar: الأمان}
    intro: {sv: Tänk på den senaste månaden., en: Think of the last month., ar: فكّر في الأسابيع الأربعة الأخيرة.}
    items:
      - id: a
        text: {sv: Känner du dig trygg här?, en: Do you feel safe here?, ar: هل تشعر بالأمان هنا؟}
        easy: {sv: Är du trygg här?, en: Are you safe here?, ar: هل أنت بأمان هنا؟}
        answer_set: often
        may_decline: true
      - id: b
        text: {sv: Vad hjälper dig?, en: What helps you?, ar: ما الذي يساعدك؟}
        type: multiple_choice
        easy: {sv: Vad hjälper?, en: What helps?, ar: ماذا يساعد؟}
        answer_set: often
        help: {sv: Tänk på helgen också., en: Think of the weekend too., ar: فكّر أيضًا في عطلة نهاية الأسبوع.}
  - id: second
    title: {sv: Stöd, en: Support, ar: الدعم}
    items:
      - id: how
        type: slider
        text: {sv: Hur nöjd är du?, en: How content are you?, ar: ما مدى رضاك؟}
        easy: {sv: Är du nöjd?, en: Are you content?, ar: هل أنت راضٍ؟}
        minimum: 0
        maximum: 10
        low_label: {sv: inte alls, en: not at all, ar: غير راضٍ إطلاقًا}
        high_label: {sv: helt, en: wholly, ar: راضٍ تمامًا}
      - id: years
        type: number
        text: {sv: Hur många år har du bott här?, en: For how many years?, ar: كم سنة سكنت هنا؟}
        easy: {sv: Hur många år här?, en: How many years?, ar: كم سنة هنا؟}
        minimum: 0
        maximum: 60
      - id: word
        type: short_text
        text: {sv: Ett ord?, en: One word?, ar: كلمة واحدة؟}
        easy: {sv: Ett ord?, en: One word?, ar: كلمة؟}
      - id: why
        type: long_text
        text: {sv: Varför är det så?, en: Why is it so?, ar: لماذا هو كذلك؟}
        easy: {sv: Varför?, en: Why?, ar: لماذا؟}
        may_decline: true
"""


def review(home: Path, code: str = "ar", by: str = "Amal Testsson, auktoriserad translator") -> Path:
    """Switch a language on as an operator does: the file, with a name and a day at its top, in the own folder.

    What is not translated yet stands in English, so that one test alone says so: the one that looks for it.
    """
    catalog = to_review(home, code)
    for message in catalog:
        if message.id and not all(forms(message.string)):
            english = forms(message.id)
            message.string = english[0] if len(english) == 1 else english[-1:] * catalog.num_plurals
    written = BytesIO()
    write_po(written, catalog, width=0)
    signed = written.getvalue().decode().replace("# Reviewed-By:", f"# Reviewed-By: {by}", 1)
    there = catalogues.folder(home) / f"{code}.po"
    there.parent.mkdir(parents=True, exist_ok=True)
    there.write_text(signed.replace("# Reviewed-On:", "# Reviewed-On: 2026-11-20", 1), encoding="utf-8")
    return there
