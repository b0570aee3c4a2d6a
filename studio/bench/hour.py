"""An hour live and recorded while other programs burn every core half the time: is the film whole, does anything grow?

The other programs rest at both ends, so that what is counted there is settled. Every picture of the film is decoded.
"""

import os
import time
from dataclasses import dataclass
from pathlib import Path

import av

from studio.bench import stage
from studio.bench.browser import chromium, wait_playing
from studio.bench.report import Row, median
from studio.bench.soak import SHOW, Sample, sample
from studio.bench.studio_client import StudioClient
from studio.bench.studio_process import running_studio
from studio.commands.recording import RecordingStart, RecordingStop
from studio.recordings.folder import FILM

FPS = 30
WARM_S = 300.0
"""Five minutes until caches are filled, also under load."""
EVERY_S = 5.0
QUIET_S = 5.0
BURN_S = 10.0
"""So long every core is burnt, and then left alone for as long."""
END_S = 600.0
"""What waits may be written in this time."""


@dataclass
class Film:
    """What is in it. `jumps`: places where a packet of sound does not follow the one before."""

    pictures: int = 0
    decoded: int = 0
    samples: int = 0
    jumps: int = 0


def run(seconds: float = 3600.0) -> list[Row]:
    """Record for `seconds`."""
    desktop: list[Sample] = []
    server: list[Sample] = []
    behind_ms = 0
    with stage.folder() as folder:
        os.environ["VITRINE_HOME"] = str(folder)
        settings = {"video.rendition": "720", "recording.auto": False}
        with running_studio(folder, SHOW, settings) as studio, StudioClient() as client, chromium(sound=False) as browser:
            page = browser.new_page(viewport={"width": 640, "height": 400})
            page.goto(studio.viewer)
            wait_playing(page)
            before = _missed(client)
            client.execute(RecordingStart())
            time.sleep(QUIET_S)
            end = time.monotonic() + seconds - 2 * QUIET_S
            with stage.burning(os.cpu_count() or 1, BURN_S):
                while time.monotonic() < end:
                    desktop.append(sample(studio.child.pid))
                    server.append(sample(studio.ready["server_pid"]))
                    now = client.until("recording", lambda now: now["status"] != "off", "the recording")
                    behind_ms = max(behind_ms, now["length_ms"] - now["written_ms"])
                    time.sleep(EVERY_S)
            time.sleep(QUIET_S)
            missed = _missed(client) - before
            client.execute(RecordingStop())
            films = client.until("library", lambda library: _ended(library["recordings"]), "the film", END_S)["recordings"]
            playing = page.get_attribute("vitrine-show", "state") == "playing"
        film = look(next((folder / "data" / "recordings").glob(f"*/{FILM}")))
    length_s = films[-1]["length_ms"] / 1000
    due = round(length_s * FPS)
    first = min(len(server) - 2, round(WARM_S / EVERY_S)) if seconds > 2 * WARM_S else len(server) // 2
    return [
        Row(name="films", value=len(films), unit="", most=1),
        Row(name="length of the film", value=length_s, unit="s", least=seconds - QUIET_S),
        Row(name="pictures in it", value=film.pictures, unit=""),
        Row(name="pictures that the studio says it dropped (processor)", value=missed, unit=""),
        Row(name="pictures missing in it that were not said", value=max(0, due - missed - film.pictures), unit="", most=FPS),
        Row(name="pictures that cannot be decoded", value=film.pictures - film.decoded, unit="", most=0),
        Row(name="samples of sound", value=film.samples, unit=""),
        Row(name="sound that is missing", value=length_s - film.samples / 48_000, unit="s", least=-0.1, most=0.1),
        Row(name="places where the sound jumps", value=film.jumps, unit="", most=0),
        Row(name="furthest that the film was behind", value=behind_ms / 1000, unit="s"),
        *_growth("desktop", desktop[first:], most=None),  # the index of an MP4 is kept until it is ended: 40 bytes a packet
        *_growth("server", server[first:], most=4),
        Row(name="viewer still playing", value=float(playing), unit="", least=1),
    ]


def _missed(client: StudioClient) -> int:
    stream = client.state["stream"]
    return int(stream["late_render"] + stream["dropped_encoder"])


def _ended(recordings: list[dict[str, object]]) -> bool:
    return bool(recordings) and all(one["state"] == "ready" for one in recordings)


def _growth(name: str, samples: list[Sample], most: float | None) -> list[Row]:
    span = max(1, min(60, len(samples) // 4))
    values = [one.memory_mb for one in samples]
    before, after = median(values[:span]), median(values[-span:])
    return [
        Row(name=f"{name}: memory at the end", value=after, unit="MB"),
        Row(name=f"{name}: memory, growth after the warm-up", value=after - before, unit="MB", most=most),
    ]


def look(path: Path) -> Film:
    """Decode all of it."""
    film = Film()
    with av.open(str(path)) as opened:
        video, sound = opened.streams.video[0], opened.streams.audio[0]
        video.thread_type = "AUTO"
        due: int | None = None
        for packet in opened.demux(video, sound):
            if packet.stream is video:
                film.pictures += packet.size > 0
                film.decoded += len(packet.decode())
            elif packet.size and packet.pts is not None and packet.duration is not None:
                film.jumps += due is not None and packet.pts != due
                film.samples += packet.duration
                due = packet.pts + packet.duration
    return film
