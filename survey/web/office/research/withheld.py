"""What a release had to leave out because of something told before, in words: group by group, and because of what."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.model import Instrument, in_language
from reports.findings import Findings, Withheld
from reports.release import BEFORE
from reports.wording import listing
from survey.releases.live import LIVE_LABEL

Cell = tuple[str, ...]


@dataclass(frozen=True)
class LeftOut:
    group: str
    """Its name."""
    sentence: str


def left_out(findings: Findings, instrument: Instrument, codes: Collection[str], language: str) -> list[LeftOut]:
    """One line for each of these groups and each set of earlier outputs that hides something of it."""
    by_cause: dict[tuple[str, tuple[str, ...]], list[Withheld]] = {}
    for one in findings.withheld:
        if one.group in codes:
            by_cause.setdefault((one.group, one.because), []).append(one)
    return [
        LeftOut(findings.group(code).name, _sentence([one.cell for one in cells], because, instrument, language))
        for (code, because), cells in by_cause.items()
        if any(group.code == code for group in findings.groups)
    ]


def _sentence(cells: list[Cell], because: tuple[str, ...], instrument: Instrument, language: str) -> str:
    causes = listing(tuple(_label(label) for label in because), language)
    said = _(
        "Not shown, because %(causes)s has told so much already that a few people's answers could be worked out:"
        " %(what)s.",
        causes=causes,
        what=listing(tuple(_parts(cells, instrument, language)), language),
    )
    return str(said)


def _label(label: str) -> str:
    if label.endswith(LIVE_LABEL):
        return str(_("the count of answers while %(round)s was open", round=label.removesuffix(LIVE_LABEL)))
    return str(_("the release %(label)s", label=label))


def _parts(cells: list[Cell], instrument: Instrument, language: str) -> Iterator[str]:
    """What is left out: the number of answers, scales by title, how many items; then the same of the earlier round."""
    yield from _of_round([cell for cell in cells if cell[0] != BEFORE], instrument, language)
    earlier = tuple(_of_round([cell[1:] for cell in cells if cell[0] == BEFORE], instrument, language))
    if earlier:
        yield str(_("from the earlier round %(what)s", what=listing(earlier, language)))


def _of_round(cells: list[Cell], instrument: Instrument, language: str) -> Iterator[str]:
    if any(cell[0] == "respondents" for cell in cells):
        # With the number of answers all that rests on it is gone.
        yield str(_("everything about the group"))
        return
    scales = {cell[1] for cell in cells if cell[0] == "scale"}
    yield from (in_language(scale.title, language) for scale in instrument.scales if scale.id in scales)
    items = {cell[1] if cell[0] == "item" else cell[2] for cell in cells if cell[0] in ("item", "gaps")}
    if items:
        yield ngettext("%(num)s question", "%(num)s questions", len(items))
