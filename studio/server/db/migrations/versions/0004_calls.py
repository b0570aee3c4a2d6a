"""One-to-one calls: the line, what was written, whom nobody answers, messages, bookings; settings of the brand."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "settings",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
    op.create_table(
        "calls",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("network", sa.String(44), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
        sa.Column("card", sa.Text, nullable=False),
        sa.Column("entered_ms", sa.BigInteger, nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("lined_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger),
        sa.Column("answered_ms", sa.BigInteger),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("wait_ms", sa.BigInteger),
        sa.Column("advisor", sa.String(64), nullable=False),
        sa.Column("advisor_name", sa.String(100), nullable=False),
        sa.Column("wanted", sa.String(64), nullable=False),
        sa.Column("passed", sa.Text, nullable=False),
        sa.Column("people", sa.Text, nullable=False),
        sa.Column("held", sa.Boolean, nullable=False),
        sa.Column("again", sa.Boolean, nullable=False),
        sa.Column("shown", sa.String(64), nullable=False),
        sa.Column("asked", sa.Text, nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("ending", sa.String(12), nullable=False),
        sa.Column("outcome", sa.String(12), nullable=False),
        sa.Column("stars", sa.Integer),
        sa.Column("rating", sa.Text, nullable=False),
    )
    op.create_table(
        "call_lines",
        sa.Column("call", sa.String(24), sa.ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("author", sa.String(8), nullable=False),
        sa.Column("name", sa.String(100), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("product", sa.String(64), nullable=False),
    )
    op.create_table(
        "call_blocks",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("network", sa.String(44), nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_index("calls_line", "calls", ["state", "entered_ms"])
    op.create_index("calls_visitor", "calls", ["visitor"])
    op.create_index("calls_entered", "calls", ["entered_ms"])
    op.create_table(
        "call_messages",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("file", sa.String(80), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_table(
        "bookings",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("token", sa.String(64), nullable=False, unique=True),
        sa.Column("begins_ms", sa.BigInteger, nullable=False),
        sa.Column("ends_ms", sa.BigInteger, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("contact", sa.String(254), nullable=False),
        sa.Column("topic", sa.String(24), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("page", sa.String(500), nullable=False),
        sa.Column("advisor", sa.String(64), nullable=False),
        sa.Column("state", sa.String(12), nullable=False),
    )
    op.create_index("call_messages_at", "call_messages", ["at_ms"])
    op.create_index("bookings_begins", "bookings", ["begins_ms"])
