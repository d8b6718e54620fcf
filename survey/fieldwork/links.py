"""Open links: one a unit, the same for everybody in it. Personal tokens are never here."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import segno

from reports.sheets import csv_text
from survey.errors import Refusal
from survey.models import Round


@dataclass(frozen=True)
class OpenLink:
    unit_code: str
    unit_name: str
    url: str

    @property
    def kiosk(self) -> str:
        """The same form for a tablet that many share."""
        return f"{self.url}/kiosk"


def address(public_url: str, code: str) -> str:
    """Where a code leads."""
    return f"{public_url.rstrip('/')}/s/{code}"


def open_links(round_: Round, public_url: str) -> list[OpenLink]:
    """The round's open links by unit code. Raises Refusal `wrong_round_state` for a draft: it has none yet."""
    if round_.opened_at is None:
        where = f"{round_.study.slug}/{round_.name}"
        message = f"Round {where} is a draft and has no links; open it first with ./run rounds open"
        raise Refusal("wrong_round_state", message, round=where, state=str(round_.state))
    links = [
        OpenLink(row.unit.code, row.unit.name, address(public_url, row.open_code))
        for row in round_.units
        if row.open_code is not None
    ]
    return sorted(links, key=lambda link: link.unit_code)


def links_csv(links: Sequence[OpenLink]) -> str:
    return csv_text(
        [
            ("enhetskod", "enhet", "länk", "gemensam läsplatta"),
            *((link.unit_code, link.unit_name, link.url, link.kiosk) for link in links),
        ]
    )


def qr_svg(url: str, title: str = "") -> str:
    """The link as a QR code: one SVG element without a size of its own, to stand in a page or a file."""
    drawn = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        drawn, kind="svg", xmldecl=False, omitsize=True, title=title or url, nl=False, dark="#000", light="#fff"
    )
    return drawn.getvalue().decode()
