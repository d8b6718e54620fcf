"""A scale's level on the time axis, and under it what was done in the group between the rounds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from flask_babel import gettext as _
from flask_babel import ngettext

from instruments.load import load
from instruments.model import CHOICE_TYPES, Item, Scale, in_language
from reports.charts import Focus
from reports.charts.timeline import Marks, Point, timeline
from reports.sums import unit_of
from survey.errors import Refusal
from survey.models import RecordEntry
from survey.records.entries import instrument_of
from survey.records.overview import counted_items, said
from survey.web import current_services
from survey.web.office.layout import figure as told
from survey.web.office.research.done import done_in, last_day
from survey.web.office.research.tables import finding_of
from survey.web.office.research.workbench import shown
from survey.web.office.research.workbench.asked import SCALE, Asked, Option
from survey.web.office.research.workbench.bench import Bench
from survey.web.office.research.workbench.columns import interval_column
from survey.web.office.research.workbench.shown import Cell, Column, Figure, Shown, Table
from survey.web.office.research.workbench.stops import Stop, scales_of, stops

MOST_KINDS = 12
MOST_ROWS = 100
"""Of the activities themselves on the page: those of a country are thousands. The file has them all."""
A_YEAR = timedelta(days=365)


def make(bench: Bench, asked: Asked) -> Shown:
    code = asked.group_anywhere(bench)
    options = [Option(scale.id, in_language(scale.title, bench.language)) for scale in scales_of(bench)]
    chosen = asked.choose(SCALE, _("Scale"), options, chips=True)
    scale = next(scale for scale in scales_of(bench) if scale.id == chosen)
    line = stops(bench, code, scale)
    points = (*_unreleased(line, scale), *(point for stop in line if (point := _point(stop)) is not None))
    if not points:
        return Shown((), (_("None of the rounds has a last day: there is no time axis to set them on."),))
    focus = next(stop.focus for stop in reversed(line) if stop.focus)
    log = Log(bench.language)
    entries = [entry for entry in done_in(code, points[0].day - A_YEAR, points[-1].day) if log.counts(entry)]
    return Shown((_levels(focus, scale, points, _rows(entries, log)), *_done(bench, focus, entries, log)))


@dataclass
class Log:
    """What entries say, in one language. The instruments are looked up once, not once an entry: they are files."""

    language: str
    folders: Sequence[Path] = field(default_factory=lambda: current_services().instrument_folders)

    _counted: dict[str, tuple[Item, ...]] = field(default_factory=dict)
    _kinds: dict[tuple[str, str, str], str] = field(default_factory=dict)

    def counted(self, entry: RecordEntry) -> tuple[Item, ...]:
        """The items that the newest version of its instrument counts; none where no file of it can be used."""
        name = entry.instrument
        if name not in self._counted:
            try:
                # This one alone: to read the whole catalogue takes most of a second, the first time.
                self._counted[name] = counted_items(load(name, folders=self.folders).instrument)
            except ValueError:
                self._counted[name] = ()
        return self._counted[name]

    def counts(self, entry: RecordEntry) -> bool:
        """A log of activities counts something; a report on how the work goes is no activity."""
        return bool(self.counted(entry))

    def kind(self, entry: RecordEntry) -> str:
        """The first choice of the entry: what kind of activity it was."""
        try:
            instrument = instrument_of(entry, self.folders)
        except Refusal as refusal:
            if refusal.code != "instrument_changed":
                raise
            return f"({entry.instrument} {entry.instrument_version})"
        chosen = [(item, entry.answers.get(item.id)) for item in instrument.items if item.type in CHOICE_TYPES]
        key = instrument.id, instrument.version, str([value for _item, value in chosen])
        if key not in self._kinds:
            kinds = (said(instrument, item, entry.answers, self.language) for item, _value in chosen)
            self._kinds[key] = next(filter(None, kinds), in_language(instrument.title, self.language))
        return self._kinds[key]

    def figures(self, entry: RecordEntry) -> list[str]:
        """What the entry counts: "Antal gånger 4"."""
        answers = ((item, entry.answers.get(item.id)) for item in self.counted(entry))
        return [
            f"{in_language(item.label or item.text, self.language)} {told(value)}"
            for item, value in answers
            if isinstance(value, int | float)
        ]


def _point(stop: Stop) -> Point | None:
    """None for a round without a day."""
    day = last_day(stop.opened.release.round)
    if day is None:
        return None
    return Point(stop.opened.findings.round, day, stop.level, stop.joined)


def _unreleased(line: Sequence[Stop], scale: Scale) -> Iterator[Point]:
    """The round before the first one, where only the later one's release tells of it."""
    first = line[0]
    round_ = first.opened.release.round.before
    day = last_day(round_)
    finding = finding_of(first.focus.group, scale.id) if first.focus else None
    if round_ is not None and day is not None and finding is not None and finding.before is not None:
        yield Point(round_.name, day, finding.before.mean, joined=False)


def _rows(entries: list[RecordEntry], log: Log) -> tuple[Marks, ...]:
    """One a kind of activity, the commonest first; the rarest share a row where they are many."""
    days: dict[str, list[date]] = {}
    for entry in entries:
        days.setdefault(log.kind(entry), []).append(entry.happened_on)
    ordered = sorted(days.items(), key=lambda one: (-len(one[1]), one[0]))
    if len(ordered) > MOST_KINDS:
        rest = [day for _kind_of, found in ordered[MOST_KINDS - 1 :] for day in found]
        ordered = [*ordered[: MOST_KINDS - 1], (_("Everything else"), sorted(rest))]
    return tuple(Marks(kind, tuple(found)) for kind, found in ordered)


def _levels(focus: Focus, scale: Scale, points: tuple[Point, ...], rows: tuple[Marks, ...]) -> Figure:
    language, unit = focus.language, unit_of(scale)
    table = tuple(
        (
            shown.text(point.round),
            shown.text(point.day.isoformat()),
            shown.level(point.level, language, unit),
            shown.interval(point.level, language, unit),
            shown.count(_between(before, point, rows)),
        )
        for before, point in zip((None, *points), points, strict=False)
    )
    return Figure(
        name="tidsaxel",
        title=_("The level, and what was done"),
        table=Table(
            (
                Column(_("Round")),
                Column(_("Last day to answer")),
                Column(_("Level"), number=True),
                interval_column(language),
                Column(_("Activities since the round before"), number=True),
            ),
            table,
        ),
        how_to_read=_(
            "Above: the level in each round, on the day that it closed, with its uncertainty. Below: a stroke for each"
            " activity in the log, and how many they are. They stand on the same time axis so that one can see what"
            " came first. That something was done before a change does not show that it led to it."
        ),
        codes=frozenset({focus.code}),
        draw=lambda: timeline(focus, scale, points, rows),
        says=_said(rows),
    )


def _between(before: Point | None, point: Point, rows: tuple[Marks, ...]) -> int | None:
    if before is None:
        return None
    return sum(before.day < day <= point.day for row in rows for day in row.days)


def _said(rows: tuple[Marks, ...]) -> tuple[str, ...]:
    if not rows:
        return (_("The activity log has nothing in this group for these rounds."),)
    number = sum(len(row.days) for row in rows)
    return (ngettext("%(num)s activity in the log.", "%(num)s activities in the log.", number),)


def _done(bench: Bench, focus: Focus, entries: list[RecordEntry], log: Log) -> tuple[Figure, ...]:
    """The activities themselves, as a table, newest first; none where there are none."""
    if not entries:
        return ()
    newest_first, codes = entries[::-1], frozenset({focus.code})
    left = len(entries) - MOST_ROWS

    def rows(some: Sequence[RecordEntry]) -> Iterator[tuple[Cell, ...]]:
        for entry in some:
            figures = shown.text(", ".join(log.figures(entry)))
            day, kind = shown.text(entry.happened_on.isoformat()), shown.text(log.kind(entry))
            yield day, kind, shown.text(entry.unit.name), figures

    heads = (Column(_("Date")), Column(_("About")), Column(_("Municipality or unit")), Column(_("Figures")))
    figure = Figure(
        name="aktiviteter",
        title=_("The activities"),
        table=Table(heads, tuple(rows(newest_first[:MOST_ROWS])), lambda: rows(newest_first[MOST_ROWS:])),
        how_to_read=_("What has been signed in the activity log, which is open to all who may read it."),
        codes=codes,
        notes=(_left_out(left, bench.exportable(codes)),) if left > 0 else (),
    )
    return (figure,)


def _left_out(number: int, file: bool) -> str:
    """Where the person may have the file, it is told that the rest is there."""
    left = ngettext(
        "%(num)s earlier activity is not shown here.", "%(num)s earlier activities are not shown here.", number
    )
    return " ".join((left, _("The CSV file has them all."))) if file else left
