"""The shape of what a person is told when a request is refused; the sentences themselves stand beside it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString


@dataclass(frozen=True)
class Explained:
    """What happened (`text`) and what to do (`remedy`); both may name the refusal's facts as %(name)s."""

    text: LazyString
    remedy: LazyString | None = None
    title: LazyString | None = None
    status: int = 409
