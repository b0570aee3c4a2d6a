"""What recording costs a live 1080p30 show, how sound lies against picture in the film, and how long a film of two hours takes to
be ended. With `--seconds 3600` the film is half an hour long.

The screen shows the clapperboard, a page watches, and the recording is switched on and off by turns. In the film each flash began
within the frame before the picture that shows it first: half a frame is taken off.
"""

import os
import time
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from studio.bench import clapper, stage
from studio.bench.browser import chromium, offsets, wait_playing
from studio.bench.latency import clapper_show
from studio.bench.machine import cpu_s
from studio.bench.report import Row, median, percentile
from studio.bench.studio_client import StudioClient
from studio.bench.studio_process import running_studio
from studio.clock import NS_PER_S
from studio.commands.recording import ClipAdd, ClipExport, ClipSet, RecordingStart, RecordingStop
from studio.media.encoder import OPUS_FRAME, SAMPLE_RATE, H264Encoder
from studio.media.frames import blank
from studio.media.timed_ring import sample_ns
from studio.recordings.folder import FILM
from studio.recordings.movie_file import MovieFile
from studio.show.film import Chapter

ROUNDS = 4
ROUND_S = 10.0
SETTLE_S = 2.0
LONG_S = 2 * 3600
FRAME_MS = 1000 / 30
LOUD = 0.05
CLIPS_S = 300.0
"""Beside a live show no speed is promised."""
SILENCE = np.zeros((OPUS_FRAME, 2), np.float32)


def run(seconds: float = 80.0) -> list[Row]:
    """Rounds with and without the recording; the last one takes half of `seconds`."""
    with stage.folder() as folder, stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        settings = {"video.rendition": "1080", "recording.auto": False}
        os.environ["VITRINE_HOME"] = str(folder)
        with (
            running_studio(folder, clapper_show(display), settings) as studio,
            StudioClient() as client,
            chromium(sound=False) as browser,
        ):
            page = browser.new_page(viewport={"width": 640, "height": 360})
            page.goto(studio.viewer)
            wait_playing(page)
            costs: dict[bool, list[float]] = {True: [], False: []}
            for number in range(2 * ROUNDS):
                on = number % 2 == 1
                if on:
                    client.execute(RecordingStart())
                time.sleep(SETTLE_S)
                begun, used = time.monotonic(), cpu_s(studio.child.pid)
                time.sleep(seconds / 2 if number == 2 * ROUNDS - 1 else min(seconds / 4 / ROUNDS, ROUND_S))
                costs[on].append((cpu_s(studio.child.pid) - used) / (time.monotonic() - begun))
                if on:
                    client.execute(RecordingStop())
            late, seconds_cutting = _cut_two(client)
            alone = _late(client)
            time.sleep(seconds_cutting)
            alone = _late(client) - alone
        film = max((folder / "data" / "recordings").glob(f"*/{FILM}"), key=lambda path: path.stat().st_size)
        found = _lags(film)
        middle = median(found)
        spread = percentile([abs(lag - middle) for lag in found], 95)
        return [
            Row(name="a live 1080p30 show without recording", value=median(costs[False]), unit="core"),
            Row(name="recording adds", value=median(costs[True]) - median(costs[False]), unit="core", most=0.05),
            Row(name="claps in the film", value=len(found), unit="", least=seconds / 4),
            Row(name="sound after picture, median", value=middle, unit="ms", least=-20, most=20),
            Row(name="its drift from beginning to end", value=_drift(found), unit="ms", least=-20, most=20),
            Row(name="furthest from the median, p95", value=spread, unit="ms"),
            Row(name="late ticks while two upright clips are made, live", value=late, unit="", most=0),
            Row(name="that takes", value=seconds_cutting, unit="s"),
            Row(name="late ticks in the same time without", value=alone, unit=""),
            Row(name="ending a film of two hours", value=_end_of_a_long_one(folder), unit="s", most=10),
        ]


def _cut_two(client: StudioClient) -> tuple[int, float]:
    """Two upright clips of the last recording at once, beside the live show: ticks that came late, and how long it took."""
    newest = client.until("library", lambda library: library["recordings"][0]["state"] == "ready", "the film")["recordings"][0]
    before, begun = _late(client), time.monotonic()
    for _ in range(2):
        clip = client.execute(ClipAdd(recording=newest["id"], begins_ms=0, ends_ms=min(newest["length_ms"], 10_000)))
        client.execute(ClipSet(recording=newest["id"], clip=clip, aspect="9:16", short_side=720))
        client.execute(ClipExport(recording=newest["id"], clip=clip))
    client.until("works", lambda works: len(works) >= 2, "the clips")
    client.until("works", lambda works: not works, "the clips to be made", CLIPS_S)
    return _late(client) - before, time.monotonic() - begun


def _late(client: StudioClient) -> int:
    return int(client.state["stream"]["late_render"])


def _lags(film: Path) -> list[float]:
    """For each clap, how many ms the beep is after the flash."""
    with av.open(str(film)) as opened:
        scale = opened.streams.video[0].height / 720
        left, top, width, height = (round(side * scale) for side in clapper.FLASH)
        flashes, lit = [], True
        for frame in opened.decode(video=0):
            luma = frame.to_ndarray(format="gray")[top : top + height : 8, left : left + width : 8].mean()
            now = luma > 128
            if now and not lit and frame.time is not None:
                flashes.append(frame.time * 1000 - FRAME_MS / 2)
            lit = bool(now)
    with av.open(str(film)) as opened:
        pieces: list[NDArray[np.float32]] = [frame.to_ndarray()[0] for frame in opened.decode(audio=0)]
    loud = np.abs(np.concatenate(pieces)) > LOUD
    starts = np.flatnonzero(loud)
    beeps = starts[np.diff(starts, prepend=-SAMPLE_RATE) > SAMPLE_RATE // 2] * 1000 / SAMPLE_RATE
    return [lag for lag in offsets(flashes, [float(beep) for beep in beeps]) if abs(lag) < 500]


def _drift(lags: list[float]) -> float:
    quarter = max(1, len(lags) // 4)
    return median(lags[-quarter:]) - median(lags[:quarter])


def _end_of_a_long_one(folder: Path) -> float:
    """Two hours of 30 pictures a second in small, as many packets as in large."""
    encoder = H264Encoder(64, 36, 30, kbps=100, preset="ultrafast")
    picture = blank(64, 36)
    assert picture.frame is not None
    key = encoder.encode(picture.frame, 0, key=True)[0]
    delta = encoder.encode(picture.frame, NS_PER_S // 30)[0]
    film = MovieFile(folder / "long.mp4")
    sounds = 0
    for number in range(LONG_S * 30):
        pts_ns = number * NS_PER_S // 30
        unit = key if number % 60 == 0 else delta
        film.video(type(unit)(unit.payload, pts_ns, unit.key))
        while sample_ns(sounds * OPUS_FRAME) <= pts_ns:
            film.sound(SILENCE, sample_ns(sounds * OPUS_FRAME))
            sounds += 1
    begun = time.monotonic()
    film.close([Chapter(minute * 60_000, f"{minute}") for minute in range(0, 120, 5)])
    return time.monotonic() - begun
