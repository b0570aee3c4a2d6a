"""Films of shows: what is on its way here, and what is public."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "films",
        sa.Column("id", sa.String(63), primary_key=True),
        sa.Column("state", sa.String(12), primary_key=True),
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("length_ms", sa.BigInteger, nullable=False),
        sa.Column("width", sa.Integer, nullable=False),
        sa.Column("height", sa.Integer, nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("spans", sa.Text, nullable=False),
        sa.Column("chapters", sa.Text, nullable=False),
        sa.Column("products", sa.Text, nullable=False),
        sa.Column("src", sa.String(1000), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
