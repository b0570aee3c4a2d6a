"""Recording on a thread: all of it, whatever happens to the disk, the file or the process."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from studio.clock import NS_PER_S
from studio.media.encoder import OPUS_FRAME, Encoded, H264Encoder
from studio.media.timed_ring import sample_ns
from studio.recordings import recorder as recorder_module
from studio.recordings.movie_file import compact, is_whole
from studio.recordings.recorder import Recorder, Trouble
from studio.show.film import Chapter
from tests.fakes import wait_for

SILENCE = np.zeros((OPUS_FRAME, 2), np.float32)


@pytest.fixture(scope="module")
def second() -> list[Encoded]:
    """A second of noise, which no encoder makes small."""
    encoder, dice = H264Encoder(320, 180, 30, 8000), np.random.default_rng(1)
    units = []
    for number in range(30):
        frame = av.VideoFrame.from_ndarray(dice.integers(16, 235, (270, 320), np.uint8), format="yuv420p")
        units += encoder.encode(frame, number * NS_PER_S // 30, key=number == 0)
    return units


def feed(recorder: Recorder, second: list[Encoded], seconds: int, begin_s: int = 0) -> None:
    for number in range(begin_s, begin_s + seconds):
        for unit in second:
            recorder.video(Encoded(unit.payload, unit.pts_ns + number * NS_PER_S, unit.key))
        for block in range(100):
            recorder.sound(SILENCE, sample_ns((number * 100 + block) * OPUS_FRAME))


def length(path: Path) -> float:
    with av.open(str(path)) as container:
        times = [float(packet.pts * packet.time_base) for packet in container.demux(video=0) if packet.pts is not None]
    return max(times)


def test_everything_is_there(tmp_path: Path, second: list[Encoded]) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    recorder.start()
    feed(recorder, second, 5)
    recorder.close([Chapter(0, "All")])
    assert (recorder.trouble, recorder.length_ms) == ("", 4966)
    assert is_whole(recorder.path)
    assert length(recorder.path) == pytest.approx(4.967, abs=0.001)
    assert list(tmp_path.iterdir()) == [recorder.path]
    assert recorder.size == recorder.path.stat().st_size


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 24 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def test_a_full_disk_ends_it_with_words_and_a_whole_film(
    small_disk: Path, second: list[Encoded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "LEAST_FREE", 1 << 20)
    said: list[Trouble] = []
    recorder = Recorder(small_disk / "a.mp4", said.append)
    recorder.start()
    for begin_s in range(0, 100, 5):
        feed(recorder, second, 5, begin_s)
        wait_for(lambda end_s=begin_s + 4: said or recorder.length_ms > end_s * 1000)  # type: ignore[misc]
        if said:
            break
    recorder.close()
    assert (recorder.trouble, said) == ("disk_full", ["disk_full"])
    assert is_whole(recorder.path)
    assert length(recorder.path) > 5
    assert [path.name for path in small_disk.iterdir()] == ["a.mp4"]


def test_a_disk_that_fills_up_from_elsewhere_leaves_a_film_that_opens(
    small_disk: Path, second: list[Encoded], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "LEAST_FREE", -1)  # it is not foreseen: somebody else takes the last of it
    recorder = Recorder(small_disk / "a.mp4")
    recorder.start()
    feed(recorder, second, 4)
    wait_for(lambda: recorder.length_ms > 3960 and not recorder._items)
    with open(small_disk / "theirs", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(small_disk).free - 100_000)
    feed(recorder, second, 30, 4)
    wait_for(lambda: recorder.trouble)
    recorder.close()
    assert recorder.trouble == "disk_full"
    assert length(recorder.path) > 3


def test_a_full_disk_refuses_to_begin(small_disk: Path) -> None:
    recorder = Recorder(small_disk / "a.mp4")
    with pytest.raises(OSError, match="No space"):
        recorder.start()
    assert list(small_disk.iterdir()) == []


def test_a_disk_that_stands_still_is_said(tmp_path: Path, second: list[Encoded], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recorder_module, "WAITING_MAX", 100_000)
    said: list[Trouble] = []
    recorder = Recorder(tmp_path / "a.mp4", said.append)
    feed(recorder, second, 2)  # its thread does not run yet
    recorder.start()
    wait_for(lambda: said == ["disk_slow"])
    recorder.close()
    assert is_whole(recorder.path)


def test_a_file_that_is_moved_away_is_noticed_and_keeps_what_is_in_it(tmp_path: Path, second: list[Encoded]) -> None:
    said: list[Trouble] = []
    recorder = Recorder(tmp_path / "a.mp4", said.append)
    recorder.start()
    feed(recorder, second, 2)
    wait_for(lambda: recorder.length_ms > 1900)
    os.rename(tmp_path / "a.mp4", tmp_path / "moved.mp4")
    feed(recorder, second, 3, 2)
    wait_for(lambda: said == ["gone"])
    recorder.close()
    assert length(tmp_path / "moved.mp4") > 1.9


WRITER = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from studio.media.frames import blank
from tests.studio.recordings.test_recorder import *
encoder = H264Encoder(320, 180, 30, 800)
frame = blank(320, 180).frame
recorder = Recorder(Path({path!r}))
recorder.start()
print("began", flush=True)
began = time.monotonic()
number = block = 0
while True:  # as fast as a show goes
    now = time.monotonic() - began
    while number / 30 < now:
        for unit in encoder.encode(frame, number * NS_PER_S // 30, key=number % 300 == 0):
            recorder.video(unit)
        number += 1
    while block / 100 < now:
        recorder.sound(SILENCE, sample_ns(block * OPUS_FRAME))
        block += 1
    time.sleep(0.005)
"""


def test_killed_at_any_moment_at_most_two_seconds_are_lost(tmp_path: Path) -> None:
    moments = [2.1, 2.4, 2.6, 2.9, 3.1, 3.3, 3.6, 3.8, 4.2, 4.7]
    root, begun = str(Path(__file__).parents[3]), []
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER.format(root=root, path=str(tmp_path / f"{at}.mp4"))], stdout=subprocess.PIPE
        )
        for at in moments
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            writer.stdout.readline()
            begun.append(time.monotonic())
        for writer, began, at in zip(writers, begun, moments, strict=True):
            while time.monotonic() - began < at:  # the moment is what is tested
                time.sleep(0.005)
            writer.send_signal(signal.SIGKILL)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    for at in moments:
        path = tmp_path / f"{at}.mp4"
        compact(path)
        assert is_whole(path)
        assert length(path) >= at - 2
