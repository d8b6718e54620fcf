"""A method page from Markdown to HTML: formulas as MathML, tables and examples in regions that scroll by themselves.

The pages are the project's own files, and are treated as if they were not: raw HTML is text, links lead to other pages
of the method or, marked so, to https; all else is words. Nothing has a style or a script of its own.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup, escape

from survey.web.office.research.formulas import NotAFormula, mathml

LEADS_OUT = Markup('<span aria-hidden="true"> ↗</span><span class="visually-hidden"> (leads to another site)</span>')
_PAGE = re.compile(r"(?P<name>[A-Za-z0-9-]+)\.md(?P<part>#[\w-]+)?")


@dataclass(frozen=True)
class Other:
    """A page that others may lead to."""

    name: str
    """Of the file, without .md."""
    title: str
    address: str


@dataclass(frozen=True)
class MethodText:
    title: str
    html: Markup
    not_set: tuple[str, ...]
    """Formulas that could not be set, and stand as they are written; a test holds that there are none."""


@lru_cache(maxsize=64)
def method_text(text: str, others: frozenset[Other]) -> MethodText:
    """`text` as HTML, with links to the pages in `others`. Kept by its contents: a changed file is another text."""
    env: dict[str, object] = {"others": {other.name: other for other in others}, "not_set": []}
    tokens = _PARSER.parse(text, env)
    body = _PARSER.renderer.render(tokens, _PARSER.options, env)
    # The renderer escapes all text; raw HTML is text to the parser.
    return MethodText(title_of(text), Markup(body), tuple(map(str, _list(env, "not_set"))))  # noqa: S704


def title_of(text: str) -> str:
    """The page's first heading."""
    return next((line[2:].strip() for line in text.splitlines() if line.startswith("# ")), "")


class _Renderer(RendererHTML):
    """The vendor's, but for what must scroll by itself, lead somewhere or be set as a formula."""

    def fence(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        token = tokens[idx]
        if token.info.strip() == "math":
            formula = _formula(token.content, env, block=True)
            return _region(env, "Formula", "formula", formula)
        return self.code_block(tokens, idx, options, env)

    def code_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _region(
            env, "Example", "example", Markup("<pre><code>{}</code></pre>").format(tokens[idx].content.rstrip())
        )

    def table_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'{_frame(env, "Table", "table-frame")}<table class="table">'

    def table_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return "</table></div>\n"

    def th_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # A head without words heads nothing.
        env["head"] = "th" if tokens[idx + 1].content else "td"
        return f'<th scope="col"{_aligned(tokens[idx])}>' if tokens[idx + 1].content else "<td>"

    def th_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"</{env['head']}>"

    def td_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f"<td{_aligned(tokens[idx])}>"

    def heading_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return f'<{tokens[idx].tag} id="{_anchor(tokens[idx + 1].content)}">'

    def link_open(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        address, out = _leads_to(str(tokens[idx].attrs.get("href", "")), env)
        env["leads"] = (address, out)
        if not address:
            return ""
        return str(Markup('<a href="{}"{}>').format(address, Markup(' rel="external noreferrer"') if out else ""))

    def link_close(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        address, out = env["leads"]
        if not address:
            return ""
        return f"{LEADS_OUT if out else ''}</a>"

    def image(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        # No picture is fetched from anywhere; its words stand in its place.
        return str(escape(tokens[idx].content))

    def math_inline(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        return _formula(tokens[idx].content, env, block=False)


def _formulas_in_lines(state: StateCore) -> None:
    """A code span between two dollar signs is a formula, as at the code host."""
    for line in state.tokens:
        parts = line.children or []
        for before, code, after in zip(parts, parts[1:], parts[2:], strict=False):
            dollars = before.type == after.type == "text" and before.content.endswith("$")
            if code.type == "code_inline" and dollars and after.content.startswith("$"):
                code.type = "math_inline"
                before.content, after.content = before.content[:-1], after.content[1:]


def _titles_for_files(state: StateCore) -> None:
    """A link that says the name of a file says the page's title instead: here it is no file."""
    for line in state.tokens:
        parts = line.children or []
        for link, words in pairwise(parts):
            page = _PAGE.fullmatch(words.content) if link.type == "link_open" else None
            if page and page["name"] in state.env["others"]:
                words.content = state.env["others"][page["name"]].title


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Renderer).enable("table")
    # After the texts have been joined, so that a dollar sign stands at the end of what comes before.
    parser.core.ruler.push("formulas_in_lines", _formulas_in_lines)
    parser.core.ruler.push("titles_for_files", _titles_for_files)
    return parser


_PARSER = _parser()


def _formula(tex: str, env: EnvType, *, block: bool) -> Markup:
    try:
        return mathml(tex, block=block)
    except NotAFormula:
        _list(env, "not_set").append(tex)
        return Markup("<code>{}</code>").format(tex)


def _region(env: EnvType, kind: str, style: str, inside: Markup) -> str:
    return f"{_frame(env, kind, style)}{inside}</div>\n"


def _frame(env: EnvType, kind: str, style: str) -> str:
    """A region with a name of its own, that the keyboard can reach and scroll."""
    number = int(env.get(kind, 0)) + 1
    env[kind] = number
    return f'<div class="{style}" role="region" aria-label="{kind} {number}" tabindex="0">'


def _aligned(cell: Token) -> str:
    """The parser says it with a style, which the site's policy refuses."""
    return ' class="number"' if "right" in str(cell.attrs.get("style", "")) else ""


def _anchor(heading: str) -> str:
    words = re.sub(r"[^\w\s-]", "", heading.lower())
    return "m-" + re.sub(r"\s+", "-", words.strip())


def _leads_to(address: str, env: EnvType) -> tuple[str, bool]:
    """Where a link leads, and whether that is away from here; "" for what cannot be reached from these pages."""
    if address.startswith("https://"):
        return address, True
    if address.startswith("#"):
        return f"#m-{address[1:]}", False
    page = _PAGE.fullmatch(address)
    other = env["others"].get(page["name"]) if page else None
    if page is None or other is None:
        return "", False
    return other.address + (f"#m-{page['part'][1:]}" if page["part"] else ""), False


def _list(env: EnvType, name: str) -> list[str]:
    found = env[name]
    assert isinstance(found, list)  # noqa: S101  # made by `method_text`
    return found
