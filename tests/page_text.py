"""What a reader meets of a page."""

from __future__ import annotations

import re
from html import unescape

from werkzeug.test import TestResponse


def text_of(response: TestResponse) -> str:
    """The page without markup."""
    body = re.sub(r"(?s)<head>.*?</head>", "", response.get_data(as_text=True))
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", body)))
