"""The rundown: steps in order, one runs, the teleprompter's text, the producer's line."""

from typing import Any

import pytest

from studio.commands import Actor
from studio.commands.rundown import CueClear, CueSend, RundownGo, RundownSet, RundownStop, ScriptSet
from studio.errors import InvalidValue, NotFound, WrongState
from studio.rundown.controller import RundownController
from studio.spine import Dispatcher, Store
from studio.state.rundown import Cue, Rundown, Step
from tests.fakes import ManualClock

HOST = Actor("laptop", "host", "Mette")
STEPS = (
    Step(id="hello", title="Welcome", minutes=2),
    Step(id="oil", title="Rose Oil", notes="Two drops", minutes=7, scene="close"),
    Step(id="bye", title="Goodbye"),
)


class Plan:
    """A board over a store, and the scenes it took."""

    def __init__(self) -> None:
        self.store = Store()
        self.clock = ManualClock()
        self.taken: list[str] = []
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.board = RundownController(self.store, self.dispatcher, self.clock, self._take)

    async def _take(self, scene: str, by: Actor) -> None:
        self.taken.append(scene)

    async def do(self, command: Any) -> None:
        await self.dispatcher.execute(command, HOST)

    @property
    def now(self) -> Rundown:
        rundown: Rundown = self.store.state.rundown
        return rundown


@pytest.fixture
async def plan() -> Plan:
    made = Plan()
    await made.do(RundownSet(steps=STEPS))
    return made


async def test_next_goes_through_the_steps_and_says_when_there_are_no_more(plan: Plan) -> None:
    seen = []
    for _ in STEPS:
        await plan.do(RundownGo())
        seen.append((plan.now.current, plan.now.done))
    assert seen == [("hello", ()), ("oil", ("hello",)), ("bye", ("hello", "oil"))]
    with pytest.raises(WrongState, match="last step"):
        await plan.do(RundownGo())


async def test_a_step_begins_now_and_takes_its_scene_when_asked(plan: Plan) -> None:
    await plan.do(RundownGo(step="oil", take=True))
    assert (plan.now.current, plan.now.since_ms, plan.taken) == ("oil", plan.clock.wall_ms(), ["close"])
    await plan.do(RundownGo(step="hello"))
    assert plan.taken == ["close"]
    with pytest.raises(NotFound):
        await plan.do(RundownGo(step="none"))
    await plan.do(RundownStop())
    assert (plan.now.current, plan.now.since_ms, plan.now.done) == ("", None, ())


async def test_a_rundown_is_changed_whole_and_taken_back(plan: Plan) -> None:
    await plan.do(RundownGo(step="oil"))
    await plan.do(RundownSet(steps=STEPS[:1]))
    assert (plan.now.current, plan.now.since_ms) == ("", None), "the step that ran is gone"
    await plan.dispatcher.undo.undo(HOST.id)
    assert plan.now.steps == STEPS
    with pytest.raises(InvalidValue, match="same id"):
        await plan.do(RundownSet(steps=(STEPS[0], STEPS[0])))


async def test_the_teleprompters_text(plan: Plan) -> None:
    await plan.do(ScriptSet(text="# Hello\nWelcome"))
    assert plan.now.script == "# Hello\nWelcome"
    await plan.dispatcher.undo.undo(HOST.id)
    assert plan.now.script == ""


async def test_a_cue_is_one_line_from_somebody_until_it_is_cleared(plan: Plan) -> None:
    await plan.do(CueSend(text="  Two minutes\nleft "))
    assert plan.now.cue == Cue(text="Two minutes left", by="Mette", at_ms=plan.clock.wall_ms())
    with pytest.raises(InvalidValue):
        await plan.do(CueSend(text="  \n "))
    await plan.do(CueClear())
    assert plan.now.cue == Cue()
