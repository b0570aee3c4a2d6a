"""The tables. Times are Unix milliseconds; a migration goes with every change here."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

metadata = MetaData()

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
    Column("seq", BigInteger, nullable=False, default=0),
    Column("epoch", BigInteger, nullable=False, default=0),
    Column("stream_ms", BigInteger, nullable=False, default=0),
    Column("live_origin_ms", BigInteger),
)
"""`stream_ms`: how far the stream clock got; `live_origin_ms`: where on it the show first went live."""

events = Table(
    "events",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("media_ms", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("data", Text, nullable=False),
)

products = Table(
    "products",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("title", String(300), nullable=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("before_minor", BigInteger),
    Column("image", String(500), nullable=False, default=""),
    Column("url", String(2000), nullable=False, default=""),
    Column("stock", Integer),
)

Index("products_order", products.c.show, products.c.position)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("digest", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("name", String(100), nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    Column("expires_ms", BigInteger),
)
