"""The pages of items: show one, take one in, and decide where the person goes next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from instruments.model import Answer, Instrument, Item, Pace, item_text
from survey.answering.entry import Purpose
from survey.errors import Refusal
from survey.web.respond import blueprint, cookies
from survey.web.respond import look as looks
from survey.web.respond.desk import current_desk
from survey.web.respond.drawing import Reading, draw_part, part_key
from survey.web.respond.fields import answered_slots, faulty_slots, input_ids
from survey.web.respond.forms import PartForm, field_name
from survey.web.respond.parts import Part, left_out, part_with, unanswered
from survey.web.respond.paths import PACES, WORDS, device_path, part_path, review_path
from survey.web.respond.sending import in_other_language, required_but_missing, send, sent_before
from survey.web.respond.visit import Visit, acting, again_if_changed, looking

FROM_REVIEW = "andra"
"""In the address of a page that was opened from the review: from there the way leads back to it."""

_PATH = "/s/<code>/<any(fraga, del, allt):word>/<int:number>"


@blueprint.get(_PATH)
def show_part(code: str, word: str, number: int) -> Response:
    with looking(code) as visit:
        answers = visit.contents.answers
        parts = visit.parts(answers, PACES[word])
        if not 1 <= number <= len(parts):
            return redirect(review_path(code, PACES[word]), 303)
        return _page(visit, parts[number - 1], answers)


@blueprint.post(_PATH)
@again_if_changed
def take_part(code: str, word: str, number: int) -> Response:
    with acting(code, Purpose.SUBMIT) as visit:
        if visit.draft is None and request.form.get("go") != "save":
            return sent_before(visit)
        before = visit.contents.answers
        items = _items_sent(visit.instrument)
        if not items:
            parts = visit.parts(before, PACES[word])
            if not 1 <= number <= len(parts):
                raise Refusal("tampered", "the page does not exist in this form; load it again")
            items = parts[number - 1].drawn.items
        form = current_desk().forms.bind(visit.instrument, visit.entry.instrument_digest, items, request.form)
        return _Turn(visit, PACES[word], number, items, form, before).response()


def _items_sent(instrument: Instrument) -> tuple[Item, ...]:
    """The items of the page that was sent, as the page itself says; none where it does not say.

    Its number is not enough: meanwhile another tab, or the page's own script, may have saved an answer that another
    path follows from, and what was told as saved would then have been an answer to something else.
    """
    named = request.form.get("items")
    if named is None:
        return ()
    ids = frozenset(named.split(" "))
    if not ids <= instrument.items_by_id.keys():
        raise Refusal("tampered", "the page has items that this form does not have; load it again")
    return tuple(item for item in instrument.items if item.id in ids)


@dataclass(frozen=True)
class _Turn:
    """A page that was sent in: its answers, and where its button leads."""

    visit: Visit
    pace: Pace
    number: int
    items: tuple[Item, ...]
    """What the page asked, whether that is on the path any more or not."""
    form: PartForm
    before: Mapping[str, Answer]

    @property
    def answers(self) -> dict[str, Answer]:
        """All answers, with those of this page as they are now: what was taken away is gone."""
        here = {item.id for item in self.items}
        return {item_id: answer for item_id, answer in self.before.items() if item_id not in here} | self.form.given()

    def response(self) -> Response:
        """Save, then send the page back if something is to be said, else do what the button says."""
        go, _, argument = request.form.get("go", "").partition("-")
        answers = self.answers
        if go == "save":
            # The page's script, between two pages: nobody sees what comes back, so there is none.
            self.visit.save(answers)
            return Response(status=422 if self._faults(onward=False) else 204)
        if go not in _BUTTONS:
            raise Refusal("tampered", "the button does not exist; load the page again")
        onward = go in _ONWARD
        parts = self.visit.parts(answers, self.pace)
        part = self._place(parts)
        on_page = {item.id for item in part.items}
        faults = {item_id: fault for item_id, fault in self._faults(onward).items() if item_id in on_page}
        if faults:
            self.visit.save(answers)
            return _page(self.visit, part, answers, faults=faults, posted=request.form)
        if onward:
            shown = {item.id for item in self.items}
            appeared = [item for item in unanswered(part.items, answers) if item.id not in shown]
            missing = self._not_told(left_out(part.items, answers))
            if appeared or missing:
                self.visit.save(answers)
                return _page(self.visit, part, answers, appeared=appeared, missing=missing)
        return _BUTTONS[go](self.visit, parts, part, answers, argument)

    def _place(self, parts: tuple[Part, ...]) -> Part:
        """Where this page is now; where none of its items is asked any more, the page before it."""
        for item in self.items:
            part = part_with(parts, item.id)
            if item in part.items:
                return part
        return parts[min(max(self.number - 1, 1), len(parts)) - 1]

    def _not_told(self, missing: tuple[Item, ...]) -> tuple[Item, ...]:
        """All that is unanswered, unless the page has said so before of each: some may have been opened meanwhile."""
        told = request.form.get("noticed")
        if told is None:
            return missing
        return missing if told != "1" and any(item.id not in told.split(",") for item in missing) else ()

    def _faults(self, onward: bool) -> dict[str, str]:
        """What must be changed now. Going back is stopped only by something written that would be lost."""
        faults = self.form.faults()
        if onward:
            return faults
        return {item: fault for item, fault in faults.items() if request.form.get(field_name(item), "").strip()}


def _next(visit: Visit, parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    visit.save(answers)
    if part.number == len(parts) or FROM_REVIEW in request.args:
        return redirect(review_path(visit.entry.code, part.pace), 303)
    return redirect(part_path(visit.entry.code, part.pace, part.number + 1), 303)


def _back(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    visit.save(answers)
    return redirect(part_path(visit.entry.code, part.pace, max(1, part.number - 1)), 303)


def _review(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    visit.save(answers)
    return redirect(review_path(visit.entry.code, part.pace), 303)


def _send(visit: Visit, parts: Sequence[Part], part: Part, answers: dict[str, Answer], argument: str) -> Response:
    if required_but_missing(visit, answers):
        # Of another page: the button came from one that asked for less than this form does.
        return _review(visit, parts, part, answers, argument)
    return send(visit, answers)


def _lang(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], language: str) -> Response:
    return in_other_language(visit, answers, language, part_path(visit.entry.code, part.pace, part.number))


def _variant(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], variant: str) -> Response:
    if variant not in visit.instrument.variants:
        raise Refusal("tampered", "the form does not have that variant")
    visit.save(answers, variant=variant)
    return redirect(part_path(visit.entry.code, part.pace, part.number), 303)


def _pace(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], pace: str) -> Response:
    if pace not in set(Pace):
        raise Refusal("tampered", "the form cannot be split like that")
    visit.save(answers)
    there = part_with(visit.parts(answers, Pace(pace)), part.items[0].id)
    return redirect(part_path(visit.entry.code, there.pace, there.number), 303)


def _look(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], word: str) -> Response:
    look = str(looks.changed(word))
    visit.save(answers)
    response = redirect(part_path(visit.entry.code, part.pace, part.number), 303)
    cookies.remember_look(response, look)
    return response


def _device(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    visit.save(answers)
    return redirect(device_path(visit.entry.code, part.pace), 303)


def _stored(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    return _aside(visit, part, answers, "respond.what_is_stored")


def _access(visit: Visit, _parts: Sequence[Part], part: Part, answers: dict[str, Answer], _argument: str) -> Response:
    return _aside(visit, part, answers, "respond.accessibility_of")


def _aside(visit: Visit, part: Part, answers: dict[str, Answer], endpoint: str) -> Response:
    """To a page that is no part of the form, and leads back to this one."""
    visit.save(answers)
    return redirect(url_for(endpoint, code=visit.entry.code, fran=f"{WORDS[part.pace]}-{part.number}"), 303)


_BUTTONS: dict[str, Callable[[Visit, Sequence[Part], Part, dict[str, Answer], str], Response]] = {
    "next": _next,
    "back": _back,
    "review": _review,
    "send": _send,
    "lang": _lang,
    "variant": _variant,
    "pace": _pace,
    "look": _look,
    "device": _device,
    "stored": _stored,
    "access": _access,
}
"""What each button of the page does, by the first word of its value."""

_ONWARD = frozenset({"next", "send"})


def _draw(instrument: Instrument, part: Part, reading: Reading) -> str:
    desk = current_desk()
    return draw_part(instrument, part.drawn, reading, desk.pictures.address, desk.recordings.address)


@lru_cache(maxsize=32)
def _saved(_language: str) -> str:
    """The word in the language that this request speaks: most pages say it, and nothing else of a catalogue."""
    return _("Saved")


def _page(
    visit: Visit,
    part: Part,
    answers: Mapping[str, Answer],
    *,
    faults: Mapping[str, str] | None = None,
    posted: MultiDict[str, str] | None = None,
    appeared: Sequence[Item] = (),
    missing: Sequence[Item] = (),
) -> Response:
    """The page with this person's answers in it, and above them what there is to say about them."""
    reading = visit.reading()
    key = part_key(visit.entry.instrument_digest, part.drawn, reading)
    desk = current_desk()
    pieces = desk.drawings.get(key, lambda: _draw(visit.instrument, part, reading))
    values = answered_slots(part, answers) | looks.slots()
    if reading.kiosk:
        values["visit"] = str(cookies.visit_field())
    if answers:
        values["saved"] = _saved(reading.language)
    if faults:
        values |= faulty_slots(part, faults, posted or MultiDict(), reading.variant)
        values["fault"] = _("Error: ")
    if faults or appeared or missing:
        questions = {item.id: item_text(item, reading.language, reading.variant) for item in part.items}
        values["notice"] = render_template(
            "respond/notice.html",
            faults=[
                (item.id, questions[item.id], faults[item.id]) for item in part.items if faults and item.id in faults
            ],
            appeared=[(item.id, questions[item.id]) for item in appeared],
            missing=[(item.id, questions[item.id]) for item in missing],
            # One question a page: it stands right below, and need not be said twice.
            alone=part.pace is Pace.ITEM,
            targets=input_ids(visit.instrument, part.items),
        )
    order = [item.id for item in part.items] if part.drawn is not part else ()
    return pieces.response(values, 422 if faults else 200, order=order)
