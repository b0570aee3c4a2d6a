"""What is kept about people, and where: at the server, table by table, and in their browsers, as a brand's privacy and cookie
policies have it."""

from msgspec import Struct

from studio.i18n import N_
from studio.server.config import Retention
from studio.server.db import personal

WHAT = {
    "chat_lines": "what somebody wrote in a show's chat, under which name",
    "visits": "which products they looked at, wished for, put into the cart, and when",
    "orders": "which order was theirs; the order itself stays, nameless",
    "bans": "that they may not write in a show; a keyed hash of address and browser until the show ends",
    "call_lines": "what was written in a call",
    "calls": "a call: name, topic, the customer's card, notes, how it went; a keyed hash of the address",
    "call_blocks": "that they may not ring for a day",
    "call_messages": "a message with its contact and recording; the film of a recorded call",
    "bookings": "a booked call: name, contact, topic, time",
    "mails": "an e-mail that waits to be sent: the address and the text",
    "visitors": "when they came first and last, and what they agreed to",
    "behaviours": "what they did on the shop's pages and in shows: which, when, with which products",
    "exposures": "which rules showed them something, and whether they followed it",
    "refusals": "what they closed, and which products are *not for me*",
    "choices": "every answer about a purpose: which, when, where, to which wording",
    "profiles": "what their behaviours come to: counts, likings, points; whether they are a person",
    "identifiers": "what leads to them: customer number, confirmed addresses",
    "members": "the segments they are in",
    "merges": "that two profiles turned out to be one person, why, and who said so",
    "looks": "that staff looked at them, and when",
    "weekly_lists": "what was chosen for them in a week, and why",
    "profile_visitors": "which of their devices belong together",
    "deletions": "that they are to be forgotten at the address behaviours are forwarded to as well",
    "told_people": "which mail tools of the brand's have their address; once they are forgotten, that it is to be deleted there",
    "logins": "that they logged in, by whom and until when a logout there is heard",
    "opt_ins": "that an address was typed, where and to which wording, until it is confirmed",
    "subscribers": "a confirmed address, with language and time zone",
    "subscriptions": "which newsletters they asked for: when, where, to which wording; and when they left",
    "sendings": "which newsletters went to them, what stood in those for them, and why",
    "events": "that it was they who did what the event log says; the event itself stays, nameless",
}
"""Of each table with somebody in it."""


class Kept(Struct, frozen=True, kw_only=True):
    """A table. `days` None: until what it is for is over, 0: for ever."""

    table: str
    what: str
    consent: bool
    days: int | None
    told: str
    forgotten: str


def when_forgotten(place: personal.Place) -> str:
    """What becomes of it when somebody is forgotten."""
    if place.blank is personal.GONE:
        return "deleted once the mail tool has deleted it too, a month later at the latest"
    return "deleted" if place.blank is None else "emptied of the person"


def at_the_server(retention: Retention) -> list[Kept]:
    """What is kept there, in the order in which it goes."""
    return [
        Kept(
            table=f"{place.table.name}",
            what=WHAT[place.table.name],
            consent=place.consent,
            days=None if place.days == "due" else getattr(retention, place.days),
            told=place.name,
            forgotten=when_forgotten(place),
        )
        for place in personal.PLACES
    ]


class Stored(Struct, frozen=True, kw_only=True):
    """Something that a page of the shop keeps in a browser. `consent` empty: it is needed for what somebody asked for."""

    name: str
    kind: str
    what: str
    until: str
    consent: str = ""


TAB, THEIRS = N_("until the tab is closed"), N_("until they change it")
SESSION, LOCAL = N_("session storage"), N_("local storage")
MEASURED, PERSONAL = N_("analytics"), N_("analytics or personalisation")
IN_BROWSERS = (
    Stored(name="vitrine", kind=LOCAL, what=N_("what they agreed to, or not"), until=THEIRS),
    Stored(
        name="vitrine",
        kind=LOCAL,
        what=N_("a random token of this browser, wishes, what led to the cart, where they left a replay"),
        until=N_("until they change it; what led to the cart 30 days, replays 7 days"),
        consent=PERSONAL,
    ),
    Stored(name="vitrine", kind=SESSION, what=N_("the same for this visit, and the name they chose in the chat"), until=TAB),
    Stored(
        name="vitrine.deeds",
        kind=SESSION,
        what=N_("what they did that could not be told yet"),
        until=N_("until it is told, or the tab is closed"),
        consent=MEASURED,
    ),
    Stored(name="vitrine.closed", kind=SESSION, what=N_("which cards they closed"), until=TAB),
    Stored(
        name="vitrine.seen",
        kind=SESSION,
        what=N_("the products seen in this visit, for an advisor"),
        until=TAB,
        consent=N_("personalisation"),
    ),
    Stored(name="vitrine.call", kind=SESSION, what=N_("the call that this tab is in, and the chosen devices"), until=TAB),
    Stored(name="vitrine.booking", kind=SESSION, what=N_("the link of a booked call"), until=TAB),
    Stored(name="vitrine.guest", kind=SESSION, what=N_("the invitation of a guest of a show"), until=TAB),
    Stored(name="vitrine.guest.call", kind=SESSION, what=N_("their connection to the show"), until=TAB),
)
"""No cookie is set, and nothing of anybody else's is loaded."""
