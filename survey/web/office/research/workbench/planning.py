"""The next round: how many answers, how many of them from the same people, and what change could then be found."""

from __future__ import annotations

from flask_babel import gettext as _

from instruments.model import Scale
from reports import wording
from reports.charts import Focus
from reports.charts.analyst_phrases import phrase
from reports.charts.detectable import Wanted, detectable
from reports.next_round import (
    MOST,
    SURE,
    USUAL_CORRELATION,
    Basis,
    Prospect,
    Wish,
    basis_of,
    curves,
    notes,
    of_cases,
    prospects,
    sentences,
    steps,
)
from reports.share_plan import share_notes, share_prospects, share_sentences
from reports.sums import score_range, unit_of
from reports.wording import PER_CENT
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table

NOW, COMING, FOLLOWED, CORRELATION, CHANGE = "svar", "nasta", "foljda", "samband", "forandring"
SHARE_CHANGE = "andel"


def make(bench: Bench, asked: Asked) -> Shown:
    focus = asked.group(bench, bench.newest)
    scale = asked.scale(focus)
    basis = basis_of(focus, scale) if scale else None
    if scale is None or basis is None:
        return Shown((), (_("The newest round tells no spread of this group: there is nothing to plan from."),))
    wish = _wish(asked, focus, scale, basis)
    found = prospects(basis, wish, fewest=focus.findings.thresholds.spread_from, seed=focus.findings.seed)
    figure = Figure(
        name="plan",
        title=phrase(bench.language, "detectable_title", scale=focus.text(scale.title)),
        table=_table(found, wish, scale, bench.language),
        how_to_read=_(
            "The smallest change is the one that the deciding test finds eight times out of ten; so often is the change"
            " that you asked about to be found with the answers needed. The lines show it for nobody, half and"
            " everybody followed from the newest round; the ring is what you asked about. More answers make the line"
            " fall, first fast and then slowly; where more answer than now, not all can be followed, and the lowest"
            " line turns. To follow people pays more the more alike their answers are from one time to the next. The"
            " simulation draws the round four thousand times and counts how often the test finds the change: it should"
            " be close to what is worked out."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: detectable(
            curves(basis, wish),
            Wanted(wish.coming, found[0].smallest),
            bench.language,
            unit_of(scale),
            title=phrase(bench.language, "detectable_title", scale=focus.text(scale.title)),
        ),
        says=sentences(scale, wish, found[0], bench.language),
        notes=notes(scale, basis, bench.language),
        open_table=True,
    )
    return Shown((figure, *_of_share(asked, focus, scale, wish)))


def _of_share(asked: Asked, focus: Focus, scale: Scale, wish: Wish) -> tuple[Figure, ...]:
    """The same for the share of positive answers, where the release tells it beside the mean."""
    finding = finding_of(focus.group, scale.id)
    share = finding.level.positive.value if finding else None
    if share is None:
        return ()
    label = _("Change in the share to be found (percentage points)")
    points = asked.number(SHARE_CHANGE, label, 10, 1, 99)
    found = share_prospects(share, wish, points / 100, fewest=focus.findings.thresholds.spread_from)
    columns = (
        Column(_("Followed")),
        Column(_("Persons followed"), number=True),
        Column(_("Seen if it falls to"), number=True),
        Column(_("Seen if it rises to"), number=True),
        Column(_("Wished change found"), number=True),
        _needed_column(label),
    )
    rows = tuple(
        (
            Cell(wording.percent(one.followed, focus.language), (one.followed,)),
            shown.count(one.pairs),
            Cell(wording.percent(one.low, focus.language), (one.low,)),
            Cell(wording.percent(one.high, focus.language), (one.high,)),
            _share(one.found, focus.language),
            _needed(one.needed, wish, points),
        )
        for one in found
    )
    figure = Figure(
        name="plan-andel",
        title=_("Share of positive answers"),
        table=Table(columns, rows),
        how_to_read=_(
            "A share must change more than a mean to be seen: a yes or a no tells less than a place on the scale. The"
            " wished change is looked for both up and down, and told is the direction that is harder to see."
        ),
        codes=frozenset({focus.code}),
        says=share_sentences(share, wish, points / 100, found[0], focus.language),
        notes=share_notes(focus.language),
        open_table=True,
    )
    return (figure,)


def _wish(asked: Asked, focus: Focus, scale: Scale, basis: Basis) -> Wish:
    """What is typed; else as many answers as now, as many of them followed, and a third of the spread."""
    finding = finding_of(focus.group, scale.id)
    fewest = focus.findings.thresholds.spread_from
    n = max(fewest, (finding.level.mean.n if finding else None) or fewest)
    low, high = score_range(scale)
    share_scale = unit_of(scale) is PER_CENT
    step = 1.0 if share_scale else 0.01
    change = max(step, round(basis.sd / 3 / step) * step)
    own = USUAL_CORRELATION if basis.correlation is None else min(max(round(basis.correlation, 2), 0.0), 0.95)
    return Wish(
        now=round(asked.number(NOW, _("Answers now"), n, fewest, MOST)),
        coming=round(asked.number(COMING, _("Answers next time"), n, fewest, MOST)),
        share=asked.number(FOLLOWED, _("Per cent followed"), _followed(focus), 0, 100) / 100,
        correlation=asked.number(CORRELATION, _("Correlation between the rounds"), own, 0, 0.95, 0.01),
        change=asked.number(
            CHANGE,
            _change_label(scale),
            round(change, 2),
            step,
            high - low,
            step,
        ),
    )


def _change_label(scale: Scale) -> str:
    share_scale = unit_of(scale) is PER_CENT
    return _("Change to be found (percentage points)") if share_scale else _("Change to be found (steps)")


def _followed(focus: Focus) -> float:
    """Per cent of the smaller round that answered both times; 0 where nobody is followed."""
    group = focus.group
    if not focus.findings.linked or not group.n_linked or not group.n or not group.n_before:
        return 0.0
    return float(round(100 * group.n_linked / min(group.n, group.n_before)))


def _table(found: tuple[Prospect, ...], wish: Wish, scale: Scale, language: str) -> Table:
    columns = (
        Column(_("Followed")),
        Column(_("Persons followed"), number=True),
        Column(_("Smallest change"), number=True),
        Column(_("Found, simulated"), number=True),
        Column(_("Wished change found"), number=True),
        Column(_("The same, simulated"), number=True),
        _needed_column(_change_label(scale)),
    )
    return Table(columns, tuple(_row(one, wish, scale, language) for one in found))


def _row(one: Prospect, wish: Wish, scale: Scale, language: str) -> tuple[Cell, ...]:
    said = "–" if one.smallest is None else steps(one.smallest, unit_of(scale), language)
    return (
        Cell(wording.percent(one.share, language), (one.share,)),
        shown.count(one.pairs),
        Cell(said, (one.smallest,)),
        _share(one.smallest_simulated, language),
        _share(one.found, language),
        _share(one.found_simulated, language),
        _needed(one.needed, wish, wish.change),
    )


def _share(value: float | None, language: str) -> Cell:
    return Cell(of_cases(value, language), (value,))


def _needed_column(change: str) -> Column:
    """The file says beside it what was asked: a table alone does not tell what its numbers answer."""
    needed = _("Answers needed a round")
    asked = (_("Answers now"), _("Answers next time"), _("Correlation between the rounds"), change)
    return Column(needed, number=True, in_file=(needed, *asked, _("Probability wanted")))


def _needed(answers: int | None, wish: Wish, change: float) -> Cell:
    said = shown.count(answers)
    return Cell(said.text, (*said.values, wish.now, wish.coming, wish.correlation, change, SURE))
