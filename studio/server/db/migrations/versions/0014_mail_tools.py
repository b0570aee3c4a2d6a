"""Mail tools of the brand's: what each has of whom."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "told_people",
        sa.Column("tool", sa.String(40), primary_key=True),
        sa.Column("subscriber", sa.String(24), primary_key=True),
        sa.Column("address", sa.String(254), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("problem", sa.String(80), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger, nullable=False),
        sa.Column("names", sa.Text, nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
    )
    op.create_index("told_people_due", "told_people", ["tool", "due_ms"])
    op.create_index("told_people_address", "told_people", ["address"])
