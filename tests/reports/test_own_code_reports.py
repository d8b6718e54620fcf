"""Self-made codes in a report: nobody is taken for somebody else, and the report says how often the code fails."""

from __future__ import annotations

from dataclasses import replace

from reports.analysis import add_up, analyse
from reports.dataset import RoundData
from reports.disclosure import Disclosed, disclose
from reports.findings import LinkedBy
from reports.reading import read_group
from tests.reports.example import round_of, small_instrument, tree

UNITS = {"2309-a": 40, "2326-a": 33, "0114-a": 30}
FAILS = "koden som man gör själv blir ofta en annan nästa gång"


def released(now: RoundData, before: RoundData, *, own_code: bool) -> Disclosed:
    nodes = tree(UNITS)
    found = analyse(now, before, nodes, study="s", k=5, seed=1, simulated=True, linked=True, own_code=own_code)
    return disclose(found, 5)


def rounds() -> tuple[RoundData, RoundData]:
    """The same people twice, one code each."""
    now = round_of(UNITS, links=True, gaps=0.0)
    return now, round_of(UNITS, round_id=1, seed=9, links=True, gaps=0.0)


def followed(now: RoundData, before: RoundData) -> float:
    """How many are found in both rounds, before the gate."""
    pairs = add_up(now, before, tree(UNITS), linked=True).pairs
    return float(pairs.linked.max()) if pairs else 0.0


def test_two_with_the_same_code_in_one_round_are_both_left_unlinked() -> None:
    now, before = rounds()
    first, second, *rest = now.link_codes
    assert first != second
    # The second person of the round makes the first one's code: whose it is in the earlier round, nobody can tell.
    shared = replace(now, link_codes=(first, first, *rest))
    assert followed(shared, before) == followed(now, before) - 2


def test_the_report_says_how_persons_were_linked_and_that_the_code_fails() -> None:
    now, before = rounds()
    by_code, by_links = released(now, before, own_code=True), released(now, before, own_code=False)
    assert by_code.findings.linked_by is LinkedBy.OWN_CODE
    assert by_links.findings.linked_by is LinkedBy.LINKS
    assert any(FAILS in limit for limit in read_group(by_code, small_instrument(), "2309").cannot_say)
    assert not any(FAILS in limit for limit in read_group(by_links, small_instrument(), "2309").cannot_say)
