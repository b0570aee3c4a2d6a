"""What every mail tool is asked, whichever it is."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Protocol

from msgspec import Struct

from studio.errors import StudioError
from studio.i18n import N_
from studio.relation.mail_gate import Suppressed

NEVER_AGAIN_MS = 2**53
"""When a tool does not say when somebody said no: later than any yes."""


class Person(Struct, frozen=True, kw_only=True):
    """A reader with a yes that holds now. `confirmed_ms`: when they gave it. `inside` and `outside` are the names of those
    segments that the brand lets the tool know, by whether the reader is in them."""

    address: str
    language: str
    confirmed_ms: int
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


class Standing(Struct, frozen=True, kw_only=True):
    """What a tool has of an address. `no_ms`: when it was told that its owner wants no more (None: it was not); `everywhere`: of
    anything, not only of this list. `final`: it cannot be told more than that."""

    there: bool = False
    no_ms: int | None = None
    reason: Suppressed = "unsubscribed"
    everywhere: bool = False
    final: bool = False
    unasked: bool = False
    """It has them as a customer who was never asked, and writes them nothing but about orders."""


class Refusal(Struct, frozen=True, kw_only=True):
    """Somebody told a tool that they want no more, or their address is none any more."""

    address: str
    at_ms: int
    reason: Suppressed
    everywhere: bool


class MailTool(Protocol):
    """One tool with one list. Everything raises `Refused` (this one person is not taken), `KeyRefused`, `Later` (too many
    questions) or `studio.errors.Unreachable`."""

    async def prepare(self) -> None:
        """Before the first person goes there."""

    async def standing(self, address: str) -> Standing:
        """What it has of an address."""

    async def put(self, person: Person, standing: Standing, *, said_before: bool) -> None:
        """Make, or change, somebody on the list; a no that it was told earlier than their yes is lifted. `said_before`: it was
        told this very yes already."""

    async def stop(self, address: str, everywhere: bool) -> None:
        """Somebody wants no more of this list, or of anything."""

    async def erase(self, address: str) -> None:
        """Delete them there; done already where it has nobody."""

    def refusals(self, since_ms: int) -> AsyncIterator[Refusal]:
        """Who said no to it since."""


class Refused(StudioError):
    """It does not take this one person; `code` is its own word for why."""

    code = "refused"

    def __init__(self, why: str) -> None:
        super().__init__(N_("The mail tool does not take this ({why})"), why=why)
        self.why = why


class KeyRefused(StudioError):
    """The key is wrong, or may not do this."""

    code = "key"

    def __init__(self) -> None:
        super().__init__(N_("The mail tool does not take its key"))


class Later(StudioError):
    """It was asked too much; `wait_s` until it may be asked again."""

    code = "later"

    def __init__(self, wait_s: float) -> None:
        super().__init__(N_("The mail tool asks to wait"))
        self.wait_s = wait_s


def moment(at_ms: int) -> str:
    """As all three write it: ISO 8601, UTC, to the second."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")


def moment_ms(said: object) -> int:
    """Unix ms of what a tool says; `NEVER_AGAIN_MS` where that is no moment."""
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        return NEVER_AGAIN_MS
    return int((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp() * 1000)


def standing_of(refusal: Refusal | None, *, final: bool | None = None) -> Standing:
    """Of somebody whom a tool has; `final` where that is another question than whether the no is to all."""
    if refusal is None:
        return Standing(there=True)
    last = refusal.everywhere if final is None else final
    return Standing(there=True, no_ms=refusal.at_ms, reason=refusal.reason, everywhere=refusal.everywhere, final=last)
