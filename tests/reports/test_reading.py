"""What people read, word for word: two masked groups, one of 7, one of 15, one of 60 and the county (golden files)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from syrupy.assertion import SnapshotAssertion

from reports.analysis import analyse
from reports.disclosure import Disclosed, disclose
from reports.reading import GroupReading, read_group
from tests.reports.example import round_of, small_instrument, tree

UNITS = {"2303-a": 6, "2321-a": 15, "2380-a": 60, "2309-a": 40, "2326-a": 33, "2361-a": 3, "2313-a": 7, "0114-a": 30}


def released(*, before: bool, shift: float = 0.45, links: bool = True, invited: bool = True) -> Disclosed:
    asked = {unit: n * 2 if unit == "2326-a" else n + 5 for unit, n in UNITS.items()} if invited else None
    now = round_of(UNITS, name="Hösten 2026", shift=shift, links=links, invited=asked)
    earlier = {unit: max(n - 2, 1) for unit, n in UNITS.items()}
    then = round_of(earlier, name="Hösten 2024", seed=5, round_id=1, links=links) if before else None
    return disclose(analyse(now, then, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=links), 5)


def text(reading: GroupReading) -> str:
    """As a person would page through it."""
    blocks = [
        reading.headline,
        reading.answered,
        "\n".join(reading.sentences),
        "\n".join(f"- {limit}" for limit in reading.cannot_say),
        "\n".join(f"* {finding}" for finding in reading.stands_out),
        "\n".join(f"? {question}" for question in reading.talk_about),
        "\n".join(f"{scale}: {said}" for scale, said in reading.scales.items()),
        "\n".join(f"{scale} = {word}" for scale, word in reading.verdicts.items()),
    ]
    return "\n\n".join(block for block in blocks if block)


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("code", ["2361", "2303", "2313", "2321", "2380", "23"])
def test_with_an_earlier_round(code: str, language: str, snapshot: SnapshotAssertion) -> None:
    assert text(read_group(released(before=True), small_instrument(), code, language)) == snapshot


@pytest.mark.parametrize("code", ["2313", "2321", "2326"])
def test_first_round(code: str, snapshot: SnapshotAssertion) -> None:
    assert text(read_group(released(before=False), small_instrument(), code)) == snapshot


def test_unlinked_and_uncounted_is_said() -> None:
    reading = read_group(released(before=True, links=False, invited=False), small_instrument(), "2380")
    assert "Vi vet inte om det är samma personer som svarade hösten 2024 och nu." in reading.cannot_say
    assert any(limit.startswith("Vi vet inte hur många som fick frågan") for limit in reading.cannot_say)


def test_a_fall_is_called_a_fall() -> None:
    reading = read_group(released(before=True, shift=-0.6), small_instrument(), "2380")
    assert reading.headline.startswith("Ni ligger lägre i ")
    assert "minskning" in reading.verdicts.values()
    assert "ökning" not in reading.verdicts.values()


def test_a_small_group_never_gets_a_verdict_in_words() -> None:
    reading = read_group(released(before=True, shift=2.0), small_instrument(), "2313")
    assert set(reading.verdicts.values()) == {"kan inte avgöras"}
    assert "högre" not in reading.headline


def test_open_links_are_named() -> None:
    disclosed = released(before=False)
    data = replace(round_of(UNITS, name="Hösten 2026"), ways=("open",) * sum(UNITS.values()))
    raw = analyse(data, None, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False)
    limits = read_group(disclose(raw, 5), small_instrument(), "2380").cannot_say
    assert any(limit.startswith("Alla svar kan ha kommit genom en öppen länk") for limit in limits)
    assert not any("öppen länk" in limit for limit in read_group(disclosed, small_instrument(), "2380").cannot_say)


def test_those_who_take_part_are_not_called_the_nation() -> None:
    for language, start in (("sv", "Alla som deltar ligger "), ("en", "All taking part are ")):
        for before in (True, False):
            reading = read_group(released(before=before, shift=-0.9), small_instrument(), "SE", language)
            assert reading.headline.startswith(start)
            assert "Riket" not in str(reading)


def test_too_few_then_is_said_as_such() -> None:
    now, then = round_of(UNITS, name="2026"), round_of({**UNITS, "2380-a": 2}, round_id=1, name="2024", seed=3)
    raw = analyse(now, then, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False)
    reading = read_group(disclose(raw, 5), small_instrument(), "2380")
    assert "Vi kan inte säga om något har ändrats sedan 2024: för få svarade då." in reading.cannot_say
    assert "för få svarade 2024" in reading.scales["knowledge"]


def test_answers_all_alike_are_not_called_few_and_nothing_stands_out() -> None:
    data = round_of(UNITS, name="2026", gaps=0.0)
    data = replace(data, values=np.full_like(data.values, 3.0))
    raw = analyse(data, None, tree(UNITS), study="s", k=5, seed=1, simulated=True, linked=False)
    reading = read_group(disclose(raw, 5), small_instrument(), "2380")
    assert reading.headline == "Ni ligger lika i alla delskalor: runt 3,0."
    assert reading.cannot_say[0].startswith("Svaren är så lika")
    assert reading.stands_out == ()


def test_a_group_that_took_no_part() -> None:
    with pytest.raises(KeyError, match="9999"):
        read_group(released(before=False), small_instrument(), "9999")


@pytest.mark.parametrize("units", [{"2301-a": 15}, {"2301-a": 12, "2309-a": 7}])
def test_without_a_pooled_spread_nobody_is_told_of_one(units: dict[str, int]) -> None:
    data = round_of(units, name="Hösten 2026")
    raw = analyse(data, None, tree(units), study="s", k=5, seed=1, simulated=True, linked=False)
    limits = read_group(disclose(raw, 5), small_instrument(), "2301").cannot_say
    assert limits[0] == "Med så få svar visar vi medelvärden, men inte hur säkra de är."
    assert not any("hela mätomgången" in limit for limit in limits)
