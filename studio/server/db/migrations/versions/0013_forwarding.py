"""What is forwarded: read in order without looking through all, and deletions that are told when somebody listens. Visitors who
logged out elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_index("behaviours_order", "behaviours", ["seq"])
    op.add_column("profile_visitors", sa.Column("retired_ms", sa.BigInteger))
    op.create_table(
        "deletions",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )
