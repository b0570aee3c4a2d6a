"""The tables, a file a domain. Times are Unix milliseconds."""

from studio.server.db.tables.access import clients, keys, tokens
from studio.server.db.tables.audience import bans, chat_lines, polls, tallies, uniques, visitors, visits, votes
from studio.server.db.tables.base import metadata
from studio.server.db.tables.calls import bookings, call_blocks, call_lines, call_messages, calls, mails, settings
from studio.server.db.tables.catalogue import catalogue, feeds, offers, pictures, staged, staged_offers
from studio.server.db.tables.films import films
from studio.server.db.tables.guests import guests
from studio.server.db.tables.lineup import planned, product_sets, show_prices
from studio.server.db.tables.login import logins
from studio.server.db.tables.mail_tools import told_people
from studio.server.db.tables.newsletter import mailings, opt_ins, sendings, subscribers, subscriptions, suppressions
from studio.server.db.tables.orders import orders
from studio.server.db.tables.relation import (
    behaviours,
    choices,
    definitions,
    deletions,
    erased,
    exposures,
    identifiers,
    looks,
    members,
    merges,
    profile_visitors,
    profiles,
    refusals,
    weekly_lists,
)
from studio.server.db.tables.shows import BRAND, events, followers, shows, streams

__all__ = [
    "BRAND",
    "bans",
    "behaviours",
    "bookings",
    "call_blocks",
    "call_lines",
    "call_messages",
    "calls",
    "catalogue",
    "chat_lines",
    "choices",
    "clients",
    "definitions",
    "deletions",
    "erased",
    "events",
    "exposures",
    "feeds",
    "films",
    "followers",
    "guests",
    "identifiers",
    "keys",
    "logins",
    "looks",
    "mailings",
    "mails",
    "members",
    "merges",
    "metadata",
    "offers",
    "opt_ins",
    "orders",
    "pictures",
    "planned",
    "polls",
    "product_sets",
    "profile_visitors",
    "profiles",
    "refusals",
    "sendings",
    "settings",
    "show_prices",
    "shows",
    "staged",
    "staged_offers",
    "streams",
    "subscribers",
    "subscriptions",
    "suppressions",
    "tallies",
    "tokens",
    "told_people",
    "uniques",
    "visitors",
    "visits",
    "votes",
    "weekly_lists",
]
