"""`retention`: what is deleted when, the deletions themselves, and the signed records of them."""

from __future__ import annotations

import click
from sqlalchemy import select

from survey.cli.context import pass_services
from survey.cli.output import echo_table
from survey.database import read_session
from survey.errors import Refusal
from survey.keeping.chores import do_chores
from survey.keeping.due import INSTALLATION, Due, Waits, all_due
from survey.keeping.policy import KINDS, RULE_WORDS, gone, numbers
from survey.keeping.records import Fault, RecordFault, digest_of, verify_key_of, verify_records
from survey.models import DeletionRecord
from survey.services import Services

DIGEST_LENGTH = 64
FAULTS = {
    Fault.SIGNATURE: "has been changed, or was signed with another key",
    Fault.CHAIN: "does not follow on the one before it: a record has been removed, changed, added or moved",
    Fault.CUT_OFF: "no record has the digest that was noted: the newest are gone, or all have been written anew",
}


@click.group("retention")
def group() -> None:
    """See and carry out deletions, and check their signed records.

    The worker deletes what is due once an hour.

    \b
    Example:
      ./run retention plan
    """


@group.command("plan")
@pass_services
def plan(services: Services) -> None:
    """Say what goes when, and what waits for a decision (gallringsbeslut).

    \b
    Example:
      ./run retention plan
    """
    now = services.clock()
    with read_session(services.sessions) as session:
        due = all_due(session, services.settings, now)
    rows = [(one.subject, KINDS[one.what].what["en"], one.amount, f"{one.at:%Y-%m-%d %H:%M}", _why(one)) for one in due]
    if rows:
        echo_table(("OF", "WHAT", "ROWS", "FROM (UTC)", ""), rows)
    else:
        click.echo("Nothing has a date yet.")
    click.echo()
    filled_with = numbers(services.settings, free_text_days=365)
    echo_table(
        ("WHAT", "GOES", "DELETED"),
        [(kind.what["en"], gone(kind, "en", filled_with), RULE_WORDS[kind.rule]["en"]) for kind in KINDS.values()],
    )


@group.command("run")
@pass_services
def run(services: Services) -> None:
    """Delete what is due, now. What needs a decision and has none stays, and the plan says so.

    \b
    Example:
      ./run retention run
    """
    done = do_chores(services, services.clock())
    for what, amount in done.items():
        click.echo(f"{KINDS[what].what['en']}: {amount}")
    if not done:
        click.echo("Nothing was due.")


@group.command("records")
@click.option("--noted", metavar="DIGEST", help="The newest digest at an earlier time: it must still be there.")
@pass_services
def records(services: Services, noted: str | None) -> None:
    """List the signed records of deletions, and check signatures and chain.

    Note the last line's digest outside this installation: with --noted it shows later that nothing was cut off.

    \b
    Example:
      ./run retention records
      ./run retention records --noted 5f1c...
    """
    verify_key = verify_key_of(services.round_keys.signing_key())
    with read_session(services.sessions) as session:
        found = session.scalars(select(DeletionRecord).order_by(DeletionRecord.id)).all()
        faults = verify_records(session, verify_key, _digest(noted))
    rows = [(one.id, f"{one.at:%Y-%m-%d %H:%M}", one.what, one.subject, one.amount, one.decision) for one in found]
    if rows:
        echo_table(("NO", "AT (UTC)", "WHAT", "OF", "ROWS", "DECISION"), rows)
    if faults:
        told = "; ".join(_fault(fault) for fault in faults)
        raise Refusal("records_faulty", f"the records do not hold: {told}")
    if not found:
        click.echo("Nothing has been deleted yet.")
        return
    click.echo(f"All {len(found)} records are signed and follow on each other. Key {verify_key.hex()}")
    click.echo(f"Newest digest: {digest_of(found[-1]).hex()}")


def _why(due: Due) -> str:
    if due.waits is Waits.DECISION and due.what == "case_answers":
        return "waits for a decision: set TERMOMETERN_CASE_DECISION"
    if due.waits is Waits.DECISION and due.subject == INSTALLATION:
        return "waits for a decision: set TERMOMETERN_AUDIT_DECISION"
    if due.waits is Waits.DECISION:
        slug = due.subject.partition("/")[0]
        return f"waits for a decision: ./run studies change {slug} --deletion-decision REFERENCE"
    return "with the next run" if due.waits is Waits.NEXT_RUN else ""


def _fault(fault: RecordFault) -> str:
    words = FAULTS[fault.fault]
    return f"record {fault.record_id} {words}" if fault.record_id else words


def _digest(noted: str | None) -> bytes | None:
    if noted is None:
        return None
    try:
        digest = bytes.fromhex(noted)
    except ValueError:
        digest = b""
    if len(digest) * 2 != DIGEST_LENGTH:
        raise click.BadParameter(f"a digest is {DIGEST_LENGTH} characters, 0-9 and a-f", param_hint="--noted")
    return digest
