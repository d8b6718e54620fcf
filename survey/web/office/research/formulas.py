"""A formula from TeX to MathML, which browsers set themselves: no script, no picture, and read aloud as a formula."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree

from latex2mathml import exceptions
from latex2mathml.converter import convert_to_element
from markupsafe import Markup

PARTS = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
"""Elements that stand for nothing with fewer or more parts inside."""
OTHERS = ("math", "mrow", "mstyle", "mpadded", "mi", "mn", "mo", "mtext", "mspace", "msqrt", "mtable", "mtr", "mtd")
ELEMENTS = frozenset((*PARTS, *OTHERS))
OF_SIZE = ("displaystyle", "scriptlevel", "mathvariant", "linethickness", "width", "minsize", "maxsize")
OF_PLACE = ("display", "fence", "form", "accent", "movablelimits", "stretchy", "columnalign", "rowspacing")
ATTRIBUTES = frozenset((*OF_SIZE, *OF_PLACE, "columnspacing", "xmlns"))
"""Neither links, styles, classes nor handlers."""

_FAULTS: tuple[type[Exception], ...] = (
    IndexError,
    KeyError,
    *(kind for kind in vars(exceptions).values() if isinstance(kind, type) and issubclass(kind, Exception)),
)
"""The converter has no common one."""

_OTHER_NAMES = {"{aligned}": "{split}"}
"""What the converter calls by another name."""
_OTHER_SIGNS = {"~": "\N{TILDE OPERATOR}"}
"""Signs of the keyboard that it gives for those of mathematics; an accent stands over its letter as it is."""


class NotAFormula(ValueError):
    """TeX that cannot be set: the message says where it stopped."""


def mathml(tex: str, *, block: bool) -> Markup:
    """`tex` as one `math` element. NotAFormula where a command is not known or the result is more than a formula."""
    plain = re.sub(r"\\[{}]", "", tex)
    if plain.count("{") != plain.count("}"):
        raise NotAFormula(f"a brace too many or too few: {tex}")
    for name, other in _OTHER_NAMES.items():
        tex = tex.replace(name, other)
    try:
        element = convert_to_element(tex.strip(), display="block" if block else "inline")
    except _FAULTS as error:
        raise NotAFormula(f"{type(error).__name__}: {tex}") from error
    for part in element.iter():
        _check(part)
    # The converter escapes nothing and writes signs as entities: both are put right by writing the tree ourselves.
    return Markup(ElementTree.tostring(element, encoding="unicode"))  # noqa: S704


def _check(part: ElementTree.Element) -> None:
    if part.tag not in ELEMENTS:
        raise NotAFormula(f"element {part.tag}")
    if unknown := set(part.attrib) - ATTRIBUTES:
        raise NotAFormula(f"attribute {', '.join(sorted(unknown))}")
    if len(part) != PARTS.get(part.tag, len(part)):
        raise NotAFormula(f"{part.tag} with {len(part)} parts")
    text = html.unescape(part.text or "")
    if part.tag == "mi":
        text = _OTHER_SIGNS.get(text, text)
    if "\\" in text or (part.tag != "mtext" and "&" in text):
        raise NotAFormula(f"not set: {text}")
    part.text = text
