"""A study for the workbench: three rounds released in one county, and what a view is handed.

The releases are made from invented answers and stored as they are: nobody has to send them in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from html import unescape

import numpy as np
from office_site import PLACES, Office
from sqlalchemy.orm import Session

from instruments.load import load
from reports.analysis import About
from reports.dataset import Node, RoundData, Tree
from reports.disclosure import to_json
from reports.findings import LinkedBy, NodeKind, Thresholds
from reports.release import make
from reports.trends import Past
from survey.fieldwork import rounds, studies
from survey.models import Release, Round, Study
from survey.organisation.units import add_unit

INSTRUMENT = "ebp-thermometer"
SIZES = {
    "2303": ("Ragunda kommun", 18),
    "2305": ("Bräcke kommun", 21),
    "2309": ("Krokoms kommun", 40),
    "2313": ("Strömsunds kommun", 28),
    "2321": ("Åre kommun", 24),
    "2326": ("Bergs kommun", 3),
    "2361": ("Härjedalens kommun", 12),
    "2380": ("Östersunds kommun", 70),
}
"""How many answer; Berg is too small to be shown."""
NAMES = ("2022", "2024", "2026")


def make_bench(office: Office, *, slug: str = "bank", names: tuple[str, ...] = NAMES, seed: int = 5) -> int:
    """The study's id. A person keeps leaning and link code over the rounds; the first scale rises."""
    with office.services.sessions.begin() as session:
        for code, (name, _size) in SIZES.items():
            if code not in {place[0] for place in PLACES}:
                add_unit(
                    session, code=code, name=name, parent_code="23", kind="municipality", valid_from=date(2020, 1, 1)
                )
        study = studies.create_study(
            session, slug=slug, title="EBP i länet", instrument=INSTRUMENT, owner_code="23", simulated=True, linked=True
        )
        made = [rounds.create_round(session, study, name=name, unit_codes=list(SIZES)) for name in names]
        session.flush()
        data = [_answers(round_.id, round_.name, at, seed) for at, round_ in enumerate(made)]
        for round_, own in zip(made, data, strict=True):
            # The newest alone is compared with those before it: what only an analyst asks for takes a second or two.
            _released(session, study, round_, data if own is data[-1] else [own], office.clock())
        return study.id


def _released(session: Session, study: Study, round_: Round, data: list[RoundData], moment: datetime) -> None:
    """`data`: this round's last, the earlier ones before it."""
    *past, before, now = [None, *data] if len(data) == 1 else data
    assert now is not None
    about = About(study.title, 7, True, LinkedBy.LINKS, Thresholds.of(5))
    earlier = [Past(one, ()) for one in past if one is not None]
    disclosed = make(now, before, _tree(), about, label=round_.name, linked=True, past=earlier).disclosed
    round_.state, round_.instrument_digest, round_.public_key = "released", now.digest, b"p" * 32
    round_.opened_at = round_.closed_at = round_.sealed_at = round_.released_at = moment
    session.add(
        Release(
            round_id=round_.id,
            digest=disclosed.digest,
            matrix_digest="m" * 64,
            instrument_digest=now.digest,
            code_version="test",
            seed=7,
            findings=to_json(disclosed),
            created_at=moment,
        )
    )


def _tree() -> Tree:
    nodes = [
        Node("SE", "Sverige", "Sverige", NodeKind.NATION, None),
        Node("23", "Jämtlands län", "Jämtlands län", NodeKind.COUNTY, "SE"),
        *(Node(code, name, name, NodeKind.MUNICIPALITY, "23") for code, (name, _size) in SIZES.items()),
    ]
    return Tree(tuple(nodes))


def _answers(round_id: int, name: str, at: int, seed: int) -> RoundData:
    loaded = load(INSTRUMENT)
    people, noise = np.random.default_rng(seed), np.random.default_rng(seed + 1 + at)
    units = [code for code, (_name, size) in SIZES.items() for _one in range(size)]
    levels = dict(zip(SIZES, people.normal(0, 0.25, len(SIZES)), strict=True))
    leaning = np.array([levels[code] for code in units]) + people.normal(0, 0.6, len(units))
    rising = set(loaded.instrument.scales[0].item_ids)
    scored = [(item.id, item.id in rising) for item in loaded.instrument.items if not item.background]
    answers: list[dict[str, object]] = []
    for lean in leaning:
        steps = np.clip(np.round(3 + lean + noise.normal(0, 0.8, len(scored))), 1, 5)
        given: dict[str, object] = {
            item: int(min(5, step + (rises and noise.random() < 0.3 * at)))
            for (item, rises), step in zip(scored, steps, strict=True)
        }
        answers.append({**given, "role": int(noise.integers(1, 4)), "years": int(noise.integers(1, 4))})
    return RoundData.from_answers(
        round_id=round_id,
        name=name,
        instrument=loaded.instrument,
        digest=loaded.digest,
        answers=answers,
        unit_codes=units,
        link_codes=[f"{person}-{at if person % 3 == 0 else 0}".encode() for person in range(len(units))],
        invited={code: int(size * 1.5) for code, (_name, size) in SIZES.items()},
    )


def tables_of(page: str) -> Iterator[tuple[str, list[list[str]]]]:
    """Each figure's table on a page: its figure's name, and the rows' cells as text."""
    for name, body in re.findall(r'(?s)<table class="table" id="table-([^"]+)">.*?<tbody>(.*?)</tbody>', page):
        rows = re.findall(r"(?s)<tr>(.*?)</tr>", body)
        yield (
            name,
            [
                [
                    unescape(re.sub(r"<[^>]+>", "", cell)).strip()
                    for cell in re.findall(r"(?s)<t[hd][^>]*>(.*?)</t[hd]>", row)
                ]
                for row in rows
            ],
        )
