"""Many WHEP readers in one process: real ICE and DTLS, then packets are counted, not decrypted, so that the readers cost
little beside the server that is measured. Prints what it saw as JSON.
"""

import asyncio
import json
import sys
import time
from typing import Any

import aiohttp
import aioice.ice
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection, RTCSessionDescription

from studio.bench import machine

JOINED = 100


class Counter:
    """What one reader received."""

    def __init__(self) -> None:
        self.frames = 0
        self.bytes = 0
        self.first_s = 0.0


_counters: dict[int, Counter] = {}
_original = aioice.ice.StunProtocol.datagram_received
_video_type = 0


def _count(self: Any, data: bytes, addr: tuple[str, int]) -> None:
    """RTP is counted (its header is in the clear), everything else goes the usual way."""
    if not 127 < data[0] < 192 or 192 <= data[1] <= 223:
        _original(self, data, addr)
        return
    counter = _counters.setdefault(id(self.receiver if hasattr(self, "receiver") else self), Counter())
    counter.bytes += len(data)
    if data[1] & 0x7F == _video_type and data[1] & 0x80:
        counter.frames += 1
        if not counter.first_s:
            counter.first_s = time.monotonic()


async def _join(http: aiohttp.ClientSession, url: str) -> RTCPeerConnection:
    global _video_type
    peer = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE))
    for kind in ("video", "audio"):
        peer.addTransceiver(kind, direction="recvonly")
    await peer.setLocalDescription(await peer.createOffer())
    async with http.post(url, data=peer.localDescription.sdp, headers={"Content-Type": "application/sdp"}) as response:
        assert response.status == 201, response.status
        answer = await response.text()
    video = answer[answer.index("m=video") :]
    _video_type = int(video.split("\r\n", 1)[0].split()[3])
    await peer.setRemoteDescription(RTCSessionDescription(answer, "answer"))
    return peer


async def main() -> None:
    """`URL COUNT SECONDS SERVER_PID`."""
    url, count, seconds, pid = sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4])
    setattr(aioice.ice.StunProtocol, "datagram_received", _count)  # noqa: B010 - a method, by name it can be typed
    before_cpu, begun = machine.cpu_s(pid), time.monotonic()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        peers = await asyncio.gather(*(_join(http, url) for _ in range(count)))
        while sum(c.frames > 0 for c in _counters.values()) < count and time.monotonic() < begun + 30:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        join_cpu = machine.cpu_s(pid) - before_cpu
        firsts = sorted(counter.first_s - begun for counter in _counters.values() if counter.first_s)
        await asyncio.sleep(2)
        start = {key: (counter.frames, counter.bytes) for key, counter in _counters.items()}
        before_cpu, since = machine.cpu_s(pid), time.monotonic()
        await asyncio.sleep(seconds)
        took, used = time.monotonic() - since, machine.cpu_s(pid) - before_cpu
        frames = [counter.frames - start[key][0] for key, counter in _counters.items() if key in start]
        received = sum(counter.bytes - start[key][1] for key, counter in _counters.items() if key in start)
        result = {
            "seconds": took,
            "server_cpu_s": used,
            "join_cpu_s": join_cpu,
            "join_100_s": firsts[JOINED - 1] if len(firsts) >= JOINED else 99.0,
            "worst_fps": min(frames) / took if len(frames) == count else 0.0,
            "kbps": received * 8 / 1000 / took / count,
        }
        print(json.dumps(result))
        await asyncio.gather(*(peer.close() for peer in peers))


if __name__ == "__main__":
    asyncio.run(main())
