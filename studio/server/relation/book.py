"""Segments, rules, personas and newsletters as the brand has them now: kept in memory, every version in the database."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Literal

import msgspec
from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.errors import ChangedSince, NotFound, WrongState
from studio.i18n import N_
from studio.relation import newsletter as newsletter_checks
from studio.relation import rule as rule_checks
from studio.relation import segment as segment_checks
from studio.relation.condition import InPersona, Rfm, parts
from studio.relation.days import Zone
from studio.relation.decide import Measures
from studio.relation.evaluate import View, Watching
from studio.relation.facts import Facts, Plan
from studio.relation.newsletter import Newsletter, Topic
from studio.relation.persona import PersonaGroup
from studio.relation.rfm import ABSOLUTE, Bounds, buyer, changes_day, classes
from studio.relation.rule import Rule
from studio.relation.segment import Segment, Use
from studio.server.db import calls as settings
from studio.server.db import profiles, rules
from studio.server.db.engine import writing

Kind = Literal["segment", "rule", "group", "topic", "mail"]
TYPES: dict[str, Any] = {"segment": Segment, "rule": Rule, "group": PersonaGroup, "topic": Topic, "mail": Newsletter}
COUNTED = ("segment", "group")
"""What changes who is in which segment."""
MEASURES, BOUNDS = "relation", "rfm"
MOST = 500
"""Of each kind."""
Definition = Segment | Rule | PersonaGroup | Topic | Newsletter


SAID_MAX = 2000
"""Versions of which it is remembered what they said, so that several steps can be taken back."""
TAKEN = N_("Somebody else has just made one of that name: choose another name")
CHANGED = N_("Somebody else has changed it meanwhile: open it again")
GONE = N_("Somebody else has deleted it meanwhile")


class Book:
    """`changed` is told after every change. One change at a time; on the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, zone: Callable[[], str], salt: Callable[[], str]) -> None:
        self.segments: dict[str, Segment] = {}
        self.rules: dict[str, Rule] = {}
        self.groups: dict[str, PersonaGroup] = {}
        self.topics: dict[str, Topic] = {}
        self.newsletters: dict[str, Newsletter] = {}
        self.holdback = 0.0
        self.bounds = ABSOLUTE
        """Of recency, frequency and money, this week."""
        self.holdback_ms = 0
        """When it was last changed: what was seen before is measured by another one."""
        self.changed: Callable[[], None] = lambda: None
        self._engine = engine
        self._clock = clock
        self._zone_name = zone
        self._salt = salt
        self._lock = asyncio.Lock()
        self._plan: Plan | None = None
        self._versions: dict[tuple[str, str], int] = {}
        self._said: dict[tuple[str, str, int], bytes] = {}
        self._places: dict[tuple[str, str], int] = {}

    async def open(self) -> None:
        """Read what there is."""
        async with self._engine.connect() as connection:
            kept = await rules.definitions(connection)
            said = await settings.setting(connection, MEASURES)
            bounds = await settings.setting(connection, BOUNDS)
        for row in kept:
            made = msgspec.json.decode(row["data"], type=TYPES[row["kind"]])
            self._versions[row["kind"], row["id"]] = row["version"]
            self._places[row["kind"], row["id"]] = row["place"]
            self._shelf(row["kind"])[row["id"]] = made
        self.bounds = msgspec.json.decode(bounds, type=Bounds) if bounds else ABSOLUTE
        kept_measures = msgspec.json.decode(said) if said else {}
        self.holdback, self.holdback_ms = float(kept_measures.get("holdback", 0)), int(kept_measures.get("changed_ms", 0))

    @property
    def zone(self) -> Zone:
        """The brand's."""
        return self.plan.zone

    @property
    def plan(self) -> Plan:
        """What is counted; made anew after a change."""
        name = self._zone_name()
        if self._plan is None or self._plan.zone.name != name:
            conditions = [segment.condition for segment in self.segments.values()]
            self._plan = Plan(Zone(name), conditions, self.groups.values())
        return self._plan

    @property
    def measures(self) -> Measures:
        """How it is measured."""
        return Measures(salt=self._salt(), holdback=self.holdback)

    @property
    def in_order(self) -> list[Rule]:
        """The one list: rules with an end first."""
        return rule_checks.in_order(list(self.rules.values()))

    def view(
        self, facts: Facts | None, agreed: frozenset[str], live: Watching | None = None, *, at_ms: int | None = None
    ) -> View:
        """Somebody, as all that the brand has made looks at them now, or at a moment."""
        now_ms = self._clock.wall_ms() if at_ms is None else at_ms
        rfm = rfm_due_ms = None
        if facts is not None and (bought := buyer(facts.orders, now_ms, self.zone)) is not None:
            rfm = classes(bought, self.bounds)
            rfm_due_ms = self.zone.midnight_ms(changes_day(facts.orders, self.bounds, now_ms, self.zone))
        return View(
            now_ms=now_ms,
            zone=self.zone,
            rfm=rfm,
            rfm_due_ms=rfm_due_ms,
            facts=facts,
            agreed=agreed,
            segments=self.segments,
            groups=self.groups,
            live=live,
        )

    def alias_of(self, rule: str) -> str:
        """How pages call a rule: its own name may say what the brand thinks of people."""
        return hashlib.blake2b(rule.encode(), digest_size=9, key=self._salt().encode()).hexdigest()

    def rule_named(self, alias: str) -> str:
        """The rule that pages call so; empty for none."""
        return next((name for name in self.rules if self.alias_of(name) == alias), "")

    def uses(self, segment: str) -> list[Use]:
        """Everything that asks about a segment."""
        used = segment_checks.uses_in_segments(segment, self.segments.values())
        used += [
            Use(kind="rule", id=rule.id, name=rule.name, live=rule.on) for rule in self.rules.values() if rule.segment == segment
        ]
        return used + [Use(kind="mail", id=one.id, name=one.name) for one in self.newsletters.values() if segment in one.segments]

    def version(self, made: Definition) -> int:
        """The version that there is of it now; 0: none."""
        kind = _kind_of(made)
        return self._versions[kind, made.id] if made.id in self._shelf(kind) else 0

    async def save(self, made: Definition, by: str, since: int | None = None) -> Definition | None:
        """Keep a new version; the one before, if any. Raises `InvalidValue`, `WrongState`, or `ChangedSince` where it was changed
        from (`since`) another version than there is."""
        kind = _kind_of(made)
        async with self._lock:
            self._look_at(kind, made.id, since)
            self._check(made)
            shelf = self._shelf(kind)
            before: Definition | None = shelf.get(made.id)
            if before is None and len(shelf) >= MOST:
                raise WrongState("There are {most} already", most=MOST)
            kept = await self._put(kind, made, by, "on" if getattr(made, "on", True) else "off")
            shelf[made.id] = kept
            if not _asks_the_same(before, made):
                await self._count_anew(kind)
        self.changed()
        return before

    def _look_at(self, kind: Kind, id_: str, since: int | None) -> None:
        """Whether it still says what it said in that version: one that was taken back says again what an older one did."""
        there: Definition | None = self._shelf(kind).get(id_)
        if since is None or since == (self._versions[kind, id_] if there is not None else 0):
            return
        if there is None:
            raise ChangedSince(GONE)
        if not since:
            raise ChangedSince(TAKEN)
        if self._said.get((kind, id_, since)) != _content(there):
            raise ChangedSince(CHANGED)

    async def delete(self, kind: Kind, id_: str, by: str, since: int | None = None) -> Definition:
        """It is gone, and its history stays; what it was. Raises `WrongState` while something uses it, `NotFound`, or
        `ChangedSince`."""
        async with self._lock:
            self._look_at(kind, id_, since)
            there: Definition | None = self._shelf(kind).get(id_)
            if there is None:
                raise NotFound("There is no {kind} {name}", kind=kind, name=id_)
            if kind == "segment" and (uses := self.uses(id_)):
                names = ", ".join(f"{use.kind} “{use.name}”" for use in uses)
                raise WrongState("It is used by {count}: {names}", count=len(uses), names=names)
            if kind == "group" and (named := self._segments_with(id_)):
                raise WrongState("It is used by {count}: {names}", count=len(named), names=", ".join(named))
            if kind == "topic" and (named := [one.name for one in self.newsletters.values() if one.topic == id_]):
                raise WrongState("It is used by {count}: {names}", count=len(named), names=", ".join(named))
            await self._put(kind, there, by, "gone")
            del self._shelf(kind)[id_]
            if kind == "segment":
                async with writing(self._engine).begin() as connection:
                    await rules.empty(connection, id_)
            await self._count_anew(kind)
        self.changed()
        return there

    async def order(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Put the rules into this order, those that are not named after them; how it was before. Raises `NotFound`."""
        async with self._lock:
            before = tuple(self.rules)
            if missing := [name for name in wanted if name not in self.rules]:
                raise NotFound("There is no {kind} {name}", kind="rule", name=missing[0])
            names = [*dict.fromkeys(wanted), *(name for name in before if name not in wanted)]
            async with writing(self._engine).begin() as connection:
                await rules.place(connection, "rule", [(name, self._versions["rule", name]) for name in names])
            self._places |= {("rule", name): number for number, name in enumerate(names)}
            self.rules = {name: self.rules[name] for name in names}
        self.changed()
        return before

    async def measure(self, holdback: float) -> float:
        """So many per cent of people are never personalised; how many it was."""
        before = self.holdback
        if holdback == before:
            return before
        now_ms = self._clock.wall_ms()
        said = {"holdback": holdback, "changed_ms": now_ms}
        async with writing(self._engine).begin() as connection:
            await settings.put_setting(connection, MEASURES, msgspec.json.encode(said).decode())
        self.holdback, self.holdback_ms = holdback, now_ms
        self.changed()
        return before

    async def measure_buyers(self, bounds: Bounds) -> None:
        """These are the classes of buyers from now on; where a segment asks about them, everybody is looked at again."""
        async with writing(self._engine).begin() as connection:
            await settings.put_setting(connection, BOUNDS, msgspec.json.encode(bounds).decode())
        self.bounds = bounds
        if any(isinstance(part, Rfm) for segment in self.segments.values() for part in parts(segment.condition)):
            await self._count_anew("segment")

    def _check(self, made: Definition) -> None:
        if isinstance(made, Segment):
            segment_checks.check(made, self.segments, self.groups)
        elif isinstance(made, PersonaGroup):
            for scoring in made.scorings:
                scoring.match.check()
        elif isinstance(made, Rule):
            rule_checks.check(made, self.zone)
            if made.segment:
                self._must_be("segment", made.segment)
        elif isinstance(made, Newsletter):
            newsletter_checks.check(made)
            self._must_be("topic", made.topic)
            for name in sorted(made.segments):
                self._must_be("segment", name)

    def _must_be(self, kind: Kind, id_: str) -> None:
        if id_ not in self._shelf(kind):
            raise NotFound("There is no {kind} {name}", kind=kind, name=id_)

    def _segments_with(self, group: str) -> list[str]:
        return [
            segment.name
            for segment in self.segments.values()
            if any(isinstance(part, InPersona) and part.group == group for part in parts(segment.condition))
        ]

    async def _put(self, kind: str, made: Definition, by: str, state: str) -> Definition:
        async with writing(self._engine).begin() as connection:
            version = await rules.newest_version(connection, kind, made.id) + 1
            kept = made if isinstance(made, PersonaGroup) else msgspec.structs.replace(made, version=version)
            place = self._places.get((kind, made.id), max(self._places.values(), default=-1) + 1)
            row: dict[str, Any] = {
                "kind": kind,
                "id": made.id,
                "version": version,
                "place": place,
                "state": state,
                "data": msgspec.json.encode(kept).decode(),
                "at_ms": self._clock.wall_ms(),
                "by": by,
            }
            await rules.put(connection, row)
        self._versions[kind, made.id], self._places[kind, made.id] = version, place
        self._said[kind, made.id, version] = _content(kept)
        while len(self._said) > SAID_MAX:
            del self._said[next(iter(self._said))]
        return kept

    async def _count_anew(self, kind: str) -> None:
        """Segments and personas: everybody is looked at again."""
        if kind not in COUNTED:
            return
        self._plan = None
        now_ms, after = self._clock.wall_ms(), ""
        while True:
            async with writing(self._engine).begin() as connection:
                after = await profiles.due_after(connection, after, now_ms)
            if not after:
                return

    def _shelf(self, kind: str) -> dict[str, Any]:
        shelves: dict[str, dict[str, Any]] = {
            "segment": self.segments,
            "rule": self.rules,
            "group": self.groups,
            "topic": self.topics,
            "mail": self.newsletters,
        }
        return shelves[kind]


def _content(made: Definition) -> bytes:
    """What it says, whichever version it is."""
    plain = msgspec.to_builtins(made)
    plain.pop("version", None)
    return hashlib.sha256(msgspec.json.encode(plain)).digest()


def _asks_the_same(before: Definition | None, made: Definition) -> bool:
    """Whether only the name of a segment is another."""
    if not (isinstance(before, Segment) and isinstance(made, Segment)):
        return False
    return (before.condition, before.on) == (made.condition, made.on)


def _kind_of(made: Struct) -> Any:
    return next(kind for kind, type_ in TYPES.items() if isinstance(made, type_))
