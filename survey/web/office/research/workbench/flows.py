"""Who moved: of the people followed from the round before, how many stand lower, the same and higher."""

from __future__ import annotations

from flask_babel import gettext as _

from reports import wording
from reports.charts import Focus
from reports.charts.flows import Moved, flows, moved, sentences, step_note
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import Asked
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.shown import Column, Figure, Shown, Table


def make(bench: Bench, asked: Asked) -> Shown:
    opened = asked.round(bench)
    focus = asked.group(bench, opened)
    if not opened.findings.linked:
        return Shown((), (_("This study does not follow persons from one round to the next."),))
    if opened.findings.before is None:
        return Shown((), (_("This is the first round: nobody can have been followed to it."),))
    if not moved(focus):
        return Shown((), (_("Nothing is told of how those followed have moved in this group."),))
    figure = Figure(
        name="floden",
        title=_("How those followed have moved"),
        table=_table(focus),
        how_to_read=_(
            "Only persons who answered both times are counted, each against their own earlier answers. That some go up"
            " and some go down is usual even where the level stands still, since nobody answers quite alike twice."
            " Whether the level has changed more than chance explains is told by the change, not by these counts."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: flows(focus),
        says=sentences(focus),
        notes=(step_note(focus),),
    )
    return Shown((figure,))


def _table(focus: Focus) -> Table:
    rows = tuple(
        (
            shown.text(focus.text(one.scale.title)),
            shown.count(one.flow.n),
            shown.count(one.flow.lower),
            shown.count(one.flow.same),
            shown.count(one.flow.higher),
            shown.text(_why(one, focus.language)),
        )
        for one in moved(focus)
    )
    heads = (_("Followed"), _("Lower now"), _("The same"), _("Higher now"))
    return Table(
        (Column(_("Scale")), *(Column(head, number=True) for head in heads), Column(_("Why not"))),
        rows,
    )


def _why(one: Moved, language: str) -> str:
    return "" if one.counts is not None else wording.reason(one.flow.reason, language)
