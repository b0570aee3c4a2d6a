"""What staff see of people: who would be in a segment, who is, and one person with all that is known of them."""

import asyncio
from typing import cast

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio.clock import NS_PER_S, Clock
from studio.commands import Actor
from studio.errors import NotFound
from studio.i18n import N_
from studio.queries import relation as ask
from studio.relation.agreement import PURPOSES
from studio.relation.behaviour import Behaviour
from studio.relation.evaluate import View, evaluate, in_segment
from studio.relation.facts import Facts, Plan, facts_of
from studio.relation.identity import Kind, normal
from studio.relation.persona import standing
from studio.relation.segment import Segment
from studio.relation.segment import check as check_segment
from studio.server.db import behaviours, profiles, rules
from studio.server.db.engine import writing
from studio.server.relation.book import Book
from studio.server.relation.decisions import Asking, Decisions
from studio.server.relation.people import Known, People

EXAMPLES, DEEDS, LIKES = 10, 50, 5
LOOKED_AT, LOOK_NS = 2000, 3 * NS_PER_S
"""So many profiles a preview looks at, those that were here last."""


class Cockpit:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book, people: People, decisions: Decisions) -> None:
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._decisions = decisions
        self._previewing = asyncio.Lock()

    async def preview(self, query: ask.SegmentPreview, by: Actor) -> ask.Preview:
        """Who would be in, by what they did: read anew, as a condition that nobody has asked before is not counted yet. One at a
        time, and as many people as can be read in a moment: shows go on beside it."""
        async with self._previewing:
            return await self._preview(query)

    async def _preview(self, query: ask.SegmentPreview) -> ask.Preview:
        book = self._book
        wanted = Segment(id=query.segment or "preview", name="preview", condition=query.condition)
        check_segment(wanted, book.segments, book.groups)
        conditions = [segment.condition for segment in book.segments.values()]
        plan = Plan(book.zone, [*conditions, query.condition], book.groups.values())
        members, unknown, looked = 0, 0, set[str]()
        inside: set[str] = set()
        examples: list[ask.Example] = []
        async with self._engine.connect() as connection:
            before = set(await rules.members(connection, query.segment, LOOKED_AT * 10)) if query.segment else set()
            begun_ns = self._clock.now_ns()
            for row in await profiles.newest(connection, LOOKED_AT):
                if self._clock.now_ns() - begun_ns > LOOK_NS:
                    break
                known = await self._people.of_row(connection, row)
                verdict = evaluate(query.condition, await self._with(connection, known, plan))
                looked.add(known.profile)
                unknown += verdict.holds is None
                if not verdict.holds or known.kind != "person":
                    continue
                members += 1
                inside.add(known.profile)
                if len(examples) < EXAMPLES:
                    examples.append(ask.Example(profile=known.profile, reason=verdict.reason))
        return ask.Preview(
            members=members,
            enters=len(inside - before),
            leaves=len((before & looked) - inside),
            unknown=unknown,
            of=len(looked),
            examples=tuple(examples),
        )

    async def members(self, query: ask.SegmentMembers, by: Actor) -> ask.Members:
        """Who is in; raises `NotFound`."""
        segment = self._book.segments.get(query.segment)
        if segment is None:
            raise NotFound("There is no {kind} {name}", kind="segment", name=query.segment)
        found = []
        async with self._engine.connect() as connection:
            for row in await profiles.rows(connection, await rules.members(connection, segment.id, EXAMPLES)):
                known = await self._people.of_row(connection, row)
                verdict = in_segment(segment, self._view(known))
                if verdict.holds:
                    found.append(ask.Example(profile=known.profile, reason=verdict.reason))
        return ask.Members(examples=tuple(found), uses=tuple(self._book.uses(segment.id)))

    async def look(self, query: ask.ProfileLook, by: Actor) -> ask.Person:
        """One person. Raises `NotFound`, `InvalidValue`."""
        async with self._engine.connect() as connection:
            profile = query.profile or await self._find(connection, query)
            row = await profiles.row(connection, profile) if profile else None
            if row is None:
                raise NotFound(N_("Nobody is known by that"))
            known = await self._people.of_row(connection, row)
            deeds = await behaviours.newest(connection, known.visitors, DEEDS) if "analytics" in known.agreed else []
            identifiers = await profiles.identifiers_of(connection, known.profile)
            merges = await profiles.merges_of(connection, known.profile)
        async with writing(self._engine).begin() as connection:
            await profiles.looked(connection, known.profile, by.id, "looked at", self._clock.wall_ms())
        view = self._view(known)
        touch = known.facts.touch_last
        return ask.Person(
            profile=known.profile,
            kind=known.kind,
            why=known.why,
            made_ms=known.made_ms,
            consents={purpose: purpose in known.agreed for purpose in PURPOSES},
            consent_reasons=dict(known.reasons),
            ask_again=known.ask_again,
            identifiers=tuple((one["kind"], one["value"], one["proof"]) for one in identifiers),
            devices=dict(known.devices),
            merges=tuple(
                ask.Joined(id=one["id"], source=one["source"], why=one["why"], by=one["by"], at_ms=one["at_ms"]) for one in merges
            ),
            sessions=known.facts.sessions.count,
            orders=len(known.facts.orders),
            campaign=touch.campaign if touch is not None else "",
            referrer=touch.referrer if touch is not None else "",
            likes={kind: tuple(known.facts.likings.of(kind).best(LIKES)) for kind in ("category", "brand", "host", "tag")},
            deeds=tuple(_deed(one) for one in deeds),
            segments=self._segments(view),
            personas=self._personas(known),
            slots=await self._slots(known),
        )

    async def _find(self, connection: AsyncConnection, query: ask.ProfileLook) -> str:
        if query.by in ("profile", "visitor"):
            found = await profiles.of_visitor(connection, query.find)
            return found or query.find
        kind = cast(Kind, query.by)
        return await profiles.owner(connection, kind, normal(kind, query.find))

    async def _with(self, connection: AsyncConnection, known: Known, plan: Plan) -> View:
        """Somebody by another plan: all that they did is read."""
        if not {"analytics", "personalisation"} <= known.agreed:
            return self._view(known)
        done = [one for _, one in await behaviours.of(connection, known.visitors)]
        return self._view(known, facts_of([one for one in done if "a" in one.consent and "p" in one.consent], plan))

    def _view(self, known: Known, facts: Facts | None = None) -> View:
        return self._book.view(facts or known.facts, known.agreed)

    def _segments(self, view: View) -> tuple[ask.InOut, ...]:
        found = []
        for segment in self._book.segments.values():
            verdict = in_segment(segment, view)
            found.append(
                ask.InOut(
                    segment=segment.id, name=segment.name, inside=verdict.holds, reason=verdict.reason, due_ms=verdict.due_ms
                )
            )
        return tuple(found)

    def _personas(self, known: Known) -> tuple[ask.Standing, ...]:
        found = []
        for group in self._book.groups.values():
            now = standing(group, known.facts.scores.get(group.id), self._clock.wall_ms(), self._book.zone)
            found.append(
                ask.Standing(
                    group=group.id,
                    active=now.active,
                    points=now.points,
                    threshold=group.threshold,
                    lead=group.lead,
                    reason=now.reason,
                )
            )
        return tuple(found)

    async def _slots(self, known: Known) -> tuple[ask.SlotView, ...]:
        slots = tuple(dict.fromkeys(rule.slot for rule in self._book.in_order))
        if not slots or not known.visitors:
            return ()
        decided = await self._decisions.decide(Asking(visitor=known.visitors[0], slots=slots, explain=True))
        return tuple(
            ask.SlotView(
                slot=slot,
                rule=self._book.rules[decision.rule].name if decision.rule in self._book.rules else "",
                variant=decision.variant,
                reason=decision.reason,
                stopped=tuple((one.name, one.gate, one.reason) for one in decision.stopped),
            )
            for slot, decision in decided.decisions.items()
        )


def _deed(one: Behaviour) -> ask.Deed:
    return ask.Deed(
        name=one.name,
        at_ms=one.at_ms,
        page=one.page,
        products=one.products,
        show=one.show,
        value_minor=one.value_minor,
        currency=one.currency,
    )
