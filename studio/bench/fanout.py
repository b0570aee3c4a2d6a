"""WHEP fan-out: a real server process, a desktop that sends ready packets, and many readers in a third process."""

import asyncio
import json
import subprocess
import sys
import time
from typing import Any

import aiohttp
import av
import numpy as np

from studio import wire
from studio.bench import stage
from studio.bench.report import Row
from studio.commands import show as show_commands
from studio.errors import Confirm
from studio.link.connection import connect, hello
from studio.link.server_process import ServerProcess
from studio.media.encoder import Encoded, H264Encoder, OpusEncoder
from studio.media.frames import of_frame
from studio.wire import SESSION_HEADER

READERS = 110
KBPS = 2500
FPS = 30
LOOP_S = 4
SHOW = "fanout"


def run(seconds: float = 20.0) -> list[Row]:
    """Let `READERS` join at once, then watch for `seconds`."""
    return asyncio.run(_run(seconds))


async def _run(seconds: float) -> list[Row]:
    video, audio = await asyncio.to_thread(_packets)
    with stage.folder() as home:
        server = ServerProcess(database=home / "bench.sqlite", linger_s=60)
        endpoint = await server.start()
        try:
            async with aiohttp.ClientSession() as http:
                greeting = hello("bench", "bench", "", studio=True)
                connection = await connect(http, endpoint.url, endpoint.token, greeting)
                reader = asyncio.create_task(connection.run(_ignore))
                await connection.execute(show_commands.ShowCreate(id=SHOW, title="Fan-out", brand=""))
                lease = await connection.lease(wire.Lease(action="take", show=SHOW, renditions=[720]))
                session = connection.welcome.session
                media = await http.ws_connect(
                    f"{endpoint.url}/studio/media",
                    headers={"Authorization": f"Bearer {endpoint.token}", SESSION_HEADER: session},
                )
                sender = asyncio.create_task(_send(media, lease.epoch, video, audio))
                await asyncio.sleep(0.5)
                try:
                    await connection.execute(show_commands.ShowStart())
                except Confirm as error:
                    await connection.execute(show_commands.ShowStart(confirm=error.confirm))
                assert endpoint.pid is not None
                result = await _watch(f"{endpoint.url}/shows/{SHOW}/whep", endpoint.pid, seconds)
                for task in (sender, reader):
                    task.cancel()
                await asyncio.gather(sender, reader, return_exceptions=True)
        finally:
            await server.close()
    used = result["server_cpu_s"] / result["seconds"]
    return [
        Row(name="bitrate to each reader", value=result["kbps"], unit="kbit/s", least=KBPS * 0.9),
        Row(name="readers", value=READERS, unit=""),
        Row(name="server's processor while they watch", value=used, unit="cores"),
        Row(name="readers a core", value=READERS / used, unit="", least=110),
        Row(name="slowest reader's frames a second", value=result["worst_fps"], unit="fps", least=29),
        Row(name="100 readers joined, first POST to last first picture", value=result["join_100_s"], unit="s", most=3),
        Row(name="server's processor a join", value=result["join_cpu_s"] * 1000 / READERS, unit="ms"),
    ]


async def _ignore(message: object) -> None:
    pass


def _packets() -> tuple[list[Encoded], list[Encoded]]:
    """A few seconds of a noisy moving picture at `KBPS` with a keyframe a second, and of a tone."""
    encoder = H264Encoder(1280, 720, FPS, kbps=KBPS)
    noise = np.random.default_rng(1).integers(0, 40, (900, 1500), np.uint8)
    video: list[Encoded] = []
    for number in range(LOOP_S * FPS):
        picture = of_frame(av.VideoFrame(1280, 720, "yuv420p"))
        shift = number % 90
        picture.y[:] = 90 + noise[shift : shift + 720, shift * 2 : shift * 2 + 1280] % (8 + shift % 32)
        picture.u[:] = 120
        picture.v[:] = 130
        assert picture.frame is not None
        video += encoder.encode(picture.frame, number * 1_000_000_000 // FPS, key=number % FPS == 0)
    opus = OpusEncoder()
    wave = np.sin(np.arange(48_000 * LOOP_S) * (2 * np.pi * 440 / 48_000)).astype(np.float32)[:, None].repeat(2, 1) * 0.2
    audio = [unit for n in range(LOOP_S * 100) for unit in opus.encode(wave[n * 480 : (n + 1) * 480], n * 10_000_000)]
    return video, audio


async def _send(socket: aiohttp.ClientWebSocketResponse, epoch: int, video: list[Encoded], audio: list[Encoded]) -> None:
    """Send the loop for ever, in real time."""
    units = sorted(
        [(unit.pts_ns, wire.VIDEO, 2, unit) for unit in video] + [(unit.pts_ns, wire.AUDIO, 0, unit) for unit in audio],
        key=lambda item: item[0],
    )
    begun, base, numbers = time.monotonic_ns(), 0, {0: 0, 2: 0}
    while True:
        for pts_ns, kind, rendition, unit in units:
            wait = begun + base + pts_ns - time.monotonic_ns()
            if wait > 0:
                await asyncio.sleep(wait / 1e9)
            numbers[rendition] += 1
            packet = wire.MediaPacket(kind, rendition, unit.key, epoch, numbers[rendition], base + pts_ns, unit.payload)
            await socket.send_bytes(packet.pack())
        base += LOOP_S * 1_000_000_000


async def _watch(url: str, server_pid: int, seconds: float) -> dict[str, Any]:
    """Run the readers' process and note the server's processor time around it."""
    words = [sys.executable, "-m", "studio.bench.fanout_readers", url, str(READERS), str(seconds), str(server_pid)]
    child = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
    out, _ = await child.communicate()
    if child.returncode:
        raise RuntimeError("the readers failed")
    result: dict[str, Any] = json.loads(out)
    return result
