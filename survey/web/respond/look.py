"""How pages look to a person: the size of the text and the contrast. Chosen without a script, kept in a cookie.

A page of items is drawn once for all; what somebody has chosen fills its slots (`slots`), and whoever has chosen
nothing gets it as it is kept. There the choices are buttons, which save; on other pages links with `?look=`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.wrappers import Response

from survey.errors import Refusal
from survey.web import languages
from survey.web.respond import cookies

SIZES = (100, 125, 150)
"""Per cent of the size that the browser has."""
HIGH, PLAIN = "high", "plain"
_FORM = re.compile(f"({'|'.join(map(str, SIZES))})(h?)")


class Look(NamedTuple):
    size: int = 100
    high: bool = False
    """High contrast."""

    def __str__(self) -> str:
        return f"{self.size}{'h' if self.high else ''}"

    @property
    def attribute(self) -> Markup:
        """What stands in the page's first tag."""
        size = f"text-{self.size}" if self.size != SIZES[0] else ""
        names = " ".join(filter(None, (size, "contrast" if self.high else "")))
        return Markup(' class="{}"').format(names) if names else Markup("")


def chosen() -> Look:
    """What the person has chosen, just now or before."""
    # On a tablet's start screen what the person before chose is forgotten.
    kept = "" if languages.choices_forgotten() else request.cookies.get(cookies.LOOK, "")
    return _read(request.args.get("look", "")) or _read(kept) or Look()


def changed(word: str) -> Look:
    """The look with one thing changed: a size, or `high` or `plain` contrast. Raises Refusal `tampered`."""
    now = chosen()
    if word in (HIGH, PLAIN):
        return now._replace(high=word == HIGH)
    found = _read(word)
    if found is None or found.high:
        raise Refusal("tampered", "the page cannot look like that")
    return now._replace(size=found.size)


def keep(response: Response) -> Response:
    """Remember what a link with `?look=` has chosen."""
    found = _read(request.args.get("look", ""))
    if found is not None and response.mimetype == "text/html":
        cookies.remember_look(response, str(found))
    return response


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """(what is chosen, [(the button's word, its label)])."""
    sizes = (_("Ordinary"), _("Larger"), _("Largest"))
    return [
        (_("Size of the text"), [(str(size), label) for size, label in zip(SIZES, sizes, strict=True)]),
        (_("Contrast"), [(PLAIN, _("Ordinary")), (HIGH, _("High"))]),
    ]


def link(word: str) -> str:
    """The same page with one thing changed; empty where the page came of a POST and cannot be asked for again."""
    if request.method != "GET" or request.blueprint != "respond":
        return ""
    return f"?{urlencode({**request.args, 'look': str(changed(word))})}"


def is_chosen(word: str) -> bool:
    return changed(word) == chosen()


def slots() -> dict[str, str]:
    """What a drawn page needs of this person's choice; nothing of what most have."""
    now = chosen()
    return {} if now == Look() else _slots(now)


@cache
def _slots(now: Look) -> dict[str, str]:
    """There are six looks, so each is made once."""
    sizes = {f"look-{size}": _pressed(size == now.size) for size in SIZES}
    contrasts = {f"look-{word}": _pressed(now.high == (word == HIGH)) for word in (PLAIN, HIGH)}
    return {"look": str(now.attribute), **sizes, **contrasts}


def pressed_at_first(word: str) -> str:
    """What stands in a drawn page that nobody has touched."""
    return _pressed(word in (str(SIZES[0]), PLAIN))


def _pressed(yes: bool) -> str:
    return "true" if yes else "false"


def _read(text: str) -> Look | None:
    found = _FORM.fullmatch(text)
    return Look(int(found[1]), bool(found[2])) if found else None
