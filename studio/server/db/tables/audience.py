"""What the audience of a show says and does. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import PRODUCT, metadata

chat_lines = Table(
    "chat_lines",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(24), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("media_ms", BigInteger, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("name", String(40), nullable=False),
    Column("text", String(300), nullable=False),
    Column("staff", Boolean, nullable=False),
    Column("reply_to", String(24), nullable=False),
    Column("private", Boolean, nullable=False),
    Column("asked", Boolean, nullable=False),
    Column("state", String(8), nullable=False),
    Column("why", String(8), nullable=False),
)
"""People's own words. Events only carry the id: whoever is forgotten takes theirs along."""

Index("chat_lines_visitor", chat_lines.c.visitor)
Index("chat_lines_order", chat_lines.c.show, chat_lines.c.at_ms)

bans = Table(
    "bans",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("visitor", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("network", String(44), nullable=False),
    Column("until_ms", BigInteger),
    Column("by", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Who may not write: `timeout`, `ban` or `shadow`. `network` is a keyed hash of address and browser, until the show ends."""

polls = Table(
    "polls",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(24), primary_key=True),
    Column("question", String(200), nullable=False),
    Column("answers", Text, nullable=False),
    Column("state", String(8), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)

votes = Table(
    "votes",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("poll", String(24), primary_key=True),
    Column("voter", String(44), primary_key=True),
    Column("answer", Integer, nullable=False),
)
"""`voter` is a hash of visitor and poll: enough to count once, not to know who."""

tallies = Table(
    "tallies",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("second", Integer, primary_key=True, autoincrement=False),
    Column("name", String(16), primary_key=True),
    Column("product", String(PRODUCT), primary_key=True),
    Column("part", String(8), primary_key=True),
    Column("count", BigInteger, nullable=False),
)
"""What was counted in a second of the show clock: viewers, reactions, product views, what went into carts. Nobody's name."""

uniques = Table(
    "uniques",
    metadata,
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("digest", String(44), primary_key=True),
)
"""Who was there, once each: a visitor's own token with consent, else a hash with a salt that is thrown away every day."""

visitors = Table(
    "visitors",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("first_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("consent", Text, nullable=False),
)
"""Only who has said yes to something, or no (to not be asked again)."""

visits = Table(
    "visits",
    metadata,
    Column("visitor", String(32), ForeignKey("visitors.id", ondelete="CASCADE"), primary_key=True),
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE"), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(16), primary_key=True),
    Column("product", String(PRODUCT), primary_key=True),
    Column("media_ms", BigInteger, nullable=False),
    Column("part", String(8), nullable=False),
    Column("consent", String(3), nullable=False),
)
"""What one visitor did, kept with consent only (`analytics`)."""
