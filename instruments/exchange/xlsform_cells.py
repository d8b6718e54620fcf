"""The cells of an XLSForm's sheets: which column is what, in which language, and words of the right kind."""

from __future__ import annotations

import re
from collections.abc import Mapping

from instruments.document import Value
from instruments.exchange.answers import INTEGER, yes
from instruments.exchange.found import Found
from instruments.exchange.frame import Frame
from instruments.exchange.languages import language_code
from instruments.exchange.tables import Row, Table
from instruments.exchange.xlsform_write import JOINER

_ALIASES = {
    "caption": "label",
    "command": "type",
    "relevance": "relevant",
    "image": "media::image",
    "media:image": "media::image",
    "audio": "media::audio",
    "media:audio": "media::audio",
    "list name": "list_name",
    "tag": "name",
}
_TRANSLATED = frozenset(
    (
        *("label", "hint", "easy", "easy_hint", "data_label", "alt", "low", "high", "media::image", "text"),
        *("media::audio", "easy_audio"),
        *("title", "description", "low_label", "high_label", "discuss", "reference_population"),
    )
)


class Cells:
    """The sheets of one file. Headings may be written in many ways; rows are asked by plain names."""

    def __init__(self, sheets: Mapping[str, Table], frame: Frame, found: Found) -> None:
        self.sheets = sheets
        self.frame = frame
        self.found = found
        settings = self.rows("settings")
        self.settings = settings[0].cells if settings else {}
        self.language = language_code(self.settings.get("default_language", "")) or frame.language
        self._headings = {name: self._read_headings(one) for name, one in sheets.items()}
        self.languages = self._used_languages()

    def rows(self, sheet: str) -> tuple[Row, ...]:
        return self.sheets[sheet].rows if sheet in self.sheets else ()

    def _read_headings(self, sheet: Table) -> dict[str, tuple[str, str | None]]:
        """Column as written -> its plain name, and its language if it is one of those that have texts."""
        headings: dict[str, tuple[str, str | None]] = {}
        for column in sheet.header:
            parts = [part.strip() for part in re.split(r"::?", column)]
            media = len(parts) > 1 and parts[0].lower() == "media"
            base = "::".join(parts[:2]).lower() if media else parts[0].lower()
            base = _ALIASES.get(base, base)
            tag = "::".join(parts[2 if media else 1 :])
            if sheet.name == "choices" and (own := re.fullmatch(r"(easy|easy_audio|alt)_([a-z]{2,3})", column)):
                base, tag = own[1], own[2]
            if base not in _TRANSLATED:
                headings[column] = (base, None)
                continue
            language = language_code(tag) if tag else self.language
            if language is None:
                columns = sheet.rows[0].columns if sheet.rows else {}
                row = Row(sheet.name, sheet.header_line, {}, columns)
                message = f"the column {column!r} does not say which language it is"
                remedy = 'name it with a code, such as "label::Svenska (sv)"'
                self.found.add("unknown_language", sheet.header_line, row.place(column), message, remedy)
            headings[column] = (base, language or self.language)
        return headings

    def _used_languages(self) -> list[str]:
        labels = [
            tag
            for name in ("survey", "choices")
            for base, tag in self._headings.get(name, {}).values()
            if base == "label"
        ]
        found = list(dict.fromkeys(tag for tag in labels if tag))
        return sorted(found or [self.language], key=lambda code: code != self.language)

    def text(self, row: Row, base: str) -> dict[str, Value]:
        """The texts of a row by language, in the order of the languages."""
        said = {
            language: unescaped(row.cells[column])
            for column, (name, language) in self._headings[row.table].items()
            if name == base and language and column in row.cells
        }
        return {language: said[language] for language in (*self.languages, *said) if language in said}

    def word(self, row: Row, base: str) -> str:
        return next(
            (
                row.cells[column]
                for column, (name, _) in self._headings[row.table].items()
                if name == base and column in row.cells
            ),
            "",
        )

    def place(self, row: Row, base: str) -> str:
        column = next((column for column, (name, _) in self._headings[row.table].items() if name == base), base)
        return row.place(column)

    def fault(self, code: str, row: Row, base: str, message: str, remedy: str) -> None:
        self.found.add(code, row.number, self.place(row, base), message, remedy)

    def flag(self, row: Row, base: str) -> bool:
        answer = yes(self.word(row, base))
        if answer is None:
            self.fault("wrong_type", row, base, f"{base} is {self.word(row, base)!r}", "write yes or no")
        return bool(answer)

    def whole(self, row: Row, base: str) -> Value:
        word = self.word(row, base)
        if word and not INTEGER.fullmatch(word):
            self.fault("wrong_type", row, base, f"{base} is {word!r}", "write a whole number")
        return int(word) if INTEGER.fullmatch(word) else None

    def decimal(self, row: Row, base: str) -> Value:
        word = self.word(row, base).replace(",", ".")
        if word and not re.fullmatch(r"-?[0-9]{1,9}(\.[0-9]{1,15})?", word):
            self.fault("wrong_type", row, base, f"{base} is {word!r}", "write a number")
            return None
        return float(word) if word else None


def unescaped(text: str) -> str:
    return re.sub(rf"\$({JOINER}*){JOINER}(?=\{{)", r"$\1", text)
