"""Who may come in, and secrets of our own. A migration goes with every change here."""

from sqlalchemy import Column, Table

from studio.server.db.columns import BigInteger, String
from studio.server.db.tables.base import metadata

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
"""`/studio`'s tokens, by the hash of what is shown."""

clients = Table(
    "clients",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("token", String(64), nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
)
"""Which desktop belongs to which token (its hash): nobody else may say that they are that desktop."""

keys = Table(
    "keys",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", String(100), nullable=False),
)
"""Secrets this server made for itself: what signs visitors, and each day's salt."""
