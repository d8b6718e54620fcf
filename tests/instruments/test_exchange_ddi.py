"""DDI-Codebook: what we write has the published structure and reads back whole; others' files read sensibly."""

from __future__ import annotations

import resource
import time
from pathlib import Path

import pytest
from hypothesis import given, settings

from instruments.exchange.contract import NotRead
from instruments.exchange.ddi import FORMAT
from instruments.exchange.features import keep
from instruments.exchange.frame import Frame
from instruments.exchange.safe_xml import parse_xml
from instruments.load import LoadedInstrument, catalogue
from instruments.model import Instrument
from tests.instruments.ddi_structure import structure_faults
from tests.instruments.random_instruments import instruments, sound
from tests.instruments.tiny_instruments import scale_of, tiny

FRAME = Frame("frame", "2030.1")
FOREIGN = Path(__file__).with_name("foreign")


@given(instruments)
@settings(max_examples=30, deadline=None)
def test_everything_reads_back_and_has_the_published_structure(instrument: Instrument) -> None:
    frame = Frame("frame", "2030.1", instrument.languages[0])
    kept = keep(instrument, FORMAT.carries, frame)
    written = FORMAT.write(kept)
    assert structure_faults(parse_xml(written)) == []
    assert sound(dict(FORMAT.read(written, frame))) == kept


@pytest.mark.parametrize("loaded", catalogue(), ids=lambda loaded: loaded.instrument.id)
def test_the_catalogue_reads_back(loaded: LoadedInstrument) -> None:
    written = FORMAT.write(loaded.instrument)
    assert structure_faults(parse_xml(written)) == []
    assert sound(dict(FORMAT.read(written, FRAME))) == loaded.instrument
    assert FORMAT.write(loaded.instrument) == written


def test_the_structure_is_held() -> None:
    """The checker finds what the schema would: an order, a number, an attribute, a word, a reference."""
    wrong = b"""<codeBook xmlns="ddi:codebook:2_5" version="2.4"><dataDscr><var colour="red"><qstn/><labl/></var>
        <varGrp type="heap" var="V9"/></dataDscr></codeBook>"""
    assert structure_faults(parse_xml(wrong)) == [
        "codeBook version='2.4' is none of the schema's words",
        "codeBook holds 0 stdyDscr",
        "dataDscr holds its children in another order: ['var', 'varGrp']",
        "var has no attribute colour",
        "var lacks name",
        "var holds its children in another order: ['qstn', 'labl']",
        "varGrp type='heap' is none of the schema's words",
        "varGrp var='V9' leads nowhere",
    ]


def test_a_score_says_how_it_is_derived() -> None:
    instrument = tiny([{"id": "K01"}, {"id": "K02"}], scales=[scale_of("K01", "K02", reversed_ids=("K02",))])
    text = FORMAT.write(instrument).decode()
    assert "Mean of the answered items, if at least half of them are answered, else missing." in text
    assert "Reversed as 6 minus the answer: K02." in text
    assert '<invalrng>\n        <item UNITS="INT" VALUE="9"/>' in text


def test_a_file_of_another_tool_reads_sensibly() -> None:
    data = dict(FORMAT.read((FOREIGN / "nesstar_like.xml").read_bytes(), FRAME))
    instrument = sound(data)
    assert (instrument.id, instrument.version) == ("frame", "2030.1")
    assert instrument.title == {"sv": "Trivsel på jobbet 2024"}
    assert instrument.introduction == {"sv": "En påhittad undersökning om trivsel."}
    assert [section.title["sv"] for section in instrument.sections] == ["Arbetet", "frame"]
    said = {item.id: (item.type.value, item.text["sv"]) for item in instrument.items}
    assert said == {
        "trivs": ("single_choice", "Nu kommer några frågor om arbetet.\nHur trivs du på jobbet?"),
        "ar": ("number", "Hur många år har du haft yrket?"),
        "annat_1": ("short_text", "Något annat"),
        "stod": ("multiple_choice", "Vem får du stöd av?"),
    }
    trivs = instrument.items_by_id["trivs"]
    assert trivs.help == {"sv": "Svara för den senaste månaden."}
    assert trivs.label == {"sv": "Trivs på jobbet"}
    assert [(one.value, one.missing) for one in instrument.options(trivs)] == [
        (1, False),
        (2, False),
        (3, False),
        (9, True),
    ]
    assert (instrument.items_by_id["ar"].minimum, instrument.items_by_id["ar"].maximum) == (0, 60)
    assert [one.text["sv"] for one in instrument.options(instrument.items_by_id["stod"])] == ["Chefen", "Kollegor"]


def test_a_variable_of_a_group_may_lack_its_name() -> None:
    """Found by mutating files: the fault is told, and the reading goes on."""
    content = b"""<codeBook><dataDscr><varGrp ID="g" type="multipleResp" name="m" var="a b"/>
<var ID="a" name="m1"/><var ID="b"/></dataDscr></codeBook>"""
    with pytest.raises(NotRead) as told:
        FORMAT.read(content, FRAME)
    assert [(fault.code, fault.line) for fault in told.value.faults] == [("unnamed", 2)]


def test_every_fault_is_told_at_once_with_its_line() -> None:
    content = b"""<codeBook>
<stdyDscr><notes type="termometern" subject="minuts">5</notes></stdyDscr>
<dataDscr>
<var name="A"><catgry><catValu>x</catValu></catgry><notes type="termometern" subject="required">maybe</notes></var>
<var name="a"/>
<var/>
<var name="D"><varFormat category="date"/></var>
</dataDscr></codeBook>"""
    with pytest.raises(NotRead) as told:
        FORMAT.read(content, FRAME)
    found = [(fault.code, fault.line, fault.place) for fault in told.value.faults]
    assert found == [
        ("unknown_note", 2, "stdyDscr"),
        ("bad_note", 4, "var A"),
        ("code", 4, "var A"),
        ("duplicate_name", 5, "var a"),
        ("unnamed", 6, "var"),
        ("date", 7, "var D"),
    ]
    assert "'minutes'" in told.value.faults[0].remedy


LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha">' + b"".join(
    b'<!ENTITY %c "%b">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
HOSTILE = {
    "doctype": LAUGHS + b"]><codeBook>&j;</codeBook>",
    "doctype-external": b'<!DOCTYPE c [<!ENTITY x SYSTEM "file:///etc/passwd">]><codeBook>&x;</codeBook>',
    "doctype-fetched": b'<!DOCTYPE c SYSTEM "http://127.0.0.1:9/x.dtd"><codeBook/>',
    "long_text": b"<codeBook><labl>" + b"x" * 9_900_000 + b"</labl></codeBook>",
    "long_text-attribute": b'<codeBook a="' + b"x" * 9_900_000 + b'"/>',
    "long_text-pieces": b"<codeBook><labl>" + b"x&amp;" * 1_600_000 + b"</labl></codeBook>",
    "no_items-alike": b'<codeBook><dataDscr><varGrp type="section" var="%s"/></dataDscr></codeBook>' % (b"v " * 40_000),
    "code-invalid": b'<codeBook><dataDscr><var name="a">'
    + b"<invalrng>%s</invalrng>" % b"".join(b'<item VALUE="%d"/>' % (2 * n) for n in range(25_000))
    + b"".join(b"<catgry><catValu>%d</catValu></catgry>" % n for n in range(9_000))
    + b"<catgry><catValu>x</catValu></catgry></var></dataDscr></codeBook>",
    "duplicate_name": b"<codeBook><dataDscr>" + b'<var name="a"/>\n' * 50_000 + b"</dataDscr></codeBook>",
    "unknown_note": b"<codeBook><dataDscr>"
    + b"".join(b'<var name="v%d"><notes type="termometern" subject="tipe"/></var>' % n for n in range(15_000))
    + b"</dataDscr></codeBook>",
    "too_large": b"<codeBook>" + b" " * 10_000_000 + b"</codeBook>",
    "too_deep": b"<a>" * 1_000_000,
    "too_many": b"<codeBook>" + b"<var/>" * 1_600_000 + b"</codeBook>",
    "syntax": b"<codeBook><var></codeBook>",
    "syntax-entity": b"<codeBook>&lol;</codeBook>",
    "syntax-empty": b"",
    "encoding": b'<?xml version="1.0" encoding="rot13"?><codeBook/>',
    "character": "<codeBook>\x85</codeBook>".encode(),
    "not_ddi": b"<html/>",
    "no_items": b"<codeBook/>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_made_to_hurt_is_refused_at_once(name: str) -> None:
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with pytest.raises(NotRead) as told:
        FORMAT.read(HOSTILE[name], FRAME)
    codes = [fault.code for fault in told.value.faults]
    # That there are more than are told stands before them.
    assert codes[codes[0] == "too_many_faults"] == name.split("-")[0]
    assert time.process_time() - started < 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256_000
