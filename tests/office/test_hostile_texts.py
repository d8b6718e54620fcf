"""What people write may be anything: from the form to every page that shows it, it comes out as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from flask.testing import FlaskClient
from office_site import Office, post, text_of
from sqlalchemy import select

from instruments.load import load
from instruments.model import ItemType
from survey.fieldwork.rounds import create_round, open_round
from survey.fieldwork.studies import create_study
from survey.models import FreeText, RoundUnit

INSTRUMENT = load("user-survey-hvb").instrument
ASKED = next(item.id for item in INSTRUMENT.items if item.type is ItemType.LONG_TEXT)
SCORED = INSTRUMENT.scored_items[0].id

CORPUS = {
    # written: what stands there afterwards
    "</textarea><script>alert(1)</script><img src=x onerror=alert(1)>": None,
    "=1+1": None,
    '=HYPERLINK("http://example.org";"x")\r\n@SUM(A1)': '=HYPERLINK("http://example.org";"x")\n@SUM(A1)',
    "\N{FAMILY}\N{ZERO WIDTH JOINER}\N{GRINNING FACE} \N{REGIONAL INDICATOR SYMBOL LETTER S}": None,
    "\N{RIGHT-TO-LEFT OVERRIDE}gnp.exe\N{POP DIRECTIONAL FORMATTING} \N{ARABIC LETTER ALEF}\N{ARABIC LETTER BEH}": None,
    "noll\0och\x07klocka\x1b[31m": "nollochklocka[31m",
    "a\N{ZERO WIDTH SPACE}b\N{ZERO WIDTH NO-BREAK SPACE}c\N{COMBINING ACUTE ACCENT}"
    + "\N{COMBINING DIAERESIS}" * 40: None,
    "{{ 7*7 }} {% raw %} %(k)s ${x} \\ ' \" `": None,
    "&lt;b&gt; &amp; &#34; <!-- --> ]]>": None,
    "\N{GRINNING FACE}" * 10_000: None,
    '"\\' * 5_000: None,
    "1;2,3\t4\n5": None,
}
EXPECTED = [kept or written for written, kept in CORPUS.items()]


class Written(HTMLParser):
    """What stands in the page's text fields, and what a reader meets; `tags` are those that no page of ours has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: list[str] = []
        self.text = ""
        self.tags: list[str] = []
        self._field = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "textarea":
            self.fields.append("")
            self._field = True
        if tag == "img" or (tag == "script" and not dict(attrs).get("src")):
            self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._field = self._field and tag != "textarea"

    def handle_data(self, data: str) -> None:
        self.text += data
        if self._field:
            self.fields[-1] += data


def open_study(office: Office) -> tuple[int, str]:
    with office.services.sessions.begin() as session:
        study = create_study(
            session, slug="hvb", title="HVB", instrument=INSTRUMENT.id, owner_code="23", simulated=True
        )
        round_ = create_round(session, study, name="2026", unit_codes=["2380"])
        public_key = office.services.round_keys.make(round_.id)
        open_round(session, round_, office.clock(), public_key=public_key)
        session.flush()
        code = session.scalars(select(RoundUnit.open_code).where(RoundUnit.round_id == round_.id)).one()
        return round_.id, str(code)


def answer(client: FlaskClient, code: str, written: str) -> None:
    """One person: the page, the review, and what an error sends back all show the same text."""
    page = f"/s/{code}/allt/1"
    assert client.post(f"/s/{code}/borja", data={"lang": "sv"}).status_code == 303
    form = {"items": f"{SCORED} {ASKED}", f"a_{SCORED}": "1", f"a_{ASKED}": written}
    too_long = client.post(page, data=form | {f"a_{ASKED}": written + "y" * 10_001, "go": "next"})
    assert too_long.status_code == 422
    assert not Written(too_long.text).tags
    assert client.post(page, data=form | {"go": "save"}).status_code == 204
    for address in (page, f"/s/{code}/allt/granska"):
        shown = Written(client.get(address).text)
        assert not shown.tags, address
        where = shown.fields if address == page else [shown.text]
        assert any(written.replace("\r\n", "\n").strip() in field for field in where), address
    assert client.post(f"/s/{code}/allt/granska").status_code == 303


def test_whatever_was_written_is_text_on_every_page(office: Office) -> None:
    round_id, code = open_study(office)
    for written in CORPUS:
        answer(office.app.test_client(), code, written)
    release = office.finish(round_id)
    with office.services.sessions() as session:
        kept = sorted(session.scalars(select(FreeText.text).where(FreeText.round_id == round_id)))
    assert kept == sorted(EXPECTED)
    client = office.client("analyst")
    reader, read = f"/analys/matomgang/{round_id}/fritext", []
    while 'name="text_id"' in (page := client.get(reader).text):
        shown = Written(page)
        assert not shown.tags
        text_id = re.search(r'name="text_id"[^>]*value="([0-9a-f]{32})"', page)
        assert text_id
        read.append(next(text for text in EXPECTED if text in shown.text))
        form = {"text_id": text_id[1], "wording": read[-1], "confirmed": "y", "release": "1"}
        assert post(client, reader, form).status_code == 302, text_of(client.get(reader))[:500]
    assert sorted(read) == sorted(EXPECTED)
    final = Written(client.get(f"/analys/{release}/2380/fritext").text)
    assert not final.tags
    assert all(" ".join(text.split()) in " ".join(final.text.split()) for text in EXPECTED)
