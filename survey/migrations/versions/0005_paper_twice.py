"""Paper forms typed in twice: what is kept until the second time, and how often the two differed.

Revision 0005. What is kept is encrypted, and mixing empties the table.
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    with op.batch_alter_table("round") as round_:
        round_.add_column(sa.Column("paper_twice", sa.Boolean, nullable=False, server_default=sa.false()))
        # Of rounds that are under way nobody knows whether forms have been typed in: there it is too late to choose.
        round_.add_column(sa.Column("paper_begun", sa.Boolean, nullable=False, server_default=sa.false()))
        round_.add_column(sa.Column("paper_compared", sa.Integer, nullable=False, server_default="0"))
        round_.create_check_constraint("paper_after_opening", "NOT paper_begun OR state <> 'draft'")
        round_.create_check_constraint(
            "compared_when_twice", "paper_compared = 0 OR (paper_compared > 0 AND paper_twice)"
        )
    op.execute("UPDATE round SET paper_begun = true WHERE state <> 'draft'")
    op.create_table(
        "paper_form",
        sa.Column("id", sa.LargeBinary(32), primary_key=True),
        reference("round_id", index=True),
        sa.Column("label", sa.LargeBinary),
        sa.Column("body", sa.LargeBinary),
        sa.CheckConstraint("(label IS NULL) = (body IS NULL)", name="kept_whole"),
    )
    op.create_table(
        "paper_difference",
        reference("round_id", primary_key=True),
        sa.Column("item", sa.String(64), primary_key=True),
        sa.Column("forms", sa.Integer, nullable=False),
        sa.CheckConstraint("forms > 0", name="forms_positive"),
    )
    # As with drafts: PostgreSQL would else keep values of these columns when the rows are gone.
    if op.get_bind().dialect.name == "postgresql":
        for column in ("id", "label", "body"):
            op.execute(f"ALTER TABLE paper_form ALTER COLUMN {column} SET STATISTICS 0")


def reference(name: str, *, primary_key: bool = False, index: bool = False) -> sa.Column[int]:
    target = sa.ForeignKey("round.id", ondelete="CASCADE")
    return sa.Column(name, sa.Integer, target, nullable=False, primary_key=primary_key, index=index)
