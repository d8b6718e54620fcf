"""What a report promises: readable by eye and by machine, the same bytes every time, and nothing that is protected."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from pages_sample import BIG, COUNTY, DIGEST, HIDDEN, MEDIUM, NAMES, NATION, SMALL, K, sample
from pages_text import Placed, placed_texts
from pypdf import PdfReader

from instruments.load import load
from instruments.model import Instrument
from reports import wording
from reports.disclosure import Disclosed
from reports.pdf import report_pdf
from reports.pdf.styles import PAGE_WIDTH, SIDE
from reports.reading import read_group

Report = Callable[..., PdfReader]
EVERY_KIND = [MEDIUM, BIG, SMALL, COUNTY, HIDDEN, NATION]


def whole_text(report: PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in report.pages).split())


def test_a_municipality_reads_message_scales_change_method(report: Report) -> None:
    titles = [page.extract_text().splitlines()[1] for page in report(MEDIUM).pages]
    assert titles == [
        "Bräcke kommun",
        "Kunskap",
        "Attityd",
        "Förutsättningar",
        "Praktik",
        "Förändring sedan hösten 2024",
        "Metod och begränsningar",
    ]


def test_the_county_also_sees_its_municipalities_beside_each_other(report: Report) -> None:
    (page,) = [page.extract_text() for page in report(COUNTY).pages if "Kommunerna i länet" in page.extract_text()]
    assert "Ordningen mellan dem som överlappar säger inget." in page
    assert page.count("Östersunds kommun") == 4
    assert page.count("Härjedalens kommun") == 4, "one that is not shown still stands there, with the reason"


def test_without_an_earlier_round_no_page_speaks_of_change(instrument: Instrument) -> None:
    first_round = sample(instrument, before=None)
    pdf = _open(report_pdf(first_round, instrument, MEDIUM, digest=DIGEST))
    assert len(pdf.pages) == 6
    assert "Förändring sedan" not in whole_text(pdf)
    assert "Jämfört med övriga Jämtlands län" in pdf.pages[0].extract_text()


@pytest.mark.parametrize("code", EVERY_KIND)
def test_every_font_is_embedded_and_letters_can_be_copied(report: Report, code: str) -> None:
    pdf = report(code)
    fonts = [font.get_object() for page in pdf.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        assert font["/Subtype"] == "/TrueType"
        assert "/FontFile2" in font["/FontDescriptor"]
    text = whole_text(pdf)
    for letter in "åäö–":
        assert letter in text


def test_capital_letters_and_the_minus_sign_can_be_copied(report: Report) -> None:
    text = whole_text(report(COUNTY))
    assert "Åre kommun" in text
    assert "Östersunds kommun" in text
    assert wording.MINUS in text


def test_title_author_and_language_are_in_the_file(report: Report) -> None:
    swedish, english = report(MEDIUM), report(MEDIUM, "en")
    assert swedish.metadata is not None
    assert swedish.metadata.title == "EBP-termometern, hösten 2026: Bräcke kommun"
    assert swedish.metadata.author == "Termometern"
    assert swedish.trailer["/Root"]["/Lang"] == "sv-SE"
    assert english.trailer["/Root"]["/Lang"] == "en-GB"
    assert swedish.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"]


@pytest.mark.parametrize("code", EVERY_KIND)
def test_every_page_has_footer_page_number_and_the_label_of_simulated_answers(report: Report, code: str) -> None:
    pages = report(code).pages
    for number, page in enumerate(pages, start=1):
        text = page.extract_text()
        assert f"Grupper under {K} svar visas inte. Simulerade svar." in text
        assert f"Resultat 3f9a·71c2·e0bd · ebp-thermometer 2026.1 · sida {number} av {len(pages)}" in text
        assert text.splitlines()[0].endswith("simulerade svar")


def test_real_answers_are_not_called_simulated(instrument: Instrument) -> None:
    real = sample(instrument, simulated=False)
    assert "imulerade" not in whole_text(_open(report_pdf(real, instrument, MEDIUM, digest=DIGEST)))


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", [MEDIUM, SMALL, COUNTY])
def test_the_report_says_what_the_reading_says(
    report: Report, released: Disclosed, instrument: Instrument, code: str, language: str
) -> None:
    reading = read_group(released, instrument, code, language)
    pdf = report(code, language)
    first = " ".join(pdf.pages[0].extract_text().split())
    said = (reading.headline, reading.answered, *reading.sentences, *reading.cannot_say)
    for sentence in (*said, *reading.stands_out, *reading.talk_about):
        assert " ".join(sentence.split()) in first
    whole = whole_text(pdf)
    for sentence in reading.scales.values():
        assert " ".join(sentence.split()) in whole


def test_a_hidden_group_says_why_and_shows_the_county_instead(
    report: Report, released: Disclosed, instrument: Instrument
) -> None:
    pdf = report(HIDDEN)
    text = whole_text(pdf)
    assert len(pdf.pages) == 2
    assert read_group(released, instrument, HIDDEN).headline in text
    assert "Så svarade Jämtlands län" in text
    county = released.findings.group(COUNTY)
    for finding in county.scales:
        assert wording.number(finding.level.mean.value, "sv") in text


def test_a_hidden_groups_own_part_holds_no_number_but_the_year_and_k(report: Report) -> None:
    own, county = whole_text(report(HIDDEN)).split("Så svarade Jämtlands län")
    assert set(re.findall(r"\d+", own)) == {"2026", str(K)}
    assert "304 av 430" in county


@pytest.mark.parametrize("code", [MEDIUM, COUNTY, HIDDEN])
def test_same_release_same_bytes(released: Disclosed, instrument: Instrument, code: str) -> None:
    first = report_pdf(released, instrument, code, digest=DIGEST)
    assert report_pdf(released, instrument, code, digest=DIGEST) == first


def test_the_method_page_names_every_code(report: Report, released: Disclosed, instrument: Instrument) -> None:
    last = report(MEDIUM).pages[-1].extract_text()
    findings = released.findings
    for code in (DIGEST, findings.instrument_digest, findings.matrix_digest, f"frö = {findings.seed}"):
        assert code in last
    assert " ".join(instrument.provenance.notice["sv"].split()) in " ".join(last.split())


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", EVERY_KIND)
def test_nothing_is_cut_and_nothing_overlaps(report: Report, code: str, language: str) -> None:
    for number, page in enumerate(report(code, language).pages, start=1):
        _assert_tidy(placed_texts(page), f"{code} page {number}")


def test_long_names_and_long_words_wrap(instrument: Instrument) -> None:
    long_one = _with_long_words(instrument)
    names = {**NAMES, MEDIUM: "Socialförvaltningens individ- och familjeomsorgsverksamhet i Bräcke kommun"}
    names[COUNTY] = "Jämtlands och Härjedalens gemensamma länssamverkansorganisation"
    released = sample(long_one, names=names, linked=False)
    for code in (MEDIUM, COUNTY):
        for number, page in enumerate(_open(report_pdf(released, long_one, code, digest=DIGEST)).pages, start=1):
            _assert_tidy(placed_texts(page), f"{code} page {number}")


def test_seven_answers_are_described_without_lines(instrument: Instrument) -> None:
    """With more in the smallest municipality the gate lets the one of seven through."""
    released = sample(instrument, sizes={"2303": 34, "2309": 7, "2361": 12, "2380": 60})
    pdf = _open(report_pdf(released, instrument, "2309", digest=DIGEST))
    text = whole_text(pdf)
    assert "Utan streck: för få svar" in text
    assert "Punkten är medelvärdet." in text
    for page in pdf.pages:
        _assert_tidy(placed_texts(page), "2309")


def test_all_municipalities_hidden(instrument: Instrument) -> None:
    released = sample(instrument, sizes=dict.fromkeys(("2303", "2305", "2309", "2313"), 3))
    assert len(_open(report_pdf(released, instrument, COUNTY, digest=DIGEST)).pages) == 8
    assert len(_open(report_pdf(released, instrument, MEDIUM, digest=DIGEST)).pages) == 2


def test_a_user_survey_shows_its_vet_inte_and_its_single_questions() -> None:
    survey = load("user-survey-economic-assistance").instrument
    released = sample(survey, before=None, linked=False, simulated=False)
    pdf = _open(report_pdf(released, survey, MEDIUM, digest=DIGEST))
    assert "Vet inte" in whole_text(pdf)
    assert "Störst andel positiva svar: ”" in whole_text(pdf)
    assert "Svar med egna ord finns inte i rapporten." in whole_text(pdf)
    assert "dem som ni arbetar för" not in whole_text(pdf), "they are the ones who have answered"
    assert "Vända" not in whole_text(pdf), "no question of it is turned round"
    for page in pdf.pages:
        _assert_tidy(placed_texts(page), "user survey")


def test_scales_of_a_few_items_share_pages() -> None:
    survey = load("user-survey-hvb").instrument
    released = sample(survey, before=None, linked=False)
    pages = [page.extract_text() for page in _open(report_pdf(released, survey, NATION, digest=DIGEST)).pages]
    scales = [re.findall(r"Delskala (\d) av 7", page) for page in pages]
    assert [number for page in scales for number in page] == list("1234567")
    assert ["1", "2"] in scales


def test_the_method_page_calls_reversed_items_what_they_are(released: Disclosed, instrument: Instrument) -> None:
    statements = whole_text(_open(report_pdf(released, instrument, MEDIUM, digest=DIGEST)))
    assert "Vända påståenden räknas baklänges." in statements
    assert "dem som ni arbetar för" in statements
    survey = load("user-survey-supported-accommodation").instrument
    asked = sample(survey, before=None, linked=False)
    assert "Vända frågor räknas baklänges." in whole_text(_open(report_pdf(asked, survey, MEDIUM, digest=DIGEST)))


def test_only_disclosed_results_are_drawn(released: Disclosed, instrument: Instrument) -> None:
    with pytest.raises(TypeError, match="disclosure"):
        report_pdf(released.findings, instrument, MEDIUM, digest=DIGEST)  # type: ignore[arg-type]


def test_what_cannot_be_written_is_refused(released: Disclosed, instrument: Instrument) -> None:
    with pytest.raises(ValueError, match="sv"):
        report_pdf(released, instrument, MEDIUM, "fi", digest=DIGEST)
    with pytest.raises(KeyError):
        report_pdf(released, instrument, "0000", digest=DIGEST)
    newer = instrument.model_copy(update={"version": "2027.1"})
    with pytest.raises(ValueError, match=r"2026\.1"):
        report_pdf(released, newer, MEDIUM, digest=DIGEST)


def _open(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def _assert_tidy(texts: list[Placed], where: str) -> None:
    for text in texts:
        assert text.left >= SIDE - 1, (where, text)
        assert text.right <= PAGE_WIDTH - SIDE + 1, (where, text)
        assert text.baseline >= 15, (where, text)
    clashes = [(a, b) for place, a in enumerate(texts) for b in texts[place + 1 :] if a.overlaps(b)]
    assert not clashes, (where, clashes[0])


def _with_long_words(instrument: Instrument) -> Instrument:
    """One scale of 13 items with texts of up to 200 characters, in words that no column holds."""
    sentence = (
        "Jag och mina kollegor använder systematiskt dokumenterade uppföljningsinstrument tillsammans med "
        "verksamhetsutvecklingsansvariga i kommunförbundet, även när arbetsbelastningen är hög och tiden är knapp."
    )
    content = instrument.model_dump(mode="json")
    content["scales"] = [{**content["scales"][1], "items": content["scales"][1]["items"][:13]}]
    content["scales"][0]["title"] = {"sv": "Verksamhetsutvecklingsförutsättningar", "en": "Long"}
    for section in content["sections"]:
        for place, item in enumerate(section["items"]):
            item["text"] = {"sv": sentence[: 80 + 10 * place], "en": "Long"}
    return Instrument.model_validate(content)
