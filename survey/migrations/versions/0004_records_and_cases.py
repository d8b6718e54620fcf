"""Signed records, and cases with named access; the role of those who keep cases.

Revision 0004.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("role_grant") as role_grant:
        role_grant.drop_constraint(op.f("ck_role_grant_role_known"), type_="check")
        role_grant.create_check_constraint("role_known", "role IN ('administrator','analyst','manager','caseworker')")
    records()
    cases()
    unsampled()


def reference(name: str, target: str, ondelete: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer, sa.ForeignKey(target, ondelete=ondelete), nullable=nullable)


def records() -> None:
    op.create_table(
        "record_entry",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("instrument", sa.String(40), nullable=False),
        sa.Column("instrument_version", sa.String(16), nullable=False),
        sa.Column("instrument_digest", sa.String(64), nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("answers", sa.JSON, nullable=False),
        reference("account_id", "account.id", "SET NULL", nullable=True),
        sa.Column("signed_name", sa.String(200), nullable=False),
        sa.Column("signed_at", MOMENT, nullable=False),
        reference("replaces_id", "record_entry.id", "RESTRICT", nullable=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("retracted", sa.Boolean, nullable=False),
        sa.UniqueConstraint("replaces_id"),
        sa.CheckConstraint("replaces_id <> id", name="not_its_own_correction"),
        sa.CheckConstraint("(replaces_id IS NULL) = (reason = '')", name="correction_has_reason"),
        sa.CheckConstraint("NOT retracted OR replaces_id IS NOT NULL", name="retraction_of_something"),
        sa.Index("ix_record_entry_unit", "unit_id", "happened_on"),
    )


def cases() -> None:
    op.create_table(
        "case_count",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("instrument", sa.String(40), nullable=False),
        sa.Column("k", sa.Integer, nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("made_by", sa.String(200), nullable=False),
        sa.Column("result", sa.JSON, nullable=False),
        sa.CheckConstraint("k >= 5", name="k_at_least_five"),
    )
    op.create_table(
        "client_case",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("instrument", sa.String(40), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("opened_at", MOMENT, nullable=False),
        sa.Column("closed_at", MOMENT),
        reference("count_id", "case_count.id", "RESTRICT", nullable=True),
        sa.UniqueConstraint("unit_id", "instrument", "code"),
        sa.CheckConstraint("closed_at IS NULL OR closed_at >= opened_at", name="closed_after_opening"),
        sa.CheckConstraint("count_id IS NULL OR closed_at IS NOT NULL", name="counted_when_closed"),
    )
    op.create_table(
        "case_access",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("case_id", "client_case.id", "CASCADE"),
        reference("account_id", "account.id", "RESTRICT"),
        sa.Column("role", sa.String(8), nullable=False),
        sa.Column("granted_by", sa.String(200), nullable=False),
        sa.Column("granted_at", MOMENT, nullable=False),
        sa.Column("revoked_at", MOMENT),
        sa.CheckConstraint("role IN ('holder','reader')", name="role_known"),
        sa.CheckConstraint("revoked_at IS NULL OR revoked_at >= granted_at", name="revoked_after_granting"),
    )
    op.create_index("ix_case_access_account_id", "case_access", ["account_id"])
    current = sa.text("revoked_at IS NULL")
    op.create_index(
        "uq_case_access_current",
        "case_access",
        ["case_id", "account_id"],
        unique=True,
        sqlite_where=current,
        postgresql_where=current,
    )
    op.create_table(
        "case_occasion",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("case_id", "client_case.id", "CASCADE"),
        sa.Column("occasion", sa.Integer, nullable=False),
        sa.Column("happened_on", sa.Date, nullable=False),
        sa.Column("instrument_version", sa.String(16), nullable=False),
        sa.Column("instrument_digest", sa.String(64), nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("written_by", sa.String(200), nullable=False),
        sa.Column("written_at", MOMENT, nullable=False),
        sa.UniqueConstraint("case_id", "occasion"),
        sa.CheckConstraint("occasion BETWEEN 1 AND 3", name="occasion_known"),
    )
    op.create_table(
        "case_log",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("case_id", "client_case.id", "CASCADE"),
        sa.Column("at", MOMENT, nullable=False),
        reference("account_id", "account.id", "SET NULL", nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("act", sa.String(10), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.CheckConstraint(
            "act IN ('opened','read','wrote','granted','revoked','closed','counted','exported')", name="act_known"
        ),
        sa.Index("ix_case_log_case", "case_id", "id"),
    )


def unsampled() -> None:
    """A deleted case's answers, though encrypted, would else stand in pg_statistic until the table is filled anew."""
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE case_occasion ALTER COLUMN answers SET STATISTICS 0")
