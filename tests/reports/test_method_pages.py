"""The method pages: each stands in the table, has the parts a reader looks for, and its examples give what they say."""

from __future__ import annotations

import doctest
import re
import warnings
from pathlib import Path

import pytest

METHOD = Path(__file__).resolve().parents[2] / "docs" / "method"
PAGES = sorted(path.name for path in METHOD.glob("*.md") if path.name != "README.md")

PARTS = ("Question", "Formula", "Source", "Edge cases", "Worked example")

# Pages about rules instead of numbers, and why each needs no formula or example.
RULES = {
    "disclosure.md": "limits on what may be told; the proofs by example are its tests",
    "linking.md": "how a code is made and fails",
    "microdata.md": "steps taken with rows until nobody stands out",
    "verdicts.md": "which words follow from numbers that other pages work out",
}
PARTS_OF_RULES = ("Question", "Source")

_LEAD = re.compile(r"^(?:\*\*|#+ )(Question|Formula|Source|Edge cases|Worked example)", re.MULTILINE)
_PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MATH = re.compile(r"^```math\n.+?^```$", re.MULTILINE | re.DOTALL)


def read(name: str) -> str:
    return (METHOD / name).read_text(encoding="utf-8")


def test_the_table_lists_every_page_once() -> None:
    listed = re.findall(r"^\| \[[^]]+\]\(([^)]+)\) \|", read("README.md"), re.MULTILINE)
    assert sorted(listed) == PAGES


@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_its_parts(name: str) -> None:
    text = read(name)
    wanted = PARTS_OF_RULES if name in RULES else PARTS
    missing = [part for part in wanted if part not in _LEAD.findall(text)]
    if name not in RULES:
        missing += [
            kind for kind, found in (("math", _MATH.search(text)), ("python", _PYTHON.search(text))) if not found
        ]
    assert not missing


@pytest.mark.parametrize("name", PAGES)
def test_a_worked_example_gives_what_it_says(name: str) -> None:
    """All examples of a page are one session, as one reads them."""
    text = read(name)
    # Blank lines in place of the text between, so that a failure points at the page's own line.
    spaced, at = "", 0
    for block in _PYTHON.finditer(text):
        spaced += "\n" * text.count("\n", at, block.start(1)) + block.group(1)
        at = block.end(1)
    example = doctest.DocTestParser().get_doctest(spaced, {}, name, str(METHOD / name), 0)
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        doctest.DocTestRunner(verbose=False, optionflags=doctest.REPORT_NDIFF).run(example, out=said.append)
    assert not said, "".join(said)
    assert bool(example.examples) == bool(_PYTHON.search(text)), "a block without >>> is never run"
