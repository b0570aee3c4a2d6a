"""Who a visitor is, what is known of them, and what of it may be used at this moment."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping
from secrets import token_hex
from typing import NamedTuple

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import Clock
from studio.errors import NotFound, WrongState
from studio.i18n import N_
from studio.relation.agreement import PURPOSES, Choice, holds
from studio.relation.behaviour import Behaviour
from studio.relation.decide import Exposure
from studio.relation.facts import Facts, Plan, facts_of
from studio.relation.identity import Attached, Identifier, Merge, Person, attach, too_much
from studio.relation.reason import Reason
from studio.relation.robots import VisitorClass
from studio.server.db import decision_rows as asked
from studio.server.db import profiles as rows
from studio.server.db.engine import writing
from studio.show.consent import Consent

log = logging.getLogger(__name__)

_facts = msgspec.msgpack.Decoder(Facts)
QUICK, HISTORY = 300, 10_000
"""So many behaviours are read for somebody who waits, and at all."""
PLANS = 50
"""So many are remembered by which people were counted."""
USED = "ap"
"""Letters that must have held when something was done, for it to be used for deciding what somebody is shown."""


class Known(Struct, frozen=True, kw_only=True):
    """A profile as it is now. `agreed` are the purposes that hold at this moment, each with why; `devices` by visitor."""

    profile: str
    kind: VisitorClass
    why: str
    facts: Facts
    agreed: frozenset[str]
    reasons: Mapping[str, Reason]
    devices: Mapping[str, str]
    mixed: bool
    made_ms: int
    counted: str
    """The plan that the facts were counted by."""
    ask_again: bool = False

    @property
    def visitors(self) -> list[str]:
        """Its visitors."""
        return sorted(self.devices)


class AtHand(NamedTuple):
    """A profile, what it was shown, when it closed which rule, and the products that are not for them."""

    known: Known
    exposures: list[Exposure]
    dismissed: dict[str, int]
    refused: frozenset[str]


class People:
    """`plan()` says what is counted now; on the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, plan: Callable[[], Plan]) -> None:
        self._engine = engine
        self._clock = clock
        self._plan = plan
        self._plans: dict[str, Plan] = {}
        """By digest, those that profiles were counted by lately."""

    async def at_hand(self, connection: AsyncConnection, visitor: str, since_day: int) -> AtHand | None:
        """Who a visitor is, for somebody who waits; None for nobody's. `since_day`: from when on it is asked what they were
        shown. A long past that has to be read anew is left to whoever counts."""
        row = await asked.row_of_visitor(connection, visitor) if visitor else None
        if row is None:
            return None
        around = await asked.around(connection, row["id"], since_day)
        agreement = _agreement(_answers(around.choices, around.consents), row["asked_ms"])
        known = await self._known(connection, row, around.devices, agreement, quick=True)
        return AtHand(known, around.exposures, around.dismissed, around.refused)

    async def of_row(self, connection: AsyncConnection, row: rows.Row) -> Known:
        """A profile, read anew as far as it has done something."""
        around = await asked.around(connection, row["id"], asked.NEVER_DAY)
        agreement = _agreement(_answers(around.choices, around.consents), row["asked_ms"])
        return await self._known(connection, row, around.devices, agreement)

    async def _known(
        self,
        connection: AsyncConnection,
        row: rows.Row,
        devices: dict[str, str],
        agreement: "Agreement",
        *,
        quick: bool = False,
    ) -> Known:
        """Without their yes nothing of it is read at all."""
        agreed, reasons, again = agreement
        plan = self._plan()
        used = {"analytics", "personalisation"} <= agreed
        facts = await self._read(connection, row, plan, quick=quick) if used else Facts()
        return Known(
            profile=row["id"],
            kind=row["kind"],
            why=row["why"],
            facts=facts,
            agreed=agreed,
            reasons=reasons,
            devices=devices,
            mixed=row["mixed"],
            made_ms=row["made_ms"],
            counted=plan.digest if used else "",
            ask_again=again,
        )

    async def _read(self, connection: AsyncConnection, row: rows.Row, plan: Plan, *, quick: bool) -> Facts:
        most = QUICK if quick else HISTORY
        facts = await self._counted(connection, row, plan, most)
        tail = await asked.deeds_of(connection, row["id"], facts.seq, most)
        usable = [one for _, one in tail if _used(one)]
        if facts.seq and any(one.order_key < facts.newest for one in usable):  # one came late: read all of it in order
            if quick:
                return facts
            tail = await asked.deeds_of(connection, row["id"], 0, most)
            usable = [one for _, one in tail if _used(one)]
            facts = Facts()
        if facts.seq:
            for one in sorted(usable, key=lambda behaviour: behaviour.order_key):
                facts.add(one, plan)
        elif len(usable) > QUICK:
            facts = await asyncio.to_thread(facts_of, usable, plan)
        else:
            facts = facts_of(usable, plan)
        facts.seq = tail[-1][0] if tail else facts.seq
        return facts

    async def _counted(self, connection: AsyncConnection, row: rows.Row, plan: Plan, most: int) -> Facts:
        """What was counted of them so far, by this plan: where it was by another that we remember, only what that left out is
        counted of what they did. Nothing where all has to be counted anew."""
        self._remember(plan)
        before = self._plans.get(row["counted"])
        more = plan.beyond(before) if before is not None and row["facts"] else None
        if more is None:
            return Facts()
        facts = _facts.decode(row["facts"])
        if before is plan:
            return facts
        past = await asked.deeds_of(connection, row["id"], 0, most) if more.names else []
        if len(past) == most:
            return Facts()
        facts.grow([one for seq, one in past if seq <= facts.seq and _used(one)], more, plan)
        return facts

    def _remember(self, plan: Plan) -> None:
        if self._plans.get(plan.digest) is not plan:
            self._plans[plan.digest] = plan
            for gone in list(self._plans)[:-PLANS]:
                del self._plans[gone]

    # ── who they are ─────────────────────────────────────────────────────────────────────────────────────────

    async def identify(self, visitor: str, identifier: Identifier, device: str = "") -> Attached:
        """A visitor turns out to be somebody. With `fresh` the caller gives the page a new token, and asks again with that."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            profile = await rows.of_visitor(connection, visitor)
            owner = await rows.owner(connection, identifier.kind, identifier.value)
            here = await rows.person(connection, profile) if profile else Person(profile="", visitors=frozenset({visitor}))
            there = await rows.person(connection, owner) if owner else None
            found = attach(identifier, here, there)
            if found.do == "attach":
                await self._attach(connection, profile, visitor, identifier, device)
            elif found.do == "merge" and profile:
                await rows.merge(connection, self._merge_of(here, found.into, str(found.reason), "", now_ms))
            elif found.do == "merge":
                await rows.map_visitor(connection, visitor, found.into, now_ms, device)
                await rows.change(connection, found.into, {"counted": "", "due_ms": now_ms})
        return found

    async def _attach(self, connection: AsyncConnection, profile: str, visitor: str, identifier: Identifier, device: str) -> None:
        now_ms = self._clock.wall_ms()
        if not profile:
            profile = token_hex(12)
            await rows.make(connection, profile, visitor, now_ms, device)
        await rows.identify(connection, identifier.kind, identifier.value, profile, identifier.proof, now_ms)

    async def customers(self, identifier: Identifier, visitor: str) -> None:
        """`visitor` stands for what a shop's own server tells of a customer: it is theirs, who is made if nobody knows them."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            owner = await rows.owner(connection, identifier.kind, identifier.value)
            there = await rows.of_visitor(connection, visitor)
            if there and there == owner:
                return
            if not owner and there:
                await rows.identify(connection, identifier.kind, identifier.value, there, identifier.proof, now_ms)
            elif not owner:
                await self._attach(connection, "", visitor, identifier, "")
            elif not there:
                await rows.map_visitor(connection, visitor, owner, now_ms, "")
                await rows.change(connection, owner, {"counted": "", "due_ms": now_ms})

    async def merge(self, source: str, into: str, why: str, by: str) -> str:
        """Staff say that two are one person; the merge's id. Raises `WrongState` where a limit stands in the way, `NotFound`."""
        now_ms = self._clock.wall_ms()
        async with writing(self._engine).begin() as connection:
            one, other = await self._must(connection, source), await self._must(connection, into)
            if source == into or (refused := too_much(one, other)) is not None:
                raise WrongState("{problem}", problem=N_("They are one already") if source == into else refused)
            merge = self._merge_of(one, into, why, by, now_ms)
            await rows.merge(connection, merge)
        return merge.id

    async def split(self, profile: str, merge: str, why: str, by: str) -> None:
        """A merge is taken back; raises `NotFound`."""
        async with writing(self._engine).begin() as connection:
            found = next((row for row in await rows.merges_of(connection, profile) if row["id"] == merge), None)
            if found is None:
                raise NotFound(N_("There is no such merge"))
            await rows.split(connection, found, self._clock.wall_ms())
        log.info("profiles were split by %s: %s", by, why[:80])

    async def decide_kind(self, profile: str, kind: VisitorClass, by: str) -> None:
        """Staff say what a visitor is: also for the past, as all is counted from what was done. Raises `NotFound`."""
        async with writing(self._engine).begin() as connection:
            await self._must(connection, profile)
            values = {"kind": kind, "why": f"{rows.SAID_BY}{by}"[:60], "due_ms": self._clock.wall_ms()}
            await rows.change(connection, profile, values)

    async def _must(self, connection: AsyncConnection, profile: str) -> Person:
        if await rows.row(connection, profile) is None:
            raise NotFound(N_("There is no such profile"))
        return await rows.person(connection, profile)

    @staticmethod
    def _merge_of(source: Person, into: str, why: str, by: str, now_ms: int) -> Merge:
        return Merge(
            id=token_hex(8),
            source=source.profile,
            into=into,
            why=why[:300],
            by=by,
            at_ms=now_ms,
            visitors=tuple(sorted(source.visitors)),
            identifiers=tuple(sorted(source.identifiers)),
        )


Agreement = tuple[frozenset[str], dict[str, Reason], bool]
"""What the person behind some visitors agrees to, with why; and whether they should be asked again."""


def _agreement(said: Collection[Choice], asked_ms: int) -> Agreement:
    held = {purpose: holds(purpose, said, asked_ms) for purpose in PURPOSES}
    agreed = frozenset(purpose for purpose, one in held.items() if one.given)
    return agreed, {purpose: one.reason for purpose, one in held.items()}, any(one.ask_again for one in held.values())


async def agreements(connection: AsyncConnection, visitors: Collection[str]) -> dict[str, frozenset[str]]:
    """By visitor, what the person agrees to, of many at once."""
    families = await rows.families(connection, visitors)
    said: dict[str, list[Choice]] = {}
    for choice in await _choices(connection, set().union(*families.values()) if families else ()):
        said.setdefault(choice.by, []).append(choice)
    found: dict[str, frozenset[str]] = {}
    for visitor, family in families.items():
        mine = [choice for one in family for choice in said.get(one, ())]
        found[visitor] = frozenset(purpose for purpose in PURPOSES if holds(purpose, mine).given)
    return found


async def _choices(connection: AsyncConnection, visitors: Iterable[str]) -> list[Choice]:
    wanted = list(visitors)
    said = [
        Choice(purpose=row["purpose"], given=row["given"], at_ms=row["at_ms"], version=row["version"], by=row["visitor"])
        for row in await rows.choices_of(connection, wanted)
    ]
    silent = set(wanted) - {choice.by for choice in said}
    return _answers(said, dict(await rows.consents_of(connection, silent)) if silent else {})


def _answers(said: list[Choice], consents: Mapping[str, Consent]) -> list[Choice]:
    """All of them: of who was asked before answers were written down, what their consent says."""
    silent = consents.keys() - {choice.by for choice in said}
    return said + [
        Choice(purpose=purpose, given=getattr(consents[visitor], purpose), at_ms=consents[visitor].at_ms or 0, by=visitor)
        for visitor in sorted(silent)
        for purpose in PURPOSES
    ]


def _used(behaviour: Behaviour) -> bool:
    return all(letter in behaviour.consent for letter in USED)
