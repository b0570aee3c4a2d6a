"""The line of customers, as the database has it: every change is one conditional update beside its event, so that of two
advisors who answer one gets the call, on one server or several, and nothing is told that is not stored."""

from collections.abc import Callable, Collection, Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.events import AnyEvent
from studio.server.db import calls as rows
from studio.server.db.calls import CallRow
from studio.server.db.engine import writing
from studio.server.db.tables import BRAND
from studio.server.event_log import Change, EventLog
from studio.show.call import CallLine

WAITING: dict[str, Any] = {"state": "waiting", "advisor": "", "advisor_name": "", "until_ms": None}
"""What a call is set to that goes back to its place in line."""


class CallQueue:
    """`rows` are the calls that are not over, by id. On the server's loop."""

    def __init__(self, engine: AsyncEngine, log: EventLog, clock: Clock) -> None:
        self.rows: dict[str, CallRow] = {}
        self._engine = engine
        self._log = log
        self._clock = clock

    async def load(self) -> None:
        """Read what goes on. Whatever rang when the server went away waits again, at its place."""
        async with writing(self._engine).begin() as connection:
            for row in await rows.active(connection):
                if row.state == "ringing":
                    await rows.change(connection, row.id, ["ringing"], WAITING | {"since_ms": self.now_ms})
            self.rows = {row.id: row for row in await rows.active(connection)}

    @property
    def now_ms(self) -> int:
        """Unix time."""
        return self._clock.wall_ms()

    @property
    def waiting(self) -> list[CallRow]:
        """Who waits or is being rung for, in their order."""
        found = [row for row in self.rows.values() if row.state in ("waiting", "ringing")]
        return sorted(found, key=_order)

    def place(self, row: CallRow) -> int:
        """From 1 on: how many come before it, and itself."""
        before = (other for other in self.rows.values() if other.state in ("waiting", "ringing"))
        return 1 + sum(_order(other) < _order(row) for other in before)

    async def add(self, row: CallRow, event: AnyEvent) -> None:
        """A new call."""
        await self._append("", [event], lambda connection: rows.put(connection, row))
        self.rows[row.id] = row

    async def change(
        self,
        call: str,
        states: Collection[str],
        new: Sequence[AnyEvent] = (),
        *,
        by: str = "",
        where_advisor: str | None = None,
        build: Callable[[CallRow], dict[str, Any]] | None = None,
        **values: Any,
    ) -> CallRow | None:
        """Change a call that is in one of `states` (and `where_advisor`'s, when named); None when somebody was faster. With a
        `state` the time it has been in it begins anew. `build` makes values of the row as it is stored then: of what several
        may change at once."""
        if "state" in values:
            values.setdefault("since_ms", self.now_ms)
        changed: list[CallRow] = []

        async def apply(connection: AsyncConnection) -> None:
            built: dict[str, Any] = {}
            if build is not None:
                if (before := await rows.load(connection, call, lock=True)) is None:
                    raise _Moved
                built = build(before)
            row = await rows.change(connection, call, states, values | built, where_advisor)
            if row is None:
                raise _Moved
            changed.append(row)

        try:
            await self._append(by, new, apply)
        except _Moved:  # perhaps on another server: what we know of it is old
            await self.reload(call)
            return None
        (row,) = changed
        if row.state == "ended":
            self.rows.pop(call, None)
        else:
            self.rows[call] = row
        return row

    async def write(self, call: str, line: CallLine, new: Sequence[AnyEvent] = (), by: str = "") -> None:
        """Something was written, or a product shown."""
        await self._append(by, new, lambda connection: rows.put_line(connection, call, line))

    async def note(self, event: AnyEvent, by: str = "") -> None:
        """Something happened that changes no row."""
        await self._append(by, [event], None)

    async def reload(self, call: str) -> None:
        """Read a call that goes on again."""
        async with self._engine.connect() as connection:
            row = await rows.load(connection, call)
        if row is None or row.state == "ended":
            self.rows.pop(call, None)
        else:
            self.rows[call] = row

    async def set(self, name: str, value: str, event: AnyEvent, by: str) -> None:
        """The brand has set something."""
        await self._append(by, [event], lambda connection: rows.put_setting(connection, name, value))

    async def lines(self, call: str) -> list[CallLine]:
        """What was written."""
        async with self._engine.connect() as connection:
            return await rows.lines(connection, call)

    async def _append(self, by: str, new: Sequence[AnyEvent], change: Change | None) -> None:
        await self._log.append(BRAND, by, 0, new, change)


class _Moved(Exception):
    """The call is in another state by now."""


def _order(row: CallRow) -> tuple[bool, int, str]:
    """Who has an appointment comes first, then who came first."""
    return row.booked_ms is None, row.entered_ms, row.id
