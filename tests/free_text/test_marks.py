"""What may point to a person is marked for the reader, also when it is written so as not to be found."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.errors import Refusal
from survey.free_text.marks import Mark, MarkKind, find_marks, struck
from survey.free_text.names import Names, load_names

NAMES = load_names(Path("no such folder"))
NAME, EMAIL = MarkKind.NAME, MarkKind.EMAIL
PHONE, PERSONAL_NUMBER = MarkKind.PHONE, MarkKind.PERSONAL_NUMBER

FOUND = [
    ("Jag vill tacka Karin Berg för allt.", "Karin Berg", NAME),
    ("det var anna som hjälpte mig", "anna", NAME),
    ("Fatimas bemötande var bra", "Fatimas", NAME),
    ("Anna-Lena är bäst", "Anna-Lena", NAME),
    ("Jag pratade med Xhevahire i går", "Xhevahire", NAME),
    ("Hon heter KARIN", "KARIN", NAME),
    ("Ka\u200brin var snäll", "Ka\u200brin", NAME),
    ("Skriv till karin.berg@exempel.se då", "karin.berg@exempel.se", EMAIL),
    ("nås på karin (at) exempel (punkt) se", "karin (at) exempel (punkt) se", EMAIL),
    ("karin snabel-a exempel punkt se", "karin snabel-a exempel punkt se", EMAIL),
    ("Ring 070-123 45 67 i kväll", "070-123 45 67", PHONE),
    ("Ring +46 70 123 45 67", "+46 70 123 45 67", PHONE),
    ("växeln 063-14 30 00", "063-14 30 00", PHONE),
    ("numret är ０７０９９３４５６７", "０７０９９３４５６７", PHONE),
    ("mitt nummer 19640823-3234", "19640823-3234", PERSONAL_NUMBER),
    ("640823-3234 är jag", "640823-3234", PERSONAL_NUMBER),
    ("6408233234", "6408233234", PERSONAL_NUMBER),
    ("samordningsnummer 640883-3231", "640883-3231", PERSONAL_NUMBER),
    ("född 19640823-xxxx", "19640823-xxxx", PERSONAL_NUMBER),
]

NOT_FOUND = [
    "Det var bra. Jag är nöjd med hans hjälp.",
    "jag vill bo kvar, en gång per vecka räcker",
    "Mötet var 2024-05-01 klockan 13.30.",
    "Det kostade 1 200 kr och tog 45 minuter.",
    "LSS och SoL är svåra att förstå",
    "Jag har kontakt med Försäkringskassan",
    "”Bra hjälp” är vad jag vill säga",
    "Jag fick vänta i 14 dagar. Sedan kom beslutet!",
    "",
]


@pytest.mark.parametrize(("text", "place", "kind"), FOUND)
def test_is_marked_where_it_stands(text: str, place: str, kind: MarkKind) -> None:
    marks = find_marks(text, NAMES)
    assert [(text[mark.start : mark.end], mark.kind) for mark in marks] == [(place, kind)]


@pytest.mark.parametrize("text", NOT_FOUND)
def test_everyday_words_dates_and_sums_are_not_marked(text: str) -> None:
    assert find_marks(text, NAMES) == ()


def test_several_kinds_in_one_text_come_from_left_to_right() -> None:
    text = "Karin nås på 070-123 45 67 eller karin@exempel.se, hon är 640823-3234."
    assert [mark.kind for mark in find_marks(text, NAMES)] == [NAME, PHONE, EMAIL, PERSONAL_NUMBER]
    assert struck(text, find_marks(text, NAMES)) == "[namn] nås på [telefon] eller [e-post], hon är [personnummer]."


def test_an_organisations_own_names_are_found_too(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("Qwerty Zxcv\nper\n", encoding="utf-8")
    own = load_names(tmp_path)
    assert [(mark.start, mark.end) for mark in find_marks("jag träffade qwerty och per", own)] == [(13, 19), (24, 27)]


def test_a_name_file_that_is_no_text_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(Refusal, match="save it as UTF-8") as refused:
        load_names(tmp_path)
    assert refused.value.code == "names_unreadable"


def test_every_everyday_word_is_a_name_of_the_list() -> None:
    assert NAMES.everyday <= NAMES.known
    assert all(name == name.casefold() for name in NAMES.known)


@given(st.text(max_size=200))
def test_marks_lie_in_the_text_apart_and_in_order(text: str) -> None:
    marks = find_marks(text, NAMES)
    edges = [edge for mark in marks for edge in (mark.start, mark.end)]
    assert edges == sorted(edges)
    assert all(0 <= mark.start < mark.end <= len(text) for mark in marks)


@given(st.text(alphabet="aA0 1-@.+karinKARIN\u200b", max_size=60))
def test_what_has_been_struck_out_is_not_there_any_more(text: str) -> None:
    left = struck(text, find_marks(text, NAMES))
    assert "karin@" not in left.casefold().replace("\u200b", "")


def test_a_text_without_marks_is_left_as_it_is() -> None:
    assert struck("Allt var bra.", ()) == "Allt var bra."
    assert struck("Hej Karin!", (Mark(4, 9, NAME),)) == "Hej [namn]!"
    assert find_marks("Hej", Names(frozenset({"hej"}), frozenset(), frozenset())) == (Mark(0, 3, NAME),)
