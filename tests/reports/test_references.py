"""A published value stands beside a scale as one plain line and one mark; nothing is tested with it."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader

from instruments.changing import with_changes
from instruments.model import Instrument, Method, Reference
from reports.analysis import analyse
from reports.charts import Focus, levels, to_svg
from reports.disclosure import Disclosed, disclose
from reports.pdf import report_pdf
from reports.references import reference_line
from tests.reports.example import round_of, small_instrument, tree

UNITS = {"2380-a": 60, "2309-a": 40}
PLAIN = small_instrument()
KNOWN = Reference(
    mean=3.4,
    sd=0.6,
    n=612,
    population={"sv": "612 kommunanställda, 2016", "en": "612 municipal employees, 2016"},
    source="Rapport 12.",
)


def with_reference(instrument: Instrument, reference: Reference) -> Instrument:
    first, *rest = instrument.scales
    return with_changes(instrument, scales=(with_changes(first, reference=reference), *rest))


COMPARED = with_reference(PLAIN, KNOWN)


@pytest.fixture(scope="module")
def released() -> Disclosed:
    now = round_of(UNITS, name="2026", seed=1, round_id=2)
    return disclose(analyse(now, None, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False), 5)


def text_of(released: Disclosed, instrument: Instrument) -> str:
    pages = PdfReader(BytesIO(report_pdf(released, instrument, "2380", "sv", digest="3f9a71c2e0bd" + "5" * 52))).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


def test_the_line_says_the_value_as_given_and_whose_it_is() -> None:
    scale = COMPARED.scales[0]
    assert reference_line(scale, "sv") == "Referens: 3,4 bland 612 kommunanställda, 2016 (Rapport 12)."
    assert reference_line(scale, "en") == "Reference: 3.4 among 612 municipal employees, 2016 (Rapport 12)."
    assert reference_line(PLAIN.scales[0], "sv") == ""


@pytest.mark.parametrize(("mean", "said"), [(72, "72\N{NO-BREAK SPACE}%"), (71.5, "71,5\N{NO-BREAK SPACE}%")])
def test_of_a_share_it_is_per_cent(mean: float, said: str) -> None:
    reference = KNOWN.model_copy(update={"mean": mean})
    share = with_changes(PLAIN.scales[0], method=Method.POSITIVE, reference=reference)
    assert f"Referens: {said} bland" in reference_line(share, "sv")


def test_the_report_has_it_once_with_its_mark_and_says_that_it_is_not_tested(released: Disclosed) -> None:
    text = text_of(released, COMPARED)
    assert text.count("Referens: 3,4 bland") == 1
    assert text.count("Streckad linje: referensvärdet.") == 1
    assert "Skillnaden mot det är inte prövad" in text


def test_without_one_nothing_is_said_of_any(released: Disclosed) -> None:
    assert "eferens" not in text_of(released, PLAIN)
    before, after = (to_svg(levels(Focus(released, one, "2380", "sv"), "knowledge")) for one in (PLAIN, COMPARED))
    assert "dash" not in before
    assert after.count("dash") == 1
    assert "Referens: 3,4" in after
