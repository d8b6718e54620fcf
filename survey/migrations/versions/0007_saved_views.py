"""Saved views of the workbench: a name for the address of a view, each person's own.

Revision 0007. They hold no figures: what they show is read from the releases every time.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("account.id", ondelete="CASCADE"), nullable=False),
        sa.Column("study_id", sa.Integer, sa.ForeignKey("study.id", ondelete="CASCADE"), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("view", sa.String(40), nullable=False),
        sa.Column("query", sa.String(500), nullable=False),
        sa.CheckConstraint("length(name) > 0", name="named"),
        sa.CheckConstraint("length(view) > 0", name="of_a_view"),
        sa.UniqueConstraint("account_id", "study_id", "name"),
    )
    op.create_index("ix_saved_view_study_id", "saved_view", ["study_id"])
