"""What the desktop hears about who reads: demand and keyframes, by readers without a network."""

import asyncio
from typing import Any

import pytest

from studio import wire
from studio.commands.show import ShowPause, ShowResume, ShowStart
from studio.server import demand as demand_module
from studio.server.live.show import LiveShow
from studio.server.reader import Reader
from studio.wire import RENDITIONS
from tests.server.conftest import MakeDesktop
from tests.server.fakes import Desktop, RecordingPeer


@pytest.fixture
async def live(desktop: Desktop) -> Desktop:
    """A desktop with two renditions whose show is live."""
    await desktop.take(renditions=(1080, 360))
    await desktop.confirmed(ShowStart())
    await desktop.told(wire.Demand, rendition=360)
    desktop.inbox.forget()
    return desktop


def join(room: LiveShow, name: str, rendition: int = 1080, *, keyed: bool = False) -> Any:
    """A reader that is connected."""
    peer: Any = RecordingPeer()
    reader = Reader(name, peer, RENDITIONS[rendition], keyed=keyed)
    room.add_reader(reader)
    return reader


async def demands(desktop: Desktop) -> list[tuple[int, int]]:
    """Every demand that came, as (rendition, readers), once all that was said has arrived."""
    before = desktop.connection.rtt_ms
    while desktop.connection.rtt_ms == before:
        await desktop.connection.ping()
        await asyncio.sleep(0.01)
    return [(message.rendition, message.readers) for message in desktop.inbox.all if isinstance(message, wire.Demand)]


async def test_each_rendition_is_demanded_by_its_own_readers(live: Desktop, room: LiveShow) -> None:
    join(room, "a")
    join(room, "b", 360)
    join(room, "c", 360)
    assert await demands(live) == [(1080, 1), (360, 1), (360, 2)]


async def test_who_takes_the_lease_is_told_the_demand_anew(live: Desktop, room: LiveShow, make_desktop: MakeDesktop) -> None:
    join(room, "a")
    other = await make_desktop(client="bo-1").connect()
    await other.take(take_over=True, renditions=(1080, 360))
    assert await demands(other) == [(1080, 1), (360, 0)]
    assert await demands(live) == [(1080, 1)]


async def test_after_the_last_reader_it_goes_on_for_a_moment(
    live: Desktop, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand_module, "LINGER_S", 0.3)
    reader = join(room, "a")
    room.fanout.remove(reader)
    assert await demands(live) == [(1080, 1)]
    await live.told(wire.Demand, rendition=1080, readers=0)
    room.fanout.add(reader)
    await live.inbox.find(lambda m: isinstance(m, wire.Demand) and m.readers == 1 and m is not live.inbox.all[0])


async def test_a_pause_demands_nothing_and_the_end_of_it_the_same_again(
    live: Desktop, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demand_module, "LINGER_S", 0)
    join(room, "a")
    await live.do(ShowPause())
    await live.told(wire.Demand, rendition=1080, readers=0)
    live.inbox.forget()
    await live.do(ShowResume())
    await live.told(wire.Demand, rendition=1080, readers=1)
    await live.told(wire.Keyframe, rendition=1080)


async def test_who_has_the_key_reads_on_through_a_pause(live: Desktop, room: LiveShow) -> None:
    keyed = join(room, "a", keyed=True)
    stranger = join(room, "b")
    await live.do(ShowPause())
    assert (keyed.allowed, stranger.allowed) == (True, False)


async def test_many_who_lost_the_picture_ask_for_two_keyframes_at_most(live: Desktop, room: LiveShow) -> None:
    readers = [join(room, f"{number}") for number in range(20)]
    await live.told(wire.Keyframe, rendition=1080)
    await asyncio.sleep(2 * demand_module.KEYFRAME_PAUSE_S + 0.05)
    live.inbox.forget()
    for reader in readers:
        reader.peer.video.on_keyframe()
    await asyncio.sleep(2 * demand_module.KEYFRAME_PAUSE_S)
    asked = [message for message in live.inbox.all if isinstance(message, wire.Keyframe)]
    assert asked == [wire.Keyframe(rendition=1080)] * 2, "one at once, and one for those who asked after it"


async def test_one_renditions_keyframe_does_not_wait_for_anothers(live: Desktop, room: LiveShow) -> None:
    join(room, "a")
    join(room, "b", 360)
    await live.told(wire.Keyframe, rendition=1080)
    await live.told(wire.Keyframe, rendition=360)
