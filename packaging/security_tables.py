"""Writes the tables of docs/security.md anew from the code: who may do what, what is kept about people, the limits.

.venv/bin/python packaging/security_tables.py      (tests/server/test_security_document.py fails where that was forgotten)
"""

import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from studio import commands, wire
from studio.queries.reach import table as commands_table
from studio.server import audience, data_map, faults, limiter, listener, page_socket, places, reading, retention
from studio.server.calls import bookings, callers, inbox, sockets
from studio.server.catalogue import fetcher, picture_file
from studio.server.config import Limits, Retention
from studio.server.db import personal
from studio.server.newsletter import subscribers
from studio.server.relation import routes as relation
from studio.server.relation import said
from studio.server.shop import chat, orders, visits

DOCUMENT = Path(__file__).parent.parent / "docs" / "security.md"
MIB = 1 << 20

AT_ALL = {
    "readers": "viewers who get pictures at once, all shows together",
    "members": "pages that are open at once, all shows together",
    "joins_a_minute": "joins of one address a minute, of each kind: pages, players, calls, guests",
    "wrong_tokens_a_minute": "wrong tokens of one address a minute; as many wrong links of guests",
    "connections": "connections of one address at once",
}


def kept() -> list[str]:
    """What is kept about visitors and customers (`personal.PLACES`)."""
    days = Retention()
    heads = ("table", "what", "with consent only", "for how long", "*show me what you hold*", "*forget me*")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    for place in personal.PLACES:
        told = f"as *{place.name}*" if place.name else "with its call"
        gone = data_map.when_forgotten(place)
        if place.table.name in ("bans", "call_blocks"):
            gone = "a keyed hash is left while it holds"
        until = "until what it is for is over" if place.days == "due" else f"`{place.days}` ({getattr(days, place.days)})"
        if place.days == "calls_days" or place.table.name in ("visits", "visitors", "orders"):
            until += " after it"
        elif place.days == "chat_days":
            until += " after the show"
        consent = "yes" if place.consent else "–"
        lines.append(f"| `{place.table.name}` | {data_map.WHAT[place.table.name]} | {consent} | {until} | {told} | {gone} |")
    return lines


def limits() -> list[str]:
    """What can be set, what is fixed."""
    lines = ["| `[limits]`, can be set | default |", "|---|---|"]
    for name, value in msgspec.structs.asdict(Limits()).items():
        lines.append(f"| `{name}`: {AT_ALL[name]} | {value} |")
    crowded, share = f"{places.CROWDED:.0%}", f"{places.SHARE:.0%}"
    fixed = (
        (f"one address, of places of which more than {crowded} are taken", f"{share}, at least {places.LEAST}"),
        ("the head of a request, from connecting", f"{listener.HEADER_S:g} s"),
        ("a short body", f"{reading.BODY_S:g} s"),
        ("a long body (films, recordings) may say nothing for", f"{reading.SILENT_S:g} s"),
        ("and comes, after a moment, at least at", f"{reading.LEAST_BYTES_S:,} bytes/s"),
        ("the first word on a page's socket", f"{page_socket.HELLO_S:g} s"),
        ("JSON, nested", f"{reading.DEPTH_MAX} deep"),
        ("a message of a page", f"{audience.MESSAGE_MAX >> 10} kB, {audience.MESSAGES_A_SECOND} a second"),
        ("a message of a desktop / a packet of it", f"{wire.MAX_MESSAGE // MIB} MiB / {wire.MAX_PACKET // MIB} MiB"),
        ("missed events that a page is sent; further behind, it begins anew", f"{audience.BEHIND_MAX}"),
        ("chat lines a minute: visitor / address and browser / address",
         f"{chat.LINES_A_MINUTE} / {chat.NETWORK_A_MINUTE} / {chat.HOUSE_A_MINUTE}"),
        ("votes a minute: visitor / address", f"{visits.VOTES_A_MINUTE} / {visits.HOUSE_VOTES_A_MINUTE}"),
        ("orders told by pages a minute: address and browser / address",
         f"{visits.ORDERS_A_MINUTE} / {visits.HOUSE_ORDERS_A_MINUTE}"),
        ("*show me* and *forget me* a minute: address and browser / address",
         f"{visits.ASKS_A_MINUTE} / {visits.HOUSE_ASKS_A_MINUTE}"),
        ("behaviours told by pages a minute: address and browser / address",
         f"{relation.BEHAVIOURS_A_MINUTE} / {relation.HOUSE_BEHAVIOURS_A_MINUTE:,}"),
        ("decisions asked a minute: address and browser / address",
         f"{relation.ASKS_A_MINUTE} / {relation.HOUSE_ASKS_A_MINUTE:,}"),
        ("behaviours in a batch / bytes of it", f"{said.BATCH_MAX} / {said.BODY_MAX >> 10} kB"),
        ("newsletters asked for an hour: address and browser / address; a day for one mailbox",
         f"{subscribers.ASKED_AN_HOUR} / {subscribers.HOUSE_ASKED_AN_HOUR}; {subscribers.MAILBOX_A_DAY}"),
        ("age of a signed order of the shop's server", f"{orders.SKEW_MS // 60_000} min"),
        ("calls that one address has in line / begins a minute", f"{callers.HOUSE_WAITING} / {sockets.RINGS_A_MINUTE}"),
        ("messages an hour of one address / kept of one address / of all",
         f"{inbox.LEFT_AN_HOUR} / {inbox.HOUSE_MESSAGES} / {inbox.MESSAGES_MAX:,}"),
        ("recordings: one / kept of one address / of all",
         f"{inbox.RECORDING_MAX // MIB} MiB / {inbox.HOUSE_BYTES // MIB} MiB / {inbox.BYTES_MAX // MIB:,} MiB"),
        ("bookings an hour of one address / open for one mailbox / a day for one mailbox",
         f"{bookings.BOOKED_AN_HOUR} / {bookings.MAILBOX_OPEN} / {bookings.MAILBOX_A_DAY}"),
        ("disk that films and recordings leave free", f"{faults.LEAST_FREE // MIB} MiB"),
        ("a feed / a picture that is fetched", f"{fetcher.FEED_MAX // MIB} MiB / {fetcher.PICTURE_MAX // MIB} MiB"),
        ("pixels of a picture (a JPEG)", f"{picture_file.PIXELS_MAX // 10**6} million ({picture_file.JPEG_PIXELS_MAX // 10**6})"),
        ("memory and processor of the process that decodes it",
         f"{picture_file.MEMORY_MAX // MIB} MiB, {picture_file.CPU_S} s"),
        ("addresses that a limit remembers", f"{limiter.KEYS_MAX:,}"),
        ("a desktop that does not come back belongs to its token for", f"{retention.CLIENTS_MS // 86_400_000} days"),
    )  # fmt: skip
    lines += ["", "| fixed | |", "|---|---|"]
    return [*lines, *(f"| {what} | {value} |" for what, value in fixed)]


TABLES: dict[str, Callable[[], list[str]]] = {"commands": commands_table, "kept": kept, "limits": limits}


def renewed(text: str) -> str:
    """The document with its tables as the code has them; raises `KeyError` or `ValueError` for a table too many or too few."""
    found: list[str] = []

    def table(match: re.Match[str]) -> str:
        found.append(match[1])
        return "\n".join((f"<!-- {match[1]}: packaging/security_tables.py -->", *TABLES[match[1]](), f"<!-- /{match[1]} -->"))

    text = re.sub(r"<!-- (\w+): [^>]*-->\n.*?<!-- /\1 -->", table, text, flags=re.DOTALL)
    if sorted(found) != sorted(TABLES):
        raise ValueError(f"tables found: {', '.join(found)}")
    return text


if __name__ == "__main__":
    assert commands.COMMANDS
    DOCUMENT.write_text(renewed(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
