"""`./run report`: a released round's reports, written to a folder of one's own choice."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from survey.cli.context import pass_services
from survey.errors import Refusal
from survey.fieldwork.rounds import find_round, reference
from survey.models import Release
from survey.services import Services


@click.command("report")
@click.argument("which", metavar="ROUND")
@click.option("--unit", "codes", multiple=True, metavar="CODE", help="Only this unit; may be repeated.")
@click.option("--language", type=click.Choice(["sv", "en"]), default="sv", show_default=True)
@click.option(
    "--into",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    help="Folder to write to, made if it is not there; the current one if left out.",
)
@pass_services
def group(services: Services, which: str, codes: tuple[str, ...], language: str, into: Path) -> None:
    """Write the reports of a released round. ROUND is its number, or study/name.

    The same release gives the same bytes, every time.

    \b
    Example:
      ./run report ebp/2026 --unit 2309 --into krokom
      ./run report ebp/2026 --language en --into english
    """
    from reports.pdf import report_pdf
    from survey.cli.progress import Progress
    from survey.database import read_session
    from survey.releases.freeze import open_release
    from survey.releases.reports import file_name, report_groups

    with read_session(services.sessions) as session, Progress() as progress:
        release_id = newest_release(session, which)
        release, disclosed, instrument = open_release(session, release_id, folders=services.instrument_folders)
        all_codes = report_groups(disclosed)
        unknown = [code for code in codes if code not in all_codes]
        if unknown:
            message = f"no report for {', '.join(unknown)} in {which}; there are {', '.join(all_codes)}"
            raise Refusal("unknown_group", message, unit=", ".join(unknown))
        chosen = codes or tuple(all_codes)
        into.mkdir(parents=True, exist_ok=True)
        for number, code in enumerate(chosen, 1):
            name = Path(file_name(release, disclosed.findings.group(code)))
            path = into / (name.name if language == "sv" else f"{name.stem}-{language}{name.suffix}")
            path.write_bytes(report_pdf(disclosed, instrument, code, language, digest=release.digest))
            progress("Writes reports", number, len(chosen))
    click.echo(f"{len(chosen)} reports in {into.resolve()}")


def newest_release(session: Session, which: str) -> int:
    """Raises Refusal `unknown_round`, or `not_released` where nothing has been frozen yet."""
    round_ = find_round(session, which)
    release_id = session.scalar(select(Release.id).where(Release.round_id == round_.id).order_by(Release.id.desc()))
    if release_id is None:
        where = reference(round_)
        raise Refusal("not_released", f"{where} has no release; run ./run rounds release {where}", round=where)
    return release_id
