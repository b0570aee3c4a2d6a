"""How the brand answers: how long it rings, how long a place is kept, what customers may ask about."""

from typing import Annotated

from msgspec import Meta, Struct

from studio.show.call import CannedReply, Topic
from studio.show.opening_hours import OpeningHours

WAITING_MAX = 1000
"""Customers in line; more are told to come back later."""


class CallRules(Struct, frozen=True, kw_only=True):
    """`ring_s`: how long it rings at one advisor. `return_s`: how long a place, or a call, is kept for a customer whose page is
    gone. `patience_s`: who has waited so long unanswered is not kept waiting. `hours` None: open while somebody answers."""

    ring_s: Annotated[int, Meta(ge=5, le=120)] = 20
    return_s: Annotated[int, Meta(ge=10, le=900)] = 180
    patience_s: Annotated[int, Meta(ge=60, le=7200)] = 900
    hours: OpeningHours | None = None
    messages: bool = True
    """Who finds nobody may leave a message."""
    bookings: bool = False
    """Calls can be booked, in the opening hours: of `minutes`, with at most `advisors` at once, `notice_minutes` ahead."""
    minutes: Annotated[int, Meta(ge=5, le=180)] = 20
    advisors: Annotated[int, Meta(ge=1, le=50)] = 1
    notice_minutes: Annotated[int, Meta(ge=0, le=7 * 24 * 60)] = 60
    topics: Annotated[tuple[Topic, ...], Meta(max_length=50)] = ()
    replies: Annotated[tuple[CannedReply, ...], Meta(max_length=100)] = ()
