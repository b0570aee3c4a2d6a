"""One viewer's connection, without the HTTP around it."""

import asyncio
from collections.abc import AsyncIterator

import aioice.ice
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription

from studio.errors import InvalidValue
from studio.webrtc import answering_peer
from studio.webrtc.whep_peer import WhepPeer
from tests.fakes import until

pytestmark = pytest.mark.usefixtures("loopback_ice")


class Call:
    """A peer and its viewer, and what the peer told its owner."""

    def __init__(self) -> None:
        self.peer = WhepPeer()
        self.viewer = RTCPeerConnection()
        self.told: list[str] = []
        self.peer.on_connected = lambda: self.told.append("connected")
        self.peer.on_closed = lambda: self.told.append("closed")

    async def answer(self, *kinds: str) -> str:
        for kind in kinds:
            self.viewer.addTransceiver(kind, direction="recvonly")
        await self.viewer.setLocalDescription(await self.viewer.createOffer())
        return await self.peer.answer(self.viewer.localDescription.sdp.encode())

    async def connect(self, *kinds: str) -> None:
        await self.viewer.setRemoteDescription(RTCSessionDescription(await self.answer(*kinds), "answer"))
        await until(lambda: self.told)


@pytest.fixture
async def call() -> AsyncIterator[Call]:
    call = Call()
    yield call
    await call.viewer.close()
    await call.peer.close()


async def test_it_tells_once_that_the_viewer_is_connected_and_once_that_it_is_gone(call: Call) -> None:
    await call.connect("video", "audio")
    assert call.told == ["connected"]
    assert call.peer.video is not None
    assert call.peer.audio is not None
    assert call.peer.video.ready
    assert call.peer.audio.ready
    await call.peer.close()
    await call.peer.close()
    assert call.told == ["connected", "closed"]


async def test_when_the_viewer_hangs_up_it_is_told(call: Call) -> None:
    await call.connect("video")
    await call.viewer.close()
    await until(lambda: call.told == ["connected", "closed"])


async def test_closed_before_the_viewer_came_it_never_says_connected(call: Call) -> None:
    await call.answer("audio")
    await call.peer.close()
    assert call.told == ["closed"]


async def test_a_viewer_that_never_comes_is_given_up(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering_peer, "CONNECT_TIMEOUT_S", 0.1)
    await call.answer("video")
    await until(lambda: call.told == ["closed"])


async def test_only_what_was_offered_has_a_sender(call: Call) -> None:
    await call.answer("audio")
    assert call.peer.video is None
    assert call.peer.audio is not None


async def test_video_is_h264_constrained_baseline_with_retransmission(call: Call) -> None:
    answer = await call.answer("video")
    assert answer.count("a=rtpmap:") == 2
    assert "profile-level-id=42e01f" in answer
    assert "packetization-mode=1" in answer
    assert " rtx/90000" in answer


async def test_a_bad_offer_raises_and_the_peer_can_be_closed(call: Call) -> None:
    with pytest.raises(InvalidValue):
        await call.peer.answer(b"nonsense")
    await call.peer.close()
    assert call.told == ["closed"]


async def test_several_peers_do_not_get_into_each_others_way(call: Call) -> None:
    others = [Call() for _ in range(3)]
    await asyncio.gather(*(one.connect("video", "audio") for one in (call, *others)))
    assert all(one.told == ["connected"] for one in (call, *others))
    for other in others:
        await other.viewer.close()
        await other.peer.close()


def test_a_machine_without_a_network_still_has_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering_peer, "_host_addresses", lambda use_ipv4, use_ipv6: [])
    assert answering_peer._with_loopback(True, True) == ["127.0.0.1"]
    monkeypatch.setattr(answering_peer, "_host_addresses", lambda use_ipv4, use_ipv6: ["192.0.2.7"])
    assert answering_peer._with_loopback(True, True) == ["192.0.2.7"]
    assert aioice.ice.get_host_addresses(True, True) == ["127.0.0.1"], "in these tests"
