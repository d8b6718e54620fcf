"""One paper form on its way from the keyboard: what the request says of it, and the page that shows it.

Nothing of it is in an address but which form it is, which time it is typed in, and how many the page has taken: no
answer, and no number of a form, since addresses stay in histories and logs.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from instruments.model import Instrument
from survey.answering.importing.paper import TypedForm, typed_items
from survey.answering.importing.twice import LARGEST_NUMBER
from survey.answering.tokens import NONCE_BYTES
from survey.errors import Refusal
from survey.models import Round
from survey.web.office import access
from survey.web.office.admin.paper import Chosen, Offer
from survey.web.office.admin.paper_rows import FIELD, parts_of

MOST_COUNTED = 99_999
NUMBER_FIELD = "nummer"
_NONCE = re.compile(rf"[0-9a-f]{{{2 * NONCE_BYTES}}}")
_NUMBER = re.compile(r"0*([1-9][0-9]{0,4})", re.ASCII)

Page = str | tuple[str, int] | BaseResponse


class Turn(StrEnum):
    """Which time a form is typed in, as addresses say it."""

    ONCE = ""
    FIRST = "1"
    SECOND = "2"


@dataclass(frozen=True)
class Sheet:
    """One form in one request."""

    round: Round
    found: Offer
    chosen: Chosen
    turn: Turn
    nonce: str
    count: int
    """How many forms this page has taken since somebody began; carried from page to page by the browser."""
    begins_at: int
    """Where this person's numbers begin: two who number their piles at once take different ones."""
    number: str = ""
    """As it was typed."""
    typed: Mapping[str, str] | None = None
    """Item id -> what its field holds."""

    @property
    def instrument(self) -> Instrument:
        return self.found.loaded.instrument

    @property
    def own_nonce(self) -> bytes:
        """The page's as this person's: who has seen another's cannot have that form taken for one already sent."""
        return bytes.fromhex(self.nonce) + access.person().account.id.to_bytes(8, "big")

    def next(self, *, already: bool = False, same: bool = False) -> BaseResponse:
        """An empty form for the same unit, at an address that says nothing of the last one.

        `already`: it was the page's own form from before. `same`: one person has typed in the form both times.
        """
        values: dict[str, Any] = self.address | {"inskrivna": str(self.count + 1)}
        values |= {name: "1" for name, said in (("redan", already), ("samma", same)) if said}
        return redirect(url_for("admin.paper_entry", round_id=self.round.id, **values))

    @property
    def address(self) -> dict[str, str]:
        turn = {"gang": self.turn.value, "fran": str(self.begins_at)} if self.turn else {}
        return self.chosen.address | turn

    def page(
        self,
        *,
        read: TypedForm | None = None,
        empty: bool = False,
        looked: bool = False,
        number_fault: str = "",
        odd: bool = False,
        same: bool = False,
    ) -> str:
        """The form. `odd`: it can hardly be the one that was typed in first."""
        parts = parts_of(self.instrument, self.chosen.language, self.chosen.variant, self.typed or {}, read)
        rows = [row for part in parts for row in part.rows]
        faults = [row for row in rows if row.fault]
        # Only where all else is right: then pressing once more saves.
        asks = read is not None and bool(read.left_out) and not (empty or odd or number_fault)
        first = next(iter(faults), None) or (rows[0] if rows else None)
        begins_at = first.name if first and not asks else ""
        if number_fault or odd or (self.turn is Turn.SECOND and read is None):
            begins_at = NUMBER_FIELD
        return render_template(
            "office/admin/paper_entry.html",
            round=self.round,
            paper=self.found,
            sheet=self,
            chosen=self.chosen,
            unit_name=dict(self.found.units)[self.chosen.unit],
            parts=parts,
            faults=faults,
            number_fault=number_fault,
            left_out=[row for row in rows if row.left_out] if asks else [],
            empty=empty and not looked and not number_fault,
            looked=looked and not (faults or empty or odd or number_fault),
            odd=odd and not number_fault,
            same=same,
            both_times=read is None and request.args.get("samma") == "1",
            saved=self.count > 0 and read is None,
            already=read is None and request.args.get("redan") == "1",
            begins_at=begins_at,
        )


def asked_for(round_: Round, found: Offer, chosen: Chosen, turn: Turn, given: Mapping[str, str]) -> Sheet:
    """An empty form, as an address asks for it."""
    nonce = secrets.token_hex(NONCE_BYTES)
    return Sheet(round_, found, chosen, turn, nonce, _counted(given), read_number(given.get("fran", "")) or 1)


def sent(round_: Round, found: Offer, chosen: Chosen, turn: Turn) -> Sheet:
    """The form that was sent. Raises Refusal `tampered` for a page without its own mark."""
    nonce = request.form.get("lopnummer", "")
    if not _NONCE.fullmatch(nonce):
        raise Refusal("tampered", "the page was changed on the way; open it again")
    typed = {item.id: request.form.get(FIELD + item.id, "") for item in typed_items(found.loaded.instrument)}
    empty = replace(asked_for(round_, found, chosen, turn, request.form), nonce=nonce)
    return replace(empty, number=request.form.get(NUMBER_FIELD, "").strip()[:20], typed=typed)


def read_number(text: str) -> int | None:
    """A form's number, 1 to `LARGEST_NUMBER`; None for anything else."""
    found = _NUMBER.fullmatch(text.strip())
    number = int(found[1]) if found else 0
    return number if 1 <= number <= LARGEST_NUMBER else None


def accepted() -> set[str]:
    """The items that the person has been told are left out."""
    return set(request.form.get("utelamnas", "").split())


def _counted(given: Mapping[str, str]) -> int:
    text = given.get("inskrivna", "")
    return min(int(text), MOST_COUNTED - 1) if re.fullmatch(r"[0-9]{1,5}", text) else 0
