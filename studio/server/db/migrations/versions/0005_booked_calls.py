"""Calls know their booking; letters wait to be sent; guests have links."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("calls", sa.Column("booking", sa.String(24)))
    op.add_column("calls", sa.Column("booked_ms", sa.BigInteger))
    op.add_column("call_messages", sa.Column("call", sa.String(24)))
    op.create_table(
        "mails",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("about", sa.String(24), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("recipient", sa.String(254), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("calendar", sa.Text, nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
    )
    op.create_index("mails_due", "mails", ["due_ms"])
    op.create_table(
        "guests",
        sa.Column("id", sa.String(8), primary_key=True),
        sa.Column("show", sa.String(64), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("guests_until", "guests", ["until_ms"])
