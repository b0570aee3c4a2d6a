"""One domain at the server, declared once: what it adds in each place where the server's root goes round its parts."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any, Protocol

from aiohttp import web

from studio import wire
from studio.server.live.show import LiveShow
from studio.spine import Dispatcher
from studio.tasks import Tasks

Forget = Callable[[str], Awaitable[None]]


class Session(Protocol):
    """Somebody who works on a show: a desktop, a producer's, a command line; on the server's loop."""

    client: str
    name: str
    desktop: bool
    live: LiveShow | None

    def put(self, message: wire.Message) -> None:
        """Queue a message."""

    def push(self, branch: str, value: Any) -> None:
        """A branch of the state that the server owns has changed."""


class Part:
    """A domain overrides the places where it has something to say; everywhere else it is silent. Its tables with personal data
    stand in `db/personal.PLACES`, its branches in `state/branches`. Made by `ShowServer`, in the order in which they open."""

    async def open(self, opened: AsyncExitStack) -> None:
        """Read what is stored; what must end with the server goes into `opened`."""

    def begin(self, tasks: Tasks) -> None:
        """The server listens: begin what runs beside it. What deletes is no earlier than that: the port may be another's."""

    def add_routes(self, router: web.UrlDispatcher) -> None:
        """What is asked over HTTP."""

    def register(self, brand: Dispatcher) -> None:
        """Run the commands that are about no show."""

    def register_show(self, live: LiveShow) -> None:
        """A show is opened: run the commands that are the same in every show."""

    def forgetters(self) -> Sequence[Forget]:
        """A visitor was forgotten in the database: what lets go of them here too, each by itself."""
        return ()

    # ── who works on shows ───────────────────────────────────────────────────────────────────────────────────

    def branches(self, client: str, live: LiveShow | None) -> dict[str, Any]:
        """The state that whoever connects is told, by branch; `client` is the desktop whose person they are."""
        return {}

    def entered(self, session: Session) -> None:
        """They have connected, and were welcomed."""

    def left(self, session: Session) -> None:
        """Their connection is gone."""

    def desktops_changed(self, live: LiveShow, desktops: Sequence[Session]) -> None:
        """A desktop has come to its show, or gone from it; the one on air stands last."""

    def signalled(self, session: Session, message: wire.Signal) -> None:
        """They send a signal for one of their calls. Raises `Forbidden` where the call is not theirs."""
