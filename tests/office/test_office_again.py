"""A round released again after late paper: the newest stands first, the older stays, and what is left out is said."""

from __future__ import annotations

import random
from typing import Any

import pytest
from office_site import INSTRUMENT, Office, make_study, post, text_of
from sqlalchemy import select

from instruments.load import load
from survey.cli.told import ledger, releases
from survey.jobs import rounds as work
from survey.jobs.store import close_clients
from survey.models import Response, RoundUnit


def _late(office: Office, round_id: int, numbers: dict[str, int]) -> None:
    loaded = load(INSTRUMENT)
    draw = random.Random(3)  # noqa: S311 - made-up answers
    with office.services.sessions.begin() as session:
        rows = session.scalars(select(RoundUnit).where(RoundUnit.round_id == round_id))
        units = {row.unit.code: row.unit_id for row in rows}
        for code, number in numbers.items():
            for _ in range(number):
                facts: dict[str, Any] = {"way": "import", "variant": "standard", "language": "sv", "batch": 1}
                answers = {item.id: draw.randint(1, 5) for item in loaded.instrument.scored_items}
                row = Response(round_id=round_id, unit_id=units[code], instrument_digest=loaded.digest, answers=answers)
                for name, value in facts.items():
                    setattr(row, name, value)
                session.add(row)


@pytest.fixture
def released(office: Office) -> int:
    return make_study(office)[0]


def test_without_late_answers_there_is_no_step(office: Office, released: int) -> None:
    client = office.client("administrator")
    assert "Publicera resultaten igen" not in text_of(client.get(f"/admin/matomgangar/{released}"))
    assert client.get(f"/admin/matomgangar/{released}/publicera").status_code == 302
    close_clients()


def test_late_answers_bring_a_new_release_and_the_old_one_stays(office: Office, released: int) -> None:
    _late(office, released, {"2380": 6, "2309": 2})
    client = office.client("administrator")
    assert "Publicera resultaten igen" in text_of(client.get(f"/admin/matomgangar/{released}"))
    assert post(client, f"/admin/matomgangar/{released}/publicera").status_code == 302
    work.freeze(office.services, released)
    assert "Publicera resultaten igen" not in text_of(client.get(f"/admin/matomgangar/{released}"))

    analyst = office.client("analyst")
    said = text_of(analyst.get("/analys/"))
    assert said.count("2 mars 2026") == 2, said
    assert said.count("en nyare finns") == 1
    assert "omgången har publicerats igen" in text_of(analyst.get("/analys/1/"))
    newest = text_of(analyst.get("/analys/2/"))
    assert "omgången har publicerats igen" not in newest
    assert "Krokoms kommun Visas inte, därför att publiceringen 2024, 2026-03-02" in newest
    # A manager reads of the own municipality only.
    assert "Visas inte, därför att" in text_of(office.client("manager").get("/analys/2/2309"))
    close_clients()


def test_the_command_line_lists_releases_and_the_ledger(office: Office, released: int, capsys: Any) -> None:
    _late(office, released, {"2380": 6, "2309": 2})
    work.freeze(office.services, released)
    releases.callback.__wrapped__(office.services, "ebp/2024")  # type: ignore[union-attr]
    listed = capsys.readouterr().out
    assert [line.split()[0] for line in listed.splitlines()] == ["NO", "2", "1"]
    assert "2024, 2026-03-02" in listed.splitlines()[1]
    ledger.callback.__wrapped__(office.services, "ebp")  # type: ignore[union-attr]
    kinds = [line.split()[2] for line in capsys.readouterr().out.splitlines()[1:]]
    assert kinds == ["release", "release"]
