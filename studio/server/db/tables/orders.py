"""What was bought because of a show. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Table, false, text

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata

orders = Table(
    "orders",
    metadata,
    Column("number", String(80), primary_key=True),
    Column("claim", String(44), primary_key=True, default=""),
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("media_ms", BigInteger, nullable=False),
    Column("part", String(8), nullable=False),
    Column("value_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("lines", Text, nullable=False),
    Column("verified", Boolean, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("consent", String(3), nullable=False),
    Column("returned_minor", BigInteger, nullable=False, server_default=text("0")),
    Column("returns", Text, nullable=False, server_default=text("'[]'")),
    Column("cancelled", Boolean, nullable=False, server_default=false()),
)
"""`verified`: the shop's own server said it, with its signature. Otherwise it was a page, and `claim` a keyed hash of where that
was: a number that a stranger says first does not take the customer's own order away. `returned_minor`: what the shop has given
back of it, in the refunds that `returns` names (JSON)."""

Index("orders_show", orders.c.show)
Index("orders_visitor", orders.c.visitor)
