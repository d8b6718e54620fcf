"""Progress for whatever takes more than a moment: one bar a stage; a line each where there is no terminal."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Self

import click

if TYPE_CHECKING:
    from click._termui_impl import ProgressBar

LABEL_WIDTH = 40


class Progress:
    """`with Progress() as tell: tell("Simulates", 3, 10)`. Another label ends the bar before it."""

    def __init__(self) -> None:
        self._label = ""
        self._bar: ProgressBar[int] | None = None

    def __enter__(self) -> Self:
        return self

    def __call__(self, label: str, done: int, total: int | None) -> None:
        if self._bar is None or label != self._label:
            self._end(finished=True)
            self._label = label
            self._bar = click.progressbar(length=total or 1, label=label.ljust(LABEL_WIDTH), show_eta=False)
            self._bar.__enter__()
        # A total that becomes known on the way: the bar has been standing at nothing until then.
        self._bar.length = max(total or 0, done, 1)
        self._bar.update(done - self._bar.pos)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end(finished=error is None)

    def _end(self, *, finished: bool) -> None:
        if self._bar is not None:
            if finished and self._bar.length is not None:
                self._bar.update(self._bar.length - self._bar.pos)
            self._bar.__exit__(None, None, None)
            self._bar = None
