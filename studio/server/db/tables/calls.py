"""One-to-one calls, messages and bookings, and the settings of the brand. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, Table, false, text

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import PRODUCT, metadata

settings = Table(
    "settings",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", Text, nullable=False),
)
"""What the brand has set for all its shows, as JSON by name."""

calls = Table(
    "calls",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("secret", String(64), nullable=False),
    Column("state", String(8), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("topic", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("name", String(40), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("network", String(44), nullable=False),
    Column("consent", String(3), nullable=False),
    Column("card", Text, nullable=False),
    Column("entered_ms", BigInteger, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("lined_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("answered_ms", BigInteger),
    Column("ended_ms", BigInteger),
    Column("wait_ms", BigInteger),
    Column("advisor", String(64), nullable=False),
    Column("advisor_name", String(100), nullable=False),
    Column("wanted", String(64), nullable=False),
    Column("passed", Text, nullable=False),
    Column("people", Text, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
    Column("shown", String(PRODUCT), nullable=False),
    Column("asked", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("notes", Text, nullable=False),
    Column("ending", String(12), nullable=False),
    Column("outcome", String(12), nullable=False),
    Column("stars", Integer),
    Column("rating", Text, nullable=False),
    Column("booking", String(24)),
    Column("booked_ms", BigInteger),
)
"""The line and what came of it. `secret` is the hash of what the customer's page shows to come back; `wanted` a desktop that
a colleague passed the call to; `passed` those that did not answer it; `lined_ms` when it got into the line the last time;
`wait_ms` how long it was until the first answer."""

Index("calls_line", calls.c.state, calls.c.entered_ms)
Index("calls_visitor", calls.c.visitor)
Index("calls_entered", calls.c.entered_ms)

call_lines = Table(
    "call_lines",
    metadata,
    Column("call", String(24), ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True),
    Column("id", String(24), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("author", String(8), nullable=False),
    Column("name", String(100), nullable=False),
    Column("text", Text, nullable=False),
    Column("product", String(PRODUCT), nullable=False),
)

call_blocks = Table(
    "call_blocks",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("network", String(44), nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)
"""Whose calls nobody takes until then."""

call_messages = Table(
    "call_messages",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("consent", String(3), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(40), nullable=False),
    Column("contact", String(254), nullable=False),
    Column("text", Text, nullable=False),
    Column("topic", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("file", String(80), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(8), nullable=False),
    Column("by", String(64), nullable=False),
    Column("call", String(24)),
    Column("network", String(44), nullable=False, server_default=text("''")),
)
"""What customers left, and films of calls (`call`); `network` is a keyed hash of the address, `file` the recording's name in the
data folder, empty when there is none."""

Index("call_messages_at", call_messages.c.at_ms)

bookings = Table(
    "bookings",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("begins_ms", BigInteger, nullable=False),
    Column("ends_ms", BigInteger, nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("consent", String(3), nullable=False),
    Column("kind", String(8), nullable=False),
    Column("name", String(40), nullable=False),
    Column("contact", String(254), nullable=False),
    Column("topic", String(24), nullable=False),
    Column("language", String(2), nullable=False),
    Column("page", String(500), nullable=False),
    Column("advisor", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    Column("made_ms", BigInteger, nullable=False, server_default="0"),
    Column("network", String(44), nullable=False, server_default=text("''")),
    Column("confirmed", Boolean, nullable=False, server_default=false()),
)
"""Calls that were booked. `token` is the hash of what the link to it carries, `page` where the customer was, `network` a keyed
hash of their address until the call is over; `confirmed`: the link in the letter was opened."""

Index("bookings_begins", bookings.c.begins_ms)

mails = Table(
    "mails",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("about", String(24), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("recipient", String(254), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("text", Text, nullable=False),
    Column("calendar", Text, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)
"""Letters that wait to be sent; `recipient` empty: the brand's own inbox. `about` is a booking or a message; from `until_ms` on
it is of no use any more."""

Index("mails_due", mails.c.due_ms)
