"""The link: it comes back by itself, and says in words how it is doing."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

import msgspec
import pytest

from studio import events, wire
from studio.commands.scene import SceneTake
from studio.errors import Held, NotFound, StudioError, Unreachable
from studio.events import Logged
from studio.link.link import Link
from studio.link.server_process import Endpoint
from studio.show.chat import ChatLine
from studio.state import Link as LinkState
from studio.state import Show, Stream
from tests.fakes import ManualClock, until
from tests.studio.link.show_server import TOKEN, ShowServer, nonsense


class User:
    """What the studio would be: writes down what the link tells."""

    def __init__(self) -> None:
        self.states: list[LinkState] = []
        self.shows: list[Show] = []
        self.events: list[Logged] = []
        self.welcomes: list[wire.Welcome] = []
        self.heard: list[Any] = []
        self.answer: Any = None
        self.trouble: Exception | None = None

    def link_changed(self, link: LinkState) -> None:
        self.states.append(link)

    def branch_changed(self, name: str, value: Any) -> None:
        if name == "show":
            self.shows.append(value)

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        pass

    def event_happened(self, event: Logged) -> None:
        self.events.append(event)

    async def connected(self, welcome: wire.Welcome) -> None:
        self.welcomes.append(welcome)
        if self.trouble is not None:
            trouble, self.trouble = self.trouble, None
            raise trouble

    async def relayed(self, message: wire.CommandMessage) -> Any:
        self.heard.append(message)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def demanded(self, message: wire.Demand) -> None:
        self.heard.append(message)

    def keyframe_wanted(self, short_side: int) -> None:
        self.heard.append(short_side)

    def signalled(self, message: wire.Signal) -> None:
        self.heard.append(message)

    def lease_lost(self, holder: str) -> None:
        self.heard.append(f"lost to {holder}")

    @property
    def state(self) -> LinkState:
        return self.states[-1] if self.states else LinkState()

    async def has(self, status: str) -> LinkState:
        """Wait for a status."""
        await until(lambda: self.state.status == status, what=lambda: f"for {status}: {self.states}")
        return self.state

    async def had(self, status: str) -> LinkState:
        """Wait until it has been in a status, however short."""
        return await until(  # type: ignore[no-any-return]
            lambda: next((state for state in self.states if state.status == status), None),
            what=lambda: f"for {status}: {self.states}",
        )


class Desktop:
    """A link to a server that may be somewhere else the next time."""

    def __init__(self, server: ShowServer) -> None:
        self.user = User()
        self.endpoint: Endpoint | StudioError = Endpoint(server.url, TOKEN)
        self.link = Link(self.user, self._find, ManualClock(), client="laptop-1", name="Laptop", show="spring")

    async def _find(self) -> Endpoint:
        if isinstance(self.endpoint, StudioError):
            raise self.endpoint
        return self.endpoint


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.link.link.BACK_OFF_S", (0.001, 0.002))


@pytest.fixture
async def unstarted(server: ShowServer) -> AsyncIterator[Desktop]:
    made = Desktop(server)
    yield made
    await made.link.close()


@pytest.fixture
async def desktop(unstarted: Desktop) -> Desktop:
    unstarted.link.start()
    return unstarted


async def test_it_connects_and_says_where(server: ShowServer, desktop: Desktop) -> None:
    state = await desktop.user.has("connected")
    assert (state.url, state.viewer_url) == (server.url, f"{server.url}/shows/spring")
    assert (state.server_pid, state.reason, state.attempt) == (4711, "", 0)
    assert server.heard(wire.Hello)[0].studio


async def test_it_is_connected_when_the_show_is_there_and_not_before(desktop: Desktop) -> None:
    desktop.user.trouble = Unreachable("The connection to the show server broke")  # while the show was being created
    await desktop.user.has("connected")
    assert len(desktop.user.welcomes) == 2
    assert [state.status for state in desktop.user.states if state.status != "connecting"] == ["reconnecting", "connected"]


async def test_a_broken_connection_is_told_and_comes_back(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await server.hang_up()
    state = await desktop.user.had("reconnecting")
    assert state.reason == "The connection to the show server broke"
    state = await desktop.user.has("connected")
    assert state.reason == ""
    assert len(desktop.user.welcomes) == 2


async def test_it_tries_until_the_server_is_there(server: ShowServer, unstarted: Desktop) -> None:
    unstarted.endpoint = Endpoint("http://127.0.0.1:9", TOKEN)
    unstarted.link.start()
    await until(lambda: unstarted.user.state.attempt >= 3)
    assert "cannot be reached" in unstarted.user.state.reason
    unstarted.endpoint = Endpoint(server.url, TOKEN)
    await unstarted.user.has("connected")


async def test_a_server_that_cannot_be_started_is_a_reason(server: ShowServer, unstarted: Desktop) -> None:
    unstarted.endpoint = Unreachable("The show server did not start: {problem}", problem="disk full")
    unstarted.link.start()
    state = await unstarted.user.has("reconnecting")
    await until(lambda: unstarted.user.state.reason)
    assert unstarted.user.state.reason == "The show server did not start: disk full"
    assert state.url == ""


async def test_a_refused_token_is_a_state_of_its_own_and_tried_again(server: ShowServer, unstarted: Desktop) -> None:
    unstarted.endpoint = Endpoint(server.url, "old token")
    unstarted.link.start()
    state = await unstarted.user.has("refused")
    assert state.reason == "The show server does not know this token"
    unstarted.endpoint = Endpoint(server.url, TOKEN)
    await unstarted.user.has("connected")


async def test_another_service_at_the_address_is_a_reason_and_not_the_end(server: ShowServer, unstarted: Desktop) -> None:
    server.first_words = nonsense
    unstarted.link.start()
    state = await unstarted.user.has("refused")
    assert state.reason.startswith("The server speaks protocol ?")
    server.first_words = None
    await unstarted.user.has("connected")


@pytest.mark.parametrize("trouble", [Unreachable("gone again"), msgspec.ValidationError("a newer show"), KeyError("ours")])
async def test_trouble_in_the_greeting_is_not_the_end(server: ShowServer, unstarted: Desktop, trouble: Exception) -> None:
    unstarted.user.trouble = trouble
    unstarted.link.start()
    await until(lambda: len(unstarted.user.welcomes) == 2)
    await unstarted.user.has("connected")


async def test_closing_hangs_up(server: ShowServer, unstarted: Desktop) -> None:
    unstarted.link.start()
    await unstarted.user.has("connected")
    await unstarted.link.close()
    await until(lambda: server.connections == 0)
    assert not unstarted.link.connected


# ── what comes and goes ──────────────────────────────────────────────────────────────────────────────────────


async def test_without_a_connection_nothing_can_be_asked(unstarted: Desktop) -> None:
    link = unstarted.link
    for attempt in (link.execute(SceneTake()), link.lease(wire.Lease(action="take", show="s")), link.open_media(), link.ping()):
        with pytest.raises(Unreachable, match="The show server is not connected"):
            await attempt
    await link.publish({"stream": Stream()})


async def test_commands_and_leases_go_to_the_server(server: ShowServer, desktop: Desktop) -> None:
    server.commands["scene.take"] = "done"
    await desktop.user.has("connected")
    assert await desktop.link.execute(SceneTake()) == "done"
    assert (await desktop.link.lease(wire.Lease(action="take", show="spring"))).epoch == 1
    server.lease_error = Held("taken")
    with pytest.raises(Held):
        await desktop.link.lease(wire.Lease(action="take", show="spring"))


async def test_the_heartbeat_carries_the_show_clock(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    desktop.link.media_ms = lambda: 77
    await desktop.link.ping()
    await until(lambda: 77 in [ping.media_ms for ping in server.heard(wire.Ping)])


async def test_branches_are_published_with_rising_numbers(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await desktop.link.publish({"stream": Stream(status="live"), "undo": ("Take",)})
    await desktop.link.publish({"stream": Stream()})
    first, second, third = await until(lambda: len(server.heard(wire.StateMessage)) == 3 and server.heard(wire.StateMessage))
    assert (first.branch, msgspec.convert(first.value, Stream).status) == ("stream", "live")
    assert second.branch == "undo"
    assert first.rev < second.rev < third.rev


async def test_the_servers_news_reach_the_studio(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await until(lambda: server.connections)
    event = Logged(seq=1, at_ms=2, media_ms=3, actor="anna", data=events.ShowStarted())
    await server.tell(wire.StateMessage(branch="show", rev=1, value=Show(id="spring", viewers=7)))
    await server.tell(wire.StateMessage(branch="weather", rev=1, value="fine"))
    await server.tell(wire.EventMessage(show="spring", event=event))
    await server.tell(wire.Demand(rendition=1080, readers=2))
    await server.tell(wire.Keyframe(rendition=720))
    await server.tell(wire.Lease(action="lost", show="spring", holder="Anna"))
    await until(lambda: len(desktop.user.heard) == 3)
    assert desktop.user.shows == [Show(id="spring", viewers=7)]
    assert desktop.user.events == [event]
    assert desktop.user.heard == [wire.Demand(rendition=1080, readers=2), 720, "lost to Anna"]


async def test_a_new_address_of_the_page_is_told(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await until(lambda: server.connections)
    news = wire.Welcome(protocol="1.0", session="", role="host", commands=[], state={}, seq=0, media_ms=0, viewer_url="/new")
    await server.tell(news)
    await until(lambda: desktop.user.state.viewer_url == f"{server.url}/new")


@pytest.mark.parametrize(
    ("answer", "ok", "code"),
    [("ab12", "ab12", None), (NotFound("no {it}", it="pear"), None, "not_found"), (ZeroDivisionError(), None, "error")],
)
async def test_a_relayed_command_is_answered_whatever_happens(
    server: ShowServer, desktop: Desktop, caplog: pytest.LogCaptureFixture, answer: Any, ok: Any, code: str | None
) -> None:
    await desktop.user.has("connected")
    await until(lambda: server.connections)
    desktop.user.answer = answer
    await server.tell(wire.CommandMessage(id=5, name="scene.take", args={}, actor="phone", role="producer"))
    (reply,) = await until(lambda: server.heard(wire.Reply))
    assert (reply.id, reply.ok) == (5, ok)
    assert (reply.error.code if reply.error else None) == code
    assert ("failed" in caplog.text) == (code == "error")


async def test_the_media_socket_carries_the_connections_session(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await desktop.link.open_media()
    desktop.link.sender.send(wire.MediaPacket(wire.AUDIO, 0, True, 1, 0, 0, b"sound"))
    await until(lambda: server.packets)
    assert server.media_sessions == [desktop.user.welcomes[0].session]
    await desktop.link.close_media()


async def test_when_the_connection_breaks_the_media_socket_goes_too(server: ShowServer, desktop: Desktop) -> None:
    await desktop.user.has("connected")
    await desktop.link.open_media()
    await until(lambda: server.media_sessions)
    await server.hang_up()
    await until(lambda: len(desktop.user.welcomes) == 2)
    desktop.link.sender.send(wire.MediaPacket(wire.AUDIO, 0, True, 1, 0, 0, b"sound"))
    await asyncio.sleep(0)
    assert server.packets == []
