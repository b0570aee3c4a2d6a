"""Commands about guests of the show; the server runs them."""

from typing import Annotated

from msgspec import Meta

from studio.commands.show import ShowCommand
from studio.show.call import NAME_MAX
from studio.show.guest import GuestId


class GuestInvite(ShowCommand, tag="guest.invite", frozen=True, kw_only=True):
    """Make a link that brings somebody into the show; the answer is the link. Whoever has it can use it, for `hours`."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_MAX)]
    hours: Annotated[int, Meta(ge=1, le=7 * 24)] = 24


class GuestLink(ShowCommand, tag="guest.link", frozen=True, kw_only=True):
    """The link of a guest once more."""

    guest: GuestId


class GuestRemove(ShowCommand, tag="guest.remove", frozen=True, kw_only=True):
    """Send a guest away; their link is worth nothing from now on."""

    guest: GuestId
