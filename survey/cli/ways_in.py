"""`rounds links`, `rounds cards`, `rounds invited`: how people get in, and how many were asked."""

from __future__ import annotations

import os
from pathlib import Path

import click

from survey.cli.context import pass_services
from survey.cli.output import echo_table, leave_trail, new_private_file
from survey.database import read_session
from survey.fieldwork.cards import cards_csv, make_cards
from survey.fieldwork.links import links_csv, open_links, qr_svg
from survey.fieldwork.rounds import find_round, reference, set_invited
from survey.organisation.tree import find_unit
from survey.services import Services

NEW_FILE = click.Path(dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.command("links")
@click.argument("round_", metavar="ROUND")
@click.option("--csv", "table", type=NEW_FILE, help="Write them to this file too.")
@click.option("--qr", type=FOLDER, help="Write a QR code a unit to this folder, as SVG.")
@pass_services
def links(services: Services, round_: str, table: Path | None, qr: Path | None) -> None:
    """Show the open link of each unit: the same for everybody in the unit.

    The address for a shared tablet begins with a start screen and keeps nothing between two persons.

    \b
    Example:
      ./run rounds links ebp/2026
      ./run rounds links ebp/2026 --csv links.csv --qr codes
    """
    with read_session(services.sessions) as session:
        found = open_links(find_round(session, round_), services.settings.public_url)
    echo_table(
        ("CODE", "UNIT", "LINK", "SHARED TABLET"),
        [(link.unit_code, link.unit_name, link.url, link.kiosk) for link in found],
    )
    if table:
        table.write_text(links_csv(found), encoding="utf-8", newline="")
    if qr:
        qr.mkdir(parents=True, exist_ok=True)
        for link in found:
            (qr / f"{link.unit_code}.svg").write_text(qr_svg(link.url), encoding="utf-8")


@click.command("cards")
@click.argument("round_", metavar="ROUND")
@click.argument("unit_code", metavar="UNIT")
@click.argument("count", type=click.IntRange(min=1))
@click.option("--into", type=NEW_FILE, required=True, help="A new file: .pdf for sheets to cut, .csv for a print shop.")
@pass_services
def cards(services: Services, round_: str, unit_code: str, count: int, into: Path) -> None:
    """Make COUNT response cards for UNIT. The file is the only place where their codes are.

    \b
    Example:
      ./run rounds cards ebp/2026 krokom-norr 40 --into cards.pdf
    """
    kind = into.suffix.lower()
    if kind not in (".pdf", ".csv"):
        raise click.UsageError(f"{into} is neither .pdf nor .csv; write --into cards.pdf")
    # Opened before the cards are made: codes that could not be written would be lost for good.
    with new_private_file(into) as file, services.sessions.begin() as session:
        found = find_round(session, round_)
        unit = find_unit(session, unit_code)
        codes = make_cards(session, services.keys, found, unit, count)
        address = services.settings.public_url
        if kind == ".csv":
            file.write(cards_csv(codes, unit_name=unit.name, public_url=address).encode())
        else:
            from survey.fieldwork.card_sheet import cards_pdf

            study = found.study
            file.write(
                cards_pdf(codes, title=study.title, unit_name=unit.name, public_url=address, linked=study.linked)
            )
        # On the disk before the cards are in the database.
        file.flush()
        os.fsync(file.fileno())
        leave_trail(session, services, "make_cards", reference(found), unit=unit.code, count=count)
    click.echo(f"Made {count} cards for {unit.name}: {into}")


@click.command("invited")
@click.argument("round_", metavar="ROUND")
@click.argument("counts", nargs=-1, required=True, metavar="CODE=NUMBER...")
@pass_services
def invited(services: Services, round_: str, counts: tuple[str, ...]) -> None:
    """Say how many each unit invited: without it there is no response rate.

    \b
    Example:
      ./run rounds invited ebp/2026 2303=41 2309=120
    """
    numbers: dict[str, int] = {}
    for count in counts:
        code, _, number = count.rpartition("=")
        if not code or not number.isdecimal():
            raise click.UsageError(f"{count!r} is not CODE=NUMBER; write 2309=120")
        numbers[code] = int(number)
    with services.sessions.begin() as session:
        found = find_round(session, round_)
        set_invited(session, found, numbers)
        leave_trail(session, services, "set_invited", reference(found), invited=numbers)
    click.echo(f"Invited: {', '.join(f'{code} {number}' for code, number in numbers.items())}")
