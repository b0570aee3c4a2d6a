"""Events are numbered by stream, which is a show or the whole brand: calls need no show of make-believe any more. Followers keep
how far they have come."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

CALLS, BRAND = "-calls-", "@brand"


def upgrade() -> None:
    op.create_table(
        "streams",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("show", sa.String(64), sa.ForeignKey("shows.id", ondelete="CASCADE")),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.execute(f"INSERT INTO streams (id, show, seq) SELECT id, id, seq FROM shows WHERE id <> '{CALLS}'")
    op.execute(
        f"INSERT INTO streams (id, show, seq) SELECT '{BRAND}', NULL, COALESCE((SELECT seq FROM shows WHERE id = '{CALLS}'), 0)"
    )
    op.create_table(
        "events_of_streams",
        sa.Column("stream", sa.String(64), sa.ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger, nullable=False),
        sa.Column("media_ms", sa.BigInteger, nullable=False),
        sa.Column("actor", sa.String(64), nullable=False),
        sa.Column("type", sa.String(64), nullable=False),
        sa.Column("audience", sa.String(16), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("token", sa.String(16), nullable=False, server_default=sa.text("''")),
    )
    columns = "seq, at_ms, media_ms, actor, type, audience, data, token"
    stream = f"CASE WHEN show = '{CALLS}' THEN '{BRAND}' ELSE show END"
    op.execute(f"INSERT INTO events_of_streams (stream, {columns}) SELECT {stream}, {columns} FROM events")
    op.drop_index("events_type", table_name="events")
    op.drop_table("events")
    op.rename_table("events_of_streams", "events")
    op.create_index("events_type", "events", ["stream", "type", "seq"])
    op.execute(f"DELETE FROM shows WHERE id = '{CALLS}'")
    op.execute("ALTER TABLE shows DROP COLUMN seq")  # in batch mode SQLite would make the table anew, and lose what hangs on it
    op.create_table(
        "followers",
        sa.Column("name", sa.String(40), primary_key=True),
        sa.Column("stream", sa.String(64), sa.ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
