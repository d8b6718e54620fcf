"""What a file from a stranger may cost to read, and the characters that no text may hold."""

from __future__ import annotations

import re
from typing import Final

from instruments.exchange.contract import MAX_BYTES, NotRead
from instruments.faults import Fault

MAX_DEPTH: Final = 40
"""Levels of elements or brackets. The deepest that we write ourselves is a rule within a rule: about 20."""

MAX_PARTS: Final = 60_000
"""Elements of an XML file. A survey of 1,000 coded variables has about 50,000."""

MAX_ATTRIBUTES: Final = 3 * MAX_PARTS
"""Of all elements of an XML file together."""

MAX_TAG: Final = 1_000_000
"""Bytes from one `<` of an XML file to the next. A tag is held whole, with all its attributes, before it is told."""

MAX_VALUES: Final = 200_000
"""Values of a JSON file, where one answer in four languages is about 35."""

MAX_TEXT: Final = 100_000
"""Characters of one text. Our own texts hold 2,000; other tools write a whole rule or consent form into one."""

# Neither PostgreSQL nor PDF can carry these (as in `instruments.document`); a carriage return is half a line's end.
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def refuse(code: str, line: int | None, place: str, message: str, remedy: str) -> NotRead:
    """The one fault after which nothing more can be read."""
    return NotRead((Fault(code, line, place, message, remedy),))


def check_size(content: bytes) -> None:
    """Raises NotRead for a file that is larger than any that is read."""
    if len(content) > MAX_BYTES:
        message = f"the file is larger than {MAX_BYTES // 1_000_000} MB"
        raise refuse("too_large", None, "", message, "write the questionnaire alone to a file, without data")


def tag_without_end(content: bytes) -> bool:
    """Whether two `<` stand further apart than MAX_TAG: neither a tag nor a text of ours is so long."""
    step = MAX_TAG // 2
    return any(b"<" not in content[at : at + step] for at in range(0, len(content) - step + 1, step))


def clean(text: str) -> str:
    """Line ends as one sign, no white space around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def control_character(text: str) -> str | None:
    """The first control character as "U+0007", or None."""
    found = CONTROL.search(text)
    return f"U+{ord(found[0]):04X}" if found else None
