"""Clips after a show: what is proposed for an hour of film, a copy of half a minute, and upright clips with words and a card.

The film is the demo's, encoded as a show is and repeated. Speeds are seconds of film cut in a second, the process's start and the
search for the subject among them.
"""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np

from studio import paths
from studio.bench import stage
from studio.bench.report import Row, median
from studio.clock import NS_PER_S
from studio.media.encoder import SAMPLE_RATE, H264Encoder
from studio.media.frames import Converter
from studio.recordings.cutting.exporter import Exporter
from studio.recordings.cutting.job import EndCard, Job, LowerThird
from studio.recordings.cutting.join import join
from studio.recordings.cutting.proposals import Pinned, propose
from studio.recordings.movie_file import MovieFile

ROUNDS = 3
FPS, KBPS, SIZE = 30, 4500, (1920, 1080)
PIECE_S, HOUR_S = 8, 3600
PINS = 20
BEGINS_MS = 1_900
LOWER = LowerThird(title="Rosenolie, 30 ml", line="249 kr.")
CARD = EndCard(title="Rosenolie", line="249 kr.", brand="Matilde")


def run(seconds: float = 30.0) -> list[Row]:
    """Clips of so many seconds."""
    with stage.folder() as folder:
        piece = _piece(folder / "piece.mp4")
        film, hour = folder / "film.mp4", folder / "hour.mp4"
        join([piece] * (2 + round(seconds) // PIECE_S), film)
        join([piece] * (HOUR_S // PIECE_S), hour)
        step_ms = HOUR_S * 1000 // PINS
        pins = [
            Pinned(product=f"p{n}", title="", begins_ms=n * step_ms + 7_321, ends_ms=n * step_ms + 52_345) for n in range(PINS)
        ]

        def clip(short_side: int) -> Callable[[], object]:
            upright = {"aspect": "9:16", "short_side": short_side, "lower_third": LOWER, "end_card": CARD} if short_side else {}
            ends_ms = BEGINS_MS + round(seconds * 1000)
            job = Job(source=str(film), target=str(folder / "clip.mp4"), begins_ms=BEGINS_MS, ends_ms=ends_ms, nice=0, **upright)  # type: ignore[arg-type]
            return lambda: asyncio.run(Exporter().run(job))

        return [
            Row(
                name="clips proposed for an hour with twenty products",
                value=_took_s(lambda: propose(hour, pins)),
                unit="s",
                most=10,
            ),
            Row(name=f"{seconds:g} s copied without loss", value=_took_s(clip(0)), unit="s", most=1),
            Row(name="upright 720 × 1280, with words and a card", value=seconds / _took_s(clip(720)), unit="× time", least=3),
            Row(name="upright 1080 × 1920, the same", value=seconds / _took_s(clip(1080)), unit="× time", least=1.8),
        ]


def _took_s(work: Callable[[], object]) -> float:
    took: list[float] = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        work()
        took.append(time.perf_counter() - begun)
    return median(took)


def _piece(path: Path) -> Path:
    """The demo's film, encoded as a show is."""
    film, encoder, converter = MovieFile(path), H264Encoder(*SIZE, FPS, kbps=KBPS), Converter()
    with av.open(str(paths.assets() / "demo" / "clip.mp4")) as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1).T.astype(np.float32)
    block = SAMPLE_RATE // FPS
    with av.open(str(paths.assets() / "demo" / "clip.mp4")) as container:
        for number, frame in enumerate(container.decode(video=0)):
            at_ns = number * NS_PER_S // FPS
            film.sound(np.ascontiguousarray(sound[number * block : (number + 1) * block]), at_ns)
            picture = converter.picture(frame, *SIZE)
            assert picture.frame is not None
            for unit in encoder.encode(picture.frame, at_ns, key=number == 0):
                film.video(unit)
    film.close()
    return path
