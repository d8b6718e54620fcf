"""What we write as YAML reads back as the same instrument, whatever is in its texts."""

from __future__ import annotations

from hypothesis import given, settings

from instruments.check import check_document
from instruments.document import parse_document
from instruments.load import catalogue, digest_of
from instruments.model import Instrument
from instruments.save import to_yaml
from tests.instruments.random_instruments import instruments


@given(instruments)
@settings(max_examples=40)
def test_written_and_read_back_is_the_same(instrument: Instrument) -> None:
    read, faults = check_document(parse_document(to_yaml(instrument).encode()))
    assert faults == ()
    assert read == instrument
    assert read is not None
    assert digest_of(read) == digest_of(instrument)


def test_the_catalogue_can_be_written_again() -> None:
    for loaded in catalogue():
        read, faults = check_document(parse_document(to_yaml(loaded.instrument, "Again.").encode()))
        assert faults == ()
        assert read is not None
        assert digest_of(read) == loaded.digest


def test_a_written_file_says_of_every_scale_item_whether_it_is_reversed() -> None:
    for loaded in catalogue():
        text = to_yaml(loaded.instrument)
        scored = sum(len(scale.items) for scale in loaded.instrument.scales)
        assert text.count("reversed:") == scored
        assert text.count("missing: half") + text.count("missing: complete") == len(loaded.instrument.scales)
