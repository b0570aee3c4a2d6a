"""Replays and clips. A migration goes with every change here."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata

films = Table(
    "films",
    metadata,
    Column("id", String(63), primary_key=True),
    Column("state", String(12), primary_key=True),
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("title", String(200), nullable=False),
    Column("length_ms", BigInteger, nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("spans", Text, nullable=False),
    Column("chapters", Text, nullable=False),
    Column("products", Text, nullable=False),
    Column("src", String(1000), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Replays and clips. The same film may be there twice: `public`, and `uploading` what takes its place. `spans`, `chapters`
and `products` are JSON; `src` is where it lies, empty here; `at_ms` is when it was published, or offered."""
