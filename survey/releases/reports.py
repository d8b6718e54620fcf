"""The finished reports of a release: one PDF a municipality, region and county, written once."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy.orm import Session

from reports.disclosure import Disclosed
from reports.findings import GroupFinding, NodeKind
from reports.pdf import report_pdf
from survey.answering.statements import dialect_of, insert_for
from survey.errors import Refusal
from survey.models import Base, Release, ReportFile
from survey.releases.freeze import open_release
from survey.releases.whole_files import write_whole

WITH_REPORT = frozenset({NodeKind.COUNTY, NodeKind.REGION, NodeKind.MUNICIPALITY})
"""Kinds of group that get a report. A masked one gets a report too: it says that nothing can be shown, and why."""
REPORT_LANGUAGE = "sv"

_STORE = insert_for(
    lambda insert: insert(Base.metadata.tables["report_file"]).on_conflict_do_nothing(
        index_elements=["release_id", "group_code"]
    )
)


def report_groups(disclosed: Disclosed) -> list[str]:
    """Codes of the groups that get a report, counties first."""
    return [group.code for group in disclosed.findings.groups if group.kind in WITH_REPORT]


@dataclass(frozen=True)
class Made:
    """A report whose file is in its place."""

    release_id: int
    group_code: str
    path: str
    """Relative to the reports folder."""
    digest: str


def write_report(
    session: Session, reports_folder: Path, release_id: int, code: str, *, folders: Iterable[Path] = ()
) -> Path:
    """Write one group's report and enter it; a second call finds it there. The caller commits.

    Raises what make_report raises.
    """
    made = make_report(session, reports_folder, release_id, code, folders=folders)
    enter_report(session, made)
    return reports_folder / made.path


def make_report(
    session: Session, reports_folder: Path, release_id: int, code: str, *, folders: Iterable[Path] = ()
) -> Made:
    """Make one group's file, unless it is there. Reads only, so that a batch of reports holds up no respondent.

    The file appears whole or not at all. Raises Refusal `unknown_release`, `unknown_group`, `report_changed`, and what
    open_release raises.
    """
    release, disclosed, instrument = open_release(session, release_id, folders=folders)
    group = next((one for one in disclosed.findings.groups if one.code == code), None)
    if group is None:
        raise Refusal("unknown_group", f"{code} took no part in this release; see the analyst's page", group=code)
    entered = session.get(ReportFile, (release_id, code))
    if entered is not None and _digest_of(reports_folder / entered.path) == entered.digest:
        return Made(release_id, code, entered.path, entered.digest)
    content = report_pdf(disclosed, instrument, code, REPORT_LANGUAGE, digest=release.digest)
    digest = hashlib.sha256(content).hexdigest()
    name = entered.path if entered is not None else file_name(release, group)
    if entered is not None and entered.digest != digest:
        message = f"{name} is lost and this version of the code makes another; restore the file from a backup"
        raise Refusal("report_changed", message, group=code)
    write_whole(reports_folder / name, content)
    return Made(release_id, code, name, digest)


def enter_report(session: Session, made: Made) -> None:
    """Enter a made report, once."""
    session.execute(_STORE[dialect_of(session)], asdict(made))


def file_name(release: Release, group: GroupFinding) -> str:
    """`ebp-2026-krokoms-kommun_2309_1f3870be.pdf`: sorts by round, and says whose it is. At most 140 characters."""
    words = (release.round.study.slug, release.round.name, group.name)
    named = "-".join(plain for word in words if (plain := _plain(word)))
    # A unit's code may stand in a file name as it is (survey.organisation.units), and makes the name unique.
    return f"{named}_{group.code}_{release.digest[:8]}.pdf"


def _plain(text: str) -> str:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text.lower())[:30].strip("-")


def _digest_of(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None
