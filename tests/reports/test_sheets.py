"""Files for spreadsheets: nothing in them can run, and numbers stay numbers."""

from __future__ import annotations

import pytest

from reports.sheets import csv_text


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+46",
        "-cmd",
        "@sum",
        "\tx",
        "\r=1",
        "\N{FULLWIDTH EQUALS SIGN}1",
        "\N{FULLWIDTH COMMERCIAL AT}a",
        '=HYPERLINK("http://x")',
    ],
)
def test_a_text_that_could_run_is_made_plain(text: str) -> None:
    body = csv_text([[text]]).removeprefix("\ufeff")
    assert body.lstrip('"').startswith("'")


def test_numbers_keep_their_sign_and_get_a_decimal_comma() -> None:
    assert csv_text([["a", -0.25, 3.0, 2, None]]) == "\ufeffa;-0,25;3;2;\r\n"
