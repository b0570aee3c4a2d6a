"""Keeps one mail tool's list as the brand's own has it, and takes in what readers say to the tool."""

import asyncio
import contextlib
import hashlib
import logging
from collections.abc import Callable, Mapping

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import InvalidValue, StudioError, Unreachable, WrongState
from studio.i18n import N_
from studio.queries.newsletter import LookedUp, ToolDiff
from studio.relation.days import DAY_MS
from studio.server.config import MailToolRules
from studio.server.db import calls as settings_rows
from studio.server.db import mail_tools as told
from studio.server.db.engine import writing
from studio.server.db.personal import GONE
from studio.server.faults import place_of
from studio.server.mail_tools.tool import KeyRefused, Later, MailTool, Person, Refused, Standing
from studio.server.mail_tools.wishes import Wish, Wishes
from studio.server.newsletter.subscribers import Subscribers
from studio.show.mailbox import mailbox
from studio.state.newsletters import ToolNow

log = logging.getLogger(__name__)

LOOK_S = 5.0
SEEK_MS, POLL_MS, SWEEP_MS = 5 * 60_000, 5 * 60_000, 6 * 3_600_000
"""Between two times that everybody is gone through for who came or left unsaid, that the tool is asked who said no to it, and
that each person is looked at though nothing was heard of them: the segments they are in change by themselves."""
OVERLAP_MS = 10 * 60_000
"""Clocks differ, and a tool's own search may lag behind: what was asked about is asked about again."""
AT_ONCE, LOOKED_UP = 50, 20
WAITS_S = (5, 15, 60, 300, 600)
RETRY_MS = (60_000, 3_600_000, 6 * 3_600_000, DAY_MS)
"""For one person whom the tool does not take; the last one again and again."""
ERASE_MS = 30 * DAY_MS
SETTLES_MS = 15 * 60_000
"""A tool may do what it was told later: a no that follows a yes so soon is looked at once more."""
FAILURES = 3
BEGUN = "?"
"""Instead of a digest: they were about to be told, and nobody knows whether they were."""


class Kept(Struct, frozen=True, kw_only=True):
    """What is remembered of a tool. `where` says which list that was; `since_ms`: up to when its refusals were read."""

    where: str
    on: bool = False
    segments: tuple[str, ...] = ()
    since_ms: int = 0
    taken: int = 0


class Pusher:
    """`changed` is told when figures have changed. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        rules: MailToolRules,
        *,
        wishes: Wishes,
        subscribers: Subscribers,
        changed: Callable[[], None],
    ) -> None:
        self.rules = rules
        self._engine = engine
        self._clock = clock
        self._wishes = wishes
        self._subscribers = subscribers
        self._changed = changed
        where = f"{rules.kind} {rules.url} {rules.list} {rules.topic}"
        self._kept = Kept(where=hashlib.sha256(where.encode()).hexdigest()[:16])
        self._tool: MailTool | None = None
        self._woken = asyncio.Event()
        self._prepared = False
        self._polled_ms = self._sought_ms = 0
        self._rest_ms = LOOK_S * 1000
        self._waits = False
        self._stirred = True
        self._more = True
        """There may be somebody whom the tool has not heard of."""
        self._failures = 0
        self._problem = ""

    async def open(self, tool: MailTool) -> None:
        """Read how it stands. Another list begins anew: it is off until somebody has seen what would go there."""
        self._tool = tool
        async with writing(self._engine).begin() as connection:
            said = await settings_rows.setting(connection, setting_of(self.rules.name))
            kept = msgspec.json.decode(said, type=Kept) if said else None
            if kept is not None and kept.where == self._kept.where:
                self._kept = kept
            else:
                await told.drop_tool(connection, self.rules.name)
                await self._keep(connection)

    async def _keep(self, connection: AsyncConnection) -> None:
        await settings_rows.put_setting(connection, setting_of(self.rules.name), msgspec.json.encode(self._kept).decode())

    # ── what studios see and do ──────────────────────────────────────────────────────────────────────────────

    async def now(self) -> ToolNow:
        """How it stands."""
        async with self._engine.connect() as connection:
            counts, wrong = await told.counts(connection, self.rules.name)
            waiting, _ = await told.waiting(connection, self.rules.name, self.rules.topic, 0)
        return ToolNow(
            name=self.rules.name,
            kind=self.rules.kind,
            topic=self.rules.topic,
            on=self._kept.on,
            segments=self._kept.segments,
            there=counts.get("yes", 0),
            waits=waiting,
            refused=wrong,
            leaving=counts.get("gone", 0),
            taken=self._kept.taken,
            problem=self._problem,
        )

    def stir(self) -> None:
        """Somebody subscribed, left or was forgotten."""
        self._stirred = True
        self._woken.set()

    @property
    def segments(self) -> tuple[str, ...]:
        """Those that it may know."""
        return self._kept.segments

    async def switch(self, on: bool | None, segments: tuple[str, ...] | None) -> ToolNow:
        """Begin to tell it, or tell it no more; and which segments it may know; None: as it is. As it was before."""
        before = await self.now()
        on = self._kept.on if on is None else on
        segments = self._kept.segments if segments is None else segments
        now_ms = self._clock.wall_ms()
        since_ms = self._kept.since_ms or (now_ms if on else 0)  # what was said to it while it was stopped is heard as well
        self._kept = msgspec.structs.replace(self._kept, on=on, segments=segments, since_ms=since_ms)
        async with writing(self._engine).begin() as connection:
            await self._keep(connection)
            await told.look_at_all(connection, self.rules.name, now_ms)
        self._more = True
        self.stir()
        return before

    async def diff(self, segments: tuple[str, ...]) -> ToolDiff:
        """What would go there, of which the first are looked up. Raises what the tool does."""
        tool = self._tool
        if tool is None:
            raise WrongState(N_("The server is not ready yet"))
        looked: list[LookedUp] = []
        async with self._engine.connect() as connection:
            count, first = await told.waiting(connection, self.rules.name, self.rules.topic, LOOKED_UP)
            wishes = [await self._wishes.of(connection, row["id"], self.rules.topic, segments) for row in first]
        for wish in wishes:
            if wish is None or wish.person is None:
                continue
            standing = await tool.standing(wish.person.address)
            looked.append(
                LookedUp(
                    address=_masked(wish.person.address),
                    segments=wish.person.inside,
                    there=standing.there,
                    stays_out=_refused(standing, wish.person),
                )
            )
        return ToolDiff(count=count, looked_up=tuple(looked))

    # ── telling it ───────────────────────────────────────────────────────────────────────────────────────────

    async def run(self) -> None:
        """Tell it, until cancelled."""
        while True:
            wait_s, self._waits = LOOK_S, False
            try:
                while await self.step():
                    self._changed()
                self._now(problem="")
            except Later as error:
                wait_s, self._waits = error.wait_s, True
            except Exception as error:  # it is away, or the database is: it is tried again
                if not self._failures:
                    log.warning("the mail tool %s is not told: %s", self.rules.name, place_of(error))
                self._now(problem=error.code if isinstance(error, StudioError) else "failed")
                wait_s = WAITS_S[min(self._failures, len(WAITS_S)) - 1]
            self._woken.clear()
            if self._waits or self._failures:  # who is woken asks no sooner
                await asyncio.sleep(wait_s)
                continue
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_s):
                    await self._woken.wait()

    def _now(self, problem: str) -> None:
        self._failures = self._failures + 1 if problem else 0
        if problem != self._problem:
            self._problem = problem
            self._changed()

    async def step(self) -> bool:
        """Tell it the next ones, and hear what it was told; whether there may be more. Raises what the tool does."""
        tool, now_ms = self._tool, self._clock.wall_ms()
        if tool is None:
            return False
        on = self._kept.on
        if now_ms - self._sought_ms >= (self._rest_ms if self._stirred else SEEK_MS):
            await self._seek(now_ms)
        found = await self._next(now_ms)
        wrong: StudioError | None = None
        failed, changed = 0, False
        for row in found:
            try:
                changed = await self._tell(tool, row) or changed
            except (Unreachable, KeyRefused) as error:  # of this one alone, or of all: a few are tried
                wrong, failed = error, failed + 1
                await self._change(row, {"due_ms": now_ms + RETRY_MS[0]})
                if failed >= FAILURES:
                    break
        if changed:
            self._changed()
        if on and now_ms - self._polled_ms >= POLL_MS:
            await self._hear(tool)
            self._polled_ms = now_ms
        if wrong is not None:
            raise wrong
        return self._more or len(found) >= AT_ONCE

    async def _seek(self, now_ms: int) -> None:
        """Note who is to be looked at: who came or left, or was forgotten."""
        self._stirred, begun_ns = False, self._clock.now_ns()
        name = self.rules.name
        try:
            async with self._engine.connect() as connection:
                gone, left, back = await told.turned(connection, name, self.rules.topic, now_ms)
            async with writing(self._engine).begin() as connection:
                for some, values in ((gone, GONE), (left, told.URGENT), (back, {"due_ms": now_ms})):
                    if some:
                        await told.mark(connection, name, some, values)
                await told.give_up(connection, name, now_ms + ERASE_MS)
        except BaseException:
            self._stirred = True
            raise
        took_ms = (self._clock.now_ns() - begun_ns) // 1_000_000
        self._sought_ms, self._rest_ms, self._more = now_ms, max(LOOK_S * 1000, 20 * took_ms), True

    async def _next(self, now_ms: int) -> list[told.Row]:
        """Who is told now: who is forgotten or left, whom the tool has not heard of, and who is looked at again."""
        name, on = self.rules.name, self._kept.on
        async with self._engine.connect() as connection:
            found = await told.due(connection, name, now_ms, AT_ONCE, gone_alone=not on)
            fresh = await told.fresh(connection, name, self.rules.topic, AT_ONCE // 2) if on and self._more else []
        self._more = len(fresh) == AT_ONCE // 2
        unheard = [_fresh(name, one, now_ms) for one in fresh]
        if unheard:
            async with writing(self._engine).begin() as connection:
                await told.put(connection, unheard)
        return sorted(found + unheard, key=lambda row: (not row["urgent"], row["state"] != "new"))

    async def _tell(self, tool: MailTool, row: told.Row) -> bool:
        """Whether it has something else of them than before."""
        try:
            if row["state"] == "gone":
                return await self._erase(tool, row)
            wish = await self._wish(row)
            if wish is None:
                await self._change(row, GONE)
                return True
            if wish.person is None:
                return await self._stop(tool, row, wish)
            return await self._put(tool, row, wish.person)
        except Refused as error:  # the others go on
            wait_ms = RETRY_MS[min(row["tries"], len(RETRY_MS) - 1)]
            values = {"tries": row["tries"] + 1, "problem": error.why, "due_ms": self._clock.wall_ms() + wait_ms}
            await self._change(row, values)
            return True

    async def _wish(self, row: told.Row) -> Wish | None:
        async with self._engine.connect() as connection:
            return await self._wishes.of(connection, row["subscriber"], self.rules.topic, self._kept.segments)

    async def _erase(self, tool: MailTool, row: told.Row) -> bool:
        if row["digest"]:  # of others it has nothing from us
            await tool.erase(row["address"])
        async with writing(self._engine).begin() as connection:
            await told.drop(connection, row)
        return True

    async def _stop(self, tool: MailTool, row: told.Row, wish: Wish) -> bool:
        now_ms = self._clock.wall_ms()
        digest = "no everywhere" if wish.everywhere else "no"
        if row["state"] == "no" and row["digest"] in (digest, ""):
            await self._change(row, _done(row["at_ms"], now_ms))
            return False
        standing = await tool.standing(row["address"])
        if standing.there and (standing.no_ms is None or (wish.everywhere and not standing.final)):
            await tool.stop(row["address"], wish.everywhere)
        values: dict[str, object] = {"state": "no", "digest": digest} | _done(now_ms, now_ms)
        if not standing.there and not row["digest"]:
            values["digest"] = ""  # it has nothing of them, and there will be nothing to delete
        elif row["state"] == "yes" and now_ms - row["at_ms"] < SETTLES_MS:  # its own work on the yes may still be under way
            values |= {"digest": BEGUN, "due_ms": now_ms + SETTLES_MS}
        await self._told(row, values)
        return True

    async def _put(self, tool: MailTool, row: told.Row, wanted: Person) -> bool:
        now_ms = self._clock.wall_ms()
        known: list[str] = msgspec.json.decode(row["names"]) if row["names"] else []
        person = msgspec.structs.replace(wanted, outside=tuple(sorted({*wanted.outside, *known} - set(wanted.inside))))
        digest = hashlib.sha256(msgspec.json.encode(wanted)).hexdigest()
        if row["state"] == "yes" and row["digest"] == digest:
            await self._change(row, _done(row["at_ms"], now_ms))
            return False
        if not row["digest"] and not await self._change(row, {"digest": BEGUN}):  # before it hears of them at all
            return False
        standing = await tool.standing(person.address)
        if _refused(standing, person):
            topic = None if standing.everywhere else self.rules.topic
            assert standing.no_ms is not None
            if await self._subscribers.refused(person.address, topic, standing.reason, standing.no_ms):
                await self._took(1)
            await self._told(row, {"state": "no", "digest": "no"} | _done(now_ms, now_ms))
            return True
        if not self._prepared:
            await tool.prepare()
            self._prepared = True
        if await self._wish(row) != Wish(person=wanted):  # while it was asked
            await self._change(row, {"due_ms": now_ms})
            return False
        await tool.put(person, standing, said_before=row["state"] == "yes" and row["confirmed_ms"] == person.confirmed_ms)
        names = msgspec.json.encode(person.inside).decode()
        values = {"state": "yes", "digest": digest, "confirmed_ms": person.confirmed_ms, "names": names}
        await self._told(row, values | _done(now_ms, now_ms))
        return True

    async def _change(self, row: told.Row, values: Mapping[str, object]) -> bool:
        async with writing(self._engine).begin() as connection:
            return await told.change(connection, row, values)

    async def _told(self, row: told.Row, values: Mapping[str, object]) -> None:
        """It has been told; what happened here meanwhile stays to be told."""
        async with writing(self._engine).begin() as connection:
            if not await told.change(connection, row, values):
                await told.told_meanwhile(connection, row, values)

    # ── what it was told ─────────────────────────────────────────────────────────────────────────────────────

    async def _hear(self, tool: MailTool) -> None:
        now_ms, count = self._clock.wall_ms(), 0
        async for one in tool.refusals(max(0, self._kept.since_ms - OVERLAP_MS)):
            try:
                address = mailbox(one.address)
            except InvalidValue:
                continue
            count += await self._subscribers.refused(address, None if one.everywhere else self.rules.topic, one.reason, one.at_ms)
        self._kept = msgspec.structs.replace(self._kept, since_ms=now_ms)
        await self._took(count)

    async def _took(self, count: int) -> None:
        self._kept = msgspec.structs.replace(self._kept, taken=self._kept.taken + count)
        async with writing(self._engine).begin() as connection:
            await self._keep(connection)


def setting_of(tool: str) -> str:
    """Where it is remembered how a tool stands."""
    return f"mail_tool {tool}"


def _fresh(tool: str, one: told.Row, now_ms: int) -> told.Row:
    row = {"tool": tool, "subscriber": one["id"], "address": one["address"], "state": "new", "digest": "", "due_ms": now_ms}
    return row | {
        "tries": 0,
        "problem": "",
        "at_ms": 0,
        "until_ms": 0,
        "version": 0,
        "confirmed_ms": 0,
        "names": "",
        "urgent": False,
    }


def _done(at_ms: int, now_ms: int) -> dict[str, object]:
    return {"at_ms": at_ms, "due_ms": now_ms + SWEEP_MS, "tries": 0, "problem": "", "until_ms": 0, "urgent": False}


def _refused(standing: Standing, person: Person) -> bool:
    """They told the tool no, and nobody yes since: they are not brought back."""
    return standing.no_ms is not None and standing.no_ms >= person.confirmed_ms


def _masked(address: str) -> str:
    """Enough to recognise one of one's own."""
    name, _, domain = address.partition("@")
    return f"{name[:1]}…@{domain}"
