"""Who somebody is most like: points towards a few personas, of which at most one is active; steps of a journey are the same.

The arithmetic is Umbraco Engage's (documentation 17/18, *scoring explained*, *persona and customer journey group settings*).
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from studio.i18n import N_
from studio.relation.behaviour import Behaviour
from studio.relation.days import Zone
from studio.relation.match import Match
from studio.relation.reason import Reason

Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$(?!\n)")]
SESSIONS = 20
"""Of so many of somebody's newest sessions it is known what has scored in them."""


class Persona(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Somebody one could be like; in a journey, a step."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]


class Scoring(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What gives points: behaviours that match, each item once a session."""

    persona: Id
    match: Match
    points: Annotated[int, Meta(ge=-100, le=100)]


class PersonaGroup(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`lead`: by how much the first must be ahead of the second, in points, or in per cent of the second. All points go when
    there were no new ones for `expires_days`."""

    id: Id
    name: Annotated[str, Meta(min_length=1, max_length=80)]
    kind: Literal["persona", "journey"] = "persona"
    personas: Annotated[tuple[Persona, ...], Meta(min_length=1, max_length=10)]
    scorings: Annotated[tuple[Scoring, ...], Meta(max_length=200)] = ()
    threshold: Annotated[int, Meta(ge=0, le=10_000)] = 25
    lead: Annotated[int, Meta(ge=0, le=10_000)] = 35
    lead_in_percent: bool = False
    expires_days: Annotated[int, Meta(ge=1, le=3650)] | None = None


class Scores(Struct, omit_defaults=True):
    """Somebody's points in a group."""

    points: dict[str, int] = field(default_factory=dict)
    last_ms: int | None = None
    scored: dict[str, list[str]] = field(default_factory=dict)
    """By session, what has scored in it."""

    def add(self, group: PersonaGroup, behaviour: Behaviour, session: str, zone: Zone) -> None:
        """Somebody did something in a session, which may score in the group; behaviours come in order."""
        for number, scoring in enumerate(group.scorings):
            if not scoring.match.of(behaviour):
                continue
            item = f"{number} {' '.join(behaviour.products) or behaviour.page}"
            done = self.scored.setdefault(session, [])
            if item in done:
                continue
            done.append(item)
            while len(self.scored) > SESSIONS:
                del self.scored[next(iter(self.scored))]
            self._score(group, scoring, behaviour.at_ms, zone)

    def _score(self, group: PersonaGroup, scoring: Scoring, at_ms: int, zone: Zone) -> None:
        if self.expired(group, at_ms, zone):
            self.points = {}
        self.points[scoring.persona] = self.points.get(scoring.persona, 0) + scoring.points
        self.last_ms = at_ms

    def expires_ms(self, group: PersonaGroup, zone: Zone) -> int | None:
        """When all points go, unless there are new ones."""
        if group.expires_days is None or self.last_ms is None:
            return None
        return zone.midnight_ms(zone.day(self.last_ms) + group.expires_days + 1)

    def expired(self, group: PersonaGroup, now_ms: int, zone: Zone) -> bool:
        """Whether they have gone."""
        at_ms = self.expires_ms(group, zone)
        return at_ms is not None and now_ms >= at_ms


class Standing(Struct, frozen=True, kw_only=True):
    """Where somebody stands in a group. `active` is empty while it is nobody."""

    active: str
    points: dict[str, int]
    reason: Reason


def standing(group: PersonaGroup, scores: Scores | None, now_ms: int, zone: Zone) -> Standing:
    """Who is active: the highest, if it has reached the threshold and is far enough ahead; equal ones are nobody."""
    points = {persona.id: 0 for persona in group.personas}
    if scores is not None and scores.expired(group, now_ms, zone):
        day = zone.wall(scores.last_ms or 0).date().isoformat()
        return Standing(active="", points=points, reason=Reason(N_("last scored {day}"), {"day": day}))
    points |= {name: value for name, value in (scores.points if scores else {}).items() if name in points}
    (first, best), *others = sorted(points.items(), key=lambda item: -item[1])
    second = others[0][1] if others else 0
    if best < group.threshold:
        reason = Reason(N_("{points} points, threshold {threshold}"), {"points": best, "threshold": group.threshold})
        return Standing(active="", points=points, reason=reason)
    if others and best == others[0][1]:
        return Standing(active="", points=points, reason=Reason(N_("equal: {points} points each"), {"points": best}))
    needed = max(0, second) * group.lead / 100 if group.lead_in_percent else float(group.lead)
    ahead = best - second
    facts = {"points": best, "threshold": group.threshold, "ahead": ahead, "needed": needed}
    if ahead < needed:
        return Standing(active="", points=points, reason=Reason(N_("{ahead} ahead, {needed} needed"), facts))
    return Standing(active=first, points=points, reason=Reason(N_("{points} ≥ {threshold}, {ahead} ahead"), facts))
