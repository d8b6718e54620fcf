"""No output goes round the gate: what shows results takes `Disclosed`, and few modules can reach anything else.

Read from the sources, so that what is written tomorrow is held too. The lists below are all there is: whoever needs a
place on one says in a review why the gate does not apply.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

SHOWING = (
    "reports/pdf",
    "reports/charts",
    "reports/export",
    "reports/reading.py",
    "reports/scale_reading.py",
    "reports/outlook.py",
    "survey/web",
    "survey/cli",
    "survey/releases",
)
"""Everything that people see, or that makes what they see."""

UNGATED_TYPES = frozenset(
    {"Analysed", "Summed", "Findings", "RoundData", "RoundSums", "RoundShown", "Levels", "Changes", "Comparisons"}
    | {"RoundPairs", "People", "NDArray", "Floats", "Integers", "ndarray"}
)
MAY_TAKE_UNGATED = {
    # What `gate.findings_of` has taken out of a Disclosed, for the formats beside it.
    "reports/export/lines.py": {"Findings"},
    # The same, for the analyst's part of the same table.
    "reports/export/analyst_lines.py": {"Findings"},
    # Only names what was left out of a release.
    "survey/web/office/research/withheld.py": {"Findings"},
    # Finds what stood behind a release again; makes nothing of it.
    "survey/releases/data.py": {"RoundData"},
    # Holds answers against the gate, and takes what comes out.
    "survey/releases/freeze.py": {"RoundData"},
    # Rows leave through a gate of their own: reports.microdata, with step-up and purpose.
    "survey/releases/microdata.py": {"RoundData"},
}

ANSWERS = frozenset({"Response", "FreeText"})
MAY_READ_ANSWERS = {
    "survey/answering/free_text.py": "sets texts apart at mixing",
    "survey/answering/importing/late.py": "late paper becomes responses",
    "survey/answering/importing/store.py": "paper becomes responses",
    "survey/answering/mixing.py": "makes them",
    "survey/answering/objections.py": "takes out those who object",
    "survey/answering/responses.py": "writes them",
    "survey/doctor/retention.py": "counts those that should have gone",
    "survey/fieldwork/counts.py": "counts",
    "survey/keeping/backup.py": "asks whether link codes have come back",
    "survey/keeping/chores.py": "deletes",
    "survey/fieldwork/ending.py": "takes link codes away",
    "survey/free_text/reading.py": "the reader's work, before anything is released",
    "survey/free_text/showing.py": "hands them to the gate in reports.texts",
    "survey/keeping/due.py": "deletes",
    "survey/models/__init__.py": "names them",
    "survey/models/answers.py": "defines them",
    "survey/releases/data.py": "the one way to a report",
    "survey/web/office/research/library.py": "counts the texts that wait for a reader",
    "survey/releases/late.py": "counts those of a batch",
}
STATEMENT = re.compile(r"\b(from|join|into|update|delete\s+from)\s+(response|free_text)\b", re.IGNORECASE)

INSIDE = frozenset(
    {"analysis", "changes", "comparisons", "cuts", "cut_protection", "coarsening", "dataset", "decision", "levels"}
    | {"common_spread", "followed", "last_look", "masking", "microdata_source", "pairs", "pooling", "release"}
    | {"item_functioning", "sensitivities", "sums", "trends", "whole"}
)
"""Modules of reports that numbers pass through before the gate."""
MAY_IMPORT_INSIDE = {
    "survey/releases/data.py",
    "survey/releases/freeze.py",
    "survey/releases/ledger.py",
    "survey/releases/microdata.py",
}
"""Of what shows results; names that carry no answer are listed below."""
HARMLESS_NAMES = frozenset(
    {"BEFORE", "Choice", "menu", "Node", "Tree", "axis_of", "score_range", "unit_of", "tells_positive"}
    | {"analysed_items", "background_items", "item_steps"}
)


def sources(*places: str) -> list[Path]:
    found: list[Path] = []
    for place in places:
        found += [ROOT / place] if place.endswith(".py") else (ROOT / place).rglob("*.py")
    assert found
    return sorted(found)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def functions(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def named(annotation: ast.expr | None) -> set[str]:
    """Every name in an annotation, those inside a quoted one too."""
    if annotation is None:
        return set()
    return set(re.findall(r"\w+", ast.unparse(annotation)))


def ungated_parameters(source: str) -> Iterator[tuple[str, set[str]]]:
    """Functions that anybody may call (no underscore first), with the ungated types that they take."""
    for function in functions(ast.parse(source)):
        given = function.args
        every = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
        found = set().union(*(named(one.annotation) & UNGATED_TYPES for one in every if one))
        if found and not function.name.startswith("_"):
            yield function.name, found


@pytest.mark.parametrize("path", sources(*SHOWING), ids=name_of)
def test_what_shows_results_takes_only_what_has_passed_the_gate(path: Path) -> None:
    allowed = MAY_TAKE_UNGATED.get(name_of(path), set())
    for function, found in ungated_parameters(path.read_text()):
        assert found <= allowed, f"{function} takes {sorted(found - allowed)}; let it take Disclosed"


@pytest.mark.parametrize("path", sources(*SHOWING), ids=name_of)
def test_what_shows_results_imports_nothing_from_before_the_gate(path: Path) -> None:
    if name_of(path) in MAY_IMPORT_INSIDE:
        return
    for module, names in imports(path.read_text()):
        if module.removeprefix("reports.") in INSIDE and module.startswith("reports."):
            assert names <= HARMLESS_NAMES, f"imports {sorted(names - HARMLESS_NAMES)} from {module}"


@pytest.mark.parametrize("path", sources("survey"), ids=name_of)
def test_few_modules_can_read_answers(path: Path) -> None:
    source = path.read_text()
    reached = {name for module, names in imports(source) if module.startswith("survey.models") for name in names}
    raw = STATEMENT.search(source) and not name_of(path).startswith("survey/migrations")
    if name_of(path) not in MAY_READ_ANSWERS:
        assert not reached & ANSWERS, "answers leave the database through survey.releases.data only"
        assert not raw, "answers leave the database through survey.releases.data only"


def test_only_the_gate_knows_how_its_type_is_made() -> None:
    for path in sources("reports", "survey", "instruments"):
        source = path.read_text()
        made = {
            node.func.id
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        }
        if name_of(path) != "reports/disclosure.py":
            assert "Disclosed" not in made, name_of(path)
            assert "disclosure._TOKEN" not in source, name_of(path)
        assert "object.__new__" not in source, name_of(path)


def test_a_renderer_that_takes_findings_would_be_seen() -> None:
    assert dict(ungated_parameters("def page(findings: Findings | None, k: int) -> str: ...")) == {"page": {"Findings"}}
    assert dict(ungated_parameters("def table(*, rows: 'Sequence[RoundData]') -> str: ...")) == {"table": {"RoundData"}}
    assert dict(ungated_parameters("def page(shown: Disclosed) -> str: ...")) == {}


def test_the_lists_name_modules_that_exist() -> None:
    for listed in (*MAY_TAKE_UNGATED, *MAY_IMPORT_INSIDE, *MAY_READ_ANSWERS):
        assert (ROOT / listed).is_file(), listed


def imports(source: str) -> Iterator[tuple[str, set[str]]]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module, {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            yield from ((alias.name, {"*"}) for alias in node.names)
