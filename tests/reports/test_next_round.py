"""What is worked out for the analyst from a release: the next round, weighted levels, versions, agreement."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from example import round_of, small_instrument, tree

from instruments.model import Comparability, Instrument
from reports import wording
from reports.agreement import Agreement, agreement, agreement_words
from reports.analysis import analyse
from reports.analyst_findings import Sensitivity, Spread
from reports.charts import Focus
from reports.disclosure import Disclosed, disclose, from_json
from reports.estimates import Estimate, Reason, nothing
from reports.findings import Change
from reports.next_round import Basis, Prospect, Wish, basis_of, curves, notes, of_cases, prospects, sentences
from reports.plain import to_text
from reports.share_plan import share_prospects, share_sentences
from reports.version_steps import verdict_words, version_step
from reports.weighted_levels import municipalities, weighted_level

UNITS = {"2301-a": 40, "2302-a": 24, "2303-a": 60}
INVITED = {"2301-a": 80, "2302-a": 30, "2303-a": 200}
BASIS = Basis(0.6, True, 0.55, 96, "2026")


@pytest.fixture(scope="module")
def released() -> Disclosed:
    now = round_of(UNITS, invited=INVITED)
    return disclose(analyse(now, None, tree(UNITS), study="x", k=5, seed=1, simulated=False, linked=False), 5)


def with_spread(disclosed: Disclosed, spread: Spread) -> Disclosed:
    findings = disclosed.findings
    return from_json(to_text(replace(findings, analyst=replace(findings.analyst, spreads=(spread,)))))


def on(disclosed: Disclosed, code: str) -> Focus:
    return Focus(disclosed, small_instrument(), code, "sv")


def test_the_plan_is_told_in_plain_sentences() -> None:
    wish = Wish(now=40, coming=40, share=0.5, correlation=0.55, change=0.2)
    found = prospects(BASIS, wish, fewest=10, seed=1)
    asked = found[0]
    assert asked.smallest is not None
    first, second, third = sentences(small_instrument().scales[0], wish, asked, "sv")
    assert first == (
        "Med 40 svar nästa gång, varav 20 från samma personer, syns en förändring på ungefär 0,33 steg åtta gånger av"
        " tio."
    )
    assert second == "En förändring på 0,20 steg skulle synas i 40\xa0% av fallen (simulerat: 40\xa0%)."
    assert third.startswith("För att 0,20 steg ska synas åtta gånger av tio behövs ungefär 1")
    assert found == prospects(BASIS, wish, fewest=10, seed=1)
    assert "0,55, från 96" in notes(small_instrument().scales[0], BASIS, "sv")[1]


def test_nothing_is_promised_for_certain() -> None:
    said = [of_cases(share, "sv").replace("\u00a0", " ") for share in (0.0, 0.004, 0.05, 0.994, 0.9988, 1.0)]
    assert said == ["under 1 %", "under 1 %", "5 %", "99 %", "över 99 %", "över 99 %"]


def test_worked_out_and_simulated_agree_and_following_people_pays() -> None:
    wish = Wish(now=40, coming=60, share=0.25, correlation=0.55, change=0.3)
    found = prospects(BASIS, wish, fewest=10, seed=3)
    for one in found:
        assert one.smallest_simulated == pytest.approx(0.8, abs=0.03)
        assert one.found_simulated == pytest.approx(one.found, abs=0.03)
    by_share = {one.share: one.smallest or 0 for one in found}
    assert by_share[1.0] < by_share[0.5] < by_share[0.25] < by_share[0.0]
    lines = curves(BASIS, wish)
    assert [curve.share for curve in lines] == [0.0, 0.5, 1.0]
    assert all(np.diff([change for _n, change in curve.points])[0] < 0 for curve in lines)


@pytest.mark.parametrize(
    "wish",
    [
        Wish(10, 10, 0.0, 0.0, 0.01),
        Wish(10, 100_000, 1.0, 0.95, 4.0),
        Wish(100_000, 100_000, 1.0, 0.95, 0.01),
        Wish(10, 10, 0.2, 0.5, 0.5),
    ],
)
def test_no_plan_is_too_small_or_too_large_to_be_told(wish: Wish) -> None:
    scale = small_instrument().scales[0]
    for one in prospects(BASIS, wish, fewest=10, seed=1):
        assert one.needed is None or one.needed >= 10
        for language in ("sv", "en"):
            assert "nan" not in " ".join(sentences(scale, wish, one, language))
    assert all(change > 0 for curve in curves(BASIS, wish) for _n, change in curve.points)


def test_what_cannot_be_computed_is_said() -> None:
    wish = Wish(40, 40, 0.0, 0.5, 0.3)
    (told,) = sentences(small_instrument().scales[0], wish, replace(_one(wish), smallest=None), "sv")
    assert told == "Med 40 svar nästa gång går det inte att räkna ut vilken förändring som kan upptäckas."
    many = sentences(small_instrument().scales[0], wish, replace(_one(wish), needed=None), "sv")[-1]
    assert many.endswith("skulle det behövas fler svar än det går att få.")


def _one(wish: Wish) -> Prospect:
    return prospects(BASIS, wish, fewest=10, seed=1)[0]


def test_the_studys_own_spread_comes_first_and_the_groups_where_there_is_none(released: Disclosed) -> None:
    scale = small_instrument().scales[0]
    told = with_spread(released, Spread(scale.id, 0.61, 120.0, None, None, None))
    basis = basis_of(on(told, "23"), scale)
    assert basis == Basis(0.61, True, None, None, "2026")
    assert "0,5 är en vanlig storlek" in notes(scale, basis, "sv")[1]
    hidden = with_spread(released, Spread(scale.id, None, None, None, None, None))
    own = basis_of(on(hidden, "23"), scale)
    assert own is not None
    assert (own.sd, own.within) == (on(hidden, "23").finding(scale.id).level.sd, False)


def test_a_weighted_level_counts_each_municipality_by_those_invited(released: Disclosed) -> None:
    scale, focus = small_instrument().scales[0], on(released, "23")
    found = weighted_level(focus, scale)
    assert found is not None
    levels = [(member.invited or 0, focus.on(member.code).finding(scale.id).level) for member in focus.members]
    by_hand = sum(invited * (level.mean.value or 0) for invited, level in levels) / 310
    assert found.weighted.value == pytest.approx(by_hand)
    assert found.released == focus.finding(scale.id).level.mean
    assert (found.covered, found.of, found.invited, found.invited_of) == (3, 3, 310, 310)
    # Cochran 1977, section 5.4, from the municipalities' own SDs.
    squares = (
        (invited / 310) ** 2 * (1 - (level.mean.n or 0) / invited) * (level.sd or 0) ** 2 / (level.mean.n or 1)
        for invited, level in levels
    )
    assert found.weighted.high is not None
    assert found.weighted.value is not None
    reach = found.weighted.high - found.weighted.value
    assert reach == pytest.approx(1.98 * sum(squares) ** 0.5, rel=0.01)
    assert weighted_level(on(released, "2301"), scale) is None


def test_the_country_weighs_its_municipalities_not_its_counties() -> None:
    units = {"2201-a": 30, "2301-a": 40, "2302-a": 24}
    now = round_of(units, invited=dict.fromkeys(units, 100))
    found = analyse(now, None, tree(units), study="x", k=5, seed=1, simulated=False, linked=False)
    focus = on(disclose(found, 5), "SE")
    assert [group.code for group in municipalities(focus)] == ["2201", "2301", "2302"]
    level = weighted_level(focus, small_instrument().scales[0])
    assert level is not None
    means = [focus.on(code).finding("knowledge").level.mean.value or 0 for code in ("2201", "2301", "2302")]
    assert level.weighted.value == pytest.approx(sum(means) / 3)


def test_without_a_number_invited_nothing_is_weighted(released: Disclosed) -> None:
    findings = released.findings
    groups = tuple(
        replace(group, invited=None, response_rate=nothing(Reason.UNKNOWN_INVITED)) for group in findings.groups
    )
    found = weighted_level(on(from_json(to_text(replace(findings, groups=groups))), "23"), small_instrument().scales[0])
    assert found is not None
    assert (found.weighted.value, found.weighted.reason, found.covered) == (None, Reason.UNKNOWN_INVITED, 0)


def changed(**items: str) -> Instrument:
    """The small instrument with other words, and what it says of them."""
    told = small_instrument().model_dump(mode="json")
    told["version"] = "2027.1"
    for section in told["sections"]:
        for item in section["items"]:
            if item["id"] in items:
                item["text"]["sv"] = "Med andra ord"
    told["equivalences"] = [{"version": "2026.1", "items": {name: word for name, word in items.items() if word}}]
    return Instrument.model_validate(told)


def test_a_question_with_other_words_breaks_the_line_unless_the_instrument_says_otherwise() -> None:
    before = small_instrument()
    step = version_step(before, changed(K1="reworded-comparable", P1=""), "sv")
    by_item = {one.item: one for one in step.items}
    assert set(by_item) == {"K1", "P1"}
    assert by_item["K1"].before == "Påstående K1"
    assert by_item["K1"].what == ("andra ord (sv)",)
    assert step.same == 6
    told = {one.scale: (one.comparable, one.why) for one in step.scales}
    assert told["attitude"] == (Comparability.SAME, ())
    assert told["knowledge"] == (Comparability.REWORDED, ("har fått andra ord: K1",))
    assert told["practice"] == (Comparability.NEW, ("kan inte jämföras: P1",))
    assert version_step(before, before, "en").items == ()
    assert verdict_words(None, "sv") == "ställs inte längre"


def test_what_is_new_and_what_is_gone_is_named() -> None:
    before, now = small_instrument().model_dump(mode="json"), small_instrument().model_dump(mode="json")
    now["sections"][2]["items"].pop()
    now["scales"][2]["items"].pop()
    step = version_step(Instrument.model_validate(before), Instrument.model_validate(now), "sv")
    assert [(one.item, one.comparable) for one in step.items] == [("P3", None)]
    assert step.scales[2].why == ("andra frågor ingår",)
    back = version_step(Instrument.model_validate(now), Instrument.model_validate(before), "en")
    assert [(one.item, one.what) for one in back.items] == [("P3", ("new item",))]


def test_ways_of_counting_agree_or_do_not() -> None:
    up, down, neither = (Estimate(0.0, low, high, 40) for low, high in ((0.1, 0.4), (-0.4, -0.1), (-0.1, 0.2)))
    none = nothing(Reason.TOO_FEW)

    def judged(deciding: Estimate, mixed: Estimate, delta: Estimate) -> Agreement:
        return agreement(_change(deciding), Sensitivity("a", "b", mixed, delta, none, None))

    assert judged(up, up, up) is Agreement.ALL_CHANGE
    assert judged(down, down, none) is Agreement.ALL_CHANGE
    assert judged(neither, neither, neither) is Agreement.NONE_CHANGE
    held = replace(_change(up), holm_overruled=True)
    assert agreement(held, Sensitivity("a", "b", up, up, none, None)) is Agreement.HELD_BACK
    assert judged(up, neither, up) is Agreement.OTHERS_DIFFER
    assert judged(up, down, up) is Agreement.OTHERS_DIFFER
    assert judged(none, up, up) is Agreement.NOTHING
    assert judged(up, none, none) is Agreement.NOTHING
    assert agreement(_change(up), None) is Agreement.NOTHING
    assert agreement(None, None) is Agreement.NOTHING
    assert len({agreement_words(one, "sv") for one in Agreement}) == len(Agreement)


def _change(difference: Estimate) -> Change:
    from reports.changes import change_without

    return replace(change_without(Reason.TOO_FEW), difference=difference)


def test_a_share_is_planned_beside_the_mean() -> None:
    wish = Wish(now=80, coming=80, share=1.0, correlation=0.4, change=0.2)
    found = share_prospects(0.6, wish, 0.1, fewest=10)
    followed, nobody, half = found
    # As in docs/method/planning.md; down to 50 % it takes more answers than up to 70 %.
    assert (followed.pairs, followed.low, followed.high) == (80, 0.42, 0.76)
    assert (nobody.needed or 0) > (half.needed or 0) > (followed.needed or 0) > 214
    assert (nobody.found or 0) < (half.found or 0) < (followed.found or 0) < 0.5
    first, second, third = (line.replace("\u00a0", " ") for line in share_sentences(0.6, wish, 0.1, followed, "sv"))
    assert first == (
        "Andelen positiva svar är 60 % nu. Med 80 svar nästa gång, varav 80 från samma personer, syns det åtta gånger"
        " av tio om den har sjunkit till 42 % eller stigit till 76 %."
    )
    assert second.startswith("En förändring på 10 procentenheter, uppåt eller nedåt, skulle synas i minst ")
    assert third.endswith(f"behövs ungefär {followed.needed} svar i varje mätomgång.")


@pytest.mark.parametrize("share", [0.0, 0.03, 0.5, 0.98, 1.0])
@pytest.mark.parametrize(
    "wish", [Wish(10, 10, 0.0, 0.0, 0.1), Wish(10, 10, 1.0, 0.95, 0.1), Wish(10**5, 10, 0.3, 0, 1)]
)
def test_a_share_at_the_end_is_planned_one_way_and_never_beyond_it(share: float, wish: Wish) -> None:
    for one in share_prospects(share, wish, 0.6, fewest=10):
        assert one.low is None or 0 <= one.low < share
        assert one.high is None or share < one.high <= 1
        for language in ("sv", "en"):
            told = " ".join(share_sentences(share, wish, 0.6, one, language))
            assert "nan" not in told
            assert wording.NOTHING[language] not in told
