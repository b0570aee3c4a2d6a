"""Whether a condition holds for somebody at a moment; why, and when that will change by itself.

An answer is yes, no, or *cannot be known*: where somebody agreed to nothing, or a condition is broken, the contrary is not known
either.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any as Whatever

from msgspec import Struct

from studio.i18n import N_
from studio.relation import condition as kinds
from studio.relation.condition import Condition
from studio.relation.counter import Counter
from studio.relation.days import MINUTE_MS, Zone
from studio.relation.facts import Facts
from studio.relation.match import below
from studio.relation.names import IN_WORDS
from studio.relation.persona import PersonaGroup, standing
from studio.relation.reason import Reason, Values
from studio.relation.segment import Segment

MS = timedelta(milliseconds=1)


class Watching(Struct, frozen=True, kw_only=True):
    """Somebody watches a show now."""

    show: str
    seconds: int = 0
    pins: frozenset[str] = frozenset()
    part: str = "live"


class View(Struct, frozen=True, kw_only=True):
    """Whom we look at, and when. `facts` is None where nothing is known; `agreed` are the purposes that they agree to at this
    moment."""

    now_ms: int
    zone: Zone
    facts: Facts | None = None
    agreed: frozenset[str] = frozenset()
    props: Mapping[str, str] = {}
    segments: Mapping[str, Segment] = {}
    groups: Mapping[str, PersonaGroup] = {}
    rfm: tuple[int, int, int] | None = None
    rfm_due_ms: int | None = None
    """When that changes though nothing is bought."""
    live: Watching | None = None

    @property
    def known(self) -> Facts | None:
        """What may be used about them now."""
        return self.facts if {"analytics", "personalisation"} <= self.agreed else None


class Verdict(Struct, frozen=True, kw_only=True):
    """`holds` None: it cannot be known. `due_ms`: when the answer changes though nothing happens. `broken`: it can hold for
    nobody, whatever they do."""

    holds: bool | None
    reason: Reason
    needed: float | None = None
    actual: float | None = None
    due_ms: int | None = None
    broken: bool = False
    parts: tuple["Verdict", ...] = ()


UNKNOWN = Verdict(holds=None, reason=Reason(N_("not known (no consent)")))


def evaluate(condition: Condition, view: View) -> Verdict:
    """The answer."""
    return _ANSWERS[type(condition)](condition, view)


def in_segment(segment: Segment, view: View) -> Verdict:
    """Whether somebody is in a segment."""
    if not segment.on:
        return Verdict(holds=None, reason=Reason(N_("segment is off: {name}"), {"name": segment.name}), broken=True)
    return evaluate(segment.condition, view)


# ── what was done ────────────────────────────────────────────────────────────────────────────────────────────


def _did(asked: kinds.Did, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    counter = facts.counters.get(asked.match.key, Counter())
    leaves = _leaves(asked, counter, view)
    count = counter.total if asked.days is None and asked.minutes is None else sum(number for _, number in leaves)
    holds = _compared(asked, count)
    values: Values = {"actual": count, "needed": asked.times, "what": _what(asked)}
    words = {
        "at least": N_("{what}: {actual} of {needed}"),
        "at most": N_("{what}: {actual}, at most {needed}"),
        "exactly": N_("{what}: {actual}, needed {needed}"),
    }
    gone = counter.total - count
    reason = Reason(words[asked.compare], values)
    if not holds and gone and asked.compare == "at least":
        reason = Reason(N_("{before}; {gone} left the window"), {"before": reason, "gone": gone})
    return Verdict(holds=holds, reason=reason, needed=asked.times, actual=count, due_ms=_flips_ms(asked, leaves, count))


def _leaves(asked: kinds.Did, counter: Counter, view: View) -> list[tuple[int, int]]:
    """When what is in the window leaves it, and how much then; oldest first."""
    if asked.minutes is not None:
        length_ms = asked.minutes * MINUTE_MS
        inside = [at_ms for at_ms in counter.times if view.now_ms - length_ms < at_ms <= view.now_ms]
        return [(at_ms + length_ms, 1) for at_ms in inside]
    if asked.days is None:
        return []
    today, zone = view.zone.day(view.now_ms), view.zone
    inside_days = sorted(day for day in counter.days if day > today - asked.days)
    return [(zone.midnight_ms(day + asked.days), counter.days[day]) for day in inside_days]


def _flips_ms(asked: kinds.Did, leaves: list[tuple[int, int]], count: int) -> int | None:
    """When the answer changes though nothing happens; what leaves at the same moment leaves at once."""
    holds, together = _compared(asked, count), dict[int, int]()
    for at_ms, number in leaves:
        together[at_ms] = together.get(at_ms, 0) + number
    for at_ms, number in together.items():
        count -= number
        if _compared(asked, count) != holds:
            return at_ms
    return None


def _compared(asked: kinds.Did, count: int) -> bool:
    if asked.compare == "at least":
        return count >= asked.times
    return count <= asked.times if asked.compare == "at most" else count == asked.times


def _what(asked: kinds.Did | kinds.Recency) -> Reason:
    match = asked.match
    words = Reason(IN_WORDS.get(match.names[0], match.names[0]))
    for name in match.names[1:]:
        words = Reason("{one}, {other}", {"one": words, "other": Reason(IN_WORDS.get(name, name))})
    about = ", ".join((*match.products, *match.categories, *match.brands, *match.shows))
    return Reason("{what} ({about})", {"what": words, "about": about}) if about else words


def _recency(asked: kinds.Recency, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    counter = facts.counters.get(asked.match.key, Counter())
    at_ms = counter.first_ms if asked.which == "first" else counter.last_ms
    if at_ms is None:
        never = asked.or_never and asked.compare == "more"
        return Verdict(holds=never, reason=Reason(N_("{what}: never"), {"what": _what(asked)}), needed=asked.days)
    day, today = view.zone.day(at_ms), view.zone.day(view.now_ms)
    ago = today - day
    holds = ago < asked.days if asked.compare == "less" else ago > asked.days
    flips = day + asked.days + (asked.compare == "more")
    due_ms = view.zone.midnight_ms(flips) if flips > today else None
    values: Values = {"what": _what(asked), "actual": ago, "needed": asked.days}
    return Verdict(
        holds=holds,
        reason=Reason(N_("{what}: {actual} days ago ({needed})"), values),
        needed=asked.days,
        actual=ago,
        due_ms=due_ms,
    )


def _sequence(asked: kinds.Sequence, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    steps = facts.sequences.get(asked.key)
    pair = steps.found(asked.within_minutes * MINUTE_MS) if steps else None
    if pair is None:
        return Verdict(
            holds=False, reason=Reason(N_("not one after the other within {minutes} min"), {"minutes": asked.within_minutes})
        )
    first, then = (view.zone.wall(at_ms).strftime("%Y-%m-%d %H:%M") for at_ms in pair)
    apart = round((pair[1] - pair[0]) / MINUTE_MS, 1)
    values: Values = {"first": first, "then": then, "minutes": apart}
    return Verdict(holds=True, reason=Reason(N_("{first}, then {then}: {minutes} min apart"), values), actual=apart)


# ── what somebody is ─────────────────────────────────────────────────────────────────────────────────────────


def _property(asked: kinds.Property, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    value = _value(asked.name, facts, view)
    values = {"name": asked.name, "actual": value, "needed": asked.value}
    if asked.compare == "is empty":
        return Verdict(holds=value == "", reason=Reason(N_("{name} is “{actual}”"), values))
    if asked.value == "":
        return Verdict(holds=None, reason=Reason(N_("it asks for nothing")), broken=True)
    if value == "":
        return Verdict(holds=False, reason=Reason(N_("{name} is not known"), values))
    have, want = value.casefold(), asked.value.casefold()
    answers: dict[str, Callable[[], bool]] = {
        "is": lambda: have == want,
        "is not": lambda: have != want,
        "contains": lambda: want in have,
        "begins with": lambda: have.startswith(want),
        "at least": lambda: _number(have) >= _number(want),
        "at most": lambda: _number(have) <= _number(want),
    }
    return Verdict(holds=answers[asked.compare](), reason=Reason(N_("{name} is “{actual}”"), values))


def _value(name: str, facts: Facts, view: View) -> str:
    touch = {"campaign": "campaign", "utm source": "source", "utm medium": "medium", "referrer": "referrer"}
    if name in touch:
        return str(getattr(facts.touch_last, touch[name], "") or "")
    if name.startswith("first ") and name[6:] in touch:
        return str(getattr(facts.touch_first, touch[name[6:]], "") or "")
    if name == "sessions":
        return str(facts.sessions.count)
    if name == "orders":
        return str(len(facts.orders))
    return view.props.get(name, "") or facts.props.get(name, "")


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")


def _time(asked: kinds.TimeOfDay, view: View) -> Verdict:
    wall = view.zone.wall(view.now_ms)
    minute = wall.hour * 60 + wall.minute
    begins, ends = (int(text[:2]) * 60 + int(text[3:]) for text in (asked.begins, asked.ends))
    over = ends <= begins
    inside = begins <= minute < ends if not over else minute >= begins or minute < ends
    day = wall.weekday() if not (over and minute < ends) else (wall.weekday() - 1) % 7
    holds = inside and (not asked.weekdays or day in asked.weekdays)
    values = {"now": wall.strftime("%H:%M"), "begins": asked.begins, "ends": asked.ends}
    return Verdict(
        holds=holds, reason=Reason(N_("it is {now} (from {begins} to {ends})"), values), due_ms=_next_edge_ms(view, begins, ends)
    )


def _next_edge_ms(view: View, begins: int, ends: int) -> int:
    """When the clock on the wall next passes one of the two, or midnight; or is put forward or back, before that."""
    zone, now_ms = view.zone, view.now_ms
    wall = zone.wall(now_ms).replace(tzinfo=None)
    today = wall.replace(hour=0, minute=0, second=0, microsecond=0)
    edges = [today + timedelta(days=day, minutes=minute) for day in (0, 1) for minute in (begins, ends, 0)]
    edge_ms = now_ms + min((edge - wall) // MS for edge in edges if edge > wall)
    return zone.jump_ms(now_ms, edge_ms) or edge_ms


def _consented(asked: kinds.Consented, view: View) -> Verdict:
    given = asked.purpose in view.agreed
    words = N_("agrees to {purpose}") if given else N_("does not agree to {purpose}")
    return Verdict(holds=given == asked.given, reason=Reason(words, {"purpose": asked.purpose}))


def _affinity(asked: kinds.Affinity, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    liking = facts.likings.of(asked.of)
    wanted = asked.value.casefold()
    percent = 100 * sum(share for what, share in liking.best(10_000) if _likes(asked.of, what, wanted))
    values: Values = {"value": asked.value, "actual": round(percent), "needed": asked.percent}
    return Verdict(
        holds=percent >= asked.percent,
        reason=Reason(N_("{value}: {actual} % of what they like, {needed} % needed"), values),
        needed=asked.percent,
        actual=round(percent, 1),
    )


def _likes(kind: str, what: str, wanted: str) -> bool:
    return below(what, wanted) if kind == "category" else what == wanted


def _persona(asked: kinds.InPersona, view: View) -> Verdict:
    if (facts := view.known) is None:
        return UNKNOWN
    group = view.groups.get(asked.group)
    if group is None or asked.persona not in {persona.id for persona in group.personas}:
        name = f"{asked.group}/{asked.persona}"
        return Verdict(holds=None, reason=Reason(N_("there is no persona {name}"), {"name": name}), broken=True)
    scores = facts.scores.get(asked.group)
    now = standing(group, scores, view.now_ms, view.zone)
    due_ms = scores.expires_ms(group, view.zone) if scores is not None and now.active else None
    return Verdict(holds=now.active == asked.persona, reason=now.reason, actual=now.points.get(asked.persona), due_ms=due_ms)


def _rfm(asked: kinds.Rfm, view: View) -> Verdict:
    if view.known is None:
        return UNKNOWN
    if view.rfm is None:
        return Verdict(holds=False, reason=Reason(N_("bought nothing within a year")))
    wanted = (asked.recency, asked.frequency, asked.money)
    holds = all(need is None or have == need for need, have in zip(wanted, view.rfm, strict=True))
    reason = Reason(N_("R{r} F{f} M{m}"), dict(zip("rfm", view.rfm, strict=True)))
    return Verdict(holds=holds, reason=reason, due_ms=view.rfm_due_ms)


def _other(asked: kinds.InSegment, view: View) -> Verdict:
    segment = view.segments.get(asked.segment)
    if segment is None:
        return Verdict(holds=None, reason=Reason(N_("there is no segment {name}"), {"name": asked.segment}), broken=True)
    found = in_segment(segment, view)
    holds = None if found.holds is None else found.holds == asked.inside
    reason = Reason(N_("{name}: {why}"), {"name": segment.name, "why": found.reason})
    return Verdict(holds=holds, reason=reason, due_ms=found.due_ms, broken=found.broken, parts=(found,))


def _live(asked: kinds.Live, view: View) -> Verdict:
    if (live := view.live) is None:
        return Verdict(holds=False, reason=Reason(N_("watches no show now")))
    if asked.part and live.part != asked.part:
        return Verdict(holds=False, reason=Reason(N_("watches {part}"), {"part": live.part}))
    if asked.seen_pin and asked.seen_pin not in live.pins:
        return Verdict(holds=False, reason=Reason(N_("has not seen {product}"), {"product": asked.seen_pin}))
    values = {"actual": live.seconds, "needed": asked.seconds}
    due_ms = view.now_ms + (asked.seconds - live.seconds) * 1000 if live.seconds < asked.seconds else None
    return Verdict(
        holds=live.seconds >= asked.seconds,
        reason=Reason(N_("watches for {actual} s, {needed} s needed"), values),
        needed=asked.seconds,
        actual=live.seconds,
        due_ms=due_ms,
    )


# ── together ─────────────────────────────────────────────────────────────────────────────────────────────────


def _all(asked: kinds.All, view: View) -> Verdict:
    found = tuple(evaluate(part, view) for part in asked.of)
    if not found:
        return Verdict(holds=None, reason=Reason(N_("it asks for nothing")), broken=True)
    stops = [one for one in found if one.holds is False] or [one for one in found if one.holds is None]
    holds = True if not stops else stops[0].holds
    return _together(found, holds, stops[0] if stops else found[0], all(one.holds for one in found))


def _any(asked: kinds.Any, view: View) -> Verdict:
    found = tuple(evaluate(part, view) for part in asked.of)
    if not found:
        return Verdict(holds=None, reason=Reason(N_("it asks for nothing")), broken=True)
    helps = [one for one in found if one.holds]
    unknown = [one for one in found if one.holds is None]
    holds = True if helps else None if unknown else False
    return _together(found, holds, (helps or unknown or list(found))[0], bool(helps))


def _together(found: tuple[Verdict, ...], holds: bool | None, speaks: Verdict, whole: bool) -> Verdict:
    """Where all of them count the reason names all of them, else the one that decides. With a broken one it holds for nobody."""
    if (broken := next((one for one in found if one.broken), None)) is not None:
        return Verdict(holds=None, reason=broken.reason, broken=True, parts=found)
    reason = speaks.reason
    if whole and len(found) > 1 and holds:
        for other in found:
            if other is not speaks and other.holds:
                reason = Reason("{one}; {other}", {"one": reason, "other": other.reason})
    return Verdict(
        holds=holds,
        reason=reason,
        due_ms=_earliest(found),
        parts=found,
    )


def _not(asked: kinds.Not, view: View) -> Verdict:
    found = evaluate(asked.of, view)
    holds = None if found.holds is None else not found.holds
    reason = Reason(N_("not: {why}"), {"why": found.reason})
    return Verdict(holds=holds, reason=reason, due_ms=found.due_ms, broken=found.broken, parts=(found,))


def _earliest(found: Iterable[Verdict]) -> int | None:
    return min((one.due_ms for one in found if one.due_ms is not None), default=None)


_ANSWERS: dict[type[Condition], Callable[[Whatever, View], Verdict]] = {
    kinds.Did: _did,
    kinds.Recency: _recency,
    kinds.Sequence: _sequence,
    kinds.Property: _property,
    kinds.TimeOfDay: _time,
    kinds.Consented: _consented,
    kinds.Affinity: _affinity,
    kinds.InPersona: _persona,
    kinds.Rfm: _rfm,
    kinds.InSegment: _other,
    kinds.Live: _live,
    kinds.All: _all,
    kinds.Any: _any,
    kinds.Not: _not,
}
