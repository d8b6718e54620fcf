"""Random valid instruments, with everything that the model can hold: the ground under every property of a format."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from instruments.check import check_document
from instruments.document import document_of
from instruments.model import Instrument
from instruments.outline import outline_of
from instruments.reach import unreachable

LANGUAGES = ("sv", "en", "ar", "fi")

# What breaks formats: their own separators and quotes, references, markup, formulas, other scripts, white space.
AWKWARD = (
    "|",
    "\n",
    '"',
    "'",
    ",",
    ";",
    "\t",
    "${K01}",
    "[K01]",
    "{K01}",
    "<b>&amp;",
    "=1+1",
    "@",
    "#",
    "\\",
    "%",
    "–",
)
OTHER = ("å", "Ö", "é", "سلام", "мир", "🙂", "\u200f", "\u00a0", "  ")

words = st.sampled_from(
    ["Jag", "hinner", "med", "jobbet", "ofta", "vet inte", "1", "no", "true", "~", *AWKWARD, *OTHER]
)
texts = st.lists(words, min_size=1, max_size=6).map(" ".join).map(str.strip).filter(bool)


def localised(languages: tuple[str, ...]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(dict.fromkeys(languages, texts))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def _filled(group: dict[str, Any]) -> dict[str, Any]:
    """Without what was left unsaid."""
    return {key: value for key, value in group.items() if value is not None}


@st.composite
def _picture(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, Any]:
    return {"file": draw(st.sampled_from(["yes.svg", "no.svg"])), "alt": draw(localised(languages))}


@st.composite
def _recordings(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, str]:
    """In some of the languages."""
    read = draw(st.lists(st.sampled_from(languages), min_size=1, unique=True))
    return {language: draw(st.sampled_from(["q1.mp3", "a_b-2.wav"])) for language in read}


@st.composite
def _answer_set(draw: st.DrawFn, name: str, languages: tuple[str, ...], easy: bool) -> dict[str, Any]:
    """Steps 1 to n, and perhaps one that counts as missing."""
    steps = draw(st.integers(2, 5))
    options = [
        _filled(
            {
                "value": value,
                "text": draw(localised(languages)),
                "easy": draw(maybe(localised(languages))) if easy else None,
                "audio": draw(maybe(_recordings(languages))),
                "picture": draw(maybe(_picture(languages))),
                "missing": True if value > steps else None,
            }
        )
        for value in [*range(1, steps + 1), *([draw(st.sampled_from([9, 99]))] if draw(st.booleans()) else [])]
    ]
    return {"id": name, "options": options}


TYPES = ["single_choice"] * 4 + ["multiple_choice", "number", "year", "slider", "short_text", "long_text", "statement"]


@st.composite
def _item(draw: st.DrawFn, number: int, languages: tuple[str, ...], easy: bool, sets: list[dict[str, Any]]) -> Any:
    # The first is answered, so that something is left where a format has no statements.
    kind = draw(st.sampled_from(TYPES[:-1] if number == 1 else TYPES))
    item: dict[str, Any] = {
        "id": draw(st.sampled_from(["K", "b_", "Item"])) + f"{number:02}",
        "type": kind,
        "text": draw(localised(languages)),
        "easy": draw(localised(languages)) if easy else None,
        "help": draw(maybe(localised(languages))),
        "label": draw(maybe(localised(languages))),
        "audio": draw(maybe(_recordings(languages))),
        "easy_audio": draw(maybe(_recordings(languages))) if easy else None,
        "picture": draw(maybe(_picture(languages))),
    }
    if easy and item["help"]:
        item["easy_help"] = draw(maybe(localised(languages)))
    if kind in ("single_choice", "multiple_choice"):
        item["answer_set"] = draw(st.sampled_from(sets))["id"]
    if kind in ("number", "year", "slider"):
        low = draw(st.integers(-5, 5)) if kind != "year" else draw(st.integers(1900, 2000))
        bounded = kind == "slider" or draw(st.booleans())
        item |= {"minimum": low, "maximum": low + draw(st.integers(1, 100))} if bounded else {}
    if kind == "slider":
        item |= {"low_label": draw(localised(languages)), "high_label": draw(localised(languages))}
    if kind != "statement":
        item["required"] = True if draw(st.integers(0, 5)) == 0 else None
        item["may_decline"] = True if draw(st.booleans()) else None
    return _filled(item)


@st.composite
def _comparison(draw: st.DrawFn, earlier: list[dict[str, Any]], sets: dict[str, dict[str, Any]]) -> dict[str, Any]:
    item = draw(st.sampled_from(earlier))
    rule: dict[str, Any] = {"op": "answered", "item": item["id"]}
    if "answer_set" in item:
        values = [option["value"] for option in sets[item["answer_set"]]["options"]]
        op = draw(st.sampled_from(["is", "is_not", "any_of", "answered"]))
        if op == "any_of":
            rule = {
                "op": op,
                "item": item["id"],
                "value": draw(st.lists(st.sampled_from(values), min_size=1, unique=True)),
            }
        elif op != "answered":
            rule = {"op": op, "item": item["id"], "value": draw(st.sampled_from(values))}
    elif item["type"] in ("number", "year", "slider"):
        op = draw(st.sampled_from(["is", "at_least", "at_most"]))
        low, high = item.get("minimum", 0), item.get("maximum", 10)
        rule = {"op": op, "item": item["id"], "value": draw(st.integers(low, high))}
    return rule


@st.composite
def _rule(draw: st.DrawFn, earlier: list[dict[str, Any]], sets: dict[str, dict[str, Any]], depth: int = 0) -> Any:
    op = draw(st.sampled_from(["plain", "plain", "plain", "all", "any", "not"])) if depth < 2 else "plain"
    if op == "plain":
        return draw(_comparison(earlier, sets))
    count = 1 if op == "not" else draw(st.integers(1, 3))
    return {"op": op, "rules": [draw(_rule(earlier, sets, depth + 1)) for _ in range(count)]}


@st.composite
def _sections(
    draw: st.DrawFn, languages: tuple[str, ...], easy: bool, sets: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    by_name = {one["id"]: one for one in sets}
    sections: list[dict[str, Any]] = []
    asked: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 3))):
        shuffled = draw(st.booleans())
        items = []
        before = list(asked)
        for _ in range(draw(st.integers(1, 4))):
            item = draw(_item(len(asked) + 1, languages, easy, sets))
            # In a section whose order is each person's own, no item may look at another.
            seen = [one for one in (before if shuffled else asked) if one["type"] != "statement"]
            if seen and draw(st.integers(0, 3)) == 0:
                item["visible_if"] = draw(_rule(seen, by_name))
            items.append(item)
            asked.append(item)
        earlier = [one for one in before if one["type"] != "statement"]
        section = {
            "id": f"part{number}",
            "title": draw(localised(languages)),
            "intro": draw(maybe(localised(languages))),
            "random_order": True if shuffled else None,
            "visible_if": draw(_rule(earlier, by_name)) if earlier and draw(st.integers(0, 3)) == 0 else None,
            "items": items,
        }
        if section["intro"]:
            section["audio"] = draw(maybe(_recordings(languages)))
        if easy and section["intro"]:
            section["easy_intro"] = draw(maybe(localised(languages)))
        sections.append(_filled(section))
    return sections


def _reachable(sections: list[dict[str, Any]], sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the rules that nothing makes true: chance writes some."""
    while owners := list(unreachable(outline_of(document_of({"sections": sections, "answer_sets": sets})))):
        for owner, _reason in owners:
            owner.data.pop("visible_if")
    return sections


def _scored_range(item: dict[str, Any], sets: dict[str, dict[str, Any]]) -> tuple[int, int] | None:
    if item["type"] == "single_choice":
        values = [option["value"] for option in sets[item["answer_set"]]["options"] if not option.get("missing")]
        return min(values), max(values)
    if item["type"] in ("number", "year", "slider") and "minimum" in item:
        return item["minimum"], item["maximum"]
    return None


@st.composite
def _reference(draw: st.DrawFn, languages: tuple[str, ...]) -> dict[str, Any]:
    numbers = {
        "mean": draw(st.sampled_from([1.5, 2.25])),
        "sd": draw(maybe(st.just(0.75))),
        "n": draw(st.integers(1, 999)),
    }
    return _filled({**numbers, "population": draw(localised(languages)), "source": draw(texts)})


@st.composite
def _scales(draw: st.DrawFn, languages: tuple[str, ...], items: list[Any], sets: list[Any]) -> list[dict[str, Any]]:
    by_name = {one["id"]: one for one in sets}
    ranges: dict[tuple[int, int], list[str]] = {}
    for item in items:
        if (found := _scored_range(item, by_name)) and not item.get("background"):
            ranges.setdefault(found, []).append(item["id"])
    scales = []
    for number, ((low, high), names) in enumerate(ranges.items()):
        chosen = draw(st.lists(st.sampled_from(names), min_size=1, unique=True))
        scale = {
            "id": f"scale-{number}",
            "title": draw(localised(languages)),
            "description": draw(localised(languages)),
            "low_label": draw(maybe(localised(languages))),
            "high_label": draw(maybe(localised(languages))),
            "discuss": draw(maybe(localised(languages))),
            "method": draw(st.sampled_from(["mean", "sum"])),
            "missing": draw(st.sampled_from(["half", "complete"])),
            "minimum": low,
            "maximum": high,
            "positive_from": draw(maybe(st.integers(low + 1, high))),
            "margin": draw(maybe(st.sampled_from([0.1, 0.25]))),
            "reference": draw(maybe(_reference(languages))),
            "items": [{"item": name, "reversed": draw(st.booleans())} for name in chosen],
        }
        if scale["positive_from"] is not None and draw(st.booleans()):
            scale["method"] = "positive"
        scales.append(_filled(scale))
    return scales


@st.composite
def contents(draw: st.DrawFn) -> dict[str, Any]:
    """What a file would hold."""
    languages = tuple(draw(st.lists(st.sampled_from(LANGUAGES), min_size=1, max_size=3, unique=True)))
    easy = draw(st.booleans())
    sets = [draw(_answer_set(f"set-{number}", languages, easy)) for number in range(draw(st.integers(1, 3)))]
    sections = _reachable(draw(_sections(languages, easy, sets)), sets)
    items = [item for section in sections for item in section["items"]]
    for item in items:
        if item["type"] == "single_choice" and draw(st.integers(0, 4)) == 0:
            values = [option["value"] for option in next(s for s in sets if s["id"] == item["answer_set"])["options"]]
            item |= {"background": True, "coarsen": [values[:1], values[1:]] if draw(st.booleans()) else []}
    first = items[0]["id"]
    used = {item.get("answer_set") for item in items}
    content = {
        "id": draw(st.sampled_from(["tiny", "team-pulse", "a_b"])),
        "version": draw(st.sampled_from(["2026.1", "2027.12"])),
        "kind": draw(st.sampled_from(["survey", "record"])),
        "languages": list(languages),
        "variants": ["standard", "easy"] if easy else ["standard"],
        "title": draw(localised(languages)),
        "introduction": draw(localised(languages)),
        "easy_introduction": draw(maybe(localised(languages))) if easy else None,
        "audio": draw(maybe(_recordings(languages))),
        "subject": draw(maybe(localised(languages))),
        "minutes": draw(st.integers(1, 60)),
        "pace": draw(st.sampled_from(["item", "section", "all"])),
        "margin": draw(st.sampled_from([0.2, 0.5])),
        "provenance": {
            "wording": draw(st.sampled_from(["own", "official", "dataset"])),
            "sources": draw(st.lists(texts, min_size=1, max_size=2)),
            "licence": draw(texts),
            "notice": draw(localised(languages)),
        },
        "answer_sets": [one for one in sets if one["id"] in used],
        "sections": sections,
        "scales": draw(_scales(languages, items, sets)) if draw(st.booleans()) else [],
        "equivalences": [{"version": "2025.1", "items": {first: "same"}}] if draw(st.booleans()) else [],
    }
    return _filled(content)


def sound(content: dict[str, Any]) -> Instrument:
    """The instrument, through the checker. Raises ValueError with every fault."""
    instrument, faults = check_document(document_of(content))
    if instrument is None:
        raise ValueError("\n".join(map(str, faults)))
    return instrument


instruments = contents().map(sound)
