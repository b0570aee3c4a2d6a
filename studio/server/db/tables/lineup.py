"""What a show sells. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import PRODUCT, metadata

planned = Table(
    "planned",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("product", String(PRODUCT), ForeignKey("catalogue.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("sold_out", Boolean, nullable=False),
    Column("show_price", Text, nullable=False),
    Column("pinned_ms", BigInteger),
)
"""The products of a show, in its order."""

Index("planned_order", planned.c.show, planned.c.position)

show_prices = Table(
    "show_prices",
    metadata,
    Column("product", String(PRODUCT), primary_key=True),
    Column("show", String(64), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("until_ms", BigInteger),
    Column("price_minor", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
)
"""The price history of shows: so much did it cost there, from `at_ms` until `until_ms` (none: until further notice). It
outlives the show: it is what a before price is judged by."""

product_sets = Table(
    "product_sets",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("products", Text, nullable=False),
)
