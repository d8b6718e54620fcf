"""Languages as other tools name them: `Svenska (sv)`, `sv`, `Swedish` -> sv, and back."""

from __future__ import annotations

import re

_NAMES = {
    "sv": ("Svenska", "swedish"),
    "en": ("English", "engelska"),
    "ar": ("العربية", "arabic"),
    "bs": ("Bosanski", "bosnian"),
    "da": ("Dansk", "danish"),
    "de": ("Deutsch", "german"),
    "es": ("Español", "spanish"),
    "fa": ("فارسی", "persian", "farsi"),
    "fi": ("Suomi", "finnish"),
    "fr": ("Français", "french"),
    "ku": ("Kurdî", "kurdish"),
    "nb": ("Norsk bokmål", "norwegian"),
    "pl": ("Polski", "polish"),
    "ru": ("Русский", "russian"),
    "so": ("Soomaali", "somali"),
    "ti": ("ትግርኛ", "tigrinya"),
    "tr": ("Türkçe", "turkish"),
    "uk": ("Українська", "ukrainian"),
}
_TAGGED = re.compile(r".*\(\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*\)", re.DOTALL)
_CODE = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9-]+)?")
_BY_NAME = {name.lower(): code for code, names in _NAMES.items() for name in names}


def language_name(code: str) -> str:
    """`Svenska (sv)`; a code that has no name here is its own."""
    return f"{_NAMES.get(code, (code,))[0]} ({code})"


def language_code(name: str) -> str | None:
    """The code in a tool's name of a language, regional parts left out; None if it says none."""
    if tagged := _TAGGED.fullmatch(name.strip()):
        return tagged[1].lower()
    lowered = name.strip().lower()
    if lowered in _BY_NAME:
        return _BY_NAME[lowered]
    code = _CODE.fullmatch(lowered)
    return code[1] if code else None
