"""The tables. Times are Unix milliseconds; a migration goes with every change here."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    false,
    text,
)

from studio.server.db.columns import BigInteger, String, Text

metadata = MetaData()
PRODUCT = 255
"""Characters of a product's or a variant's id."""

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
    Column("epoch", BigInteger, nullable=False, default=0),
    Column("stream_ms", BigInteger, nullable=False, default=0),
    Column("live_origin_ms", BigInteger),
    Column("shop", Text, nullable=False, server_default="{}"),
)
"""`stream_ms`: how far the stream clock got; `live_origin_ms`: where on it the show first went live; `shop`: how the show
sells and chats (ShopSettings as JSON)."""

BRAND = "@brand"
"""The stream of what concerns the brand and no single show, such as calls; no show can be named so."""

streams = Table(
    "streams",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("show", String(64), ForeignKey("shows.id", ondelete="CASCADE")),
    Column("seq", BigInteger, nullable=False, default=0),
)
"""What events are numbered by. A show's stream is named as the show is; `seq` is the number of its newest event."""

events = Table(
    "events",
    metadata,
    Column("stream", String(64), ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("media_ms", BigInteger, nullable=False),
    Column("actor", String(64), nullable=False),
    Column("type", String(64), nullable=False),
    Column("audience", String(16), nullable=False),
    Column("data", Text, nullable=False),
    Column("token", String(16), nullable=False, server_default=text("''")),
)
"""`token`: the id of the token that `actor` came with; empty for what pages and the server itself do."""

Index("events_type", events.c.stream, events.c.type, events.c.seq)

followers = Table(
    "followers",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("stream", String(64), ForeignKey("streams.id", ondelete="CASCADE"), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""How far each follower that must miss nothing has come in each stream."""

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
