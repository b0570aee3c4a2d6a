"""The demo's week of made-up visitors, told to a real server."""

from studio import demo_week
from studio.clock import MonotonicClock
from studio.commands import Command
from studio.queries.relation import RuleMeasured
from studio.relation.agreement import PURPOSES
from studio.server.app import ShowServer
from tests.fakes import until
from tests.server.fakes import PushedClock
from tests.server.relation.shop import BY


async def test_segments_and_rules_are_alive_in_the_first_minute(server: ShowServer, hands: PushedClock) -> None:
    async def execute(command: Command) -> object:
        return await server.link.brand.execute(command, BY)

    await demo_week.tell(server.url, execute, hands.wall_ms())
    hands.push(6)
    branch = server.relation.controller.branch

    def sizes() -> dict[str, int]:
        return {now.segment.id: now.size for now in branch.state.segments}

    await until(lambda: branch.state.waiting == 0 and sum(sizes().values()) > 0 and branch.state.profiles == demo_week.VISITORS)
    assert all(0 < size < demo_week.VISITORS / 2 for size in sizes().values()), sizes()
    (home, thanks) = branch.state.rules
    await until(lambda: sum(branch.state.rules[0].shown.values()) + branch.state.rules[0].held == sizes()["serum"])
    home = branch.state.rules[0]  # each of them was shown it, or held back from it
    shown = sum(home.shown.values())
    assert sum(home.clicked.values()) == -(-shown // 3) > 0
    measured = await server.link.brand.execute(RuleMeasured(rule="serum-home"), BY)
    reached = {arm.id: arm.reached for arm in measured.effect if arm.id == "shown"}
    assert reached == ({"shown": sum(home.clicked.values())} if home.held else {}), "beside whom nobody was held back: nothing"
    assert (home.problem, thanks.problem) == ("", "")


async def test_a_server_that_goes_away_meanwhile_is_no_fault_of_the_demo() -> None:
    async def execute(command: Command) -> object:
        raise AssertionError

    await demo_week.tell("http://127.0.0.1:1", execute, MonotonicClock().wall_ms())


def test_the_people_are_the_same_each_time_and_not_all_of_one_kind() -> None:
    shop = demo_week.products()
    people = list(demo_week.visitors(shop))
    assert people == list(demo_week.visitors(shop))
    assert len(people) == demo_week.VISITORS
    assert {purpose: {one.choices[purpose] for one in people} for purpose in PURPOSES if purpose != "analytics"} == {
        "personalisation": {True, False},
        "marketing": {True, False},
    }
    assert all(0 < ago_ms <= 7 * 86_400_000 for one in people for ago_ms, _, _ in one.did)
