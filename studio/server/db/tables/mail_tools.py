"""What mail tools of the brand's have of whom. A migration goes with every change here."""

from sqlalchemy import Boolean, Column, Index, Integer, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata
from studio.server.db.tables.newsletter import ADDRESS

told_people = Table(
    "told_people",
    metadata,
    Column("tool", String(40), primary_key=True),
    Column("subscriber", String(24), primary_key=True),
    Column("address", String(ADDRESS), nullable=False),
    Column("state", String(8), nullable=False),
    Column("digest", String(64), nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("problem", String(80), nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("confirmed_ms", BigInteger, nullable=False),
    Column("names", Text, nullable=False),
    Column("urgent", Boolean, nullable=False),
)
"""A subscriber whom a tool was told of, or is about to be (`new`): `yes`, `no`, or `gone` (to be deleted there, tried until
`until_ms`). `digest` is what it has of them, empty for nothing; `due_ms` when they are looked at next, `problem` the tool's word
for why it does not take them. `version` counts what happens here while the tool is asked; `confirmed_ms` is the yes that it was
told last, `names` the segments that it knows them by. `urgent`: they want no more, and go before all others."""

Index("told_people_due", told_people.c.tool, told_people.c.due_ms)
Index("told_people_address", told_people.c.address)
