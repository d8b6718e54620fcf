"""The sample release and its reports, made once: every test here only reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO

import pages_sample
import pytest
from pypdf import PdfReader

from instruments.load import load
from instruments.model import Instrument
from reports.disclosure import Disclosed
from reports.pdf import report_pdf


@pytest.fixture(scope="session")
def instrument() -> Instrument:
    return load("ebp-thermometer", "2026.1").instrument


@pytest.fixture(scope="session")
def released(instrument: Instrument) -> Disclosed:
    return pages_sample.sample(instrument)


@pytest.fixture(scope="session")
def report(released: Disclosed, instrument: Instrument) -> Callable[..., PdfReader]:
    """The report of one unit of the sample, opened."""

    @cache
    def opened(code: str, language: str = "sv") -> PdfReader:
        return PdfReader(BytesIO(report_pdf(released, instrument, code, language, digest=pages_sample.DIGEST)))

    return opened
