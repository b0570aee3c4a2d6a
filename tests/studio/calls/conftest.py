"""A browser's end of a call, played by a whole WebRTC stack."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from aiortc import RTCPeerConnection, RTCSessionDescription
from aiortc.codecs import get_capabilities
from aiortc.mediastreams import MediaStreamError, MediaStreamTrack
from av import AudioFrame, VideoFrame

from tests.server.conftest import loopback_ice

__all__ = ["loopback_ice"]
SECOND = 48_000


class Tone(MediaStreamTrack):
    """440 Hz at half of full scale."""

    kind = "audio"

    def __init__(self) -> None:
        super().__init__()
        self._sent, self._began = 0, 0.0

    async def recv(self) -> AudioFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._sent / SECOND - loop.time()))
        at = (np.arange(960) + self._sent) / SECOND
        block = (16384 * np.sin(2 * np.pi * 440 * at)).astype(np.int16)
        frame = AudioFrame.from_ndarray(block.reshape(1, -1), layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = SECOND, self._sent, Fraction(1, SECOND)
        self._sent += 960
        return frame


class Colour(MediaStreamTrack):
    """A plain picture, 30 times a second."""

    kind = "video"

    def __init__(self, rgb: tuple[int, int, int], width: int = 320, height: int = 180) -> None:
        super().__init__()
        self._sent, self._began = 0, 0.0
        self._picture = np.full((height, width, 3), rgb, np.uint8)

    async def recv(self) -> VideoFrame:
        loop = asyncio.get_running_loop()
        self._began = self._began or loop.time()
        await asyncio.sleep(max(0.0, self._began + self._sent / 30 - loop.time()))
        frame = VideoFrame.from_ndarray(self._picture, format="rgb24")
        frame.pts, frame.time_base = self._sent * 3000, Fraction(1, 90_000)
        self._sent += 1
        return frame


class Browser:
    """Offers, as pages do: sound and pictures both ways. What comes is decoded and kept."""

    def __init__(self, codec: str = "H264", rgb: tuple[int, int, int] = (230, 120, 30)) -> None:
        self.connection = RTCPeerConnection()
        self.pictures: list[VideoFrame] = []
        self.sounds: list[AudioFrame] = []
        self._codec, self._rgb = codec, rgb
        self._tasks: list[asyncio.Task[None]] = []
        self.connection.on("track", lambda track: self._tasks.append(asyncio.create_task(self._receive(track))))

    async def offer(self) -> str:
        self.connection.addTransceiver(Tone(), direction="sendrecv")
        video = self.connection.addTransceiver(Colour(self._rgb), direction="sendrecv")
        known = get_capabilities("video").codecs
        video.setCodecPreferences([codec for codec in known if codec.mimeType in (f"video/{self._codec}", "video/rtx")])
        await self.connection.setLocalDescription(await self.connection.createOffer())
        return self.connection.localDescription.sdp

    async def apply(self, answer: str) -> None:
        await self.connection.setRemoteDescription(RTCSessionDescription(answer, "answer"))

    def drop(self, chance: float, seed: int = 3) -> None:
        """From now on so many of the packets that leave here are lost."""
        import random

        dice = random.Random(seed)
        for protocol in self._protocols():
            send = protocol.transport.sendto

            def lossy(data: bytes, address: Any, send: Any = send) -> None:
                if dice.random() >= chance:
                    send(data, address)

            protocol.transport.sendto = lossy

    def _protocols(self) -> list[Any]:
        transceiver = self.connection.getTransceivers()[0]
        return list(transceiver.receiver.transport.transport._connection._protocols)

    async def _receive(self, track: MediaStreamTrack) -> None:
        kept: list[Any] = self.pictures if track.kind == "video" else self.sounds
        with contextlib.suppress(MediaStreamError):
            while True:
                kept.append(await track.recv())
                del kept[:-100]

    async def close(self) -> None:
        await self.connection.close()
        for task in self._tasks:  # aiortc ends no track of a connection that it had not quite made yet
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@pytest.fixture
async def browser(loopback_ice: None) -> AsyncIterator[Browser]:
    browser = Browser()
    yield browser
    await browser.close()
