"""Texts in tools that take them for HTML: what would mean something there is written as an entity, and read back."""

from __future__ import annotations

import html
import re

_FORMULA = "=+-@"
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>|</div>\s*<div[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!--.*?-->", re.DOTALL)


def marked(text: str, special: str, newline: str) -> str:
    """The text for a cell: `special` signs as entities, and never the beginning of a formula."""
    escaped = html.escape(text, quote=False)
    for sign in special:
        escaped = escaped.replace(sign, f"&#{ord(sign)};")
    if escaped[:1] in _FORMULA and escaped:
        escaped = f"&#{ord(escaped[0])};{escaped[1:]}"
    return escaped.replace("\n", newline)


def unmarked(text: str) -> str:
    """The plain text again; of other people's markup the line breaks stay and the rest goes."""
    return html.unescape(_TAG.sub("", _BREAK.sub("\n", text))).replace("\r", "").strip()
