"""Who asked to be written to, what was sent, and to whom nothing is sent any more. A migration goes with every change here."""

from sqlalchemy import Column, Index, Integer, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata

ADDRESS, TOPIC = 254, 80

opt_ins = Table(
    "opt_ins",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("address", String(ADDRESS), nullable=False),
    Column("topics", Text, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("where", String(300), nullable=False),
    Column("language", String(2), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("wording", Text, nullable=False),
    Column("wording_version", Integer, nullable=False),
)
"""Somebody typed an address: until it is confirmed it is nobody's. `token` is the hash of what the letter carries."""

Index("opt_ins_address", opt_ins.c.address, opt_ins.c.asked_ms)

subscribers = Table(
    "subscribers",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("address", String(ADDRESS), nullable=False, unique=True),
    Column("visitor", String(32), nullable=False),
    Column("language", String(2), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("mailed_ms", BigInteger, nullable=False),
)
"""A confirmed address. `visitor`: the browser in which it was confirmed. `used_ms`: when its yes was last used; `mailed_ms`: when
a newsletter last went there."""

Index("subscribers_visitor", subscribers.c.visitor)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("subscriber", String(24), primary_key=True),
    Column("topic", String(TOPIC), primary_key=True),
    Column("asked_ms", BigInteger, nullable=False),
    Column("confirmed_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger),
    Column("where", String(300), nullable=False),
    Column("source", String(8), nullable=False),
    Column("wording", Text, nullable=False),
    Column("wording_version", Integer, nullable=False),
)
"""A yes to a topic, with its proof: what was read, where, and both steps. `source`: `page`, or `import`."""

Index("subscriptions_topic", subscriptions.c.topic, subscriptions.c.subscriber)

suppressions = Table(
    "suppressions",
    metadata,
    Column("digest", String(44), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Keyed hashes of addresses that get no newsletter, whoever has them in whatever list."""

mailings = Table(
    "mailings",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("newsletter", String(TOPIC), nullable=False),
    Column("version", Integer, nullable=False),
    Column("topic", String(TOPIC), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("upto", String(24), nullable=False),
    Column("by", String(64), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("counts", Text, nullable=False),
)
"""A newsletter that goes out: `planned`, `sending`, `done` or `stopped`. `upto` is the last subscriber who was put in line,
`counts` what came of it, once it is over."""

sendings = Table(
    "sendings",
    metadata,
    Column("mailing", String(24), primary_key=True),
    Column("subscriber", String(24), primary_key=True),
    Column("state", String(8), nullable=False),
    Column("gate", String(16), nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("chosen", Text, nullable=False),
)
"""One reader of one mailing: `waits`, `sent`, `skipped` (by `gate`), `failed`, `bounced` or `spam`. `chosen`: what stood in the
blocks that are the reader's own, and why."""

Index("sendings_due", sendings.c.state, sendings.c.due_ms)
Index("sendings_subscriber", sendings.c.subscriber)
