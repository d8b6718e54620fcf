"""Catalogues of the respondent's texts: whether each is complete, who has reviewed it, and so whether it is on.

A catalogue is one gettext file (.po). Those that come with the program lie in respond/translations; an installation
puts reviewed ones of its own into the folder `languages` of TERMOMETERN_HOME, where an update does not touch them. Two
lines at the top of the file say who has reviewed it; without them, or with a single text missing, nobody is shown the
language. See docs/languages.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError
from babel.support import Translations

from survey.web.catalogue_faults import PLACEHOLDER, Text, Texts, forms, key, text_faults

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

SHIPPED = Path(__file__).parent / "respond" / "translations"
SOURCE = "en"
"""The language of the message ids: it has no catalogue."""
REFERENCE = "sv"
"""The catalogue that the project keeps complete: it says which texts there are."""

REVIEWED_BY = "Reviewed-By"
REVIEWED_ON = "Reviewed-On"

MOST_BYTES = 2 * 1024 * 1024
LONGEST_NAME = 200

_CODE = re.compile(r"[a-z]{2,3}")
# First strong isolate, and its end: a Swedish name inside an Arabic sentence keeps its own direction.
_ISOLATED = "\N{FIRST STRONG ISOLATE}\\g<0>\N{POP DIRECTIONAL ISOLATE}"


@dataclass(frozen=True)
class Language:
    """One language of the respondent's pages, as it is on this installation."""

    code: str
    name: str
    """Its own."""
    right_to_left: bool
    path: Path | None
    """Where the catalogue lies; None for the language of the message ids."""
    texts: int
    """How many the pages have."""
    missing: tuple[str, ...]
    """The English of what has no translation; a fuzzy one counts as none."""
    faults: tuple[str, ...]
    """What else is wrong with the file, each with what to do."""
    reviewed_by: str
    reviewed_on: date | None

    @property
    def is_on(self) -> bool:
        """Shown to people: every text is there, nothing is wrong, and somebody has put their name to it."""
        return not self.missing and not self.faults and bool(self.reviewed_by) and self.reviewed_on is not None


def is_language(code: str) -> bool:
    """Whether plural forms, dates and numbers of a language of this code are known."""
    if not _CODE.fullmatch(code):
        return False
    try:
        Locale.parse(code)
    except (UnknownLocaleError, ValueError):
        return False
    return True


def own_name(code: str) -> str:
    """The language by its own name, with a capital letter where the script has them."""
    name = Locale.parse(code).get_display_name(code) or code
    return name[0].upper() + name[1:]


def is_right_to_left(code: str) -> bool:
    return bool(Locale.parse(code).text_direction == "rtl")


def folder(home: Path) -> Path:
    """Where an installation puts its own catalogues: <code>.po."""
    return home / "languages"


def paths(home: Path) -> dict[str, Path]:
    """Every catalogue that there is, by language; the installation's own before the one that comes with the program."""
    shipped = {path.parent.parent.name: path for path in sorted(SHIPPED.glob("*/LC_MESSAGES/messages.po"))}
    own = {path.stem: path for path in sorted(folder(home).glob("*.po")) if path.stem not in (SOURCE, REFERENCE)}
    return shipped | own


def languages(home: Path) -> tuple[Language, ...]:
    """Every language that has a catalogue, on or off: Swedish and English first. Reads all of each file."""
    found = [examined(code, path) for code, path in paths(home).items() if code != REFERENCE]
    return (*_of_the_project(), *sorted(found, key=lambda language: language.code))


def others_that_are_on(home: Path) -> dict[str, tuple[Language, Translations]]:
    """The other languages that people may be shown. A file that no reviewer has signed is not even read."""
    signed = {
        code: path for code, path in sorted(paths(home).items()) if code != REFERENCE and _review_in(path) != ("", None)
    }
    found = ((examined(code, path), path) for code, path in signed.items())
    return {language.code: (language, _compiled(language, path)) for language, path in found if language.is_on}


def _of_the_project() -> Iterator[Language]:
    """Swedish and English, in which the pages are written."""
    swedish = examined(REFERENCE, SHIPPED / REFERENCE / "LC_MESSAGES" / "messages.po")
    yield swedish
    yield Language(
        code=SOURCE,
        name=own_name(SOURCE),
        right_to_left=False,
        path=None,
        texts=swedish.texts,
        missing=(),
        faults=(),
        reviewed_by=swedish.reviewed_by,
        reviewed_on=swedish.reviewed_on,
    )


def examined(code: str, path: Path) -> Language:
    """What there is to say about one catalogue. Never raises for what the file holds."""
    wanted = all_texts()
    known = is_language(code)
    faults: list[str] = [] if known else [f"{code!r} is not a language that Babel knows; name the file by its code"]
    written: Texts = {}
    if known:
        try:
            catalog = read(path, code)
        except ValueError as error:
            faults.append(str(error))
        else:
            written = _said(catalog)
            faults += text_faults(catalog, wanted)
    by, on = _review_in(path)
    return Language(
        code=code,
        name=own_name(code) if known else code,
        right_to_left=known and is_right_to_left(code),
        path=path,
        texts=len(wanted),
        missing=tuple(text for text in wanted if text not in written),
        faults=tuple(faults),
        reviewed_by=by,
        reviewed_on=on,
    )


def read(path: Path, code: str) -> Catalog:
    """The catalogue in a file. Raises ValueError with one line that says what is wrong."""
    # Takes a tenth of a second to load: a start without other languages does not wait for it.
    from babel.messages.pofile import PoFileError, read_po

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"the file cannot be read ({error.strerror}); let the web process read it") from None
    if len(content) > MOST_BYTES:
        raise ValueError(f"the file is larger than {MOST_BYTES // 1024} kB; export it again and start from that")
    try:
        return read_po(BytesIO(content), locale=code, abort_invalid=True)
    except (PoFileError, UnicodeError, ValueError, LookupError, SyntaxError, TypeError) as error:
        raise ValueError(f"the file is no gettext catalogue in UTF-8 ({error}); export it again") from None


def template() -> Catalog:
    """Every text that a respondent can meet, with its Swedish."""
    return read(SHIPPED / REFERENCE / "LC_MESSAGES" / "messages.po", REFERENCE)


@cache
def all_texts() -> Texts:
    """The English of every text that a respondent can meet, with its placeholders."""
    return {key(message.id): _text(message.id) for message in template() if message.id}


def _text(text: Text | list[str]) -> Text:
    return text if isinstance(text, str) else tuple(text)


def _said(catalog: Catalog) -> Texts:
    """What is translated whole, and not marked as uncertain."""
    return {
        key(message.id): _text(message.string)
        for message in catalog
        if message.id and not message.fuzzy and message.string and all(forms(message.string))
    }


def _review_in(path: Path) -> tuple[str, date | None]:
    """Who has put their name to the file and when, from the lines above its first text."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            said = dict(_header_lines(file))
    except OSError:
        return "", None
    try:
        on = date.fromisoformat(said.get(REVIEWED_ON, ""))
    except ValueError:
        on = None
    return said.get(REVIEWED_BY, "")[:LONGEST_NAME], on


def _header_lines(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        if not line.startswith("#"):
            return
        name, colon, value = line[1:].strip().partition(":")
        if colon and name in (REVIEWED_BY, REVIEWED_ON):
            yield name, value.strip()


def _compiled(language: Language, path: Path) -> Translations:
    """The catalogue as gettext uses it; in a right-to-left language what is filled in stands isolated."""
    from babel.messages.mofile import write_mo

    catalog = read(path, language.code)
    for message in catalog:
        if message.id and language.right_to_left:
            isolated = tuple(PLACEHOLDER.sub(_ISOLATED, text) for text in forms(message.string))
            message.string = isolated[0] if isinstance(message.string, str) else isolated
    compiled = BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return Translations(compiled)
