"""Newsletters: who asked for which, what was sent, and to whom nothing is sent any more."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ADDRESS, TOPIC = 254, 80


def upgrade() -> None:
    _people()
    _mailings()


def _people() -> None:
    op.create_table(
        "opt_ins",
        sa.Column("token", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(ADDRESS), nullable=False),
        sa.Column("topics", sa.Text, nullable=False),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("where", sa.String(300), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("wording_version", sa.Integer, nullable=False),
    )
    op.create_index("opt_ins_address", "opt_ins", ["address", "asked_ms"])
    op.create_table(
        "subscribers",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("address", sa.String(ADDRESS), nullable=False, unique=True),
        sa.Column("visitor", sa.String(32), nullable=False),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("used_ms", sa.BigInteger, nullable=False),
        sa.Column("mailed_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("subscribers_visitor", "subscribers", ["visitor"])
    op.create_table(
        "subscriptions",
        sa.Column("subscriber", sa.String(24), primary_key=True),
        sa.Column("topic", sa.String(TOPIC), primary_key=True),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
        sa.Column("confirmed_ms", sa.BigInteger, nullable=False),
        sa.Column("ended_ms", sa.BigInteger),
        sa.Column("where", sa.String(300), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("wording", sa.Text, nullable=False),
        sa.Column("wording_version", sa.Integer, nullable=False),
    )
    op.create_index("subscriptions_topic", "subscriptions", ["topic", "subscriber"])
    op.create_table(
        "suppressions",
        sa.Column("digest", sa.String(44), primary_key=True),
        sa.Column("reason", sa.String(16), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )


def _mailings() -> None:
    op.create_table(
        "mailings",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("newsletter", sa.String(TOPIC), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("topic", sa.String(TOPIC), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("until_ms", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("upto", sa.String(24), nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("counts", sa.Text, nullable=False),
    )
    op.create_table(
        "sendings",
        sa.Column("mailing", sa.String(24), primary_key=True),
        sa.Column("subscriber", sa.String(24), primary_key=True),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("gate", sa.String(16), nullable=False),
        sa.Column("due_ms", sa.BigInteger, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("chosen", sa.Text, nullable=False),
    )
    op.create_index("sendings_due", "sendings", ["state", "due_ms"])
    op.create_index("sendings_subscriber", "sendings", ["subscriber"])
