"""The table of journeys names tests that there are."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TABLE = (Path(__file__).parent / "README.md").read_text(encoding="utf-8")


def test_each_journey_in_the_table_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+[.]py)::(\w+)`", TABLE)
    assert len(named) >= 12
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, f"{path}::{name}"
