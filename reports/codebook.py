"""The codebook of one instrument version, for archives and ethics applications: plain sections, and as Markdown.

Everything that the file holds is said, in every language that it is written in; headings are Swedish or English.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from instruments.columns import score_name
from instruments.load import LoadedInstrument
from instruments.model import Instrument, Kind, Method, MissingRule, Scale, in_language
from reports.codebook_parts import Chapter, Codebook, Facts, Grid, Part, Remark, Words
from reports.codebook_variables import column_chapter, merged, missing_chapter, variable_chapters
from reports.wording import number


def codebook_of(loaded: LoadedInstrument, language: str) -> Codebook:
    """The codebook with headings in `language` (sv or en). Raises ValueError for another one."""
    instrument, words = loaded.instrument, Words(language)
    chapters = (
        Chapter(1, words("about"), (Remark(words("lead")), Facts(tuple(_about(loaded, words))))),
        Chapter(1, words("sources"), (Facts(tuple(_sources(instrument, words))),)),
        *_scales(instrument, words),
        column_chapter(instrument, words),
        *variable_chapters(instrument, words),
        missing_chapter(instrument, words),
        _equivalences(instrument, words),
        _publishing(instrument, words),
    )
    name = f"{instrument.id} {instrument.version}"
    title = f"{words('codebook')}: {in_language(instrument.title, language)}"
    return Codebook(title, language, name, loaded.digest, chapters)


def _about(loaded: LoadedInstrument, words: Words) -> Iterator[tuple[str, str]]:
    instrument = loaded.instrument
    yield words("id"), instrument.id
    yield words("version"), instrument.version
    yield from words.texts("title", instrument.title)
    yield words("kind"), words(f"kind_{instrument.kind.value}")
    yield words("languages"), ", ".join(words.named(language) for language in instrument.languages)
    yield words("variants"), ", ".join(words(f"variant_{variant.value}") for variant in instrument.variants)
    yield (
        words("minutes"),
        words("minutes_value" if instrument.minutes > 1 else "minutes_one", minutes=instrument.minutes),
    )
    yield words("pace"), words(f"pace_{instrument.pace.value}")
    yield from words.texts("subject", instrument.subject)
    yield (
        words("size"),
        words(
            "size_value",
            items=sum(item.type.value != "statement" for item in instrument.items),
            scored=len(instrument.scored_items),
            background=len(instrument.background_items),
            scales=len(instrument.scales),
        ),
    )
    if instrument.scales:
        yield words("margin"), words("margin_value", margin=number(instrument.margin, words.language))
    yield words("digest"), loaded.digest
    yield from words.texts("introduction", instrument.introduction)
    yield from words.texts("easy_introduction", instrument.easy_introduction)


def _sources(instrument: Instrument, words: Words) -> Iterator[tuple[str, str]]:
    provenance, overlay = instrument.provenance, instrument.overlay
    yield words("wording"), words(f"wording_{provenance.wording}")
    for source in provenance.sources:
        yield words("source"), source
    yield words("licence"), provenance.licence
    yield from words.texts("notice", provenance.notice)
    if overlay is not None:
        yield words("overlay"), f"{overlay.of} {overlay.version} ({overlay.digest})"
        yield words("permission"), overlay.permission


def _scales(instrument: Instrument, words: Words) -> Iterator[Chapter]:
    yield Chapter(1, words("scales"), () if instrument.scales else (Remark(words("scales_none")),))
    for scale in instrument.scales:
        yield Chapter(2, in_language(scale.title, words.language), (Facts(tuple(_scale(scale, words))),))


def _scale(scale: Scale, words: Words) -> Iterator[tuple[str, str]]:
    count, language = len(scale.items), words.language
    yield words("id"), scale.id
    yield words("column"), score_name(scale.id)
    yield from words.texts("title", scale.title)
    yield from words.texts("description", scale.description)
    yield words("items"), ", ".join(scale.item_ids)
    yield words("formula"), words(f"formula_{scale.method.value}", count=count, positive=scale.positive_from)
    turned = ", ".join(entry.item for entry in scale.items if entry.reversed)
    limits = scale.minimum + scale.maximum
    yield words("reversal"), words("reversal_value", items=turned, sum=limits) if turned else words("reversal_none")
    rule = "missing_complete" if scale.missing is MissingRule.COMPLETE else "missing_half"
    yield words("missing_rule"), words(rule, needed=-(-count // 2), count=count)
    least, most = _score_range(scale)
    yield words("range"), words("range_value", low=scale.minimum, high=scale.maximum, least=least, most=most)
    if scale.positive_from is not None:
        yield words("positive"), words("positive_value", positive=scale.positive_from)
    if scale.margin is not None:
        yield words("margin"), words("margin_value", margin=number(scale.margin, language))
    yield from words.texts("low_label", scale.low_label)
    yield from words.texts("high_label", scale.high_label)
    yield from words.texts("discuss", scale.discuss)
    yield from _reference(scale, words)


def _score_range(scale: Scale) -> tuple[int, int]:
    """Least and greatest score."""
    if scale.method.value == "positive":
        return 0, 100
    times = len(scale.items) if scale.method is Method.SUM else 1
    return scale.minimum * times, scale.maximum * times


def _reference(scale: Scale, words: Words) -> Iterator[tuple[str, str]]:
    known, language = scale.reference, words.language
    if known is not None:
        spread = words("reference_sd", sd=number(known.sd, language)) if known.sd is not None else ""
        population = in_language(known.population, language)
        mean = number(known.mean, language)
        yield words("reference"), words("reference_value", mean=mean, sd=spread, n=known.n, population=population)
        yield words("reference_source"), known.source


def _equivalences(instrument: Instrument, words: Words) -> Chapter:
    parts: list[Part] = []
    for one in instrument.equivalences:
        rows = tuple((name, words(level.value)) for name, level in one.items.items())
        parts.append(Grid((words("item"), words("comparability", version=one.version)), rows, (0.3, 0.7)))
    return Chapter(1, words("equivalences"), tuple(parts) or (Remark(words("equivalences_none")),))


def _publishing(instrument: Instrument, words: Words) -> Chapter:
    is_open = instrument.kind is Kind.RECORD
    parts: list[Part] = [Remark(words("publishing_open" if is_open else "publishing_few"))]
    rows = tuple((item.id, merged(item)) for item in instrument.items if item.coarsen)
    if rows:
        head = (words("item"), words("merged"))
        parts += [Remark(words("publishing_merged")), Grid(head, rows, (0.3, 0.7))]
    return Chapter(1, words("publishing"), tuple(parts))


# --- Markdown ---

# An underscore within a word is one: names of columns stay as they are.
_SPECIAL = re.compile(r"([\\`*\[\]<>|#~]|(?<!\w)_|_(?!\w))")


def codebook_markdown(loaded: LoadedInstrument, language: str) -> str:
    """The codebook as Markdown (tables as GitHub's). Byte for byte the same for the same instrument."""
    codebook = codebook_of(loaded, language)
    lines = [f"# {_plain(codebook.title)}", "", f"{codebook.instrument} · {codebook.digest}", ""]
    for chapter in codebook.chapters:
        lines += [f"{'#' * (chapter.level + 1)} {_plain(chapter.title)}", ""]
        for part in chapter.parts:
            lines += [*_lines(part), ""]
    return "\n".join(lines).rstrip("\n") + "\n"


def _lines(part: Part) -> list[str]:
    if isinstance(part, Remark):
        return [_plain(part.text)]
    if isinstance(part, Facts):
        return ["| | |", "|---|---|", *(_row(row) for row in part.rows)]
    return [_row(part.head), "|" + "---|" * len(part.head), *(_row(row) for row in part.rows)]


def _row(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(_plain(cell) for cell in cells) + " |"


def _plain(text: str) -> str:
    """A text that Markdown shows as it is, on one line: signs of its own escaped, line ends as `<br>`."""
    escaped = _SPECIAL.sub(r"\\\1", text.replace("&", "&amp;"))
    return "<br>".join(line.strip() for line in escaped.splitlines())
