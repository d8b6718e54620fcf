"""What confidentiality needs: law on the study, second factor, persons, free text apart, ledger, deletion records.

Revision 0002. Rows that are there already get what they had without saying so.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    studies_and_rounds()
    accounts_and_answers()
    keeping()
    ledger()
    unsampled()


def reference(
    name: str, target: str, ondelete: str, *, nullable: bool = False, primary_key: bool = False
) -> sa.Column[int]:
    foreign_key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.Integer, foreign_key, nullable=nullable, primary_key=primary_key)


def studies_and_rounds() -> None:
    with op.batch_alter_table("study") as study:
        study.add_column(sa.Column("spread_from", sa.Integer, nullable=False, server_default="10"))
        study.add_column(sa.Column("sd_from", sa.Integer, nullable=False, server_default="20"))
        study.add_column(sa.Column("legal_basis", sa.String(24)))
        study.add_column(sa.Column("controller", sa.String(200), nullable=False, server_default=""))
        study.add_column(sa.Column("contact", sa.String(200), nullable=False, server_default=""))
        study.add_column(sa.Column("information", sa.JSON, nullable=False, server_default="{}"))
        study.add_column(sa.Column("deletion_decision", sa.String(200), nullable=False, server_default=""))
        study.add_column(sa.Column("free_text_days", sa.Integer, nullable=False, server_default="365"))
        study.add_column(sa.Column("code_questions", sa.JSON, nullable=False, server_default="[]"))
        study.add_column(sa.Column("ended_at", MOMENT))
    op.execute("UPDATE study SET spread_from = k WHERE k > spread_from")
    op.execute("UPDATE study SET sd_from = k WHERE k > sd_from")
    with op.batch_alter_table("study") as study:
        study.create_check_constraint("spread_from_at_least_ten", "spread_from >= 10 AND spread_from >= k")
        study.create_check_constraint("sd_from_at_least_twenty", "sd_from >= 20 AND sd_from >= spread_from")
        study.create_check_constraint(
            "legal_basis_known",
            "legal_basis IS NULL OR legal_basis IN"
            " ('public_interest','legal_obligation','consent','legitimate_interest')",
        )
        study.create_check_constraint("free_text_days_bounded", "free_text_days BETWEEN 1 AND 3650")
    with op.batch_alter_table("round") as round_:
        round_.add_column(sa.Column("keys_destroyed_at", MOMENT))
        round_.create_check_constraint(
            "keys_destroyed_after_sealing", "keys_destroyed_at IS NULL OR sealed_at IS NOT NULL"
        )
    with op.batch_alter_table("round_unit") as round_unit:
        round_unit.add_column(sa.Column("invited_at_opening", sa.Integer))
        round_unit.add_column(reference("group_id", "organisation_unit.id", "RESTRICT", nullable=True))
        round_unit.create_check_constraint("not_its_own_group", "group_id IS NULL OR group_id <> unit_id")
    op.execute("UPDATE round_unit SET invited_at_opening = invited WHERE open_code IS NOT NULL")


def accounts_and_answers() -> None:
    with op.batch_alter_table("account") as account:
        account.add_column(sa.Column("totp_secret", sa.LargeBinary))
        account.add_column(sa.Column("totp_step", sa.BigInteger, nullable=False, server_default="0"))
    op.create_table(
        "person",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("study_id", "study.id", "CASCADE"),
        sa.Column("contact_lookup", sa.LargeBinary(32), nullable=False),
        sa.UniqueConstraint("study_id", "contact_lookup"),
    )
    with op.batch_alter_table("response") as response:
        response.add_column(sa.Column("batch", sa.Integer, nullable=False, server_default="0"))
        response.create_check_constraint("batch_not_negative", "batch >= 0")
    op.create_table(
        "imported_file",
        reference("round_id", "round.id", "CASCADE", primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), primary_key=True),
        sa.Column("batch", sa.Integer, nullable=False),
        sa.CheckConstraint("batch >= 0", name="batch_not_negative"),
    )
    op.create_table(
        "free_text",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("round_id", "round.id", "RESTRICT"),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("item", sa.String(64), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("released_text", sa.Text),
        sa.CheckConstraint("state IN ('unread','released','withheld')", name="state_known"),
        sa.CheckConstraint("(state = 'released') = (released_text IS NOT NULL)", name="released_has_text"),
        sa.Index("ix_free_text_round", "round_id"),
    )


def keeping() -> None:
    op.create_table(
        "backup",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("verified_at", MOMENT, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "deletion_record",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("amount", sa.Integer, nullable=False),
        sa.Column("decision", sa.Text, nullable=False),
        sa.Column("previous", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=False),
        sa.CheckConstraint("amount >= 0", name="amount_not_negative"),
    )


def ledger() -> None:
    op.create_table(
        "ledger_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("study_id", "study.id", "RESTRICT"),
        reference("round_id", "round.id", "RESTRICT"),
        sa.Column("kind", sa.String(12), nullable=False),
        reference("release_id", "release.id", "RESTRICT", nullable=True),
        sa.Column("label", sa.String(200), nullable=False),
        sa.Column("cells", sa.Text, nullable=False),
        sa.Column("batch", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("release_id", "round_id"),
        sa.CheckConstraint("kind IN ('release','live_counts','microdata')", name="kind_known"),
        sa.CheckConstraint("(kind = 'release') = (release_id IS NOT NULL)", name="release_named"),
        sa.CheckConstraint("batch >= 0", name="batch_not_negative"),
        sa.Index("ix_ledger_entry_round", "round_id"),
    )


# Of PostgreSQL's own statistics about columns: values that it would keep after the rows are gone, in clear.
UNSAMPLED = {
    "card": ("id", "lookup"),
    "invitation": ("id", "lookup", "contact", "link_code"),
    "person": ("id", "contact_lookup"),
    "draft": ("id", "body"),
    "urn": ("id", "receipt", "box"),
    "response": ("id", "link_code", "answers"),
    "free_text": ("id", "text", "released_text"),
}


def unsampled() -> None:
    """A deleted text, contact or receipt would else stand in pg_statistic until the table is filled anew."""
    if op.get_bind().dialect.name == "postgresql":
        for table, columns in UNSAMPLED.items():
            for column in columns:
                op.execute(f"ALTER TABLE {table} ALTER COLUMN {column} SET STATISTICS 0")
