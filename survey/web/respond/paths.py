"""Addresses below a link: /s/<code>/<how the form is split>/<page>."""

from __future__ import annotations

from flask import url_for

from instruments.model import Pace

PACES = {"fraga": Pace.ITEM, "del": Pace.SECTION, "allt": Pace.ALL}
WORDS = {pace: word for word, pace in PACES.items()}


def part_path(code: str, pace: Pace, number: int) -> str:
    return url_for("respond.show_part", code=code, word=WORDS[pace], number=number)


def device_path(code: str, pace: Pace) -> str:
    return url_for("respond.show_device", code=code, word=WORDS[pace])


def review_path(code: str, pace: Pace) -> str:
    return url_for("respond.show_review", code=code, word=WORDS[pace])
