"""Look through every answer, send in, once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from instruments.model import Answer, Instrument, Item, ItemType, in_language, item_text, option_text
from survey.answering.entry import Purpose
from survey.answering.submit import submit
from survey.answering.tokens import receipt_of
from survey.database import together
from survey.errors import Refusal
from survey.web import languages
from survey.web.respond import blueprint, cookies
from survey.web.respond.desk import current_desk
from survey.web.respond.drawing import Reading, languages_to_choose, shown_picture
from survey.web.respond.fields import written_number
from survey.web.respond.parts import is_answered, left_out
from survey.web.respond.paths import PACES, part_path, review_path
from survey.web.respond.visit import Visit, acting, again_if_changed, looking

_PATH = "/s/<code>/<any(fraga, del, allt):word>/granska"


@blueprint.get(_PATH)
def show_review(code: str, word: str) -> str:
    with looking(code) as visit:
        return _review_page(visit, word, {})


@blueprint.post(_PATH)
@again_if_changed
def send_reviewed(code: str, word: str) -> Response | tuple[str, int]:
    with acting(code, Purpose.SUBMIT) as visit:
        if visit.draft is None:
            return sent_before(visit)
        answers = visit.contents.answers
        go, _dash, language = request.form.get("go", "").partition("-")
        if go == "lang":
            return in_other_language(visit, answers, language, review_path(visit.entry.code, PACES[word]))
        missing = required_but_missing(visit, answers)
        if missing:
            return _review_page(visit, word, missing), 422
        return send(visit, answers)


def in_other_language(visit: Visit, answers: Mapping[str, Answer], language: str, there: str) -> Response:
    """Save, and go on to the address `there` in another language. Raises Refusal `tampered`."""
    if language not in languages.offered(visit.entry.languages):
        raise Refusal("tampered", "the form does not have that language")
    visit.save(answers, language)
    response = redirect(there, 303)
    cookies.remember_language(response, language)
    return response


def send(visit: Visit, answers: Mapping[str, Answer]) -> Response:
    """Seal the answers into the urn and go to the thank-you page, which a reload cannot send twice."""
    draft = visit.contents
    # A code that the person has made stands where a link or a card else brings one.
    entry = replace(visit.entry, link_code=draft.own_code) if visit.entry.code_questions else visit.entry
    with together(visit.connection):
        receipt = submit(
            visit.connection,
            visit.services.keys,
            entry,
            answers,
            variant=draft.variant,
            language=draft.language,
            order_seed=draft.order_seed,
            seen=visit.seen,
        )
    return _thanked(visit, receipt)


def sent_before(visit: Visit) -> Response:
    """The same submission again (double click, back, a lost reply): the same receipt, and nothing is added.

    Raises Refusal `not_started` when there is neither a draft nor an answer of this person's.
    """
    sent = cookies.sent()
    if sent is not None and sent.round_id == visit.entry.round_id:
        return _thanked(visit, sent.receipt)
    if not visit.has_sent:
        raise Refusal("not_started", "nothing has been begun in this browser; open the link again and press Start")
    return _thanked(visit, receipt_of(visit.entry.round_id, visit.entry.the_token()))


def _thanked(visit: Visit, receipt: str) -> Response:
    page = "respond.thanks_in_kiosk" if cookies.in_kiosk() else "respond.thanks"
    response = redirect(url_for(page, code=visit.entry.code), 303)
    cookies.remember_sent(response, visit.entry.code, cookies.Sent(visit.entry.round_id, receipt))
    if request.cookies.get(languages.COOKIE) != languages.choose():
        # Begun on another device: the thank-you page has no draft to know the language from.
        cookies.remember_language(response, languages.choose())
    return response


def required_but_missing(visit: Visit, answers: Mapping[str, Answer]) -> dict[str, str]:
    """Items that may not be left out, and have been: a page can be passed by its address."""
    items = (item for part in visit.parts(answers, visit.instrument.pace) for item in part.items)
    return {item.id: _("This needs an answer.") for item in items if item.required and not is_answered(item, answers)}


def _review_page(visit: Visit, word: str, faults: Mapping[str, str]) -> str:
    answers = visit.contents.answers
    reading = visit.reading()
    parts = visit.parts(answers, PACES[word])
    blocks = [
        (
            in_language(section.title, reading.language),
            [_row(visit, item, answers, reading) for item in items if item.type is not ItemType.STATEMENT],
        )
        for part in parts
        for section, items in part.blocks
    ]
    changes = {
        item.id: f"{part_path(visit.entry.code, part.pace, part.number)}?andra=1#q-{item.id}"
        for part in parts
        for item in part.items
    }
    missing = [item for part in parts for item in left_out(part.items, answers)]
    return render_template(
        "respond/review.html",
        site=in_language(visit.instrument.title, reading.language),
        simulated=reading.simulated,
        blocks=blocks,
        changes=changes,
        faults=[
            (item.id, item_text(item, reading.language, reading.variant), faults[item.id])
            for part in parts
            for item in part.items
            if item.id in faults
        ],
        # Of what must be answered nobody says that it is fine.
        unanswered=sum(not item.required for item in missing),
        complete=not missing,
        speaks=languages_to_choose(visit.instrument, reading.language),
        back=part_path(visit.entry.code, PACES[word], len(parts)),
    )


def _row(
    visit: Visit, item: Item, answers: Mapping[str, Answer], reading: Reading
) -> tuple[str, str, str, list[str], bool]:
    """(id, question, answer in words, its pictures, whether there is one)."""
    question = item_text(item, reading.language, reading.variant)
    if not is_answered(item, answers):
        return item.id, question, _("No answer"), [], False
    answer = answers.get(item.id)
    words = _("Prefer not to say") if answer is None else _IN_WORDS[item.type](visit.instrument, item, answer, reading)
    return item.id, question, words, _pictures(visit.instrument, item, answer, reading), True


def _pictures(instrument: Instrument, item: Item, answer: Answer, reading: Reading) -> list[str]:
    address = current_desk().pictures.address
    chosen = [option for option in instrument.options(item) if option.value in _values(answer)]
    return [found for option in chosen if (found := shown_picture(option.picture, reading.variant, address))]


def _values(answer: Answer) -> tuple[object, ...]:
    return answer if isinstance(answer, tuple) else (answer,)


def _chosen(instrument: Instrument, item: Item, answer: Answer, reading: Reading) -> str:
    texts = {
        option.value: option_text(option, reading.language, reading.variant) for option in instrument.options(item)
    }
    return ", ".join(texts[value] for value in _values(answer) if isinstance(value, int))


def _as_written(_instrument: Instrument, _item: Item, answer: Answer, _reading: Reading) -> str:
    return written_number(answer) if isinstance(answer, float) else str(answer)


# A statement has no answer, and is left out of the review.
_IN_WORDS: dict[ItemType, Callable[[Instrument, Item, Answer, Reading], str]] = {
    ItemType.SINGLE_CHOICE: _chosen,
    ItemType.MULTIPLE_CHOICE: _chosen,
    ItemType.NUMBER: _as_written,
    ItemType.YEAR: _as_written,
    ItemType.SLIDER: _as_written,
    ItemType.SHORT_TEXT: _as_written,
    ItemType.LONG_TEXT: _as_written,
}
