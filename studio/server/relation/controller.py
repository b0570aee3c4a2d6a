"""Runs the commands about segments, rules and personas, and tells studios what there is."""

from collections.abc import Callable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.commands import Actor, Command
from studio.commands import relation as ask
from studio.i18n import N_
from studio.queries import relation as queries
from studio.relation.decide import HELD
from studio.relation.persona import PersonaGroup
from studio.relation.rule import Rule
from studio.relation.segment import Segment
from studio.server.branch_teller import BranchTeller
from studio.server.db import profiles, rules
from studio.server.relation.book import Book
from studio.server.relation.cockpit import Cockpit
from studio.server.relation.export import SegmentExports
from studio.server.relation.measuring import Measuring
from studio.server.relation.people import People
from studio.server.relation.recount import Recount
from studio.spine import Dispatcher
from studio.spine.undo import Offered
from studio.state.relation import Relation, RuleNow, SegmentNow

FIGURES_S = 5.0


class RelationController:
    """`push` tells every studio a branch. On the server's loop."""

    def __init__(
        self,
        engine: AsyncEngine,
        clock: Clock,
        push: Callable[[str, Any], None],
        *,
        book: Book,
        people: People,
        recount: Recount,
        cockpit: Cockpit,
        export: SegmentExports,
        measuring: Measuring,
        rules_changed: Callable[[], None],
    ) -> None:
        self.branch = BranchTeller("relation", Relation(), self._read, push, figures_s=FIGURES_S)
        self._engine = engine
        self._clock = clock
        self._book = book
        self._people = people
        self._recount = recount
        self._cockpit = cockpit
        self._export = export
        self._measuring = measuring
        self._rules_changed = rules_changed
        book.changed = self._on_change
        recount.moved = self.branch.counted

    def register(self, brand: Dispatcher) -> None:
        """Run the commands, answer the queries."""
        register = brand.register
        register(ask.SegmentSave, self._on_segment)
        register(ask.SegmentDelete, self._on_segment_delete)
        register(ask.PersonasSave, self._on_personas)
        register(ask.PersonasDelete, self._on_personas_delete)
        register(ask.RuleSave, self._on_rule)
        register(ask.RuleDelete, self._on_rule_delete)
        register(ask.RuleOrder, self._on_order)
        register(ask.RelationMeasure, self._on_measure)
        register(ask.ProfileKind, self._on_kind)
        register(ask.ProfileMerge, self._on_merge)
        register(ask.ProfileSplit, self._on_split)
        register(queries.SegmentPreview, self._cockpit.preview)
        register(queries.SegmentMembers, self._cockpit.members)
        register(queries.SegmentExport, self._export.take)
        register(queries.RuleMeasured, self._measuring.measured)
        register(queries.ProfileLook, self._cockpit.look)

    def _on_change(self) -> None:
        self.branch.made()
        self._rules_changed()

    def refresh(self, _visitor: str = "") -> None:
        """Figures or sizes have changed."""
        self.branch.counted()

    async def _read(self) -> Relation:
        async with self._engine.connect() as connection:
            sizes = await rules.sizes(connection)
            figures = await rules.figures(connection)
            total, waiting = await profiles.counts(connection, self._clock.wall_ms())
        book = self._book
        return Relation(
            segments=tuple(
                SegmentNow(segment=segment, size=sizes.get(segment.id, 0), uses=len(book.uses(segment.id)))
                for segment in book.segments.values()
            ),
            rules=tuple(self._rule_now(rule, figures) for rule in book.rules.values()),
            personas=tuple(book.groups.values()),
            profiles=total,
            waiting=waiting,
            counted_ms=self._recount.looked_ms,
            holdback=book.holdback,
            bounds=book.bounds,
        )

    def _rule_now(self, rule: Rule, figures: dict[tuple[str, str], tuple[int, int]]) -> RuleNow:
        mine = {variant: counts for (name, variant), counts in figures.items() if name == rule.id}
        segment = self._book.segments.get(rule.segment)
        problem = ""
        if rule.segment and segment is None:
            problem = N_("its segment is gone")
        elif segment is not None and not segment.on:
            problem = N_("its segment is off")
        return RuleNow(
            rule=rule,
            shown={variant: counts[0] for variant, counts in mine.items() if variant != HELD},
            clicked={variant: counts[1] for variant, counts in mine.items() if variant != HELD},
            held=mine.get(HELD, (0, 0))[0],
            problem=problem,
        )

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_segment(self, command: ask.SegmentSave, by: Actor) -> Offered:
        before = await self._book.save(command.segment, by.id, command.since)
        now = self._book.version(command.segment)
        back: Command = ask.SegmentDelete(segment=command.segment.id, since=now)
        if isinstance(before, Segment):
            back = ask.SegmentSave(segment=before, since=now)
        return Offered(command.segment.id, N_("Segment"), back)

    async def _on_segment_delete(self, command: ask.SegmentDelete, by: Actor) -> Offered:
        gone = await self._book.delete("segment", command.segment, by.id, command.since)
        assert isinstance(gone, Segment)
        return Offered(None, N_("Segment deleted"), ask.SegmentSave(segment=gone, since=0))

    async def _on_personas(self, command: ask.PersonasSave, by: Actor) -> Offered:
        before = await self._book.save(command.group, by.id)
        back: Command = ask.PersonasDelete(group=command.group.id)
        if isinstance(before, PersonaGroup):
            back = ask.PersonasSave(group=before)
        return Offered(command.group.id, N_("Personas"), back)

    async def _on_personas_delete(self, command: ask.PersonasDelete, by: Actor) -> Offered:
        gone = await self._book.delete("group", command.group, by.id)
        assert isinstance(gone, PersonaGroup)
        return Offered(None, N_("Personas deleted"), ask.PersonasSave(group=gone))

    async def _on_rule(self, command: ask.RuleSave, by: Actor) -> Offered:
        before = await self._book.save(command.rule, by.id, command.since)
        now = self._book.version(command.rule)
        back: Command = ask.RuleDelete(rule=command.rule.id, since=now)
        if isinstance(before, Rule):
            back = ask.RuleSave(rule=before, since=now)
        return Offered(command.rule.id, N_("Rule"), back)

    async def _on_rule_delete(self, command: ask.RuleDelete, by: Actor) -> Offered:
        gone = await self._book.delete("rule", command.rule, by.id, command.since)
        assert isinstance(gone, Rule)
        return Offered(None, N_("Rule deleted"), ask.RuleSave(rule=gone, since=0))

    async def _on_order(self, command: ask.RuleOrder, by: Actor) -> Offered:
        before = await self._book.order(command.rules)
        return Offered(None, N_("Order of the rules"), ask.RuleOrder(rules=before))

    async def _on_measure(self, command: ask.RelationMeasure, by: Actor) -> Offered:
        before = await self._book.measure(command.holdback)
        return Offered(None, N_("Holdback"), ask.RelationMeasure(holdback=before))

    async def _on_kind(self, command: ask.ProfileKind, by: Actor) -> None:
        await self._people.decide_kind(command.profile, command.kind, by.id)
        self.branch.made()

    async def _on_merge(self, command: ask.ProfileMerge, by: Actor) -> Offered:
        merge = await self._people.merge(command.source, command.into, command.why, by.id)
        back = ask.ProfileSplit(profile=command.into, merge=merge, why="undo")
        return Offered(merge, N_("Profiles joined"), back)

    async def _on_split(self, command: ask.ProfileSplit, by: Actor) -> None:
        await self._people.split(command.profile, command.merge, command.why, by.id)
        self.branch.made()
