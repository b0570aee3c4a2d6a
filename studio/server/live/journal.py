"""What happens in a show, stored with what it changes."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from studio import events
from studio.events import AnyEvent, Logged
from studio.server.db import shows as show_rows
from studio.server.event_log import Change, EventLog


class Journal:
    """A show's stream in the event log. `media_ms()` is the show clock. On the server's loop."""

    def __init__(self, show: str, seq: int, log: EventLog, media_ms: Callable[[], int]) -> None:
        self.seq = seq
        """The number of the newest event."""
        self._show = show
        self._log = log
        self._media_ms = media_ms

    async def append(
        self, actor: str, new: Sequence[AnyEvent], change: Change | None = None, media_ms: int | None = None
    ) -> list[Logged]:
        """Store events and what goes with them, in one transaction; they happened at `media_ms`, or now."""
        logged = await self._log.append(self._show, actor, self._media_ms() if media_ms is None else media_ms, new, change)
        if logged:
            self.seq = max(self.seq, logged[-1].seq)
        return logged

    async def change(self, actor: str, new: Sequence[AnyEvent], media_ms: int | None = None, **columns: Any) -> None:
        """Store events, and columns of the show with them."""

        async def change(connection: AsyncConnection) -> None:
            if columns:
                await show_rows.change(connection, self._show, **columns)

        await self.append(actor, new, change, media_ms)

    async def history(self, kind: str) -> list[Logged]:
        """All events of a type, oldest first."""
        return await self._log.of_type(self._show, kind)

    async def pinned(self, since_ms: int | None) -> list[tuple[str, int]]:
        """What was pinned since the show went live (Unix time; None: it has not), and where on the show clock: what was pinned
        just then, at its beginning."""
        before: dict[str, int] = {}
        found: list[tuple[str, int]] = []
        if since_ms is None:
            return []
        items = [*await self.history("product.pinned"), *await self.history("product.unpinned")]
        for item in sorted(items, key=lambda item: item.seq):
            if item.at_ms >= since_ms:
                if isinstance(item.data, events.ProductPinned):
                    found.append((item.data.product, item.media_ms))
            elif isinstance(item.data, events.ProductPinned):
                before[item.data.product] = 0
            elif isinstance(item.data, events.ProductUnpinned):
                before.pop(item.data.product, None)
        return [*before.items(), *found]
