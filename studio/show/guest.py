"""Somebody who is brought into a show by a link: a guest far away, or the host's own phone as a camera."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.show.call import Name

ON_CALL = "call"
"""The customer of the call that this desktop has."""
GUEST_CALL = "guest:"
"""Before the guest's id: what the link calls the connection with them."""
GUESTS_MAX = 16
"""Links of one show that hold at once."""
GuestId = Annotated[str, Meta(pattern=r"^[0-9a-f]{8}$(?!\n)")]
GuestStatus = Literal["away", "here"]
"""`here`: their page is open; whether they are seen is what the desktop says."""


class Guest(Struct, frozen=True, kw_only=True):
    """One link. Times are Unix milliseconds; it is worth nothing from `until_ms` on."""

    id: GuestId
    name: Name
    until_ms: int
    status: GuestStatus = "away"
