"""Whether a scale measures alike in both rounds, and its items alike in every form, in words with their tables."""

from __future__ import annotations

from babel import Locale
from flask_babel import get_locale, ngettext
from flask_babel import gettext as _

from instruments.model import Scale, item_text
from reports import wording
from reports.analyst_findings import Invariance, InvarianceStep, ItemFunctioning
from reports.charts import Focus
from survey.web.catalogues import is_language
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Table


def figures(focus: Focus, scale: Scale) -> list[Figure]:
    """Those of the two that the release says something of."""
    analyst = focus.findings.analyst
    found = [_measure(focus, scale, one) for one in analyst.invariance if one.scale == scale.id]
    items = tuple(one for one in analyst.functioning if one.scale == scale.id)
    return [*found, *([_functioning(focus, items)] if items else [])]


def _measure(focus: Focus, scale: Scale, one: Invariance) -> Figure:
    language = focus.language
    return Figure(
        name="samma-matt",
        title=_("Does the scale measure alike in both rounds?"),
        table=Table(
            (
                Column(_("Model")),
                Column(_("Chi-square"), number=True),
                Column(_("Degrees of freedom"), number=True),
                Column("CFI", number=True),
                Column("RMSEA", number=True),
                Column(_("Holds")),
            ),
            tuple(_step_row(step, language) for step in one.steps),
        ),
        how_to_read=_(
            "Three models, each asking for more: the same items belong together (configural), they weigh alike"
            " (metric), and they stand at the same level for people who are alike (scalar). Each is held against the"
            " one before: it fails where CFI falls by 0.01 or more and a second measure, RMSEA or SRMR, says so too."
            " Means can be compared straight off where all three hold."
        ),
        codes=frozenset({focus.code}),
        says=(_measured(focus.text(scale.title), one, language), *_answers(one)),
        open_table=True,
    )


def _measured(title: str, one: Invariance, language: str) -> str:
    """How far the models hold, and what that means for a line over time."""
    if not one.steps:
        return f"{title}: {wording.reason(one.reason, language)}."
    holds = 0
    for step in one.steps:
        if not step.holds:
            break
        holds += 1
    said = (
        _("%(scale)s: not even the same items seem to belong together in both rounds. Do not compare the means."),
        _("%(scale)s: the same items belong together, but they weigh otherwise. Do not compare the means as they are."),
        _("%(scale)s: the items weigh alike, but some stand at another level. Compare the means with care."),
        _("%(scale)s: measures alike in both rounds. The means can be compared."),
    )
    return said[min(holds, 3)] % {"scale": title}


def _answers(one: Invariance) -> tuple[str, ...]:
    if one.n is None or one.n_before is None:
        return ()
    return (_("From %(n)s complete answers now and %(before)s before.", n=one.n, before=one.n_before),)


def _step_row(step: InvarianceStep, language: str) -> tuple[Cell, ...]:
    names = {"configural": _("Same items"), "metric": _("Same weights"), "scalar": _("Same levels")}
    return (
        shown.text(names.get(step.step, step.step)),
        shown.number(step.chi2, language, 1),
        shown.count(step.df),
        shown.number(step.cfi, language, 3),
        shown.number(step.rmsea, language, 3),
        shown.text(_("yes") if step.holds else _("no")),
    )


def _functioning(focus: Focus, items: tuple[ItemFunctioning, ...]) -> Figure:
    return Figure(
        name="lika-fragor",
        title=_("Do all who answer use the items alike?"),
        table=Table(
            (
                Column(_("Item")),
                Column(_("Between")),
                Column(_("Answers"), in_file=(_("Answers, first"), _("Answers, second"))),
                Column("p", number=True),
                Column(_("Effect"), number=True),
                Column(_("Differs")),
            ),
            tuple(_item_row(focus, one) for one in items),
        ),
        how_to_read=_(
            "People who stand alike on the scale are compared: do they answer the item alike, whichever form, language"
            " or help they had? p takes account of how many items were asked about. The effect is how much better the"
            " answers are foretold by knowing the form too; below 0.035 it is negligible. An item that differs may be"
            " worded or translated unlike, and is worth a look."
        ),
        codes=frozenset({focus.code}),
        says=(_differ(items),),
        open_table=True,
    )


def _differ(items: tuple[ItemFunctioning, ...]) -> str:
    known = [one for one in items if one.reason is None]
    if not known:
        return str(_("The answers of one kind are too few to tell."))
    differs = sum(one.differs for one in known)
    if not differs:
        return str(_("No item is used otherwise."))
    return str(
        ngettext(
            "%(num)s comparison of %(of)s differs.", "%(num)s comparisons of %(of)s differ.", differs, of=len(known)
        )
    )


def _item_row(focus: Focus, one: ItemFunctioning) -> tuple[Cell, ...]:
    language = focus.language
    answers = Cell(f"{_n(one.n_first)} / {_n(one.n_second)}", (one.n_first, one.n_second))
    differs = _("yes") if one.differs else _("no")
    return (
        shown.text(item_text(focus.instrument.items_by_id[one.item], language)),
        shown.text(_("%(first)s and %(second)s", first=_kind(one, one.first), second=_kind(one, one.second))),
        answers,
        shown.number(one.p, language, 3),
        shown.number(one.effect, language, 3),
        shown.text(differs if one.reason is None else wording.reason(one.reason, language)),
    )


def _n(value: int | None) -> str:
    return "–" if value is None else str(value)


def _kind(one: ItemFunctioning, name: str) -> str:
    """The name of a form, a language, or help."""
    if one.by == "language" and is_language(name):
        return Locale.parse(name).get_display_name(get_locale()) or name
    names = {
        "standard": _("the ordinary form"),
        "easy": _("the easy-read form"),
        "helped": _("with help"),
        "alone": _("without help"),
    }
    return str(names.get(name, name))
