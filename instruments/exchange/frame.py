"""What an instrument must say of itself and a foreign file may not know: filled in openly, for a person to write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from instruments.document import Value
from instruments.model import Localised

_TEXTS = {
    "introduction": {
        "sv": "Inledningen fanns inte i filen. Skriv den här.",
        "en": "The file had no introduction. Write it here.",
    },
    "notice": {
        "sv": "Frågorna är hämtade från en fil som inte säger vem som har skrivit dem.",
        "en": "The questions were read from a file that does not say who wrote them.",
    },
}
SOURCE = "Read from a file of another format that names no source."
LICENCE = "Not stated in the file."


@dataclass(frozen=True)
class Frame:
    """The name under which a foreign file is read, and the language of texts that do not say theirs."""

    id: str
    version: str
    language: str = "sv"

    def head(self, languages: Iterable[str]) -> dict[str, Value]:
        """Every key that must be there, for a file that says none of it. A reader puts what it knows over this."""
        codes = list(languages)
        return {
            "id": self.id,
            "version": self.version,
            "languages": [*codes],
            "title": dict.fromkeys(codes, self.id),
            "introduction": {**placeholder("introduction", codes)},
            "minutes": 10,
            "provenance": {
                "wording": "own",
                "sources": [SOURCE],
                "licence": LICENCE,
                "notice": {**placeholder("notice", codes)},
            },
        }


def placeholder(what: str, languages: Iterable[str]) -> Localised:
    """An honest text where one is missing, in each language; English where we have no other."""
    texts = _TEXTS[what]
    return {language: texts.get(language, texts["en"]) for language in languages}
