"""Texts of a DDI codebook by language, as we have written them or as other tools do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from instruments.document import Value
from instruments.exchange.limits import clean
from instruments.exchange.xml_tree import LANGUAGE, Element

# Levels that other tools write on labels of variables and categories; they say nothing of the text.
_LEVELS = ("variable", "category", "variable group")


@dataclass(frozen=True)
class Texts:
    language: str
    """Of what does not say its own."""
    own: bool
    """Whether we have written the file."""

    def of(self, parts: Iterable[Element], level: str | None = None) -> dict[str, Value]:
        """Language -> text; the first of each language counts, and an empty one says nothing."""
        texts: dict[str, Value] = {}
        for part in parts:
            said = clean(part.text) if self.own else " ".join(part.text.split())
            if said and part.attributes.get("level") in ((level,) if self.own or level else (level, None, *_LEVELS)):
                texts.setdefault(short_code(part.attributes.get(LANGUAGE, "")) or self.language, said)
        return texts

    def filled(self, texts: dict[str, Value], languages: Sequence[str]) -> dict[str, Value]:
        """A title or an introduction in every language: the first stands in where one is not translated."""
        first = next(iter(texts.values()), None)
        return {language: texts.get(language, first) for language in languages} if texts else {}


def short_code(language: str) -> str:
    """en-GB -> en: our languages have no regions."""
    return language.split("-")[0].split("_")[0].lower()
