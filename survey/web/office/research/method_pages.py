"""How every number is made, to be read where the numbers are: the pages of docs/method, with their formulas."""

from __future__ import annotations

from pathlib import Path

import structlog
from flask import abort, render_template, url_for
from flask_babel import get_locale

from survey.accounts.roles import Action
from survey.web.office import access
from survey.web.office.research.method_text import MethodText, Other, method_text, title_of

FOLDER = Path(__file__).resolve().parents[4] / "docs" / "method"
"""Beside the program, in the clone that it is run from."""

FIRST = "README"
"""The page with the table of the others."""

log = structlog.get_logger("termometern.web")


@access.login_required
def first() -> str:
    return _shown(FIRST)


@access.login_required
def page(page: str) -> str:
    return _shown(page)


def _shown(name: str) -> str:
    access.require_somewhere(Action.SEE_RESULTS)
    text = text_of(name)
    if text is None:
        abort(404)
    return render_template("office/research/method.html", text=text, is_first=name == FIRST, language=str(get_locale()))


def text_of(name: str) -> MethodText | None:
    """One page, or None if there is none of that name. Only names that the folder itself gives are opened."""
    texts = {file.stem: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.md")}
    if not texts:
        log.error("the pages about the method are missing; run from a whole clone, with docs/method", place=str(FOLDER))
    if name not in texts:
        return None
    return method_text(texts[name], frozenset(Other(one, title_of(text), _address(one)) for one, text in texts.items()))


def _address(name: str) -> str:
    return url_for("research.method") if name == FIRST else url_for("research.method_page", page=name)
