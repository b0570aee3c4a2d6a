"""Commands about the console, which is what staff use in a browser. The server runs them."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from studio.commands.base import Command, Owner, Role


class ConsoleInvite(Command, tag="console.invite", frozen=True, kw_only=True):
    """Make a link that lets one browser into the console; the answer is the link.

    It is good once, within a quarter of an hour. That browser stays in for `days`, or until its token is taken back.
    """

    may: ClassVar[frozenset[Role]] = frozenset({"host", "admin"})
    owner: ClassVar[Owner] = "server"

    name: Annotated[str, Meta(min_length=1, max_length=60)]
    role: Literal["marketer"] = "marketer"
    days: Annotated[int, Meta(ge=1, le=365)] = 30
