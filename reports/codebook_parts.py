"""What a codebook is made of: titled chapters of plain facts and tables, which pages and Markdown are drawn from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from instruments.model import Localised
from reports.codebook_texts import LANGUAGE_NAMES, phrase


@dataclass(frozen=True)
class Remark:
    """A paragraph in the codebook's own words."""

    text: str


@dataclass(frozen=True)
class Facts:
    """Named facts, one a row. Texts are the instrument's own: text, never markup."""

    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Grid:
    """A table with a head. `shares`: each column's share of the width."""

    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    shares: tuple[float, ...]


Part: TypeAlias = Remark | Facts | Grid


@dataclass(frozen=True)
class Chapter:
    """`level` 1 to 3. Levels 1 and 2 stand in the contents."""

    level: int
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Codebook:
    title: str
    language: str
    instrument: str
    """Id and version."""
    digest: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Words:
    """The headings' language, and how it is spoken of texts in others."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        return phrase(self.language, key, **values)

    def named(self, language: str) -> str:
        return LANGUAGE_NAMES[self.language].get(language, language)

    def texts(self, key: str, text: Localised | None) -> Iterator[tuple[str, str]]:
        """One fact for each language that the text is written in."""
        for language, said in (text or {}).items():
            yield f"{self(key)} ({self.named(language)})", said
