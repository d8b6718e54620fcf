"""The pages: what is released, one release, one group."""

from __future__ import annotations

from flask import abort, render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from instruments.model import Scale
from reports.charts import Focus, changes, levels, ranked, scale_strip, spread, to_svg
from reports.charts.levels import mean_head, shared_head
from reports.charts.sketch import Chart
from reports.reading import read_group
from reports.references import reference_line
from survey.accounts.roles import Action
from survey.free_text.showing import texts_of
from survey.web.office import access
from survey.web.office.database import reading
from survey.web.office.research import library, tables
from survey.web.office.research.cut_tables import cut_tables
from survey.web.office.research.done import done_between_rounds
from survey.web.office.research.withheld import left_out


@access.login_required
def overview() -> str:
    access.require_somewhere(Action.SEE_RESULTS)
    studies = library.studies_with_releases()
    return render_template(
        "office/research/overview.html",
        studies=studies,
        replaced=library.replaced(release for _, releases in studies for release in releases),
        to_read=library.rounds_to_read(),
        with_rows=library.rounds_with_rows(),
    )


@access.login_required
def release(release_id: int) -> str:
    opened = library.find_release(release_id)
    lead = opened.focus(opened.lead.code, language())
    chosen = _chosen_scale(lead)
    return render_template(
        "office/research/release.html",
        opened=opened,
        lead=lead,
        reading=read_group(opened.disclosed, opened.instrument, lead.code, lead.language),
        scales=[(scale, tables.level_row(lead, scale), _strip(lead, scale)) for scale in lead.instrument.scales],
        head=shared_head(lead.instrument.scales),
        chosen=chosen,
        chosen_head=mean_head(chosen) if chosen else "",
        rows=[tables.level_row(lead.on(group.code), chosen) for group in opened.groups] if chosen else [],
        ranked=drawn(ranked(lead, chosen.id)) if chosen and may_rank(opened, lead) else None,
        changes=drawn(changes(lead)) if has_changes(lead) else None,
        withheld=left_out(opened.findings, opened.instrument, opened.codes, lead.language),
        newer=library.newer_release(opened.release),
    )


@access.login_required
def group(release_id: int, code: str) -> str:
    opened = library.find_release(release_id)
    focus = opened.focus(own(opened, code), language())
    return render_template(
        "office/research/group.html",
        opened=opened,
        focus=focus,
        reading=read_group(opened.disclosed, opened.instrument, code, focus.language),
        texts=texts_of(reading(), opened.disclosed).of(code),
        scales=[(scale, tables.level_row(focus, scale), _strip(focus, scale)) for scale in focus.instrument.scales],
        head=shared_head(focus.instrument.scales),
        scale_parts=[_part(focus, scale) for scale in focus.scales],
        changes=drawn(changes(focus)) if has_changes(focus) else None,
        withheld=left_out(opened.findings, opened.instrument, {code}, focus.language),
        cut_tables=cut_tables(focus),
        done=done_between_rounds(opened.release.round, code),
    )


def language() -> str:
    return str(get_locale())


def own(opened: library.OpenRelease, code: str) -> str:
    """`code`, if it took part (else 404) and is the person's to read (else 403)."""
    if code not in {group.code for group in opened.findings.groups}:
        abort(404)
    if code not in opened.codes:
        abort(403)
    return code


def _chosen_scale(focus: Focus) -> Scale | None:
    """The scale that the address asks for, else the first one."""
    by_id = {scale.id: scale for scale in focus.scales}
    return by_id.get(request.args.get("delskala", "")) or next(iter(focus.scales), None)


def drawn(chart: Chart) -> Markup:
    # to_svg escapes every text that it writes.
    return Markup(to_svg(chart))  # noqa: S704


def _strip(focus: Focus, scale: Scale) -> Markup | None:
    return drawn(scale_strip(focus, scale.id)) if tables.finding_of(focus.group, scale.id) else None


def has_changes(focus: Focus) -> bool:
    return any(
        (change := focus.finding(scale.id).change) is not None and change.difference.value is not None
        for scale in focus.scales
    )


def may_rank(opened: library.OpenRelease, lead: Focus) -> bool:
    """Only where the person may read every group that the chart would show."""
    return bool(lead.members) and all(member.code in opened.codes for member in lead.members)


def _part(focus: Focus, scale: Scale) -> dict[str, object]:
    """What a group's page shows of one scale."""
    items = focus.items(scale)
    return {
        "scale": scale,
        "levels": drawn(levels(focus, scale.id)),
        "head": mean_head(scale),
        "reference": reference_line(scale, focus.language),
        "comparisons": tables.comparison_rows(focus, scale),
        "spread": drawn(spread(focus, items, scale)) if items else None,
        "spread_tables": tables.spread_tables(focus, scale, items),
    }
