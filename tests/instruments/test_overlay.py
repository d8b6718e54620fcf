"""A text overlay: every fault at once, nothing of the old wording left, and a digest that cannot be mixed up."""

from __future__ import annotations

import time

import pytest

from instruments.changing import in_languages, with_changes
from instruments.check import check_document
from instruments.document import parse_document
from instruments.faults import MOST_FAULTS
from instruments.load import LoadedInstrument, digest_of, load
from instruments.model import Reference, Variant
from instruments.overlay import FaultyOverlay, OverlayRow, lay_over, read_rows
from instruments.save import to_yaml

EBP = load("ebp-thermometer")
USER_SURVEY = load("user-survey-economic-assistance")
SCORED = [item.id for item in EBP.instrument.scored_items]


def rows_for(*languages: str) -> list[OverlayRow]:
    """A whole overlay: every scored item in every language."""
    pairs = [(item, language) for item in SCORED for language in languages]
    return [OverlayRow(n, item, code, f"{item} på {code}.") for n, (item, code) in enumerate(pairs, start=2)]


def told(rows: list[OverlayRow]) -> list[tuple[str, int | None, str]]:
    with pytest.raises(FaultyOverlay) as caught:
        lay_over(EBP, rows, "official")
    return [(fault.code, fault.line, fault.place) for fault in caught.value.faults]


def test_all_texts_are_replaced_and_only_the_overlays_language_is_left() -> None:
    made = lay_over(EBP, rows_for("sv"), "ebp-official", "Given by the owner 2026-01-01.")
    assert (made.id, made.languages) == ("ebp-official", ("sv",))
    assert {item.text["sv"] for item in made.scored_items} == {f"{item} på sv." for item in SCORED}
    assert made.scales == in_languages(EBP.instrument, ["sv"]).scales
    assert made.provenance.wording == "official"
    assert made.provenance.licence == "Given by the owner 2026-01-01."
    assert made.overlay is not None
    assert (made.overlay.of, made.overlay.digest) == ("ebp-thermometer", EBP.digest)


def test_what_is_written_is_sound_and_has_a_digest_of_its_own() -> None:
    made = lay_over(EBP, rows_for("sv", "en"), "ebp-official")
    read, faults = check_document(parse_document(to_yaml(made).encode()))
    assert faults == ()
    assert read == made
    assert digest_of(made) != EBP.digest
    other = rows_for("sv", "en")
    other[0] = OverlayRow(2, other[0].item, other[0].language, "Ett annat ord.")
    assert digest_of(lay_over(EBP, other, "ebp-official")) != digest_of(made)


def test_easy_texts_labels_and_reference_values_belong_to_the_old_wording() -> None:
    scored = [item.id for item in USER_SURVEY.instrument.scored_items]
    reference = Reference(mean=3.0, n=10, population={"sv": "Några", "en": "Some"}, source="A book.")
    scales = tuple(with_changes(scale, reference=reference) for scale in USER_SURVEY.instrument.scales)
    base = LoadedInstrument(with_changes(USER_SURVEY.instrument, scales=scales), USER_SURVEY.digest, None)
    spoken = with_changes(base.instrument, audio={"sv": "hello.mp3"})
    base = LoadedInstrument(spoken, base.digest, None)
    made = lay_over(base, [OverlayRow(2, item, "sv", "Ny text?") for item in scored], "other")
    assert made.audio is None
    assert made.variants == (Variant.STANDARD,)
    assert all(item.easy is None and item.label is None for item in made.items)
    assert all(scale.reference is None for scale in made.scales)


def test_every_fault_is_told_at_once_with_its_line() -> None:
    rows = [row for row in rows_for("sv") if row.item not in ("K03", "P08")]
    rows += [
        OverlayRow(90, "K3", "sv", "Felstavat."),
        OverlayRow(91, "K01", "sv", "En gång till."),
        OverlayRow(92, "K02", "se", "Fel språk."),
        OverlayRow(93, "K02", "Svenska", "Inget språk."),
        OverlayRow(94, "agreement.1", "sv", ""),
    ]
    assert told(rows) == [
        ("missing_item", None, "K03"),
        ("missing_item", None, "P08"),
        *(("missing_item", None, f"agreement.{value}") for value in (2, 3, 4, 5)),
        ("unknown_item", 90, "K3"),
        ("duplicate_item", 91, "K01"),
        ("unknown_language", 92, "K02"),
        ("unknown_language", 93, "K02"),
        ("empty_text", 94, "agreement.1"),
    ]


def test_a_second_language_must_be_whole() -> None:
    assert told([*rows_for("sv"), OverlayRow(90, "K01", "en", "One.")]) == [
        ("missing_item", None, item) for item in sorted(SCORED) if item != "K01"
    ]


def test_options_can_be_laid_over_as_a_whole_set() -> None:
    options = [OverlayRow(90 + n, f"agreement.{n}", "sv", f"Grad {n}") for n in range(1, 6)]
    made = lay_over(EBP, [*rows_for("sv"), *options], "other")
    assert [option.text["sv"] for option in made.answer_sets_by_id["agreement"].options] == [
        f"Grad {n}" for n in range(1, 6)
    ]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_tables_as_people_save_them(separator: str) -> None:
    lines = [["Item", "Language", "Text"], ["K01", "sv", '"Ett, två; tre"'], ["", "", ""], ["K02", "sv", "Fyra"]]
    content = "\ufeff" + "\r\n".join(separator.join(cells) for cells in lines)
    assert read_rows(content.encode()) == [
        OverlayRow(2, "K01", "sv", "Ett, två; tre"),
        OverlayRow(4, "K02", "sv", "Fyra"),
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "missing_column"),
        (b"item,text\nK01,x\n", "missing_column"),
        (b"item,language,text\n", "too_few"),
        ("item,language,text\nK01,sv,å".encode("latin-1"), "encoding"),
        (b'item,language,text\nK01,sv,"open', "syntax"),
        (b"x" * 1_000_001, "too_large"),
        (b"item,language,text\nK01,sv," + b"x" * 200_000, "syntax"),
    ],
)
def test_files_that_are_no_table(content: bytes, code: str) -> None:
    with pytest.raises(FaultyOverlay) as caught:
        read_rows(content)
    assert [fault.code for fault in caught.value.faults] == [code]


def test_a_table_of_faults_is_told_up_to_what_can_be_read() -> None:
    """55,000 lines with three faults each took 9 seconds, most of them looking for the nearest right word."""
    started = time.process_time()
    found = told([OverlayRow(number, f"K{number:06d}", f"x{number % 9}", "") for number in range(2, 55_000)])
    assert time.process_time() - started < 2
    assert len(found) == MOST_FAULTS + 1
    assert found[0] == ("too_many_faults", None, "")
