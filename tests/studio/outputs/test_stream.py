"""On air: lease, media socket and encoders held together, through every reconnect."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from studio import wire
from studio.audio.mixer import Mixer
from studio.clock import NS_PER_MS
from studio.commands import Actor
from studio.commands.stream import StreamStart, StreamStop
from studio.errors import Held, StudioError, Unreachable
from studio.link.link import Link
from studio.link.server_process import Endpoint
from studio.media.encoder import OPUS_FRAME
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.stream import StreamController
from studio.outputs.to_link import LinkOutput, OutputSettings
from studio.scenes.program import Program
from studio.spine import Dispatcher, Store
from studio.state import Canvas, Stream
from studio.state import Link as LinkState
from tests.fakes import ManualClock, tone, until
from tests.studio.link.show_server import TOKEN, ShowServer

HOST = Actor("laptop", "host")


class Stage:
    """What `studio.py` builds around `StreamController`, with a program and a mixer that the test drives."""

    def __init__(self, server: ShowServer) -> None:
        self.server = server
        self.clock = ManualClock()
        self.store = Store()
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.program = Program(Canvas(640, 360), 25, self.clock)
        self.mixer = Mixer(self.clock)
        self.link = Link(self, self._find, self.clock, client="laptop-1", name="Laptop", show="spring")
        self.on_air = StreamController(self.store, self.dispatcher, self.link, self.clock, self._output)
        self.greeted = 0

    async def _find(self) -> Endpoint:
        return Endpoint(self.server.url, TOKEN)

    def _output(self) -> LinkOutput:
        return LinkOutput(self.program, self.mixer, self.clock, settings=OutputSettings(renditions=(360,)), sink=self.link.sender)

    @property
    def stream(self) -> Stream:
        return self.store.state.stream

    def sound(self) -> None:
        """A block of the mixer."""
        for sink, _ in self.mixer._sinks:
            sink(tone(OPUS_FRAME), self.clock.now_ns())

    def leases(self, action: str = "take") -> list[wire.Lease]:
        return [lease for lease in self.server.heard(wire.Lease) if lease.action == action]

    async def do(self, command: Any) -> Any:
        return await self.dispatcher.execute(command, HOST)

    async def has(self, status: str) -> Stream:
        await until(lambda: self.stream.status == status, what=lambda: f"for {status}: {self.stream}")
        return self.stream

    # what the link tells

    def link_changed(self, link: LinkState) -> None:
        before = self.store.state.link
        self.store.update(link=link)
        if before.status == "connected" and link.status != "connected":
            self.on_air.disconnected()

    def branch_changed(self, name: str, value: Any) -> None:
        self.store.update(**{name: value})

    def chatted(self, lines: Any) -> None:
        pass

    def event_happened(self, event: Any) -> None:
        pass

    async def connected(self, welcome: wire.Welcome) -> None:
        await self.on_air.connected()
        self.greeted += 1

    async def relayed(self, message: wire.CommandMessage) -> Any:
        return None

    def demanded(self, message: wire.Demand) -> None:
        self.on_air.demanded(message)

    def keyframe_wanted(self, short_side: int) -> None:
        self.on_air.keyframe_wanted(short_side)

    def signalled(self, message: wire.Signal) -> None:
        raise AssertionError("there is no call")

    def lease_lost(self, holder: str) -> None:
        pass


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.link.link.BACK_OFF_S", (0.001, 0.002))


@pytest.fixture
async def stage(server: ShowServer) -> AsyncIterator[Stage]:
    made = Stage(server)
    made.link.start()
    await until(lambda: made.greeted)
    yield made
    await made.on_air.close()
    await made.link.close()


async def test_going_on_air_takes_the_lease_and_sends(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    (lease,) = stage.leases()
    assert (lease.show, lease.renditions, lease.take_over) == ("spring", [360], False)
    assert (stage.stream.status, stage.stream.epoch, stage.stream.renditions) == ("live", 1, (360,))
    assert stage.stream.since_ms == stage.clock.wall_ms()
    stage.sound()
    (packet,) = await until(lambda: server.packets)
    assert packet.epoch == 1


async def test_the_show_clock_goes_on_where_the_server_says(server: ShowServer, stage: Stage) -> None:
    server.media_ms = 90_000
    await stage.do(StreamStart())
    stage.clock.advance(ms=250)
    stage.sound()
    (packet,) = await until(lambda: server.packets)
    assert packet.pts_ns == 90_250 * NS_PER_MS
    assert stage.link.media_ms() == 90_250


async def test_a_show_that_another_sends_is_refused_with_the_name(server: ShowServer, stage: Stage) -> None:
    server.lease_error = Held("{holder} sends the show", holder="Anna")
    with pytest.raises(Held):
        await stage.do(StreamStart())
    assert (stage.stream.status, stage.stream.reason) == ("off", "Anna sends the show")
    assert stage.on_air.output is None
    assert stage.mixer._sinks == ()
    server.lease_error = None
    await stage.do(StreamStart(take_over=True))
    assert stage.leases()[-1].take_over
    assert (stage.stream.status, stage.stream.reason) == ("live", "")


async def test_on_air_it_cannot_go_on_air_again(stage: Stage) -> None:
    await stage.do(StreamStart())
    output = stage.on_air.output
    await stage.do(StreamStart())
    assert len(stage.leases()) == 1
    assert stage.on_air.output is output


async def test_going_off_air_gives_the_lease_back_and_stops(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    await stage.do(StreamStop())
    assert len(stage.leases("release")) == 1
    assert stage.stream == Stream()
    assert (stage.mixer._sinks, stage.program._sinks) == ((), ())
    stage.sound()
    assert server.packets == []
    assert stage.link.media_ms() == 0


async def test_off_air_it_can_go_off_air(stage: Stage) -> None:
    await stage.do(StreamStop())
    assert stage.stream.status == "off"
    assert stage.leases("release") == []


async def test_without_a_server_it_says_so(server: ShowServer) -> None:
    stage = Stage(server)
    with pytest.raises(Unreachable):
        await stage.do(StreamStart())
    assert (stage.stream.status, stage.stream.reason) == ("off", "The show server is not connected")


async def test_after_a_broken_link_the_stream_goes_on_where_it_was(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    since, output = stage.stream.since_ms, stage.on_air.output
    assert output is not None
    output.demand(360, 3, 0)
    stage.clock.advance(ms=5000)
    seen: list[str] = []
    stage.store.observe(lambda old, new: seen.append(new.stream.status))
    await server.hang_up()
    await until(lambda: stage.greeted == 2)
    await stage.has("live")
    assert "reconnecting" in seen
    assert stage.leases()[1].media_ms == 5000, "the server learns where the show clock is"
    assert (stage.stream.epoch, stage.stream.since_ms) == (2, since)
    assert stage.on_air.output is output, "encoders and their numbers go on"
    assert output.encoders[360].readers == 0, "nobody reads until the server says so"
    stage.clock.advance(ms=20)
    stage.sound()
    await until(lambda: server.packets)
    assert (server.packets[-1].epoch, server.packets[-1].pts_ns) == (2, 5020 * NS_PER_MS)


async def test_when_only_the_media_socket_breaks_the_stream_goes_on_too(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    await until(lambda: server.media_sessions)
    await server.hang_up_media()
    await until(lambda: stage.greeted == 2)
    await stage.has("live")
    stage.clock.advance(ms=20)
    stage.sound()
    await until(lambda: server.packets)
    assert server.packets[-1].epoch == 2


async def test_when_somebody_took_over_meanwhile_the_stream_ends_with_the_reason(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    server.lease_error = Held("{holder} sends the show", holder="Anna")
    await server.hang_up()
    await until(lambda: stage.greeted == 2)
    assert (stage.stream.status, stage.stream.reason) == ("off", "Anna sends the show")
    assert stage.on_air.output is None


async def test_off_air_a_broken_link_changes_nothing(server: ShowServer, stage: Stage) -> None:
    await server.hang_up()
    await until(lambda: stage.greeted == 2)
    assert stage.stream == Stream()
    assert stage.leases() == []


async def test_a_lost_lease_ends_the_stream_with_the_name(stage: Stage) -> None:
    await stage.do(StreamStart())
    await stage.on_air.lease_lost("Anna")
    assert (stage.stream.status, stage.stream.reason) == ("off", "Anna sends the show now")


async def test_demand_and_keyframes_reach_the_encoder(server: ShowServer, stage: Stage) -> None:
    await server.tell(wire.Keyframe(rendition=360))  # off air: nobody to ask
    await stage.do(StreamStart())
    assert stage.on_air.output is not None
    encoder = stage.on_air.output.encoders[360]
    await server.tell(wire.Demand(rendition=360, readers=4, max_kbps=300))
    await until(lambda: encoder.readers == 4)
    assert isinstance(encoder, RenditionEncoder)
    assert encoder._kbps == 300
    encoder._key_wanted.clear()
    await server.tell(wire.Keyframe(rendition=360))
    await until(encoder._key_wanted.is_set)


async def test_what_is_sent_and_lost_is_counted(server: ShowServer, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.outputs.stream.STATS_S", 0.01)
    await stage.do(StreamStart())
    stage.program.stats.late = 7
    stage.sound()
    await until(lambda: server.packets)
    seen: list[int] = []
    stage.store.observe(lambda old, new: seen.append(new.stream.kbps))
    stage.sound()
    await until(lambda: max(seen, default=0) > 0 or stage.stream.kbps > 0)
    assert stage.stream.late_render == 7
    assert (stage.stream.dropped_network, stage.stream.dropped_encoder) == (0, 0)
    await until(lambda: len(server.heard(wire.Ping)) > 2)


async def test_two_people_who_press_at_once_get_one_stream(stage: Stage) -> None:
    await asyncio.gather(stage.do(StreamStart()), stage.do(StreamStart()), return_exceptions=True)
    assert len(stage.leases()) == 1
    assert stage.stream.status == "live"


async def test_a_media_socket_that_cannot_be_opened_ends_the_attempt(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def refuse() -> None:
        raise Unreachable("The media socket cannot be opened: {problem}", problem="full")

    monkeypatch.setattr(stage.link, "open_media", refuse)
    with pytest.raises(StudioError):
        await stage.do(StreamStart())
    assert (stage.stream.status, stage.stream.reason) == ("off", "The media socket cannot be opened: full")
    assert len(stage.leases("release")) == 1, "nobody else must wait for a lease that is not used"


def test_a_stream_is_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(Stream(renditions=(360,))), type=Stream).renditions == (360,)


def offers_two(stage: Stage) -> None:
    """The output has two renditions, with their rates."""
    rates = {720: 4500, 360: 870}
    assert stage.on_air.output is not None
    stage.on_air.output.rates = lambda: rates  # type: ignore[method-assign]


async def test_after_a_reconnect_only_what_the_uplink_carries_is_offered(server: ShowServer, stage: Stage) -> None:
    await stage.do(StreamStart())
    uplink = stage.on_air._uplink
    uplink._rates, uplink._first = (4500, 870), 1
    offers_two(stage)
    await server.hang_up()
    await until(lambda: len(stage.leases()) == 2)
    assert stage.leases()[-1].renditions == [360]


async def test_a_link_that_breaks_again_while_the_lease_is_taken_does_not_end_the_stream(
    server: ShowServer, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    await stage.do(StreamStart())
    take, failures = stage.on_air._take, iter([Unreachable("gone again")])

    async def flaky(*, take_over: bool) -> None:
        for failure in failures:
            raise failure
        await take(take_over=take_over)

    monkeypatch.setattr(stage.on_air, "_take", flaky)
    await server.hang_up()
    await until(lambda: len(stage.leases()) == 2)
    await stage.has("live")
    assert stage.on_air.output is not None


async def test_what_the_computer_cannot_encode_is_not_offered_until_it_can(
    server: ShowServer, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.outputs.stream.STATS_S", 0.01)
    await stage.do(StreamStart())
    offers_two(stage)
    stage.on_air.shrunk = True
    await until(lambda: server.heard(wire.Offer))
    assert server.heard(wire.Offer)[-1].renditions == [360]
    await until(lambda: stage.stream.renditions == (360,))
    assert stage.stream.reason == "", "the network is not to blame"
    stage.on_air.shrunk = False
    await until(lambda: stage.stream.renditions == (720, 360))
    await until(lambda: server.heard(wire.Offer)[-1].renditions == [720, 360])


async def test_that_the_network_is_to_blame_as_well_is_said(
    server: ShowServer, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.outputs.stream.STATS_S", 0.01)
    await stage.do(StreamStart())
    offers_two(stage)
    stage.on_air.shrunk = True
    await until(lambda: stage.stream.renditions == (360,))
    uplink = stage.on_air._uplink
    monkeypatch.setattr(uplink, "second", lambda *_: None)
    uplink._rates, uplink._first, uplink.carried_kbps = (4500, 870), 1, 900
    await until(lambda: "900 kbit/s" in stage.stream.reason)


async def test_the_only_rendition_stays_however_busy_the_computer_is(stage: Stage) -> None:
    await stage.do(StreamStart())
    stage.on_air.shrunk = True
    output = stage.on_air.output
    assert output is not None
    assert stage.on_air._first(output) == 0
