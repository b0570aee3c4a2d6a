"""The host's clip: the presenter in her studio for eight seconds that loop. Also as a heavy camera file for benchmarks."""

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from PySide6.QtGui import QImage

from studio.demo import bottles, music, presenter
from studio.demo.backdrop import HEIGHT, WIDTH, Backdrop, stand_packs, vignette
from studio.demo.brush import Pixels, canvas, painting
from studio.demo.film import FPS, Recipe, of_image, write
from studio.demo.pose import pose_at
from studio.overlays.painter import ensure_gui

SECONDS = 8.0
FRAMES = round(SECONDS * FPS)
ON_TABLE = (
    (bottles.MICELLAR_WATER, 626.0, 972.0, 0.72),
    (bottles.HAND_CREAM, 730.0, 984.0, 0.6),
    (bottles.VITAMIN_SERUM, 812.0, 1006.0, 0.62),
    (bottles.NIGHT_CREAM, 934.0, 1044.0, 0.5),
)
RECIPE = Recipe(WIDTH, HEIGHT, {"preset": "slow", "crf": "15", "profile": "high", "tune": "animation"}, gop=120)
HEAVY = Recipe(
    WIDTH,
    HEIGHT,
    {"preset": "superfast", "profile": "baseline", "maxrate": "28M", "bufsize": "24M"},
    bit_rate=24_000_000,
    sound_bit_rate=192_000,
    gop=30,
    b_frames=0,
)


class HostPicture:
    """Draws the clip's picture at any moment of the loop."""

    def __init__(self) -> None:
        ensure_gui()
        self._backdrop = Backdrop()
        self._front = canvas(WIDTH, HEIGHT)
        with painting(self._front) as painter:
            stand_packs(painter, ON_TABLE)
            vignette(painter)

    def at(self, phase: float) -> QImage:
        """The picture `phase` 0…1 through the loop."""
        pose = pose_at(phase)
        image = canvas(WIDTH, HEIGHT)
        with painting(image) as painter:
            self._backdrop.room(painter, phase)
            presenter.body(painter, pose)
            self._backdrop.table(painter)
            presenter.arms(painter, pose)
            painter.drawImage(0, 0, self._front)
        return image


def write_clip(path: Path, picture: HostPicture) -> None:
    """The small clip that is shipped with the demo show."""
    frames = (of_image(picture.at(index / FRAMES)) for index in range(FRAMES))
    write(path, frames, music.loop(SECONDS), RECIPE)


def write_heavy_clip(path: Path, seconds: float = 10.0) -> None:
    """The same picture with film grain at some 24 Mbit/s, baseline as a webcam delivers it. Always the same bytes."""
    count = round(seconds * FPS)
    samples = round(seconds * music.RATE)
    once = music.loop(SECONDS)
    sound = np.tile(once, (1, samples // once.shape[1] + 1))[:, :samples]
    write(path, _grained(count), sound, HEAVY)


def _grained(count: int) -> Iterator[av.VideoFrame]:
    """The loop over and over under ever new grain. A picture that comes again is kept: a whole loop takes 750 MB."""
    dice = np.random.default_rng(24)
    noise = dice.normal(0, 1.0, (HEIGHT + 64, WIDTH + 64)).round().astype(np.int16)
    picture = HostPicture()
    drawn: dict[int, Pixels] = {}
    for index in range(count):
        place = index % FRAMES
        if place not in drawn:
            drawn[place] = of_image(picture.at(place / FRAMES)).to_ndarray().astype(np.uint8, copy=False)
        planes = drawn[place] if index + FRAMES < count else drawn.pop(place)
        down, right = (int(start) for start in dice.integers(0, 64, 2))
        light = planes[:HEIGHT] + noise[down : down + HEIGHT, right : right + WIDTH]
        grained = np.concatenate((np.clip(light, 16, 235).astype(np.uint8), planes[HEIGHT:]))
        yield av.VideoFrame.from_ndarray(grained, format="yuv420p")
