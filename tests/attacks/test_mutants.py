"""T5: each promise taken out of the code is missed by at least one attack, beyond any chance."""

from __future__ import annotations

import pytest

from bench.attacks.ground import Ground
from bench.attacks.mutants import MUTANTS, SCHEMA_MUTANTS
from bench.attacks.suite import caught, caught_by_schema


@pytest.mark.parametrize("mutant", MUTANTS)
def test_a_mutant_is_caught(ground: Ground, mutant: str) -> None:
    found = caught(ground, mutant)
    assert found.caught, found


@pytest.mark.parametrize("mutant", SCHEMA_MUTANTS)
def test_a_mutant_of_the_tables_is_caught(ground: Ground, mutant: str) -> None:
    found = caught_by_schema(ground, mutant)
    assert found.caught, found
