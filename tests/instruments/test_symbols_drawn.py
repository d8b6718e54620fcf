"""The symbols that ship: small, harmless, and drawn with shapes that both a page and a printed form can draw."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

FOLDER = Path(__file__).parents[2] / "instruments" / "symbols"
DRAWN = sorted(FOLDER.glob("*.svg"))

SVG = "{http://www.w3.org/2000/svg}"
PAINT = {"fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin"}
ATTRIBUTES = {
    "svg": {"viewBox", "width", "height"},
    "g": PAINT,
    "rect": PAINT | {"x", "y", "width", "height", "rx"},
    "circle": PAINT | {"cx", "cy", "r"},
    "line": PAINT | {"x1", "y1", "x2", "y2"},
    "polyline": PAINT | {"points"},
    "polygon": PAINT | {"points"},
    "path": PAINT | {"d"},
}
NUMBERS_TAKEN = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "Q": 4, "A": 7, "Z": 0}
"""Path command -> how many numbers follow it."""

PROMISED = {
    "yes",
    "no",
    "partly",
    "dont-know",
    "never",
    "sometimes",
    "often",
    "face-happy",
    "face-neutral",
    "face-sad",
    "home",
    "work",
    "friends",
    "talk",
    "listen",
    "help",
    "decide",
    "safe",
    "time",
    "money",
    "letter",
    "phone",
    "school",
    "heart",
    "free-time",
    "food",
    "travel",
    "person",
    "staff",
    "lock",
}
"""What instruments may count on (docs and other instruments name them)."""

PATH_TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?")
COLOUR = re.compile(r"#[0-9a-f]{6}|none")


def parsed(file: Path) -> etree._Element:
    """The root, read as a stranger's file would be: no entities, no DTD, no network."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    return etree.fromstring(file.read_bytes(), parser)


def shapes(file: Path) -> list[tuple[str, dict[str, str]]]:
    """Each element's name and attributes, in drawing order."""
    return [
        (str(element.tag).removeprefix(SVG), {str(key): str(value) for key, value in element.attrib.items()})
        for element in parsed(file).iter()
    ]


def test_every_promised_symbol_is_drawn() -> None:
    assert {file.stem for file in DRAWN} >= PROMISED


def test_the_readme_names_every_symbol_and_no_other() -> None:
    named = {
        name
        for line in (FOLDER / "README.md").read_text("utf-8").splitlines()
        if line.startswith("|")
        for name in re.findall(r"`([a-z-]+)`", line)
    }
    assert named == {file.stem for file in DRAWN}


def test_no_two_symbols_are_the_same_drawing() -> None:
    assert len({file.read_bytes() for file in DRAWN}) == len(DRAWN)


@pytest.mark.parametrize("file", DRAWN, ids=lambda file: file.stem)
class TestSymbol:
    def test_is_small_and_has_a_name_that_instruments_can_use(self, file: Path) -> None:
        assert len(file.read_bytes()) < 2000
        assert re.fullmatch(r"[a-z0-9_-]+\.svg", file.name)

    def test_is_nothing_but_shapes(self, file: Path) -> None:
        text = file.read_text("utf-8")
        assert not re.search(r"<!|<\?|&", text), "no declarations, comments or entities"
        root = parsed(file)
        assert root.tag == f"{SVG}svg"
        assert root.get("viewBox") == "0 0 96 96"
        assert not "".join(str(part) for part in root.itertext()).strip(), "no text"
        for name, attributes in shapes(file):
            assert name in ATTRIBUTES
            assert set(attributes) <= ATTRIBUTES[name], name

    def test_stands_on_a_light_tile(self, file: Path) -> None:
        name, attributes = shapes(file)[1]
        assert name == "rect"
        assert (attributes["width"], attributes["height"], attributes["fill"]) == ("96", "96", "#fff8e6")

    def test_is_drawn_in_flat_colours_and_bold_lines(self, file: Path) -> None:
        for _, attributes in shapes(file):
            for key in ("fill", "stroke"):
                assert COLOUR.fullmatch(attributes.get(key, "none"))
            assert float(attributes.get("stroke-width", "4")) >= 4

    def test_paths_hold_plain_commands_with_the_right_count_of_numbers(self, file: Path) -> None:
        for name, attributes in shapes(file):
            if name != "path":
                continue
            tokens = PATH_TOKEN.findall(attributes["d"])
            assert re.sub(r"[\s,]", "", attributes["d"]) == "".join(tokens), "nothing but commands and numbers"
            starts = [index for index, token in enumerate(tokens) if token.isalpha()]
            assert tokens[0] == "M"
            for start, end in pairwise([*starts, len(tokens)]):
                assert end - start - 1 == NUMBERS_TAKEN[tokens[start]], f"{tokens[start]} in {attributes['d']}"

    def test_stays_within_the_tile(self, file: Path) -> None:
        for name, attributes in shapes(file):
            if name in {"svg", "g"}:
                continue
            given = attributes.get("points") or attributes.get("d")
            numbers = (
                given
                if given is not None
                else " ".join(attributes[key] for key in ATTRIBUTES[name] - PAINT if key in attributes)
            )
            assert all(0 <= float(number) <= 96 for number in re.findall(r"-?\d+(?:\.\d+)?", numbers))
