"""Another wording over an instrument's own ids: for those who have permission to use the official text.

The overlay is a table (item, language, text). What it says becomes part of the instrument that comes of it, and so of
its digest: nobody can compare the two wordings without noticing. Only languages that the overlay gives in full are
left, so that no item stands in one wording in Swedish and in another in English.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from instruments.changing import in_languages, with_changes
from instruments.document import MAX_BYTES
from instruments.exchange.features import Feature, keep
from instruments.exchange.frame import Frame
from instruments.faults import Fault, most, suggest
from instruments.load import LoadedInstrument
from instruments.model import (
    AnswerSet,
    Instrument,
    Localised,
    Option,
    Overlay,
    Provenance,
    Section,
)

COLUMNS = ("item", "language", "text")
NO_PERMISSION_NAMED = "The overlay does not say who has given permission, or for what."
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LONGEST = 2000

# Easy texts, recordings, short labels and reference values belong to the old wording.
_LAID_OVER = frozenset(Feature) - {Feature.EASY, Feature.RECORDINGS, Feature.EQUIVALENCES, Feature.REFERENCES}

_NOTICE = {
    "sv": (
        "Ordalydelsen är inlagd av den som anordnar undersökningen{permitted}. Indelningen i delskalor "
        "är den som {title} {version} i det här verktyget har."
    ),
    "en": (
        "The wording was put in by those who run the survey{permitted}. The division into scales is "
        "that of {title} {version} in this tool."
    ),
}


# Said of a wording only where somebody has said who permitted it.
_PERMITTED = {"sv": " och används med tillstånd", "en": " and is used with permission"}


@dataclass(frozen=True)
class OverlayRow:
    """One line of the table; `line` is its number in the file."""

    line: int
    item: str
    language: str
    text: str


class FaultyOverlay(ValueError):
    """An overlay that is not laid over anything; `faults` says everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"{len(faults)} faults in the overlay; the first: {faults[0]}")
        self.faults = tuple(faults)


def lay_over(base: LoadedInstrument, rows: Sequence[OverlayRow], name: str, permission: str = "") -> Instrument:
    """The instrument `name` with the overlay's texts over `base`'s.

    Every scored item needs a text in each language that the overlay has; background items and options
    (`ANSWER_SET.VALUE`) may have one. Easy texts, recordings and reference values belong to the old wording and go.
    Raises FaultyOverlay with every fault.
    """
    instrument = base.instrument
    if faults := list(most(_faults(instrument, rows))):
        raise FaultyOverlay(sorted(faults, key=lambda fault: (fault.line or 0, fault.place)))
    texts: dict[str, Localised] = {}
    for row in rows:
        texts.setdefault(row.item, {})[row.language] = row.text
    languages = tuple(code for code in instrument.languages if any(row.language == code for row in rows))
    plain = in_languages(keep(instrument, _LAID_OVER, Frame(name, instrument.version)), languages)
    return with_changes(
        plain,
        id=name,
        answer_sets=tuple(_answer_set(one, texts) for one in plain.answer_sets),
        sections=tuple(_section(section, texts) for section in plain.sections),
        provenance=_provenance(base, languages, permission),
        overlay=Overlay(
            of=instrument.id,
            version=instrument.version,
            digest=base.digest,
            permission=permission or NO_PERMISSION_NAMED,
        ),
    )


def _answer_set(answer_set: AnswerSet, texts: Mapping[str, Localised]) -> AnswerSet:
    options = tuple(
        with_changes(option, text=texts.get(option_id(answer_set, option), option.text))
        for option in answer_set.options
    )
    return with_changes(answer_set, options=options)


def _section(section: Section, texts: Mapping[str, Localised]) -> Section:
    """A label is a short form of the old wording, and goes with it."""
    items = tuple(
        with_changes(item, text=texts[item.id], label=None) if item.id in texts else item for item in section.items
    )
    return with_changes(section, items=items)


def option_id(answer_set: AnswerSet, option: Option) -> str:
    """How an overlay names an option: `agreement.1`."""
    return f"{answer_set.id}.{option.value}"


def _provenance(base: LoadedInstrument, languages: Iterable[str], permission: str) -> Provenance:
    instrument = base.instrument
    notice = {}
    for code in languages:
        spoken = code if code in _NOTICE else "en"
        permitted = _PERMITTED[spoken] if permission else ""
        notice[code] = _NOTICE[spoken].format(
            permitted=permitted, title=instrument.title[code], version=instrument.version
        )
    return Provenance(
        wording="official",
        sources=(
            f"Wording: a text overlay over {instrument.id} {instrument.version} (digest {base.digest}).",
            *instrument.provenance.sources,
        ),
        licence=permission or NO_PERMISSION_NAMED,
        notice=notice,
    )


def _faults(instrument: Instrument, rows: Sequence[OverlayRow]) -> Iterator[Fault]:
    names = [item.id for item in instrument.items]
    options = [option_id(one, option) for one in instrument.answer_sets for option in one.options]
    first: dict[tuple[str, str], int] = {}
    for row in rows:
        place = row.item or "item"
        if row.item not in names and row.item not in options:
            message = f"{instrument.id} has no item {row.item!r}"
            yield Fault("unknown_item", row.line, place, message, suggest(row.item, [*names, *options]))
        if row.language not in instrument.languages:
            yield _language_fault(instrument, row, place)
        if not row.text:
            yield Fault("empty_text", row.line, place, "the text is empty", "write the text, or remove the line")
        elif len(row.text) > _LONGEST:
            yield Fault("long_text", row.line, place, "the text is too long", f"at most {_LONGEST} characters")
        line = first.setdefault((row.item, row.language), row.line)
        if line != row.line:
            message = f"{row.item} in {row.language} stands twice, first on line {line}"
            yield Fault("duplicate_item", row.line, place, message, "keep one of them")
    yield from _missing(instrument, {row.language for row in rows}, set(first))


def _language_fault(instrument: Instrument, row: OverlayRow, place: str) -> Fault:
    if _LANGUAGE.fullmatch(row.language):
        message = f"{instrument.id} has no texts in {row.language!r}"
    else:
        message = f"{row.language!r} is not a language code"
    return Fault("unknown_language", row.line, place, message, suggest(row.language, instrument.languages))


def _missing(instrument: Instrument, languages: set[str], given: set[tuple[str, str]]) -> Iterator[Fault]:
    """Every scored item in every language of the overlay; of a set's options all or none."""
    used = [code for code in instrument.languages if code in languages]
    scored = {item.id for item in instrument.scored_items}
    for language in used or instrument.languages[:1]:
        for item in instrument.items:
            touched = any((item.id, code) in given for code in used)
            if (item.id in scored or touched) and (item.id, language) not in given:
                message = f"{item.id} has no text in {language!r}"
                yield Fault("missing_item", None, item.id, message, f"add a line: {item.id},{language},...")
        for one in instrument.answer_sets:
            names = [option_id(one, option) for option in one.options]
            touched = any((name, code) in given for name in names for code in used)
            for name in names:
                if touched and (name, language) not in given:
                    message = f"{name} has no text in {language!r}, though other options of the set have"
                    yield Fault("missing_item", None, name, message, f"add a line: {name},{language},...")


def read_rows(content: bytes) -> list[OverlayRow]:
    """The lines of a CSV file with the columns item, language and text (comma, semicolon or tab; UTF-8).

    Raises FaultyOverlay for a file that is no such table.
    """
    if len(content) > MAX_BYTES:
        raise _refused("too_large", f"the file is larger than {MAX_BYTES // 1000} kB", "keep only the three columns")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused("encoding", "the file is not UTF-8", "save it as CSV UTF-8") from None
    heading = text.split("\n", 1)[0]
    separator = max(",;\t", key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        table = [(reader.line_num, [cell.strip() for cell in cells]) for cells in reader]
    except csv.Error as error:
        raise _refused("syntax", f"not a CSV table: {error}", "correct the quotation marks", reader.line_num) from None
    columns = [name.lower() for name in table[0][1]] if table else []
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        message = f"no column is called {', '.join(missing)}"
        raise _refused("missing_column", message, f"the first line must read: {','.join(COLUMNS)}", 1)
    places = [columns.index(name) for name in COLUMNS]
    rows = []
    for line, cells in table[1:]:
        if any(cells):
            item, language, said = (cells[place] if place < len(cells) else "" for place in places)
            rows.append(OverlayRow(line, item, language, said))
    if not rows:
        raise _refused("too_few", "the table has no lines", "write one line for each item and language")
    return rows


def _refused(code: str, message: str, remedy: str, line: int | None = None) -> FaultyOverlay:
    return FaultyOverlay([Fault(code, line, "", message, remedy)])
