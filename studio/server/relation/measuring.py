"""What a rule brings: those who saw it beside those who were held back, and its variants beside each other."""

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from studio.clock import Clock
from studio.commands import Actor
from studio.errors import NotFound
from studio.queries import relation as ask
from studio.relation.behaviour import Behaviour
from studio.relation.days import DAY_MS
from studio.relation.decide import HELD
from studio.relation.experiment import Arm, Reading, read, size_of
from studio.relation.names import ORDER_COMPLETED, PRODUCT_ADDED
from studio.relation.rule import Rule
from studio.server.db import rules as rows
from studio.server.relation.book import Book

GOALS = {"order": ORDER_COMPLETED, "cart": PRODUCT_ADDED}
LEAST_MS = 14 * DAY_MS
"""People differ by the day of the week: two whole weeks at least."""
SHOWN, HELD_BACK = "shown", "held"
_decoder = msgspec.json.Decoder(Behaviour)
Came = dict[str, tuple[int, dict[str, int]]]
"""By profile, that they reached the goal, and how much by currency."""


class Measuring:
    """On the server's loop."""

    def __init__(self, engine: AsyncEngine, clock: Clock, book: Book) -> None:
        self._engine = engine
        self._clock = clock
        self._book = book

    async def measured(self, query: ask.RuleMeasured, by: Actor) -> ask.Measured:
        """Of a rule, since it was last changed. Raises `NotFound`."""
        rule = self._book.rules.get(query.rule)
        if rule is None:
            raise NotFound("There is no {kind} {name}", kind="rule", name=query.rule)
        async with self._engine.connect() as connection:
            seen = await rows.exposed(connection, rule.id, rule.version)
            first, arm_of, left_out = _sorted(seen, self._book.holdback_ms)
            since_ms = min(first.values(), default=None)
            deeds = await rows.did_after(connection, rule.id, rule.version, GOALS[rule.goal], since_ms or 0)
        came = _reached(first, deeds, rule.goal_days * DAY_MS)
        planned = size_of(rule.usual / 100, rule.least / 100)
        told = ask.Measured(since_ms=since_ms, planned=planned, left_out=left_out)
        early = since_ms is None or self._clock.wall_ms() - since_ms < LEAST_MS
        if (held := self._held_share(rule)) > 0:
            groups = {who: HELD_BACK if arm == HELD else SHOWN for who, arm in arm_of.items()}
            weights = {HELD_BACK: round(held * 10_000), SHOWN: round((1 - held) * 10_000)}
            arms, reading = _read(groups, weights, came, planned, early=early)
            told = msgspec.structs.replace(
                told, effect=arms, effect_reason=reading.reason, effect_points=_points(reading.difference)
            )
        drawn = {variant.id: variant.weight for variant in rule.variants if variant.weight}
        if len(drawn) > 1:
            groups = {who: arm for who, arm in arm_of.items() if arm in drawn}
            arms, reading = _read(groups, drawn, came, planned, early=early)
            told = msgspec.structs.replace(
                told, variants=arms, variants_reason=reading.reason, variants_points=_points(reading.difference)
            )
        return told

    def _held_share(self, rule: Rule) -> float:
        """The share of people who are held back, by either holdback."""
        if not rule.segment:
            return 0.0
        return 1 - (1 - self._book.holdback / 100) * (1 - rule.holdback / 100)


def _sorted(seen: Sequence[rows.Row], from_ms: int) -> tuple[dict[str, int], dict[str, str], int]:
    """When each first saw it, and which variant; who saw two is left out of both, and how many those are. Who saw it before
    others were held back (`from_ms`) is on neither side."""
    arms: dict[str, set[str]] = {}
    first: dict[str, int] = {}
    for row in seen:
        arms.setdefault(row["profile"], set()).add(row["variant"])
        first[row["profile"]] = min(row["first_ms"], first.get(row["profile"], row["first_ms"]))
    counted = {profile: variants for profile, variants in arms.items() if first[profile] >= from_ms}
    one = {profile: next(iter(variants)) for profile, variants in counted.items() if len(variants) == 1}
    return {profile: first[profile] for profile in one}, one, len(counted) - len(one)


def _reached(first: Mapping[str, int], deeds: Sequence[tuple[str, int, str]], within_ms: int) -> Came:
    """Who reached the goal after they first saw it, in time."""
    came: Came = {}
    for profile, at_ms, data in deeds:
        seen_ms = first.get(profile)
        if seen_ms is None or not seen_ms < at_ms <= seen_ms + within_ms:
            continue
        behaviour = _decoder.decode(data)
        count, worth = came.get(profile, (0, {}))
        if behaviour.value_minor is not None:
            worth = worth | {behaviour.currency: worth.get(behaviour.currency, 0) + behaviour.value_minor}
        came[profile] = count + 1, worth
    return came


def _read(
    groups: Mapping[str, str], weights: Mapping[str, int], came: Came, planned: int, *, early: bool
) -> tuple[tuple[ask.Arm, ...], Reading]:
    told, arms = [], []
    for name, weight in weights.items():
        people = [profile for profile, arm in groups.items() if arm == name]
        reached = [came[profile] for profile in people if profile in came]
        worth: dict[str, int] = {}
        for _count, each in reached:
            for currency, minor in each.items():
                worth[currency] = worth.get(currency, 0) + minor
        currency, minor = next(iter(worth.items())) if len(worth) == 1 else ("", 0)
        told.append(ask.Arm(id=name, people=len(people), reached=len(reached), value_minor=minor, currency=currency))
        arms.append(Arm(id=name, weight=weight, exposed=len(people), reached=len(reached)))
    return tuple(told), read(arms, planned, early=early)


def _points(difference: tuple[float, float, float] | None) -> tuple[float, float, float] | None:
    return None if difference is None else tuple(round(one * 100, 2) for one in difference)  # type: ignore[return-value]
