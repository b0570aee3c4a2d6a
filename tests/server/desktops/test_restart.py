"""The desktop's link and a server that goes away and comes back: the lease, the clock and the events survive."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from studio import wire
from studio.commands.show import ShowCreate, ShowPause, ShowRename, ShowStart
from studio.errors import Confirm, StudioError
from studio.events import Logged
from studio.link.link import Link
from studio.link.server_process import Endpoint
from studio.server.app import ShowServer
from studio.show.chat import ChatLine
from studio.state import Link as LinkState
from studio.state import Show
from studio.wire import AUDIO, MediaPacket
from tests.fakes import ManualClock, until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import TOKEN

pytestmark = BOTH_DATABASES


class Studio:
    """A desktop's studio, as far as the link sees: on every connection it makes its show and takes the lease again."""

    def __init__(self, url: str) -> None:
        self.states: list[LinkState] = []
        self.shows: list[Show] = []
        self.events: list[Logged] = []
        self.welcomes: list[wire.Welcome] = []
        self.leases: list[wire.Lease] = []
        self.media_ms = 0
        self.link = Link(self, self._find, ManualClock(), client="anna-1", name="Anna's laptop", show="demo")
        self._url = url
        self._sequence = 0

    async def _find(self) -> Endpoint:
        return Endpoint(self._url, TOKEN)

    @property
    def on_air(self) -> int:
        """How many times it went on air."""
        return len(self.leases)

    async def connected(self, welcome: wire.Welcome) -> None:
        self.welcomes.append(welcome)
        if "show" not in welcome.state:
            await self.link.execute(ShowCreate(id="demo", title="Demo"))
        lease = await self.link.lease(wire.Lease(action="take", show="demo", media_ms=self.media_ms, renditions=[1080]))
        await self.link.open_media()
        self.leases.append(lease)

    async def confirmed(self, command: Any) -> None:
        try:
            await self.link.execute(command)
        except Confirm as error:
            await self.link.execute(type(command)(confirm=error.confirm))

    def send_sound(self) -> None:
        """One packet, 20 ms further."""
        self.media_ms += 20
        self._sequence += 1
        self.link.sender.send(
            MediaPacket(AUDIO, 0, True, self.leases[-1].epoch, self._sequence, self.media_ms * 1_000_000, b"\xfc\xff\xfe")
        )

    def link_changed(self, link: LinkState) -> None:
        self.states.append(link)

    def branch_changed(self, name: str, value: Any) -> None:
        if name == "show":
            self.shows.append(value)

    def chatted(self, lines: Sequence[ChatLine]) -> None:
        pass

    def event_happened(self, event: Logged) -> None:
        self.events.append(event)

    async def relayed(self, message: wire.CommandMessage) -> Any:
        raise StudioError("nobody asks")

    def demanded(self, message: wire.Demand) -> None:
        pass

    def keyframe_wanted(self, short_side: int) -> None:
        pass

    def signalled(self, message: wire.Signal) -> None:
        raise AssertionError("there is no call")

    def lease_lost(self, holder: str) -> None:
        raise AssertionError("nobody takes it")


@pytest.fixture
async def studio(server: ShowServer) -> AsyncIterator[Studio]:
    """A studio that is on air, on a live show."""
    studio = Studio(server.url)
    studio.link.start()
    await until(lambda: studio.on_air)
    room = await server.live_shows.get("demo")
    studio.media_ms = 5000
    studio.send_sound()
    await until(lambda: room.show.on_air)
    await studio.confirmed(ShowStart())
    yield studio
    await studio.link.close()


async def restarted(server: ShowServer, start_server: StartServer, studio: Studio) -> ShowServer:
    """The server ends and another begins at the same address, and the studio is on air there."""
    times = studio.on_air
    await server.close()
    await until(lambda: studio.states[-1].status == "reconnecting")
    again = await start_server(port=server.port)
    await until(lambda: studio.on_air > times)
    return again


async def test_it_says_in_words_what_happened_and_comes_back(
    studio: Studio, server: ShowServer, start_server: StartServer
) -> None:
    studio.states.clear()
    await restarted(server, start_server, studio)
    lost = next(state for state in studio.states if state.status == "reconnecting")
    assert lost.reason
    assert lost.attempt == 1
    assert (studio.states[-1].status, studio.states[-1].reason, studio.states[-1].attempt) == ("connected", "", 0)
    assert studio.states[-1].viewer_url == f"{server.url}/shows/demo"


async def test_while_it_is_away_each_attempt_says_why(studio: Studio, server: ShowServer) -> None:
    await server.close()
    await until(lambda: any("cannot be reached" in state.reason for state in studio.states))
    assert studio.states[-1].status == "reconnecting"
    assert server.url in next(state.reason for state in studio.states if "cannot be reached" in state.reason)


async def test_the_show_is_live_still_and_the_lease_has_the_next_epoch(
    studio: Studio, server: ShowServer, start_server: StartServer
) -> None:
    again = await restarted(server, start_server, studio)
    assert studio.leases[-1].epoch == 2
    room = await again.live_shows.get("demo")
    assert (room.show.state, room.show.holder, room.show.on_air) == ("live", "Anna's laptop", False)
    studio.send_sound()
    await until(lambda: room.show.on_air)
    assert room.show.epoch == 2


async def test_the_clock_does_not_go_back(studio: Studio, server: ShowServer, start_server: StartServer) -> None:
    studio.media_ms += 1500
    studio.send_sound()
    room = await server.live_shows.get("demo")
    await until(lambda: room.show.media_ms >= 1500)
    again = await restarted(server, start_server, studio)
    assert studio.welcomes[-1].media_ms >= 1500
    assert studio.leases[-1].media_ms >= studio.media_ms
    assert (await again.live_shows.get("demo")).show.media_ms >= 1500


async def test_no_event_is_lost_and_the_numbers_have_no_gap(
    studio: Studio, server: ShowServer, start_server: StartServer
) -> None:
    await studio.link.execute(ShowRename(title="Before"))
    again = await restarted(server, start_server, studio)
    await studio.link.execute(ShowRename(title="After"))
    await studio.link.execute(ShowPause())
    await until(lambda: studio.events[-1].seq == studio.shows[-1].seq and studio.shows[-1].state == "paused")
    logged = await again.log.since("demo", 0)
    assert [item.seq for item in logged] == list(range(1, len(logged) + 1))
    titles = [item.data.title for item in logged if hasattr(item.data, "title")]
    assert titles == ["Before", "After"]
    assert all(event in logged for event in studio.events)
    assert logged[-1] == studio.events[-1]


async def test_a_connection_that_breaks_for_a_moment_keeps_the_epoch(studio: Studio, server: ShowServer) -> None:
    assert studio.link._connection is not None
    response = studio.link._connection._socket._response
    assert response.connection is not None
    assert response.connection.transport is not None
    response.connection.transport.abort()
    await until(lambda: studio.on_air == 2)
    assert [lease.epoch for lease in studio.leases] == [1, 1]
    room = await server.live_shows.get("demo")
    studio.send_sound()
    await until(lambda: room.show.on_air)
    assert room.show.state == "live"


async def test_a_command_that_was_under_way_is_answered_that_the_connection_broke(studio: Studio, server: ShowServer) -> None:
    await server.close()
    with pytest.raises(StudioError) as caught:
        await studio.link.execute(ShowPause())
    assert str(caught.value)
