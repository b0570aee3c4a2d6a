"""The acceptance cases of the relation that need no server, by their numbers."""

from datetime import UTC, datetime

import pytest

from studio.relation import experiment, robots
from studio.relation.action import ShowMessage, ShowProduct
from studio.relation.agreement import Choice, holds
from studio.relation.behaviour import Behaviour
from studio.relation.condition import Did, InSegment, Not, Recency, Sequence
from studio.relation.days import DAY_MS, MINUTE_MS
from studio.relation.decide import Decider, Decision, Exposure, Measures, Person, Sellable
from studio.relation.draw import held_back
from studio.relation.evaluate import View, in_segment
from studio.relation.facts import Plan, facts_of
from studio.relation.identity import Identifier, attach
from studio.relation.identity import Person as Somebody
from studio.relation.match import Match, named
from studio.relation.moments import corrected, told
from studio.relation.names import ORDER_COMPLETED, PAGE_VIEWED, PRODUCT_ADDED, PRODUCT_VIEWED, SHOW_WATCHED
from studio.relation.persona import Persona, PersonaGroup, Scores, Scoring, standing
from studio.relation.quiet import held_until_ms
from studio.relation.reason import Reason
from studio.relation.rule import Cap, Rule, Variant, in_order
from studio.relation.segment import Segment
from tests.studio.relation.people import COPENHAGEN, YES, answer, did, item, utc, viewed, wall

NOW = wall("2026-11-05T12:00")


# ── personas ─────────────────────────────────────────────────────────────────────────────────────────────────


def group(lead: int = 35, *, percent: bool = False, threshold: int = 25, expires_days: int | None = None) -> PersonaGroup:
    return PersonaGroup(
        id="who",
        name="Who",
        personas=(Persona(id="calm", name="Calm"), Persona(id="loud", name="Loud")),
        scorings=(
            Scoring(persona="calm", match=Match(names=(PAGE_VIEWED,), page="/calm"), points=10),
            Scoring(persona="calm", match=Match(names=(PAGE_VIEWED,), page="/big"), points=50),
            Scoring(persona="calm", match=Match(names=(PAGE_VIEWED,), page="/small"), points=5),
        ),
        threshold=threshold,
        lead=lead,
        lead_in_percent=percent,
        expires_days=expires_days,
    )


def stands(first: int, second: int, of: PersonaGroup) -> tuple[str, str]:
    found = standing(of, Scores(points={"calm": first, "loud": second}, last_ms=NOW), NOW, COPENHAGEN)
    return found.active, str(found.reason)


def test_case_01_the_lead_is_too_small() -> None:
    assert stands(40, 30, group()) == ("", "10 ahead, 35 needed")


def test_case_02_the_first_is_far_enough_ahead() -> None:
    active, reason = stands(65, 30, group())
    assert active == "calm"
    assert "65 ≥ 25" in reason
    assert "35 ahead" in reason


def test_case_03_one_point_is_missing_and_alone_is_not_far_ahead_either() -> None:
    assert stands(64, 30, group()) == ("", "34 ahead, 35 needed")
    assert stands(30, 0, group()) == ("", "30 ahead, 35 needed")


def test_case_04_without_a_lead_the_threshold_alone_counts() -> None:
    active, reason = stands(24, 0, group(lead=0))
    assert (active, reason) == ("", "24 points, threshold 25")
    assert stands(25, 0, group(lead=0))[0] == "calm"


@pytest.mark.parametrize(("first", "second", "active", "needed"), [(34, 30, "", "7.5"), (40, 30, "calm", ""), (68, 60, "", "15")])
def test_case_05_a_lead_in_per_cent_is_of_the_second(first: int, second: int, active: str, needed: str) -> None:
    found, reason = stands(first, second, group(lead=25, percent=True))
    assert found == active
    if needed:
        assert f"{needed} needed" in reason


def test_case_06_equal_ones_are_nobody() -> None:
    active, reason = stands(40, 40, group(lead=0))
    assert active == ""
    assert "equal" in reason


def test_case_07_points_go_all_at_once_when_there_are_no_new_ones() -> None:
    of = group(lead=0, expires_days=30)
    behaviours = [
        did(PAGE_VIEWED, wall("2026-03-01T10:00"), page="/big"),
        did(PAGE_VIEWED, wall("2026-03-29T10:00"), page="/small"),
    ]
    scores = facts_of(behaviours, Plan(COPENHAGEN, groups=[of])).scores["who"]
    before = standing(of, scores, wall("2026-04-28T23:59"), COPENHAGEN)
    assert (before.active, before.points["calm"]) == ("calm", 55)
    after = standing(of, scores, wall("2026-04-29T00:00"), COPENHAGEN)
    assert (after.active, after.points) == ("", {"calm": 0, "loud": 0})
    assert "last scored 2026-03-29" in str(after.reason)


def test_case_08_an_item_scores_once_a_session() -> None:
    of = group(lead=0)
    first, next_session = wall("2026-11-01T10:00"), wall("2026-11-01T12:00")
    behaviours = [did(PAGE_VIEWED, first + n * 1000, page="/calm") for n in range(20)]
    behaviours.append(did(PAGE_VIEWED, next_session, page="/calm"))
    facts = facts_of(behaviours, Plan(COPENHAGEN, groups=[of]))
    assert facts.scores["who"].points == {"calm": 20}
    assert facts.sessions.count == 2


# ── days ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_case_09_who_is_in_leaves_at_midnight_without_doing_anything() -> None:
    asked = Did(match=Match(names=(PRODUCT_VIEWED,), categories=("skincare",)), times=3, days=7)
    behaviours = [viewed(wall(f"2026-11-{day}")) for day in ("01T23:59", "04T12:00", "07T12:00")]
    inside = answer(asked, behaviours, wall("2026-11-08T00:00") - 1000)
    assert inside.holds
    assert inside.due_ms == wall("2026-11-08T00:00")
    out = answer(asked, behaviours, wall("2026-11-08T00:00"))
    assert out.holds is False
    assert (out.actual, out.needed) == (2, 3)
    assert "2 of 3" in str(out.reason)
    assert "1 left the window" in str(out.reason)


def test_case_10_days_are_the_brands() -> None:
    at_ms = utc("2026-11-01T23:30")
    day = COPENHAGEN.day(at_ms)
    assert COPENHAGEN.weekday(day) == 0
    assert COPENHAGEN.wall(at_ms).isoformat(timespec="minutes") == "2026-11-02T00:30+01:00"


def test_case_11_an_hour_that_comes_twice_is_two_hours() -> None:
    asked = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=60)
    first, then = utc("2026-10-25T00:30"), utc("2026-10-25T01:30")
    assert {COPENHAGEN.wall(at_ms).strftime("%H:%M") for at_ms in (first, then)} == {"02:30"}
    found = answer(asked, [viewed(first), did(PRODUCT_ADDED, then, item("serum"))], NOW)
    assert found.holds
    assert "60 min apart" in str(found.reason)
    assert COPENHAGEN.day(first) == COPENHAGEN.day(then)
    day = COPENHAGEN.day(first)
    assert COPENHAGEN.midnight_ms(day + 1) - COPENHAGEN.midnight_ms(day) == 25 * 3_600_000


@pytest.mark.parametrize(
    ("day", "at", "week"), [("2027-03-28", "2027-03-28T01:00", "2027-W12"), ("2026-10-25", "2026-10-25T00:30", "2026-W43")]
)
def test_case_12_a_weekly_job_runs_once_also_when_the_clock_jumps(day: str, at: str, week: str) -> None:
    before = utc(f"{day}T00:00") - DAY_MS
    due = COPENHAGEN.next_weekly_ms(before, 6, 2, 30)
    assert due == utc(at)
    assert COPENHAGEN.iso_week(due) == week
    assert COPENHAGEN.next_weekly_ms(due, 6, 2, 30) - due > 6 * DAY_MS


# ── moments ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_case_13_a_clock_that_is_two_hours_fast() -> None:
    found = corrected(utc("2026-11-05T14:00:00"), utc("2026-11-05T14:00:05"), utc("2026-11-05T12:00:06"))
    assert found.at_ms == utc("2026-11-05T12:00:01")
    assert str(found.reason) == "The clock was corrected by 1:59:59"
    assert not found.late


def test_case_14_what_waited_keeps_its_time_when_it_is_stamped_again() -> None:
    original, received = utc("2026-11-05T10:00:00"), utc("2026-11-05T13:00:06")
    assert corrected(original, utc("2026-11-05T13:00:05"), received).at_ms == utc("2026-11-05T10:00:01")
    assert corrected(original, utc("2026-11-05T10:00:05"), received).at_ms == utc("2026-11-05T13:00:01")
    assert corrected(original - 2 * DAY_MS, utc("2026-11-05T13:00:05"), received).late


def test_case_15_a_clock_that_cannot_be_right_is_not_believed() -> None:
    received = utc("2026-11-05T12:00")
    later = corrected(received + 5 * MINUTE_MS, received, received)
    far = told(utc("2031-01-01T00:00"), received)
    for found in (later, far, corrected(0, received, received)):
        assert (found.at_ms, found.doubted) == (received, True)
        assert "not believed" in str(found.reason)


# ── what was done ────────────────────────────────────────────────────────────────────────────────────────────


def test_case_18_a_late_first_step_still_comes_first() -> None:
    asked = Sequence(first=named(PRODUCT_VIEWED), then=named(PRODUCT_ADDED), within_minutes=24 * 60, same_product=True)
    added = did(PRODUCT_ADDED, NOW - MINUTE_MS, item("serum"))
    assert answer(asked, [added], NOW).holds is False
    late = viewed(NOW - 2 * 3_600_000, received_ms=NOW + MINUTE_MS)
    found = answer(asked, [added, late], NOW + 2 * MINUTE_MS)
    assert found.holds
    assert str(found.reason).count("2026-11-05") == 2
    assert answer(asked, [did(PRODUCT_ADDED, NOW - 3 * 3_600_000, item("serum")), late], NOW).holds is False
    assert answer(asked, [added, viewed(NOW - 3_600_000, "cream")], NOW).holds is False


def test_case_19_none_is_at_most_five() -> None:
    match = named(ORDER_COMPLETED)
    for asked in (
        Did(match=match, compare="at most", times=5),
        Did(match=match, compare="exactly", times=0),
        Did(match=match, compare="at least", times=0),
    ):
        found = answer(asked, [viewed(NOW)], NOW)
        assert found.holds
        assert found.actual == 0


def test_case_20_who_may_not_be_known_has_not_done_nothing() -> None:
    asked = Did(match=named(ORDER_COMPLETED), compare="exactly", times=0, days=90)
    found = answer(asked, [], NOW, agreed=frozenset())
    assert found.holds is None
    assert "not known (no consent)" in str(found.reason)
    assert answer(Not(of=asked), [], NOW, agreed=frozenset()).holds is None
    assert answer(asked, [], NOW, agreed=frozenset({"analytics"})).holds is None


def test_case_21_whoever_watches_is_there() -> None:
    watched = [did(SHOW_WATCHED, NOW + n * MINUTE_MS) for n in range(90) if not 30 < n < 50]
    assert facts_of(watched, Plan(COPENHAGEN)).sessions.count == 1
    assert facts_of([*watched, viewed(NOW + 121 * MINUTE_MS)], Plan(COPENHAGEN)).sessions.count == 2


def test_a_session_is_cut_neither_at_midnight_nor_by_a_campaign_but_after_twelve_hours() -> None:
    begins = wall("2026-11-05T23:50")
    over = [viewed(begins + n * 20 * MINUTE_MS) for n in range(3)]
    assert facts_of(over, Plan(COPENHAGEN)).sessions.count == 1
    long = [viewed(begins + n * 20 * MINUTE_MS) for n in range(37)]
    assert facts_of(long, Plan(COPENHAGEN)).sessions.count == 2


# ── who it is ────────────────────────────────────────────────────────────────────────────────────────────────


def test_case_22_a_robot_says_so_or_is_steered() -> None:
    google = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
    kind, reason = robots.of_agent(google, webdriver=False)
    assert kind == "robot"
    assert "robot" in str(reason)
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
    assert robots.of_agent(chrome, webdriver=True)[0] == "robot"
    assert robots.of_agent(chrome, webdriver=False)[0] == "person"


def test_case_23_too_many_views_in_a_day() -> None:
    begins = wall("2026-11-05T08:00")
    facts = facts_of([viewed(begins + n * 60_000, number=n) for n in range(251)], Plan(COPENHAGEN))
    kind, reason = robots.of_views(max(facts.views.values()), facts.views_a_minute)
    assert kind == "likely"
    assert "251 > 250" in str(reason)
    assert robots.of_views(250, 60)[0] == "person"
    assert robots.of_views(61, 61)[0] == "likely"


def test_case_27_marketing_is_what_the_owner_of_the_address_said_last() -> None:
    yes = Choice(purpose="marketing", given=True, at_ms=utc("2026-05-01T00:00"), by="a")
    no = Choice(purpose="marketing", given=False, at_ms=utc("2026-05-03T00:00"), by="b")
    found = holds("marketing", [yes, no])
    assert not found.given
    assert "latest by the owner" in str(found.reason)
    earlier = Choice(purpose="marketing", given=False, at_ms=utc("2026-04-03T00:00"), by="b")
    assert holds("marketing", [yes, earlier]).given


def test_case_28_a_no_of_either_wins_until_they_are_asked() -> None:
    no = Choice(purpose="personalisation", given=False, at_ms=utc("2026-05-01T00:00"), by="a")
    yes = Choice(purpose="personalisation", given=True, at_ms=utc("2026-05-03T00:00"), by="b")
    found = holds("personalisation", [no, yes])
    assert not found.given
    assert found.ask_again
    assert "no wins until asked" in str(found.reason)
    again = Choice(purpose="personalisation", given=True, at_ms=utc("2026-05-05T00:00"), by="a")
    assert holds("personalisation", [no, yes, again]).given


def test_case_30_another_customer_on_the_same_browser_is_a_new_visitor() -> None:
    anna = Somebody(profile="p1", visitors=frozenset({"v1"}), identifiers=frozenset({("customer", "anna")}))
    found = attach(Identifier(kind="customer", value="bo", proof="login"), anna, None)
    assert (found.do, found.notice) == ("fresh", True)
    assert "token is another customer's" in str(found.reason)


def test_case_31_only_who_confirms_is_attached() -> None:
    device1, device2 = (Somebody(profile=name, visitors=frozenset({name})) for name in ("p1", "p2"))
    for device in (device1, device2):
        assert attach(Identifier(kind="email", value="a@b.dk", proof="typed"), device, None).do == "wait"
    found = attach(Identifier(kind="email", value="a@b.dk", proof="link"), device2, None)
    assert (found.do, found.into) == ("attach", "p2")
    assert "confirmed by link" in str(found.reason)


def test_case_32_counts_of_one_person_are_counted_together() -> None:
    asked = Did(match=named(ORDER_COMPLETED), compare="exactly", times=1)
    one = did(ORDER_COMPLETED, NOW - DAY_MS, item("serum"), order="1001", visitor="v1")
    other = did(ORDER_COMPLETED, NOW - 2 * DAY_MS, item("oil"), order="1002", visitor="v2")
    assert answer(asked, [one], NOW).holds
    found = answer(asked, [one, other], NOW)
    assert found.holds is False
    assert "2, needed 1" in str(found.reason)


def test_case_36_a_segment_that_is_off_holds_for_nobody_also_not_with_not() -> None:
    off = Segment(id="s", name="Serums", condition=Did(match=named(PRODUCT_VIEWED)), on=False)
    view = View(now_ms=NOW, zone=COPENHAGEN, facts=facts_of([viewed(NOW)], Plan(COPENHAGEN)), agreed=YES, segments={"s": off})
    found = in_segment(off, view)
    assert (found.holds, found.broken) == (None, True)
    assert "segment is off" in str(found.reason)
    for inside in (True, False):
        assert in_segment(Segment(id="t", name="T", condition=InSegment(segment="s", inside=inside)), view).holds is None
    assert in_segment(Segment(id="t", name="T", condition=InSegment(segment="gone", inside=False)), view).holds is None


# ── rules ────────────────────────────────────────────────────────────────────────────────────────────────────

LOOKED = Segment(id="looked", name="Looked at serums", condition=Did(match=named(PRODUCT_VIEWED)))


def rule(name: str, product: str = "", **fields: object) -> Rule:
    action = ShowProduct(id=product) if product else ShowMessage(text=name)
    plain = {"segment": "looked", "slot": "banner"} | fields
    return Rule(id=name, name=name, variants=(Variant(id="a", action=action),), **plain)  # type: ignore[arg-type]


def decide(
    rules: list[Rule], now_ms: int = NOW, *, sold_out: frozenset[str] = frozenset(), holdback: float = 0, **person: object
) -> Decision:
    view = View(
        now_ms=now_ms,
        zone=COPENHAGEN,
        facts=facts_of([viewed(NOW - DAY_MS)], Plan(COPENHAGEN, [LOOKED.condition])),
        agreed=YES,
        segments={"looked": LOOKED},
    )
    sold = Sellable(ok=False, reason=Reason("sold out"))
    decider = Decider(
        in_order(rules), Measures(salt="s", holdback=holdback), lambda product: sold if product in sold_out else Sellable(ok=True)
    )
    return decider.decide(["banner"], view, Person(profile="p", **person))["banner"]  # type: ignore[arg-type]


def test_case_37_a_cap_counts_the_person_over_their_devices() -> None:
    day = COPENHAGEN.day(NOW)
    shown = [Exposure(rule="r", day=day - 2, device="phone"), Exposure(rule="r", day=day - 1, device="phone")]
    capped = rule("r", cap=Cap(times=3, days=7))
    assert decide([capped], exposures=shown).rule == "r"
    found = decide([capped], exposures=[*shown, Exposure(rule="r", day=day, device="laptop")])
    assert found.rule == ""
    assert found.stopped[0].gate == "cap"
    assert "2 phone + 1 laptop" in str(found.reason)
    first_leaves = COPENHAGEN.midnight_ms(day - 2 + 7)
    later = [*shown, Exposure(rule="r", day=day, device="laptop")]
    assert decide([capped], first_leaves, exposures=later).rule == "r"
    assert decide([capped], first_leaves - 1000, exposures=later).until_ms == first_leaves


def test_case_38_what_ends_comes_first_and_what_is_sold_out_is_passed_over() -> None:
    core = rule("core", "cream")
    november = rule("november", "serum", ends="2026-12-01T00:00")
    assert decide([core, november]).rule == "november"
    found = decide([core, november], sold_out=frozenset({"serum"}))
    assert found.rule == "core"
    assert ("product", "sold out") in [(stop.gate, str(stop.reason)) for stop in found.stopped]
    assert decide([core, november]).rule == "november"
    assert decide([core, november], wall("2026-11-30T23:59")).rule == "november"
    ended = decide([core, november], wall("2026-12-01T00:00"))
    assert ended.rule == "core"
    assert "ended 2026-12-01 00:00" in str(ended.stopped[0].reason)
    assert str(decide([core, november], holdback=100).reason) == "held back"


def test_case_38_who_is_held_back_is_so_on_every_device() -> None:
    people = [f"p{n}" for n in range(20_000)]
    share = sum(held_back("salt", one, 10) for one in people) / len(people)
    assert share == pytest.approx(0.1, abs=0.01)
    assert all(held_back("salt", one, 10) == held_back("salt", one, 10) for one in people[:100])


def test_case_39_a_wrong_split_is_flagged_and_who_saw_both_is_out() -> None:
    arms = [
        experiment.Arm(id="a", weight=1, exposed=5200, reached=200),
        experiment.Arm(id="b", weight=1, exposed=4800, reached=260),
    ]
    found = experiment.read(arms, 4000)
    assert found.flagged
    assert found.chi2 == pytest.approx(16)
    assert found.p < 0.001
    assert found.winner == ""
    assert "200 too many" in str(found.reason)
    seen = {
        "p1": [Exposure(rule="r", day=1, variant="a"), Exposure(rule="r", day=2, variant="b")],
        "p2": [Exposure(rule="r", day=1, variant="a")],
    }
    counted, out = experiment.arms_of(seen, "r", {"a": 1, "b": 1})
    assert [arm.exposed for arm in counted] == [1, 0]
    assert out == ["p1"]


def test_a_test_names_no_winner_before_its_size_is_reached() -> None:
    assert experiment.size_of(0.03, 0.006) == 12_934
    arms = [experiment.Arm(id=name, weight=1, exposed=6000, reached=reached) for name, reached in (("a", 180), ("b", 260))]
    assert experiment.read(arms, 12_934).winner == ""
    assert "6000 of 12934" in str(experiment.read(arms, 12_934).reason)
    enough = experiment.read(arms, 6000)
    assert enough.winner == "b"
    assert enough.difference is not None
    assert enough.difference[1] > 0


# ── more of their kind ───────────────────────────────────────────────────────────────────────────────────────


def test_recency_is_neither_for_who_never_did() -> None:
    match = named(ORDER_COMPLETED)
    assert answer(Recency(match=match, compare="less", days=5), [], NOW).holds is False
    assert answer(Recency(match=match, compare="more", days=5), [], NOW).holds is False
    assert answer(Recency(match=match, compare="more", days=5, or_never=True), [], NOW).holds
    bought: list[Behaviour] = [did(ORDER_COMPLETED, wall("2026-11-01T12:00"), item("serum"), order="1")]
    for day, less, more in ((5, True, False), (6, False, False), (7, False, True)):
        at_ms = wall(f"2026-11-{day:02d}T12:00")
        assert answer(Recency(match=match, compare="less", days=5), bought, at_ms).holds is less
        assert answer(Recency(match=match, compare="more", days=5), bought, at_ms).holds is more


def test_the_quiet_hours_are_those_of_the_wall() -> None:
    assert held_until_ms(wall("2026-11-05T22:30"), COPENHAGEN) == wall("2026-11-06T08:00")
    assert held_until_ms(wall("2026-11-05T07:59"), COPENHAGEN) == wall("2026-11-05T08:00")
    assert held_until_ms(wall("2026-11-05T20:59"), COPENHAGEN) == wall("2026-11-05T20:59")
    assert datetime.fromtimestamp(held_until_ms(wall("2026-10-24T23:00"), COPENHAGEN) / 1000, UTC).hour == 7
