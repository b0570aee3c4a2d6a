"""What is counted, whatever people do and in whichever order we hear of it: against counting it all anew."""

import random
from datetime import UTC, date, datetime, timedelta

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from studio.relation.behaviour import Behaviour, in_order
from studio.relation.condition import Condition, Did, Recency, Sequence
from studio.relation.counter import TIMES
from studio.relation.days import DAY_MS, MINUTE_MS
from studio.relation.facts import Facts, Plan, facts_of
from studio.relation.identity import Merge
from tests.studio.relation.anything import (
    JUMPS,
    counts,
    dids,
    doings,
    edge,
    group,
    judged,
    matches,
    moments,
    recencies,
    sequences,
    there,
    zone,
    zone_names,
)

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def day_of(at_ms: int, name: str) -> date:
    """Without our own calendar."""
    return (EPOCH + timedelta(milliseconds=at_ms)).astimezone(there(name)).date()


def recount(asked: Did, behaviours: list[Behaviour], now_ms: int, name: str) -> int:
    """How often it was done, by looking at everything."""
    found = 0
    for one in behaviours:
        if not counts(asked.match, one):
            continue
        if asked.minutes is not None:
            found += now_ms - asked.minutes * MINUTE_MS < one.at_ms
        elif asked.days is not None:
            found += (day_of(now_ms, name) - day_of(one.at_ms, name)).days < asked.days
        else:
            found += 1
    return found


@st.composite
def somebody(draw: st.DrawFn) -> tuple[str, list[Behaviour], int]:
    """A zone, what somebody did there about a jump of its clock or about midnight, and a moment no earlier than that."""
    name = draw(zone_names)
    around_ms = draw(edge(name))
    done = draw(doings(name, around_ms))
    last_ms = max((one.at_ms for one in done), default=around_ms)
    soon = st.sampled_from((0, 1, 59 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS)).map(lambda more: last_ms + more)
    return name, done, draw(soon | moments(name, around_ms, 9).map(lambda at_ms: max(at_ms, last_ms)))


def holds(asked: Did, found: int) -> bool:
    return {"at least": found >= asked.times, "at most": found <= asked.times, "exactly": found == asked.times}[asked.compare]


def about(asked: Did, found: int, more: int) -> Did:
    """The same, of about so many times, which is where answers change."""
    most = 100_000 if asked.minutes is None else TIMES - (asked.compare != "at least")
    return replace(asked, times=min(max(0, found + more), most))


@settings(max_examples=150)
@given(somebody(), dids(matches()), st.sampled_from((-1, 0, 0, 1)))
def test_a_counter_says_what_counting_everything_anew_says(who: tuple[str, list[Behaviour], int], asked: Did, more: int) -> None:
    name, done, now_ms = who
    wanted = recount(asked, done, now_ms, name)
    asked = about(asked, wanted, more)
    found = judged(asked, done, now_ms, name)
    assert found.holds is holds(asked, wanted)
    if asked.minutes is None or wanted <= TIMES:
        assert found.actual == wanted


def days_ago(asked: Recency, done: list[Behaviour], now_ms: int, name: str) -> list[int]:
    """Of each time that counts."""
    return [(day_of(now_ms, name) - day_of(one.at_ms, name)).days for one in done if counts(asked.match, one)]


@settings(max_examples=120)
@given(somebody(), recencies)
def test_recency_is_in_days_of_the_wall(who: tuple[str, list[Behaviour], int], asked: Recency) -> None:
    name, done, now_ms = who
    days = days_ago(asked, done, now_ms, name)
    found = judged(asked, done, now_ms, name)
    if not days:
        assert found.holds is (asked.or_never and asked.compare == "more")
        return
    ago = max(days) if asked.which == "first" else min(days)
    assert (found.holds, found.actual) == (ago < asked.days if asked.compare == "less" else ago > asked.days, ago)


@settings(max_examples=120)
@given(somebody(), dids() | recencies, st.data())
def test_an_answer_changes_by_itself_when_it_is_due_and_not_before(
    who: tuple[str, list[Behaviour], int], asked: Did | Recency, data: st.DataObject
) -> None:
    name, done, now_ms = who
    more = data.draw(st.sampled_from((-1, 0, 0, 1)))
    if isinstance(asked, Did):
        asked = about(asked, recount(asked, done, now_ms, name), more)
    elif days := days_ago(asked, done, now_ms, name):
        asked = replace(asked, days=max(1, (max(days) if asked.which == "first" else min(days)) + more))
    now = judged(asked, done, now_ms, name)
    if now.due_ms is None:
        for day in range(40):
            later_ms = now_ms + day * DAY_MS + data.draw(st.sampled_from((0, 1, DAY_MS - 1)))
            assert judged(asked, done, later_ms, name).holds is now.holds
        return
    assert now.due_ms > now_ms
    for at_ms in (now.due_ms - 1, data.draw(st.integers(now_ms, now.due_ms - 1))):
        assert judged(asked, done, at_ms, name).holds is now.holds
    assert judged(asked, done, now.due_ms, name).holds is not now.holds


def in_sequence(asked: Sequence, done: list[Behaviour]) -> bool:
    """By looking at every pair."""
    firsts, thens = [[one for one in done if one.name in match.names] for match in (asked.first, asked.then)]
    between = [one.at_ms for one in done if asked.without is not None and one.name in asked.without.names]
    return any(
        0 < then.at_ms - first.at_ms <= asked.within_minutes * MINUTE_MS
        and not any(first.at_ms < at_ms < then.at_ms for at_ms in between)
        and (not asked.same_product or set(first.products) & set(then.products))
        for first in firsts
        for then in thens
    )


@settings(max_examples=120)
@given(somebody(), sequences)
def test_a_sequence_is_found_when_any_pair_of_steps_is_one(who: tuple[str, list[Behaviour], int], asked: Sequence) -> None:
    name, done, now_ms = who
    assert judged(asked, done, now_ms, name).holds is in_sequence(asked, done)


# ── facts ────────────────────────────────────────────────────────────────────────────────────────────────────


@st.composite
def plans(draw: st.DrawFn, name: str) -> Plan:
    asked: list[Condition] = draw(st.lists(dids(matches()) | recencies | sequences, max_size=4))
    return Plan(zone(name), asked, [group(draw(st.sampled_from((None, 1, 3))))])


@settings(max_examples=60)
@given(st.data(), zone_names)
def test_facts_are_the_same_one_by_one_and_all_at_once_in_any_order(data: st.DataObject, name: str) -> None:
    done = data.draw(doings(name, data.draw(edge(name))))
    plan = data.draw(plans(name))
    at_once = facts_of(done, plan)
    shuffled = list(done)
    random.Random(len(done)).shuffle(shuffled)
    assert facts_of(shuffled, plan) == at_once
    stored_after = data.draw(st.integers(0, len(done)))
    facts = Facts()
    for number, one in enumerate(in_order(done)):
        if number == stored_after:
            facts = msgspec.msgpack.decode(msgspec.msgpack.encode(facts), type=Facts)
        facts.add(one, plan)
    assert facts == at_once


@settings(max_examples=100)
@given(st.data(), zone_names)
def test_what_is_asked_later_is_counted_as_if_it_had_been_asked_from_the_beginning(data: st.DataObject, name: str) -> None:
    done = data.draw(doings(name, data.draw(edge(name))))
    before, plan = data.draw(plans(name)), data.draw(plans(name))
    more = plan.beyond(before)
    assert (more is not None) == (before.groups == plan.groups)
    if more is not None:
        facts = facts_of(done, before)
        facts.grow(done, more, plan)
        assert facts == facts_of(done, plan)


@settings(max_examples=60)
@given(st.data(), zone_names)
def test_a_split_gives_each_the_facts_they_had(data: st.DataObject, name: str) -> None:
    done = data.draw(doings(name, JUMPS[name][0]))
    plan = data.draw(plans(name))
    whose = {"v1": "anna", "v1-": "anna", "v2": "bo", "v2-": "bo"}

    def facts(profile: str) -> Facts:
        return facts_of([one for one in done if whose[one.visitor] == profile], plan)

    before = {profile: facts(profile) for profile in ("anna", "bo")}
    merge = Merge(id="m", source="bo", into="anna", why="one person", by="staff", at_ms=0, visitors=("v2", "v2-"))
    whose |= dict.fromkeys(merge.visitors, merge.into)
    joined = facts("anna")
    for key in plan.matches:
        apart = [before[profile].counters[key].total for profile in before if key in before[profile].counters]
        assert sum(apart) == (joined.counters[key].total if key in joined.counters else 0)
    assert len(joined.orders) == sum(len(one.orders) for one in before.values())
    whose |= dict.fromkeys(merge.visitors, merge.source)
    assert {profile: facts(profile) for profile in before} == before
