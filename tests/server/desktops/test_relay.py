"""Commands that another desktop runs, and its state that everybody sees."""

import asyncio
from typing import Any

import pytest

from studio import wire
from studio.commands.call import CallSend
from studio.commands.scene import ScenePreview, SceneTake
from studio.errors import ChangedSince, Forbidden, InvalidValue, NotFound, StudioError, Unreachable, WrongState
from studio.server.app import ShowServer
from studio.state.branches import SERVERS
from tests.fakes import until
from tests.server.conftest import MakeDesktop
from tests.server.fakes import Desktop

TAKE = SceneTake(scene="Close-up")


@pytest.fixture
async def producer(desktop: Desktop, make_desktop: MakeDesktop) -> Desktop:
    """Somebody else at the same show, without an engine."""
    return await make_desktop(client="producer", name="Bo", engine=False).connect()


async def test_the_desktop_is_asked_and_its_answer_comes_back(desktop: Desktop, producer: Desktop) -> None:
    desktop.answer = lambda message: wire.Reply(id=message.id, ok="scene-2")
    assert await producer.do(TAKE) == "scene-2"
    asked = await desktop.told(wire.CommandMessage)
    assert (asked.name, asked.args["scene"]) == ("scene.take", "Close-up")


async def test_the_desktop_is_told_who_asks_and_in_which_role(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    supporter = await make_desktop(client="sune", token="the-supporter's-token", engine=False).connect()
    assert supporter.welcome.role == "support"
    with pytest.raises(Forbidden, match="only possible at the desktop itself"):  # the host's call is the host's
        await supporter.do(CallSend(sound=False))
    assert not any(isinstance(message, wire.CommandMessage) for message in desktop.inbox.all)


async def test_nobody_chooses_their_own_role(desktop: Desktop, producer: Desktop) -> None:
    await producer.connection.send(wire.CommandMessage(id=1, name="scene.take", args={}, actor="desk-1", role="admin"))
    asked = await desktop.told(wire.CommandMessage)
    assert (asked.actor, asked.role) == ("producer", "host")


@pytest.mark.parametrize(
    "error",
    [
        NotFound("There is no scene {scene}", scene="Close-up", field="scene"),
        ChangedSince("It has moved on"),
        Forbidden("{client} is not paired with this desktop", client="producer"),
        WrongState("Not now"),
    ],
)
async def test_the_desktops_error_comes_back_as_it_was(desktop: Desktop, producer: Desktop, error: StudioError) -> None:
    desktop.answer = lambda message: wire.Reply(id=message.id, error=wire.wire_error(error))
    with pytest.raises(type(error)) as caught:
        await producer.do(TAKE)
    assert (str(caught.value), caught.value.field) == (str(error), error.field)


async def test_without_a_desktop_it_is_unreachable(server: ShowServer, desktop: Desktop, producer: Desktop) -> None:
    await desktop.close()
    await until(lambda: server.link.engines == 0)
    with pytest.raises(Unreachable, match="No desktop is connected"):
        await producer.do(TAKE)


async def test_a_desktop_is_not_asked_to_run_its_own_command(desktop: Desktop) -> None:
    with pytest.raises(Unreachable, match="No desktop is connected"):
        await desktop.do(TAKE)


async def test_without_a_show_nothing_is_open(make_desktop: MakeDesktop) -> None:
    lost = await make_desktop(show="nothing").connect()
    with pytest.raises(NotFound, match="No show is open"):
        await lost.do(TAKE)


async def test_a_desktop_that_does_not_answer_is_given_up(
    desktop: Desktop, producer: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.desktops.session.RELAY_TIMEOUT_S", 0.1)
    desktop.answer = lambda message: None
    with pytest.raises(Unreachable, match="does not answer"):
        await producer.do(TAKE)


async def test_an_answer_that_comes_too_late_is_nobodys(
    desktop: Desktop, producer: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.desktops.session.RELAY_TIMEOUT_S", 0.05)
    desktop.answer = lambda message: None
    with pytest.raises(Unreachable):
        await producer.do(TAKE)
    asked = await desktop.told(wire.CommandMessage)
    await desktop.connection.send(wire.Reply(id=asked.id, ok="late"))
    desktop.answer = lambda message: wire.Reply(id=message.id, ok="in time")
    monkeypatch.setattr("studio.server.desktops.session.RELAY_TIMEOUT_S", 5)
    assert await producer.do(TAKE) == "in time"


async def test_a_desktop_that_leaves_in_the_middle_is_unreachable(desktop: Desktop, producer: Desktop) -> None:
    desktop.answer = lambda message: None
    asking = asyncio.create_task(producer.do(TAKE))
    await desktop.told(wire.CommandMessage)
    await desktop.close()
    with pytest.raises(Unreachable, match="went away"):
        await asking


async def test_a_slow_command_does_not_hold_up_the_next(desktop: Desktop, producer: Desktop) -> None:
    held: list[wire.CommandMessage] = []

    def answer(message: wire.CommandMessage) -> wire.Reply | None:
        if message.name == "scene.take":
            held.append(message)
            return None
        return wire.Reply(id=message.id, ok="quick")

    desktop.answer = answer
    slow = asyncio.create_task(producer.do(TAKE))
    await until(lambda: held)
    assert await producer.do(ScenePreview(scene="Wide")) == "quick"
    await desktop.connection.send(wire.Reply(id=held[0].id, ok="slow"))
    assert await slow == "slow"


async def test_of_two_desktops_the_one_on_air_is_asked(desktop: Desktop, producer: Desktop, make_desktop: MakeDesktop) -> None:
    desktop.answer = lambda message: wire.Reply(id=message.id, ok="on air")
    spare = await make_desktop(client="spare").connect()
    spare.answer = lambda message: wire.Reply(id=message.id, ok="spare")
    await desktop.take()
    assert await producer.do(TAKE) == "on air"


@pytest.mark.parametrize(
    ("name", "args", "kind", "words"),
    [
        ("scene.tak", {}, NotFound, "did you mean scene.take"),
        ("scene.take", {"scene": 7}, InvalidValue, "Expected `str`"),
        ("scene.take", {"colour": "red"}, InvalidValue, "unknown field `colour`"),
        ("show.create", {"id": "NO", "title": "x"}, InvalidValue, "id"),
    ],
)
async def test_a_command_that_is_none_is_refused_before_anybody_is_asked(
    desktop: Desktop, producer: Desktop, name: str, args: dict[str, Any], kind: type[StudioError], words: str
) -> None:
    with pytest.raises(kind, match=words):
        await producer.connection.request(name, args)
    assert not [message for message in desktop.inbox.all if isinstance(message, wire.CommandMessage)]


async def test_the_desktops_state_reaches_the_others_and_the_next_welcome(
    desktop: Desktop, producer: Desktop, make_desktop: MakeDesktop
) -> None:
    await desktop.connection.send(wire.StateMessage(branch="mixer", rev=1, value={"gain_db": -3}))
    seen = await producer.told(wire.StateMessage, branch="mixer")
    assert seen.value == {"gain_db": -3}
    late = await make_desktop(client="late", engine=False).connect()
    assert late.welcome.state["mixer"] == {"gain_db": -3}
    assert late.welcome.state["show"]["id"] == "demo"


async def test_of_two_desktops_the_state_of_the_one_on_air_counts(desktop: Desktop, make_desktop: MakeDesktop) -> None:
    spare = await make_desktop(client="spare").connect()
    await desktop.connection.send(wire.StateMessage(branch="mixer", rev=1, value="on air"))
    await desktop.take()
    await spare.connection.send(wire.StateMessage(branch="mixer", rev=1, value="spare"))
    await spare.connection.send(wire.StateMessage(branch="works", rev=2, value=["spare's"]))
    await desktop.told(wire.StateMessage, branch="works")
    late = await make_desktop(client="late", engine=False).connect()
    assert (late.welcome.state["mixer"], late.welcome.state["works"]) == ("on air", ["spare's"])


@pytest.mark.parametrize("branch", ["undo", "unsaved", "weather"])
async def test_what_no_desktop_publishes_is_passed_on_to_nobody(desktop: Desktop, producer: Desktop, branch: str) -> None:
    await desktop.connection.send(wire.StateMessage(branch=branch, rev=1, value=["mine"]))
    await desktop.connection.send(wire.StateMessage(branch="mixer", rev=2, value=0))
    await producer.told(wire.StateMessage, branch="mixer")
    assert not [m for m in producer.inbox.all if isinstance(m, wire.StateMessage) and m.branch == branch]


async def test_the_shows_own_branch_is_the_servers_alone(desktop: Desktop, producer: Desktop, make_desktop: MakeDesktop) -> None:
    await desktop.connection.send(wire.StateMessage(branch="show", rev=1, value={"title": "mine"}))
    await desktop.connection.send(wire.StateMessage(branch="mixer", rev=2, value=0))
    await producer.told(wire.StateMessage, branch="mixer")
    assert not [m for m in producer.inbox.all if isinstance(m, wire.StateMessage) and m.value == {"title": "mine"}]
    assert (await make_desktop(client="late").connect()).welcome.state["show"]["title"] == "Autumn <colours>"


async def test_who_has_no_engine_has_no_state(desktop: Desktop, producer: Desktop) -> None:
    await producer.connection.send(wire.StateMessage(branch="mixer", rev=1, value="forged"))
    await producer.connection.ping()
    await until(lambda: producer.connection.rtt_ms > 0)
    assert not [m for m in desktop.inbox.all if isinstance(m, wire.StateMessage) and m.branch == "mixer"]


async def test_a_desktop_that_left_takes_its_state_along(desktop: Desktop, server: ShowServer, make_desktop: MakeDesktop) -> None:
    await desktop.connection.send(wire.StateMessage(branch="mixer", rev=1, value=0))
    await desktop.close()
    await until(lambda: server.link.engines == 0)
    assert set((await make_desktop(client="late").connect()).welcome.state) == set(SERVERS)
