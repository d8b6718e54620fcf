"""An index by which a code is found: the round that it is for is not known before.

Revision 0006. Without it every page that somebody opened read the invitations of all rounds.
"""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_index("ix_invitation_lookup", "invitation", ["lookup"])
