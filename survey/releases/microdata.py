"""Rows of a sealed round leave: checked beside all that has been told, entered in ledger and trail, made once."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from reports import ledger as ledger_core
from reports.coarsening import NONE
from reports.dataset import Integers, RoundData, Tree
from reports.disclosure import Disclosed
from reports.export import rows as rows_file
from reports.export.rows import Format
from reports.ledger import MICRODATA, regions
from reports.microdata import Plan, Shuffle, TooFewRows, Unsafe, coarsened, plan
from reports.microdata_ledger import entries, pieces
from reports.microdata_source import Choice, Published, Source
from reports.plain import to_text
from survey.accounts.audit import record
from survey.errors import Refusal
from survey.fieldwork.transitions import FIRST, reference, refuse_state
from survey.models import MIXED, Release, Round, RoundState
from survey.releases import ledger
from survey.releases.data import round_data, tree_of
from survey.releases.freeze import open_release
from survey.releases.late import usable_batch

SHORTEST_PURPOSE = 10
LONGEST_PURPOSE = 1000
_UNDATED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Asked:
    """What somebody wants to take out, and in whose name. `account_id` is None for the command line."""

    choice: Choice
    both_rounds: bool
    purpose: str
    actor: str
    account_id: int | None
    format_: Format = Format.CSV


@dataclass(frozen=True)
class Export:
    """The files, once. Nothing of them is kept here but the digest."""

    archive: bytes
    digest: str
    """SHA-256 of the table of rows."""
    plan: Plan


def system_shuffle(n: int) -> Sequence[int]:
    """A random order of 0 to n-1 from the operating system's randomness."""
    order = list(range(n))
    random.SystemRandom().shuffle(order)
    return order


def digest_of(planned: Plan) -> str:
    """Tells whether what leaves is what was shown."""
    return hashlib.sha256(to_text(planned).encode()).hexdigest()


def preview(
    session: Session, round_: Round, choice: Choice, *, both_rounds: bool, folders: Iterable[Path] = ()
) -> Plan:
    """What would leave. Raises Refusal `wrong_round_state`, `microdata_no_before`, `microdata_too_few`,
    `microdata_unsafe`, `instrument_changed`; ValueError for an item that the instrument does not have."""
    with _explained(round_):
        return plan(_source(session, round_, both_rounds, tuple(folders)), choice)


def export_rows(
    session: Session,
    round_: Round,
    asked: Asked,
    now: datetime,
    *,
    expected: str | None = None,
    language: str = "sv",
    shuffle: Shuffle = system_shuffle,
    folders: Iterable[Path] = (),
) -> Export:
    """Make the files, and in the same transaction the trail and the ledger: one is never without the others.

    `expected`: `digest_of` the plan that was shown. The caller commits, and hands the files out after that. Raises what
    `preview` raises, and Refusal `microdata_no_purpose`, `microdata_changed`.
    """
    purpose = " ".join(asked.purpose.split())
    if not SHORTEST_PURPOSE <= len(purpose) <= LONGEST_PURPOSE:
        message = f"say in {SHORTEST_PURPOSE} to {LONGEST_PURPOSE} characters what the rows are for"
        raise Refusal("microdata_no_purpose", message, shortest=SHORTEST_PURPOSE, longest=LONGEST_PURPOSE)
    ledger.hold_study(session, round_.study_id)
    with _explained(round_):
        source = _source(session, round_, asked.both_rounds, tuple(folders))
        rows = coarsened(source, asked.choice, shuffle)
        if expected is not None and digest_of(rows.plan) != expected:
            raise Refusal("microdata_changed", "something has been told or has come since; look at it again")
        files = rows_file.files(rows, source.instrument, source.tree, language, asked.format_)
        digest = hashlib.sha256(next(iter(files.values()))).hexdigest()
        label = f"{reference(round_)}, rows {now:%Y-%m-%d} {digest[:8]}"
        told = entries(source, asked.choice, label)
    for entry, data, about in zip(told, source.rounds, (round_, round_.before), strict=False):
        if about is not None:
            text = ledger_core.to_text(entry)
            batch = max(data.batches, default=0)
            ledger.enter(session, about, kind=MICRODATA, label=label, cells=text, batch=batch, now=now)
    detail = {"purpose": purpose, "digest": digest, "rows": rows.plan.rows, "smallest_class": rows.plan.smallest}
    record(
        session,
        actor=asked.actor,
        account_id=asked.account_id,
        action="export_microdata",
        subject=reference(round_),
        detail=detail,
        now=now,
    )
    return Export(_archive(files), digest, rows.plan)


def _source(session: Session, round_: Round, both_rounds: bool, folders: Sequence[Path]) -> Source:
    rounds = [round_]
    if both_rounds:
        if round_.before is None:
            message = f"{reference(round_)} has no earlier round; take it out alone"
            raise Refusal("microdata_no_before", message, round=reference(round_))
        rounds.append(round_.before)
    for one in rounds:
        if (state := RoundState(one.state)) not in MIXED:
            raise refuse_state(one, "be taken out as rows", FIRST[state])
    data = tuple(round_data(session, one, folders, last_batch=usable_batch(session, one)) for one in rounds)
    tree = tree_of(session, *data)
    study = round_.study
    earlier = [told for at, one in enumerate(rounds) for told in _told(session, one, data, at, tree, folders)]
    return Source(data, tree, study.k, tuple(earlier), linked=study.linked and both_rounds)


def _told(
    session: Session, round_: Round, rounds: Sequence[RoundData], at: int, tree: Tree, folders: Sequence[Path]
) -> Iterator[Published]:
    """Everything told of one of the rounds, as pieces of all rows: those of the other round are in none."""
    data = rounds[at]
    start = sum(len(one.unit_codes) for one in rounds[:at])
    rows = slice(start, start + len(data.unit_codes))
    everything = sum(len(one.unit_codes) for one in rounds)
    batches = np.array(data.batches, dtype=np.int64)
    last = {entry.release_id: entry.batch for entry in ledger.entries_about(session, round_.id) if entry.release_id}
    for release in _releases(session, round_):
        _, disclosed, _ = open_release(session, release.id, folders=folders)
        label = f"{reference(release.round)}, {release.created_at:%Y-%m-%d} {release.digest[:8]}"
        for found in _release_pieces(disclosed, data, tree, now=release.round_id == round_.id):
            found[batches > last.get(release.id, 0)] = NONE
            yield Published(label, _among(found, rows, everything))
    for kept in ledger.entries_about(session, round_.id):
        if kept.kind == MICRODATA:
            for one in pieces(ledger_core.from_text(kept.cells), data, tree, kept.batch):
                yield Published(one.label, _among(one.pieces, rows, everything))


def _releases(session: Session, round_: Round) -> Sequence[Release]:
    """The releases that tell of the round, as their own or as the earlier one."""
    about = or_(Round.id == round_.id, Round.before_id == round_.id)
    return session.scalars(select(Release).join(Release.round).where(about).order_by(Release.id)).all()


def _release_pieces(disclosed: Disclosed, data: RoundData, tree: Tree, *, now: bool) -> Iterator[Integers]:
    """The shown groups of a release as pieces of the rows; of its own round also those of each item it cuts by."""
    counts = {group.code: group.n if now else group.n_before for group in disclosed.findings.groups}
    shown = np.array([[counts.get(node.code) is not None] for node in tree.nodes])
    places = tree.positions(data.unit_codes)
    parents = tree.parents.tolist()
    yield regions(parents, shown)[places, 0]
    if not now:
        return
    source = Source((data,), tree, k=max(5, disclosed.findings.k))
    for item in dict.fromkeys(cut.item for cut in disclosed.findings.cuts):
        chosen = source.chosen((item,))[:, 0]
        cells = {
            cut.group: [cell.n is not None for cell in cut.cells] for cut in disclosed.findings.cuts if cut.item == item
        }
        width = max(map(len, cells.values()))
        told = np.array([cells.get(node.code, [False] * width) for node in tree.nodes])
        inner = regions(parents, told)[places, chosen]
        yield np.where((chosen == NONE) | (inner == NONE), NONE, inner * width + chosen)


def _among(found: Integers, rows: slice, everything: int) -> Integers:
    spread = np.full(everything, NONE, dtype=np.int64)
    spread[rows] = found
    return spread


@contextmanager
def _explained(round_: Round) -> Iterator[None]:
    """Turns what the method refuses into a refusal that a page can show."""
    name = reference(round_)
    try:
        yield
    except TooFewRows as error:
        raise Refusal("microdata_too_few", f"{name} has too few answers; no rows can leave", round=name) from error
    except Unsafe as error:
        earlier = "; ".join(error.labels)
        message = f"beside {earlier} the rows of {name} would tell about few; ask for less, or use the release"
        raise Refusal("microdata_unsafe", message, round=name, earlier=earlier) from error


def _archive(files: dict[str, bytes]) -> bytes:
    """One zip file that says nothing about when it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _UNDATED), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
