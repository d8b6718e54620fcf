"""Boxes: one size whatever is in them, and opened by the round's private key alone."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace

import pytest
from answering_field import INSTRUMENT
from nacl.bindings import crypto_scalarmult_base

from instruments.load import load, load_file
from instruments.model import Instrument
from survey.answering.box import Submission, box_size, open_box, seal
from survey.answering.values import LONG_TEXT_LENGTH, storable
from survey.errors import Refusal

PRIVATE = secrets.token_bytes(32)
PUBLIC = crypto_scalarmult_base(PRIVATE)


@pytest.fixture
def instrument(tmp_path) -> Instrument:
    (tmp_path / "tiny.yaml").write_text(INSTRUMENT, encoding="utf-8")
    return load_file(tmp_path / "tiny.yaml").instrument


def _submission(answers: dict, link_code: bytes | None = None) -> Submission:
    return Submission(2**40, "invitation", "standard", "sv", "f" * 64, link_code, answers)


@pytest.mark.parametrize("character", ["a", "å", "🌡", '"', "\\", "\n", "\x00", "\x1b", "\ud800"])
def test_the_longest_answers_fit_and_all_boxes_are_alike(instrument: Instrument, character: str) -> None:
    size = box_size(instrument, "tiny")
    text = "x" + character * (LONG_TEXT_LENGTH - 2) + "x"
    full = storable(instrument, {"a": 3, "b": 1, "why": text, "many": (1, 2, 3), "years": 12.123456789012345})
    boxes = [
        seal(_submission(full, bytes(16)), PUBLIC, size),
        seal(_submission({}), PUBLIC, size),
        seal(replace(_submission({}), order_seed=65535), PUBLIC, size),
        seal(_submission({"a": 1}), PUBLIC, size),
    ]
    assert len({len(box) for box in boxes}) == 1
    assert open_box(boxes[0], PRIVATE).answers == full
    assert len(set(boxes)) == 4


def test_an_instrument_of_choices_has_small_boxes(instrument: Instrument) -> None:
    ebp = load("ebp-thermometer")
    assert box_size(ebp.instrument, ebp.digest) <= 2048 < LONG_TEXT_LENGTH < box_size(instrument, "tiny")


def test_everything_comes_out_as_it_went_in() -> None:
    sent = replace(_submission({"a": 3, "why": "Åsa", "many": (1, 3)}, b"0123456789abcdef"), order_seed=65535)
    assert open_box(seal(sent, PUBLIC, 2048), PRIVATE) == sent


def test_a_box_from_before_orders_were_drawn_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    dumps = json.dumps
    monkeypatch.setattr(
        "survey.answering.box.json.dumps",
        lambda fields, **how: dumps({name: value for name, value in fields.items() if name != "seed"}, **how),
    )
    sent = _submission({"a": 3})
    assert open_box(seal(sent, PUBLIC, 1024), PRIVATE) == sent


def test_another_key_or_a_changed_box_opens_nothing() -> None:
    box = seal(_submission({"a": 3}), PUBLIC, 1024)
    changed = box[:-1] + bytes([box[-1] ^ 1])
    for one, key in ((box, secrets.token_bytes(32)), (changed, PRIVATE)):
        with pytest.raises(ValueError, match="another key"):
            open_box(one, key)


def test_only_answers_on_the_path_are_kept(instrument: Instrument) -> None:
    assert storable(instrument, {"a": 3, "why": " Ja \r\n då "}) == {"a": 3, "why": "Ja \n då"}
    assert storable(instrument, {"a": 2, "why": "hidden", "b": None, "unknown": 1}) == {"a": 2}
    assert storable(instrument, {"many": [3, 1, 1], "years": 4.0, "why": " "}) == {"many": (1, 3), "years": 4}


@pytest.mark.parametrize(
    "answers",
    [
        {"a": 4},
        {"a": "3"},
        {"a": True},
        {"a": 3.0},
        {"many": [4]},
        {"many": 1},
        {"years": -1},
        {"years": 61},
        {"years": float("nan")},
        {"years": "4"},
        {"a": 3, "why": 5},
        {"a": 3, "why": "x" * (LONG_TEXT_LENGTH + 1)},
    ],
)
def test_a_value_that_the_item_does_not_allow_is_refused(instrument: Instrument, answers: dict) -> None:
    with pytest.raises(Refusal) as refused:
        storable(instrument, answers)
    assert refused.value.code == "answer_invalid"
