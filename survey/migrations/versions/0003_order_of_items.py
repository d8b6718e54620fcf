"""The seed of each person's own order of items, where the instrument asks for one.

Revision 0003. Responses that are there already were asked in the order of the instrument.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("response") as response:
        response.add_column(sa.Column("order_seed", sa.Integer))
        response.create_check_constraint("order_seed_small", "order_seed IS NULL OR order_seed BETWEEN 0 AND 65535")
    # As with answers: whoever saw the order on a screen could look for it in samples that outlive the rows.
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE response ALTER COLUMN order_seed SET STATISTICS 0")
