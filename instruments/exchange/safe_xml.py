"""XML from a stranger -> a plain tree, or a refusal. Nothing is resolved, fetched or unfolded.

Expat is used as it is: it reports a document type before it reads what stands in it, and no entity can be declared
without one, so that the first `<!DOCTYPE` ends the reading. It counts lines beyond 65,535, and it hands over one event
at a time, so that depth, number and length are held while reading and not after.
"""

from __future__ import annotations

from xml.parsers import expat

from instruments.exchange.contract import NotRead
from instruments.exchange.limits import (
    MAX_ATTRIBUTES,
    MAX_DEPTH,
    MAX_PARTS,
    MAX_TAG,
    MAX_TEXT,
    check_size,
    control_character,
    refuse,
    tag_without_end,
)
from instruments.exchange.xml_tree import LANGUAGE, Element

_XML_LANG = "http://www.w3.org/XML/1998/namespace lang"


def parse_xml(content: bytes) -> Element:
    """The root element. Raises NotRead: not XML, a document type, too large, deep, many or long."""
    check_size(content)
    if tag_without_end(content):
        raise refuse("long_text", None, "", f"a tag or a text of {MAX_TAG // 1_000_000} MB", "shorten it")
    reader = _Reader()
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        message = f"not XML: {expat.ErrorString(error.code)}"
        raise refuse("syntax", error.lineno, "", message, "correct the XML at this line or just above it") from error
    except NotRead:
        raise
    except (LookupError, ValueError) as error:
        raise refuse("encoding", 1, "", "the file's encoding cannot be read", "save it as UTF-8") from error
    return reader.root


class _Reader:
    """Builds the tree from Expat's events."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.root = Element("")
        self._open: list[Element] = []
        self._lengths: list[int] = []
        self._count = 0
        self._attributes = 0

    def _doctype(self, *_: object) -> None:
        message = "a document type (<!DOCTYPE) stands here: it can hold entities that unfold or fetch files"
        raise refuse("doctype", self._line(), "", message, "remove it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._count += 1
        self._attributes += len(attributes)
        if len(self._open) >= MAX_DEPTH:
            raise refuse("too_deep", self._line(), "", f"more than {MAX_DEPTH} levels of elements", "flatten it")
        if self._count > MAX_PARTS:
            raise refuse("too_many", self._line(), "", f"more than {MAX_PARTS} elements", "split the file")
        if self._attributes > MAX_ATTRIBUTES:
            raise refuse("too_many", self._line(), "", f"more than {MAX_ATTRIBUTES} attributes", "split the file")
        for value in attributes.values():
            self._check(value, len(value))
        namespace, _, local = name.rpartition(" ")
        named = {LANGUAGE if key == _XML_LANG else key.rpartition(" ")[2]: said for key, said in attributes.items()}
        made = Element(local, named, namespace=namespace, line=self._line())
        if self._open:
            self._open[-1].pieces.append(made)
        else:
            self.root = made
        self._open.append(made)
        self._lengths.append(0)

    def _end(self, _name: str) -> None:
        self._open.pop()
        self._lengths.pop()

    def _text(self, text: str) -> None:
        self._lengths[-1] += len(text)
        self._check(text, self._lengths[-1])
        self._open[-1].pieces.append(text)

    def _check(self, text: str, length: int) -> None:
        if length > MAX_TEXT:
            raise refuse("long_text", self._line(), "", f"a text of more than {MAX_TEXT} characters", "shorten it")
        if found := control_character(text):
            raise refuse("character", self._line(), "", f"the control character {found}", "remove it")

    def _line(self) -> int:
        return self.parser.CurrentLineNumber
