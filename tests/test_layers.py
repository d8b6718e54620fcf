"""The house has one direction, survey -> reports -> instruments; the two lower wings know neither web nor database."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
WINGS = {
    "instruments": frozenset({"instruments"}),
    "reports": frozenset({"instruments", "reports"}),
    "survey": frozenset({"instruments", "reports", "survey"}),
}
OUR_OWN = frozenset({*WINGS, "bench", "tests", "wsgi"})
WEB_AND_DATABASE = frozenset(
    {"alembic", "click", "dbos", "flask", "flask_babel", "flask_wtf", "jinja2", "psycopg", "sqlalchemy", "werkzeug"}
    | {"wtforms"}
)
# The engine's own process is the only one that may run jobs; everything else starts and follows them.
RUNS_JOBS = frozenset({"survey.jobs.worker", "survey.jobs.workflows"})


def imports_of(source: str) -> Iterator[str]:
    """Every module named by an import statement, wherever it stands: at the top, in a function, under TYPE_CHECKING."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                # `from . import x` would hide where it leads.
                yield f"relative import in line {node.lineno}"
            else:
                yield node.module or ""
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def modules(wing: str) -> list[Path]:
    return sorted((ROOT / wing).rglob("*.py"))


@pytest.mark.parametrize("wing", WINGS)
def test_a_wing_imports_only_itself_and_what_lies_below(wing: str) -> None:
    above = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(wing)
        for name in imports_of(path.read_text(encoding="utf-8"))
        if name.split(".")[0] in OUR_OWN - WINGS[wing] or name.startswith("relative")
    }
    assert modules(wing)
    assert above == set()


@pytest.mark.parametrize("wing", ["instruments", "reports"])
def test_the_lower_wings_know_neither_web_nor_database(wing: str) -> None:
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in modules(wing)
        for name in imports_of(path.read_text(encoding="utf-8"))
        if name.split(".")[0] in WEB_AND_DATABASE
    }
    assert found == set()


def test_no_page_can_run_a_job_or_hold_the_engine() -> None:
    """The web process starts and follows jobs through survey.jobs.client, which imports the engine only when used."""
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "survey" / "web").rglob("*.py"))
        for name in imports_of(path.read_text(encoding="utf-8"))
        if name in RUNS_JOBS or name.split(".")[0] == "dbos" or name == "survey.jobs.store"
    }
    assert found == set()


def test_the_parser_sees_imports_wherever_they_hide() -> None:
    source = "import a.b\ndef f():\n    from c import d\nif TYPE_CHECKING:\n    import e\nfrom . import g\n"
    assert set(imports_of(source)) == {"a.b", "c", "c.d", "e", "relative import in line 6"}
