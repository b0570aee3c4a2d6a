"""The brand's relation to its visitors: what they did, who they are, what they are shown, and what they agreed to."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

PRODUCT = 255


def upgrade() -> None:
    _deeds()
    _people()
    _rules()
    _shown()


def _deeds() -> None:
    op.create_table(
        "behaviours",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(100), primary_key=True),
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("seq", sa.BigInteger, nullable=False),
        sa.Column("product", sa.String(PRODUCT), nullable=False),
        sa.Column("number", sa.String(100), nullable=False),
        sa.Column("source", sa.String(8), nullable=False),
        sa.Column("consent", sa.String(3), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("behaviours_seq", "behaviours", ["visitor", "seq"])
    op.create_index("behaviours_name", "behaviours", ["name", "at_ms"])
    op.create_index("behaviours_number", "behaviours", ["number"])
    op.create_index("behaviours_age", "behaviours", ["at_ms"])
    op.create_table(
        "choices",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("purpose", sa.String(16), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("given", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("where", sa.String(300), nullable=False),
    )


def _people() -> None:
    op.create_table(
        "profiles",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("seen_ms", sa.BigInteger, nullable=False),
        sa.Column("due_ms", sa.BigInteger),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("counted", sa.String(32), nullable=False),
        sa.Column("facts", sa.LargeBinary, nullable=False),
        sa.Column("mixed", sa.Boolean, nullable=False),
        sa.Column("asked_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("profiles_due", "profiles", ["due_ms"])
    op.create_index("profiles_seen", "profiles", ["seen_ms"])
    op.create_table(
        "profile_visitors",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("profile", sa.String(32), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
    )
    op.create_index("profile_visitors_profile", "profile_visitors", ["profile"])
    op.create_table(
        "identifiers",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("value", sa.String(200), primary_key=True),
        sa.Column("profile", sa.String(32), nullable=False),
        sa.Column("proof", sa.String(8), nullable=False),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("identifiers_profile", "identifiers", ["profile"])
    op.create_table(
        "merges",
        sa.Column("id", sa.String(24), primary_key=True),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("profile", sa.String(32), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("visitors", sa.Text, nullable=False),
        sa.Column("identifiers", sa.Text, nullable=False),
        sa.Column("split_ms", sa.BigInteger),
    )
    op.create_index("merges_profile", "merges", ["profile"])
    op.create_table(
        "erased",
        sa.Column("digest", sa.String(44), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "looks",
        sa.Column("at_ms", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("actor", sa.String(64), primary_key=True),
        sa.Column("profile", sa.String(32), primary_key=True),
        sa.Column("what", sa.String(40), nullable=False),
    )


def _rules() -> None:
    op.create_table(
        "definitions",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("state", sa.String(8), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
    )
    op.create_table(
        "members",
        sa.Column("segment", sa.String(40), primary_key=True),
        sa.Column("profile", sa.String(32), primary_key=True),
        sa.Column("since_ms", sa.BigInteger, nullable=False),
    )
    op.create_index("members_profile", "members", ["profile"])


def _shown() -> None:
    op.create_table(
        "weekly_lists",
        sa.Column("profile", sa.String(32), primary_key=True),
        sa.Column("week", sa.String(8), primary_key=True),
        sa.Column("made_ms", sa.BigInteger, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "exposures",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("decision", sa.String(24), primary_key=True),
        sa.Column("rule", sa.String(40), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("variant", sa.String(40), nullable=False),
        sa.Column("slot", sa.String(40), nullable=False),
        sa.Column("product", sa.String(PRODUCT), nullable=False),
        sa.Column("day", sa.Integer, nullable=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("device", sa.String(16), nullable=False),
        sa.Column("clicked", sa.Boolean, nullable=False),
    )
    op.create_index("exposures_rule", "exposures", ["rule", "at_ms"])
    op.create_table(
        "refusals",
        sa.Column("visitor", sa.String(32), primary_key=True),
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("what", sa.String(PRODUCT), primary_key=True),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
    )
