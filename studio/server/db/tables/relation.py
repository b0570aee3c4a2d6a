"""The brand's relation to its visitors. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, Index, Integer, LargeBinary, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import PRODUCT, metadata

behaviours = Table(
    "behaviours",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("id", String(100), primary_key=True),
    Column("name", String(40), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("product", String(PRODUCT), nullable=False),
    Column("number", String(100), nullable=False),
    Column("source", String(8), nullable=False),
    Column("consent", String(3), nullable=False),
    Column("data", Text, nullable=False),
)
"""What people did who agreed to it being kept. `seq` is the order in which it was stored, `number` an order's; `data` the whole
`Behaviour` as JSON."""

Index("behaviours_seq", behaviours.c.visitor, behaviours.c.seq)
Index("behaviours_order", behaviours.c.seq)
Index("behaviours_name", behaviours.c.name, behaviours.c.at_ms)
Index("behaviours_number", behaviours.c.number)
Index("behaviours_age", behaviours.c.at_ms)

deletions = Table(
    "deletions",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("until_ms", BigInteger, nullable=False),
)
"""Who was forgotten here, and is still to be at the address that behaviours are forwarded to."""

profiles = Table(
    "profiles",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("why", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger),
    Column("version", Integer, nullable=False),
    Column("counted", String(32), nullable=False),
    Column("facts", LargeBinary, nullable=False),
    Column("mixed", Boolean, nullable=False),
    Column("asked_ms", BigInteger, nullable=False),
)
"""A person, as far as the brand knows. `facts` is what their behaviours come to, counted by the plan `counted`; `due_ms` when a
membership next changes by itself; `mixed`: it was exposed before two became one; `asked_ms` when they were asked again after."""

Index("profiles_due", profiles.c.due_ms)
Index("profiles_seen", profiles.c.seen_ms)

profile_visitors = Table(
    "profile_visitors",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("profile", String(32), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("device", String(16), nullable=False),
    Column("retired_ms", BigInteger),
)
"""The map: which person a visitor is; `retired_ms`: since when nobody shows its token any more, who logged out elsewhere."""

Index("profile_visitors_profile", profile_visitors.c.profile)

identifiers = Table(
    "identifiers",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("value", String(200), primary_key=True),
    Column("profile", String(32), nullable=False),
    Column("proof", String(8), nullable=False),
    Column("since_ms", BigInteger, nullable=False),
)

Index("identifiers_profile", identifiers.c.profile)

merges = Table(
    "merges",
    metadata,
    Column("id", String(24), primary_key=True),
    Column("source", String(32), nullable=False),
    Column("profile", String(32), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", String(64), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("visitors", Text, nullable=False),
    Column("identifiers", Text, nullable=False),
    Column("split_ms", BigInteger),
)
"""Who turned out to be one person: `source` went into `profile` with these visitors and identifiers."""

Index("merges_profile", merges.c.profile)

choices = Table(
    "choices",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("purpose", String(16), primary_key=True),
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("given", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("where", String(300), nullable=False),
)
"""Every answer that somebody gave about a purpose."""

definitions = Table(
    "definitions",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("id", String(40), primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("state", String(8), nullable=False),
    Column("data", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("by", String(64), nullable=False),
)
"""Segments, rules and groups of personas, every version of each; the newest counts. `state`: on, off or gone."""

members = Table(
    "members",
    metadata,
    Column("segment", String(40), primary_key=True),
    Column("profile", String(32), primary_key=True),
    Column("since_ms", BigInteger, nullable=False),
)
"""Who is in which segment, as it was counted last."""

Index("members_profile", members.c.profile)

exposures = Table(
    "exposures",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("decision", String(24), primary_key=True),
    Column("rule", String(40), nullable=False),
    Column("version", Integer, nullable=False),
    Column("variant", String(40), nullable=False),
    Column("slot", String(40), nullable=False),
    Column("product", String(PRODUCT), nullable=False),
    Column("day", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("device", String(16), nullable=False),
    Column("clicked", Boolean, nullable=False),
)
"""What a rule had on somebody's screen; they keep their visitor, like behaviours."""

Index("exposures_rule", exposures.c.rule, exposures.c.at_ms)

refusals = Table(
    "refusals",
    metadata,
    Column("visitor", String(32), primary_key=True),
    Column("kind", String(8), primary_key=True),
    Column("what", String(PRODUCT), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
"""A rule that was closed, a product that is *not for me*."""

weekly_lists = Table(
    "weekly_lists",
    metadata,
    Column("profile", String(32), primary_key=True),
    Column("week", String(8), primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("data", Text, nullable=False),
)
"""What was chosen for somebody in an ISO week: `Pick`s as JSON, the spare ones behind."""

erased = Table(
    "erased",
    metadata,
    Column("digest", String(44), primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
"""Keyed hashes of whom we have forgotten: what comes late from an old page, or again in a file, is nobody's."""

looks = Table(
    "looks",
    metadata,
    Column("at_ms", BigInteger, primary_key=True, autoincrement=False),
    Column("actor", String(64), primary_key=True),
    Column("profile", String(32), primary_key=True),
    Column("what", String(40), nullable=False),
)
"""Which of the staff looked at whom, and what they took with them."""
