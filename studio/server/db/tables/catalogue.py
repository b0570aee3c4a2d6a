"""What the shop sells, and where that is read from. A migration goes with every change here."""

from sqlalchemy import Column, Index, Integer, Table, text

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import PRODUCT, metadata

catalogue = Table(
    "catalogue",
    metadata,
    Column("id", String(PRODUCT), primary_key=True),
    Column("feed", String(16), nullable=False),
    Column("title", String(300), nullable=False),
    Column("search", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("digest", String(32), nullable=False),
    Column("updated_ms", BigInteger, nullable=False),
    Column("gone_ms", BigInteger),
)
"""`product` is a CatalogueProduct as JSON; `search` what people look for, in small letters."""

Index("catalogue_feed", catalogue.c.feed)
Index("catalogue_title", catalogue.c.title)

staged = Table(
    "staged",
    metadata,
    Column("import", String(16), primary_key=True),
    Column("id", String(PRODUCT), primary_key=True),
    Column("title", String(300), nullable=False),
    Column("search", Text, nullable=False),
    Column("product", Text, nullable=False),
    Column("digest", String(32), nullable=False),
)
"""What an import has read and the catalogue does not have yet; it goes over in one transaction, or not at all."""

staged_offers = Table(
    "staged_offers",
    metadata,
    Column("import", String(16), primary_key=True),
    Column("product", String(PRODUCT), primary_key=True),
    Column("variant", String(PRODUCT), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("sale_minor", BigInteger),
    Column("sale_from_ms", BigInteger),
    Column("sale_until_ms", BigInteger),
    Column("currency", String(3), nullable=False),
)

offers = Table(
    "offers",
    metadata,
    Column("product", String(PRODUCT), primary_key=True),
    Column("variant", String(PRODUCT), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("price_minor", BigInteger, nullable=False),
    Column("sale_minor", BigInteger),
    Column("sale_from_ms", BigInteger),
    Column("sale_until_ms", BigInteger),
    Column("currency", String(3), nullable=False),
)
"""The price history: from `at_ms` on this was the offer. Without variants `variant` is empty."""

feeds = Table(
    "feeds",
    metadata,
    Column("id", String(16), primary_key=True),
    Column("name", String(200), nullable=False),
    Column("url", String(2000), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("currency", String(3), nullable=False),
    Column("every_minutes", Integer, nullable=False),
    Column("read_ms", BigInteger),
    Column("result", Text, nullable=False),
    Column("convention", Text, nullable=False, server_default=text("'{}'")),
)
"""Where products come from; without `url` a file that somebody sent. `every_minutes` 0: only when asked. `convention`: how it is
to be understood, where a person has said so (`studio.show.read_as.Convention` as JSON)."""

pictures = Table(
    "pictures",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("url", String(2000), nullable=False),
    Column("file", String(80), nullable=False),
    Column("problem", String(300), nullable=False),
    Column("fetched_ms", BigInteger, nullable=False),
)
"""Pictures fetched from the shop, by the hash of their address; `file` is empty when one could not be had."""
