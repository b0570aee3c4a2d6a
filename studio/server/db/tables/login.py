"""Logins of the shop's visitors. A migration goes with every change here."""

from sqlalchemy import Column, Index, Table

from studio.server.db.columns import BigInteger, String, Text
from studio.server.db.tables.base import metadata

logins = Table(
    "logins",
    metadata,
    Column("state", String(64), primary_key=True),
    Column("provider", String(32), nullable=False),
    Column("visitor", String(32), nullable=False),
    Column("secrets", Text, nullable=False),
    Column("page", String(600), nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("finish", String(64), nullable=False),
    Column("subject", String(200), nullable=False),
    Column("session", String(200), nullable=False),
    Column("told", Text, nullable=False),
)
"""One that was begun, and after it a session that its provider may end. `state` and `finish` are hashes of what travels;
`secrets` are gone once it is over, `told` (what the provider said) once the page has it."""

Index("logins_subject", logins.c.provider, logins.c.subject)
Index("logins_finish", logins.c.finish)
