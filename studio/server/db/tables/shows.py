"""Shows, and what happens in them. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, text

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata

BRAND = "@brand"
"""The stream of what concerns the brand and no single show, such as calls; no show can be named so."""

shows = Table(
    "shows",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("title", String(200), nullable=False),
    Column("brand", String(200), nullable=False, default=""),
    Column("state", String(16), nullable=False, default="draft"),
    Column("starts_at_ms", BigInteger),
    Column("live_since_ms", BigInteger),
    Column("ended_at_ms", BigInteger),
    Column("poster", String(500), nullable=False, default=""),
    Column("unlisted", Boolean, nullable=False, default=False),
    Column("key", String(64), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("epoch", BigInteger, nullable=False, default=0),
    Column("stream_ms", BigInteger, nullable=False, default=0),
    Column("live_origin_ms", BigInteger),
    Column("shop", Text, nullable=False, server_default="{}"),
)
"""`stream_ms`: how far the stream clock got; `live_origin_ms`: where on it the show first went live; `shop`: how the show
sells and chats (ShopSettings as JSON)."""

streams = Table(
    "streams",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE")),
    Column("seq", BigInteger, nullable=False, default=0),
)
"""What events are numbered by. A show's stream is named as the show is; `seq` is the number of its newest event."""

events = Table(
    "events",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("media_ms", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("data", Text, nullable=False),
    Column("token", String(16), nullable=False, server_default=text("''")),
)
"""`token`: the id of the token that `actor` came with; empty for what pages and the server itself do."""

Index("events_type", events.c.stream, events.c.type, events.c.seq)

followers = Table(
    "followers",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("stream", String(64), ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""How far each follower that must miss nothing has come in each stream."""
