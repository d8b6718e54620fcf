"""Rows leave by one way only: the right, a fresh code, what will leave shown first, a purpose, trail and ledger."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from numpy.typing import NDArray
from office_site import Played, email_of, post, text_of
from sqlalchemy import func, select
from test_code_pages import turn_on
from werkzeug.test import TestResponse

from bench.clock import NOON
from reports.ledger import from_text
from reports.overlap import Told, smallest_told
from survey.cli import main
from survey.models import Account, AuditEvent, LedgerEntry, Response, Round, RoundUnit
from survey.organisation.tree import find_unit
from survey.releases import microdata

PURPOSE = "Avhandling om EBP, beslut 2026/17"
ASKED = "place=county&background=role&background=years"


@pytest.fixture(scope="module", autouse=True)
def asked_once() -> Iterator[None]:
    """These tests ask the same of the same rows over and over, which is half a second each time: once will do."""
    answers: dict[tuple[bytes, bytes, int], Told | None] = {}

    def remembered(sets: NDArray[np.bool_], weights: NDArray[np.int64], enough: int) -> Told | None:
        asked = sets.tobytes(), weights.tobytes(), enough
        if asked not in answers:
            answers[asked] = smallest_told(sets, weights, enough)
        return answers[asked]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("reports.microdata.smallest_told", remembered)
        yield


@pytest.fixture
def analyst(played: Played) -> Iterator[FlaskClient]:
    """Logged in, with a code typed a minute ago. The account is as before afterwards."""
    client = played.office.client("analyst")
    turn_on(played.office, client)
    yield client
    with played.office.services.sessions.begin() as session:
        session.scalars(select(Account).where(Account.email == email_of("analyst"))).one().totp_secret = None
        for entry in session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "microdata")):
            session.delete(entry)
    played.office.clock.now = NOON


def address(played: Played, asked: str = ASKED) -> str:
    return f"/analys/matomgang/{played.released}/mikrodata?{asked}"


def shown_in(page: TestResponse) -> str:
    found = re.search(r'name="shown"[^>]*value="([0-9a-f]{64})"', page.get_data(as_text=True))
    assert found, text_of(page)
    return found[1]


def take(client: FlaskClient, played: Played, asked: str = ASKED, purpose: str = PURPOSE, **more: str) -> TestResponse:
    page = client.get(address(played, asked))
    return post(client, address(played, asked), {"purpose": purpose, "shown": shown_in(page), **more})


def files_of(response: TestResponse) -> dict[str, bytes]:
    assert response.content_type == "application/zip", text_of(response)
    with zipfile.ZipFile(io.BytesIO(response.data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(table: bytes) -> tuple[list[str], list[list[str]]]:
    head, *rows = csv.reader(io.StringIO(table.decode().removeprefix("\ufeff")), delimiter=";")
    return head, rows


def exports(played: Played) -> list[AuditEvent]:
    with played.office.services.sessions() as session:
        return list(session.scalars(select(AuditEvent).where(AuditEvent.action == "export_microdata")))


def test_without_a_second_factor_one_is_led_to_it(played: Played) -> None:
    response = played.office.client("analyst").get(address(played, "place=unit"))
    assert response.location.startswith("/konto?next=/analys/matomgang/")


def test_a_code_lasts_ten_minutes(analyst: FlaskClient, played: Played) -> None:
    assert analyst.get(address(played)).status_code == 200
    played.office.clock.pass_time(minutes=10)
    assert analyst.get(address(played)).location.startswith("/bekrafta?next=/analys/matomgang/")
    late = analyst.post(address(played), data={"purpose": PURPOSE})
    assert late.status_code in {302, 400}
    assert exports(played) == [] or late.content_type != "application/zip"


@pytest.mark.parametrize("who", ["administrator", "manager", "outsider", "nobody"])
def test_nobody_else_comes_here(played: Played, who: str) -> None:
    assert played.office.client(who).get(address(played)).status_code == 403
    assert "Mikrodata" not in text_of(played.office.client("administrator").get("/analys/"))


def test_the_earlier_rounds_rows_need_the_right_in_its_units_too(analyst: FlaskClient, played: Played) -> None:
    """The earlier round was held in another county, which the analyst of this one may not read."""
    fields: dict[str, Any] = {"instrument_digest": "d", "public_key": b"p" * 32} | dict.fromkeys(
        ("opened_at", "closed_at", "sealed_at"), NOON
    )
    with played.office.services.sessions.begin() as session:
        round_ = session.get_one(Round, played.released)
        elsewhere = RoundUnit(unit=find_unit(session, "22"))
        earlier = Round(
            study_id=round_.study_id,
            name="earlier",
            instrument_version="1",
            state="sealed",
            units=[elsewhere],
            **fields,
        )
        session.add(earlier)
        round_.before = earlier
    try:
        assert 'name="both"' not in analyst.get(address(played)).get_data(as_text=True)
        assert analyst.get(address(played, f"{ASKED}&both=y")).status_code == 403
    finally:
        with played.office.services.sessions.begin() as session:
            session.get_one(Round, played.released).before = None
            session.delete(session.get_one(RoundUnit, (earlier.id, elsewhere.unit_id)))
            session.flush()
            session.delete(session.get_one(Round, earlier.id))


def test_a_round_that_is_not_sealed_gives_no_rows(analyst: FlaskClient, played: Played) -> None:
    for round_id in (played.open, played.draft):
        assert analyst.get(f"/analys/matomgang/{round_id}/mikrodata").status_code == 403
    assert analyst.get("/analys/matomgang/99999999999/mikrodata").status_code == 404


def test_the_page_says_what_will_leave_before_it_does(analyst: FlaskClient, played: Played) -> None:
    first = analyst.get(address(played).partition("?")[0])
    assert "Det här tas ut" not in text_of(first)
    page = analyst.get(address(played))
    said = text_of(page)
    assert "Rader 48" in said
    assert re.search(r"Minsta grupp som ser likadan ut (\d+)", said)
    assert "Vad arbetar du som?" in said
    assert not re.search(r"<style|\sstyle=|<script|\son\w+=", page.get_data(as_text=True))
    assert exports(played) == []


def test_the_rows_are_what_was_shown_and_nobody_is_alone(analyst: FlaskClient, played: Played) -> None:
    said = text_of(analyst.get(address(played)))
    files = files_of(take(analyst, played))
    assert set(files) == {"svar.csv", "kodbok.csv", "delskalor.csv", "om-filen.json"}
    head, rows = rows_of(files["svar.csv"])
    assert len(rows) == 48
    background = [at for at, column in enumerate(head) if column in {"m.place", "role", "years"}]
    classes = Counter(tuple(row[at] for at in background) for row in rows)
    assert min(classes.values()) >= 5
    assert f"Minsta grupp som ser likadan ut {min(classes.values())}" in said
    assert json.loads(files["om-filen.json"])["smallest"] == min(classes.values())


@pytest.mark.parametrize("format_", ["sav", "parquet"])
def test_the_table_comes_in_the_format_that_was_chosen(analyst: FlaskClient, played: Played, format_: str) -> None:
    files = files_of(take(analyst, played, format=format_))
    assert set(files) == {f"svar.{format_}", "kodbok.csv", "delskalor.csv", "om-filen.json"}
    assert files[f"svar.{format_}"].startswith({"sav": b"$FL2", "parquet": b"PAR1"}[format_])
    assert exports(played)[-1].detail["digest"] == hashlib.sha256(files[f"svar.{format_}"]).hexdigest()


def test_a_format_that_there_is_not_takes_nothing(analyst: FlaskClient, played: Played) -> None:
    taken = len(exports(played))
    assert take(analyst, played, format="exe").status_code == 422
    assert len(exports(played)) == taken


def test_nothing_that_belongs_to_a_respondent_is_in_the_files(analyst: FlaskClient, played: Played) -> None:
    content = b"".join(files_of(take(analyst, played)).values())
    with played.office.services.sessions() as session:
        ids = session.scalars(select(Response.id)).all()
        codes = session.scalars(select(RoundUnit.open_code).where(RoundUnit.open_code.is_not(None))).all()
    planted = [*ids, *(one.hex().encode() for one in ids), *((code or "").encode() for code in codes)]
    assert planted
    assert not any(one in content for one in planted)
    head, _ = rows_of(files_of(take(analyst, played))["svar.csv"])
    assert not {"way", "variant", "language", "link_code", "batch", "id"} & set(head)


def test_rows_come_in_another_order_each_time(analyst: FlaskClient, played: Played) -> None:
    tables = [rows_of(files_of(take(analyst, played))["svar.csv"])[1] for _ in range(2)]
    assert tables[0] != tables[1]
    assert Counter(map(tuple, tables[0])) == Counter(map(tuple, tables[1]))


def test_an_export_is_in_the_trail_and_in_the_ledger_and_not_in_the_house(analyst: FlaskClient, played: Played) -> None:
    before = {path for path in played.office.services.settings.home.rglob("*") if path.is_file()}
    table = files_of(take(analyst, played))["svar.csv"]
    event = exports(played)[-1]
    assert (event.actor, event.subject) == (email_of("analyst"), "ebp/2024")
    assert event.detail["purpose"] == PURPOSE
    assert event.detail["digest"] == hashlib.sha256(table).hexdigest()
    assert event.detail["rows"] == 48
    with played.office.services.sessions() as session:
        kept = session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "microdata")).one()
    (family,) = from_text(kept.cells).families
    assert (kept.round_id, sum(family.people)) == (played.released, 48)
    assert {path for path in played.office.services.settings.home.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("purpose", ["", "   ", "kort", "x" * 1001])
def test_without_a_purpose_nothing_leaves(analyst: FlaskClient, played: Played, purpose: str) -> None:
    taken = len(exports(played))
    response = take(analyst, played, purpose=purpose)
    assert response.status_code == 422
    assert '<a href="#purpose">Inget har tagits ut: syftet saknas' in response.get_data(as_text=True)
    assert "Det här tas ut" in text_of(response)
    assert len(exports(played)) == taken


def test_what_was_not_shown_does_not_leave(analyst: FlaskClient, played: Played) -> None:
    taken = len(exports(played))
    response = post(analyst, address(played), {"purpose": PURPOSE, "shown": "0" * 64})
    assert response.status_code == 409
    assert "Något har ändrats" in text_of(response)
    assert len(exports(played)) == taken


def test_a_post_without_the_pages_token_takes_nothing(analyst: FlaskClient, played: Played) -> None:
    taken = len(exports(played))
    shown = shown_in(analyst.get(address(played)))
    assert analyst.post(address(played), data={"purpose": PURPOSE, "shown": shown}).status_code == 400
    assert len(exports(played)) == taken


def test_an_item_that_is_no_background_cannot_be_asked_for(analyst: FlaskClient, played: Played) -> None:
    assert analyst.get(address(played, "place=unit&background=K01")).status_code == 422
    assert analyst.get(address(played, "place=street")).status_code == 422


def test_a_second_export_is_held_against_the_first(analyst: FlaskClient, played: Played) -> None:
    """The classes of the first are pieces for the second; asked for alike, both give the same classes."""
    take(analyst, played)
    with played.office.services.sessions() as session:
        round_ = session.get_one(Round, played.released)
        source = microdata._source(session, round_, False, ())
    labels = [one.label for one in source.published]
    assert any("rows" in label for label in labels)
    assert sum("rows" not in label for label in labels) >= 1, "the release is told too"
    earlier = next(one for one in source.published if "rows" in one.label)
    assert min(Counter(earlier.pieces.tolist()).values()) >= 5
    again = json.loads(files_of(take(analyst, played))["om-filen.json"])
    assert again["smallest"] >= 5


def test_the_released_groups_are_the_pieces(analyst: FlaskClient, played: Played) -> None:
    """Krokom and Östersund are shown; Ragunda and Berg are not, and stand with the county."""
    with played.office.services.sessions() as session:
        source = microdata._source(session, session.get_one(Round, played.released), False, ())
    names = [node.code for node in source.tree.nodes]
    sizes = {names[at]: n for at, n in Counter(source.published[0].pieces.tolist()).items()}
    assert sum(sizes.values()) == 48
    assert {"2303", "2326"} & set(sizes) == set()


def test_the_command_line_needs_a_purpose_and_leaves_the_same_trail(
    played: Played, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = played.office.services.settings
    monkeypatch.setenv("TERMOMETERN_HOME", str(settings.home))
    monkeypatch.setenv("TERMOMETERN_DATABASE", settings.database_url)
    into = tmp_path / "rows.zip"
    words = ["export", "microdata", "ebp/2024", "--place", "county", "--background", "role", "--into", str(into)]
    words += ["--format", "sav"]
    for more, status in (([], 2), (["--purpose", "kort"], 1), (["--purpose", PURPOSE], 0), (["--purpose", PURPOSE], 2)):
        with pytest.raises(SystemExit) as ended:
            main([*words, *more])
        assert ended.value.code == status
        assert into.exists() == (PURPOSE in more)
    assert "48 rows" in capsys.readouterr().out
    with zipfile.ZipFile(into) as archive:
        assert archive.namelist() == ["svar.sav", "kodbok.csv", "delskalor.csv", "om-filen.json"]
    event = exports(played)[-1]
    assert (event.actor, event.account_id, event.detail["purpose"]) == ("command line", None, PURPOSE)
    with played.office.services.sessions.begin() as session:
        assert session.scalar(select(func.count()).where(LedgerEntry.kind == "microdata")) == 1
        session.delete(session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "microdata")).one())
