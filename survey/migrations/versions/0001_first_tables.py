"""The first tables.

Revision 0001. Constraint names are completed by the naming convention of survey.models.base.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    organisation_and_accounts()
    studies_and_rounds()
    ways_in_and_answers()
    releases_and_counts()


def reference(
    name: str, target: str, ondelete: str, *, nullable: bool = False, primary_key: bool = False, index: bool = False
) -> sa.Column[int]:
    key = sa.ForeignKey(target, ondelete=ondelete)
    return sa.Column(name, sa.Integer, key, nullable=nullable, primary_key=primary_key, index=index or None)


def organisation_and_accounts() -> None:
    op.create_table(
        "organisation_unit",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("parent_id", "organisation_unit.id", "RESTRICT", nullable=True, index=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("code", sa.String(32), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("short_name", sa.String(100), nullable=False),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("valid_from", sa.Date, nullable=False),
        sa.Column("valid_to", sa.Date),
        sa.Column("population", sa.Integer),
        sa.CheckConstraint("kind IN ('nation','county','municipality','region','unit')", name="kind_known"),
        sa.CheckConstraint("(kind = 'nation') = (parent_id IS NULL)", name="only_nation_is_root"),
        sa.CheckConstraint("id <> parent_id", name="not_its_own_parent"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period"),
        sa.CheckConstraint("population IS NULL OR population > 0", name="population_positive"),
    )
    op.create_table(
        "account",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("email", sa.String(200), nullable=False, unique=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("session_number", sa.Integer, nullable=False),
        sa.CheckConstraint("email = lower(email)", name="email_lower_case"),
    )
    op.create_table(
        "role_grant",
        reference("account_id", "account.id", "CASCADE", primary_key=True),
        sa.Column("role", sa.String(16), primary_key=True),
        reference("unit_id", "organisation_unit.id", "RESTRICT", primary_key=True),
        sa.CheckConstraint("role IN ('administrator','analyst','manager')", name="role_known"),
    )
    op.create_table(
        "login_code",
        sa.Column("code_hash", sa.LargeBinary(32), primary_key=True),
        reference("account_id", "account.id", "CASCADE"),
        sa.Column("expires_at", MOMENT, nullable=False),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", MOMENT, nullable=False),
        reference("account_id", "account.id", "SET NULL", nullable=True),
        sa.Column("actor", sa.String(200), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("detail", sa.JSON, nullable=False),
    )
    op.create_table(
        "worker",
        sa.Column("executor_id", sa.String(80), primary_key=True),
        sa.Column("seen_at", MOMENT, nullable=False),
    )


def studies_and_rounds() -> None:
    op.create_table(
        "study",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("slug", sa.String(60), nullable=False, unique=True),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("instrument", sa.String(40), nullable=False),
        sa.Column("linked", sa.Boolean, nullable=False),
        sa.Column("simulated", sa.Boolean, nullable=False),
        sa.Column("k", sa.Integer, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        reference("owner_id", "organisation_unit.id", "RESTRICT"),
        sa.CheckConstraint("k >= 5", name="k_at_least_five"),
    )
    op.create_table(
        "round",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("study_id", "study.id", "RESTRICT", index=True),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("instrument_version", sa.String(12), nullable=False),
        sa.Column("instrument_digest", sa.String(64)),
        sa.Column("public_key", sa.LargeBinary(32)),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("opens_on", sa.Date),
        sa.Column("closes_on", sa.Date),
        sa.Column("opened_at", MOMENT),
        sa.Column("closed_at", MOMENT),
        sa.Column("sealed_at", MOMENT),
        sa.Column("released_at", MOMENT),
        reference("before_id", "round.id", "RESTRICT", nullable=True),
        sa.UniqueConstraint("study_id", "name"),
        sa.CheckConstraint("state IN ('draft','open','closed','sealed','released')", name="state_known"),
        sa.CheckConstraint("(state = 'draft') = (opened_at IS NULL)", name="open_is_dated"),
        sa.CheckConstraint("(state IN ('draft','open')) = (closed_at IS NULL)", name="closed_is_dated"),
        sa.CheckConstraint("(state IN ('draft','open','closed')) = (sealed_at IS NULL)", name="sealed_is_dated"),
        sa.CheckConstraint("(state = 'released') = (released_at IS NOT NULL)", name="released_is_dated"),
        sa.CheckConstraint(
            "state = 'draft' OR (instrument_digest IS NOT NULL AND public_key IS NOT NULL)", name="pinned"
        ),
        sa.CheckConstraint("closes_on IS NULL OR opens_on IS NULL OR closes_on >= opens_on", name="dates_in_order"),
    )
    op.create_table(
        "round_unit",
        reference("round_id", "round.id", "CASCADE", primary_key=True),
        reference("unit_id", "organisation_unit.id", "RESTRICT", primary_key=True),
        sa.Column("invited", sa.Integer),
        sa.Column("open_code", sa.String(20), unique=True),
        sa.CheckConstraint("invited IS NULL OR invited >= 0", name="invited_not_negative"),
    )


def ways_in_and_answers() -> None:
    op.create_table(
        "card",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("study_id", "study.id", "CASCADE"),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.UniqueConstraint("study_id", "lookup"),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("round_id", "round.id", "CASCADE"),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("lookup", sa.LargeBinary(32), nullable=False),
        sa.Column("contact", sa.LargeBinary),
        sa.Column("answered", sa.Boolean, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("link_code", sa.LargeBinary),
        sa.UniqueConstraint("round_id", "lookup"),
        sa.CheckConstraint("way IN ('invitation','card')", name="way_known"),
        sa.CheckConstraint("way = 'invitation' OR contact IS NULL", name="card_has_no_contact"),
        sa.CheckConstraint("NOT (answered AND withdrawn)", name="answered_or_withdrawn"),
        sa.Index("ix_invitation_round_unit", "round_id", "unit_id"),
    )
    op.create_table(
        "draft",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        reference("round_id", "round.id", "CASCADE", index=True),
        sa.Column("body", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "urn",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("round_id", "round.id", "RESTRICT"),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("receipt", sa.LargeBinary(32), nullable=False),
        sa.Column("box", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("round_id", "receipt"),
        sa.Index("ix_urn_round_unit", "round_id", "unit_id"),
    )
    op.create_table(
        "response",
        sa.Column("id", sa.LargeBinary(16), primary_key=True),
        reference("round_id", "round.id", "RESTRICT"),
        reference("unit_id", "organisation_unit.id", "RESTRICT"),
        sa.Column("instrument_digest", sa.String(64), nullable=False),
        sa.Column("way", sa.String(10), nullable=False),
        sa.Column("variant", sa.String(10), nullable=False),
        sa.Column("language", sa.String(3), nullable=False),
        sa.Column("link_code", sa.LargeBinary(16)),
        sa.Column("answers", sa.JSON, nullable=False),
        sa.CheckConstraint("way IN ('invitation','card','open','import')", name="way_known"),
        sa.Index("ix_response_round", "round_id"),
    )


def releases_and_counts() -> None:
    op.create_table(
        "release",
        sa.Column("id", sa.Integer, primary_key=True),
        reference("round_id", "round.id", "RESTRICT", index=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("matrix_digest", sa.String(64), nullable=False),
        sa.Column("instrument_digest", sa.String(64), nullable=False),
        sa.Column("code_version", sa.String(80), nullable=False),
        sa.Column("seed", sa.BigInteger, nullable=False),
        sa.Column("findings", sa.Text, nullable=False),
        sa.Column("created_at", MOMENT, nullable=False),
        sa.UniqueConstraint("round_id", "digest"),
    )
    op.create_table(
        "report_file",
        reference("release_id", "release.id", "RESTRICT", primary_key=True),
        sa.Column("group_code", sa.String(32), primary_key=True),
        sa.Column("path", sa.String(200), nullable=False, unique=True),
        sa.Column("digest", sa.String(64), nullable=False),
    )
    op.create_table(
        "live_count",
        reference("round_id", "round.id", "CASCADE", primary_key=True),
        sa.Column("unit_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("shown", sa.Integer, nullable=False),
        sa.Column("counted_at", MOMENT, nullable=False),
        sa.CheckConstraint("shown >= 0", name="shown_not_negative"),
    )
