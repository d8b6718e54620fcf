"""The pages about the method inside the workbench: every formula set, nothing of the files' own markup let through."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from office_site import Played, text_of

from survey.web.office.research import method_pages
from survey.web.office.research.formulas import NotAFormula, mathml
from survey.web.office.research.method_text import MethodText, Other, method_text, title_of
from survey.web.office.research.workbench.registry import VIEWS

TEXTS = {file.stem: file.read_text(encoding="utf-8") for file in sorted(method_pages.FOLDER.glob("*.md"))}
PAGES = tuple(TEXTS)
OTHERS = frozenset(Other(name, title_of(text), f"/m/{name}") for name, text in TEXTS.items())

_CODE = re.compile(r"<code>.*?</code>", re.DOTALL)


def page(name: str) -> MethodText:
    return method_text(TEXTS[name], OTHERS)


@pytest.mark.parametrize("name", PAGES)
def test_every_formula_of_a_page_is_set_and_no_tex_is_left(name: str) -> None:
    found = page(name)
    assert found.not_set == ()
    written = len(re.findall(r"^```math$", TEXTS[name], re.MULTILINE)) + TEXTS[name].count("$`")
    assert found.html.count("<math") == written
    # TeX in code would be a formula whose dollar signs were forgotten.
    assert not re.search(r"<code>[^<]*\\(?:frac|sum|sqrt|hat|bar|text)\b", found.html)
    words = _CODE.sub("", found.html)
    assert "\\" not in words
    assert "$" not in words


@pytest.mark.parametrize("name", PAGES)
def test_a_page_holds_nothing_that_the_policy_refuses_or_that_leads_astray(name: str) -> None:
    found = page(name)
    assert found.title
    assert not re.search(r"<(?:script|style|img|iframe|form|input)|<[^>]*\s(?:style|on\w+)=", found.html)
    for address in re.findall(r'href="([^"]*)"', found.html):
        assert address.startswith(("https://", "/m/", "#m-"))
        target, _, part = address.removeprefix("/m/").partition("#")
        if part and not address.startswith("https://"):
            assert f'id="{part}"' in (page(target) if target else found).html


HOSTILE = """# A <b>title</b>

    <script>alert(0)</script>

<script>alert(1)</script> and <img src=x onerror=alert(1)> [a](javascript:alert(1)) [b](//elsewhere.example/x)
[c](data:text/html,x) [d](http://plain.example) [e](https://example.org/?a=1&b="2") [f](missing.md) [g](../../secret.md)
![h](https://example.org/pixel.png) $`\\text{<script>alert(2)</script> & so}`$ `$not a formula$`

| a |  |
|---|--:|
| `x` <i onclick=x> | 2 |

```python
>>> "</code></pre><script>alert(3)</script>"
```

```math
\\href{javascript:alert(4)}{y}
```

```math
\\style{color:red}{y}
```
"""


def test_a_hostile_page_is_words_only() -> None:
    found = method_text(HOSTILE, OTHERS)
    assert re.findall(r"<(script|img|i|b)[ >]", found.html) == []
    assert not re.search(r"<[^>]*\s(?:style|on\w+)=", found.html)
    assert re.findall(r'href="([^"]*)"', found.html) == ["https://example.org/?a=1&amp;b=%222%22"]
    assert 'rel="external noreferrer"' in found.html
    assert found.html.count("leads to another site") == 1
    assert '<th scope="col">a</th><td></td>' in found.html
    assert '<td class="number">2</td>' in found.html
    assert "&lt;script&gt;alert(2)&lt;/script&gt;" in found.html
    assert len(found.not_set) == 2


@pytest.mark.parametrize("tex", [r"\frac{a}", r"\nosuchthing x", r"\color{red}{x}", r"a & b", r"x_", r"\left( x", "}"])
def test_what_is_no_formula_is_refused(tex: str) -> None:
    with pytest.raises(NotAFormula):
        mathml(tex, block=True)


def test_a_formula_is_set_as_one_reads_it() -> None:
    assert "<mo>≤</mo>" in mathml(r"a \le b", block=False)
    assert 'display="block"' in mathml("x", block=True)
    assert "<mtd" in mathml(r"\begin{aligned} a &= b \\ c &= d \end{aligned}", block=True)
    assert "\N{TILDE OPERATOR}" in mathml(r"x \sim y", block=False)


def test_a_page_is_read_in_the_office(played_once: Played) -> None:
    client = played_once.office.client("manager")
    first = client.get("/analys/metod/")
    assert "är skrivna på engelska" in text_of(first)
    assert 'lang="en"' in first.text
    linked = set(re.findall(r'href="/analys/metod/([\w-]+)"', first.text))
    assert linked == set(re.findall(r"\]\(([\w-]+)\.md\)", TEXTS["README"]))
    shown = client.get("/analys/metod/shrinkage")
    assert shown.text.count("<math") > 10
    assert "Where is a unit most likely to stand" in text_of(shown)
    assert ">Shrinkage</a>" in first.text
    assert ".md" not in text_of(first)
    assert client.get("/analys/metod/..%2F..%2Fprivacy").status_code == 404
    assert client.get("/analys/metod/nothing").status_code == 404
    assert "/analys/metod/" in client.get("/analys/").text


def test_every_view_of_the_workbench_leads_to_how_its_numbers_are_made() -> None:
    assert {view.method for view in VIEWS} <= set(PAGES)


def test_without_the_files_the_operator_gets_a_line_and_the_reader_a_page(
    played_once: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(method_pages, "FOLDER", tmp_path)
    client = played_once.office.client("manager")
    capsys.readouterr()
    assert client.get("/analys/metod/").status_code == 404
    said = "".join(capsys.readouterr())
    assert "run from a whole clone" in said
    assert said.count("\n") == 1
