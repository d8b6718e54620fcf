"""The way through a foreign format: what is left out is said, what is missing is said, and the docs tell the truth."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from instruments.exchange.contract import MAX_BYTES, NotRead
from instruments.exchange.features import Feature
from instruments.exchange.formats import MODULES, carried_table, export_instrument, format_named, import_instrument
from instruments.exchange.frame import Frame
from instruments.load import LoadedInstrument, catalogue, digest_of, load

DOCS = Path(__file__).parents[2] / "docs" / "instrument-exchange.md"
FRAME = Frame("frame", "2030.1")
EVERY = [(name, one) for name in MODULES for one in catalogue()]


def test_the_table_in_the_docs_is_what_the_formats_say() -> None:
    content = DOCS.read_text(encoding="utf-8")
    (table,) = re.findall(r"<!-- carried -->\n(.*?)<!-- /carried -->", content, flags=re.DOTALL)
    assert table.strip() == carried_table()


@pytest.mark.parametrize(("name", "loaded"), EVERY, ids=lambda one: one if isinstance(one, str) else one.instrument.id)
def test_the_catalogue_passes_through_every_format(name: str, loaded: LoadedInstrument) -> None:
    """What comes back is the instrument without what was said to be left out: written again, nothing more is lost."""
    exported = export_instrument(loaded.instrument, name)
    frame = Frame(loaded.instrument.id, loaded.instrument.version, loaded.instrument.languages[0])
    read = import_instrument(exported.content, name, frame).instrument
    assert {item.id: item.text["sv"] for item in read.items} == {
        item.id: item.text["sv"]
        for item in loaded.instrument.items
        if item.id in read.items_by_id or Feature.STATEMENTS in format_named(name).carries
    }
    again = export_instrument(read, name)
    assert again.content == exported.content
    assert {one.feature for one in again.dropped} == set()
    if not exported.dropped:
        assert digest_of(read) == loaded.digest


@pytest.mark.parametrize("name", MODULES)
def test_what_is_said_to_be_left_out_is_what_the_format_does_not_carry(name: str) -> None:
    lost = {one.feature for one in export_instrument(load("user-survey-economic-assistance").instrument, name).dropped}
    assert not lost & format_named(name).carries


@pytest.mark.parametrize("name", MODULES)
@pytest.mark.parametrize("content", [b"", b"\x00", b"PK\x03\x04", b"<", b"{", "å".encode("latin-1") * 50, b"a\tb\nc"])
def test_rubbish_is_refused_with_faults(name: str, content: bytes) -> None:
    with pytest.raises(NotRead) as caught:
        import_instrument(content, name, FRAME)
    assert caught.value.faults
    assert all(fault.message and fault.remedy for fault in caught.value.faults)


@pytest.mark.parametrize("name", MODULES)
def test_a_file_over_the_cap_is_not_read(name: str) -> None:
    with pytest.raises(NotRead) as caught:
        import_instrument(b" " * (MAX_BYTES + 1), name, FRAME)
    assert [fault.code for fault in caught.value.faults] == ["too_large"]


def test_another_name_gets_the_nearest_right_one() -> None:
    with pytest.raises(ValueError, match="did you mean 'xlsform'"):
        format_named("xlsforms")
