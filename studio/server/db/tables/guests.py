"""Who is invited into a show. A migration goes with every change here."""

from sqlalchemy import Column, Index, Table

from studio.server.db.columns import BigInteger, String
from studio.server.db.tables.base import metadata

guests = Table(
    "guests",
    metadata,
    Column("id", String(8), primary_key=True),
    Column("show", String(64), nullable=False),
    Column("name", String(40), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
)
"""Links that bring somebody into a show; what the link carries is made from the id."""

Index("guests_until", guests.c.until_ms)
