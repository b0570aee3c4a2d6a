"""Recording on a thread: all of it, whatever happens to the disk, the file or the process."""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from studio.clock import NS_PER_S
from studio.media.encoder import OPUS_FRAME, Encoded, H264Encoder
from studio.media.timed_ring import sample_ns
from studio.recordings import backlog, reserved_file
from studio.recordings import recorder as recorder_module
from studio.recordings.backlog import left
from studio.recordings.mend import mend
from studio.recordings.movie_file import MovieFile, is_whole
from studio.recordings.recorder import Recorder, Trouble
from studio.recordings.sound_file import SoundFile
from studio.recordings.waiting_place import elsewhere, places
from studio.show.film import Chapter
from tests.fakes import wait_for

SILENCE = np.zeros((OPUS_FRAME, 2), np.float32)


@pytest.fixture(scope="module")
def second() -> list[Encoded]:
    """A second of noise, which no encoder makes small."""
    encoder, dice = H264Encoder(320, 180, 30, kbps=8000), np.random.default_rng(1)
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
    wait_for(lambda: recorder.length_ms > 3960 and recorder._backlog.empty)
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


def times(path: Path) -> tuple[list[float], list[float]]:
    """Of all pictures, and of all packets of sound (s)."""
    with av.open(str(path)) as container:
        found: dict[str, list[float]] = {"video": [], "audio": []}
        for packet in container.demux():
            if packet.pts is not None:
                found[packet.stream.type].append(float(packet.pts * packet.time_base))
    return found["video"], found["audio"]


def assert_whole(path: Path, seconds: int) -> None:
    """Every picture and all of the sound is there, once."""
    pictures, sounds = times(path)
    assert pictures == pytest.approx([number / 30 for number in range(30 * seconds)], abs=0.001)
    assert np.diff(sounds) == pytest.approx(1024 / 48_000, abs=0.0001)
    assert sounds[-1] >= seconds - 0.05


class Tap:
    """The film's disk, or whatever else it waits for: shut, it takes nothing."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.open.set()

    def before(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def waiting(*args: Any) -> Any:
            self.open.wait()
            return call(*args)

        return waiting


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Tap]:
    tap = Tap()
    monkeypatch.setattr(reserved_file.ReservedFile, "write", slowly(tap))
    yield tap
    tap.open.set()


def slowly(tap: Tap) -> Callable[..., int]:
    write = reserved_file.ReservedFile.write

    def waiting(self: reserved_file.ReservedFile, data: bytes) -> int:
        self._waits_ns = time.monotonic_ns()
        tap.open.wait()
        return write(self, data)

    return waiting


def test_a_disk_that_rests_costs_nothing(tmp_path: Path, second: list[Encoded], slow_disk: Tap) -> None:
    recorder = Recorder(tmp_path / "a.mp4")
    recorder.start()
    feed(recorder, second, 3)
    wait_for(lambda: recorder.length_ms > 2900)
    slow_disk.open.clear()
    feed(recorder, second, 117, 3)
    wait_for(lambda: recorder.behind == "disk")
    assert recorder.received_ms == 119_966
    assert recorder.length_ms < 10_000
    wait_for(lambda: recorder._backlog.bytes < 4 << 20)  # two minutes wait on a disk, not in memory
    slow_disk.open.set()
    recorder.close()
    assert (recorder.trouble, recorder.length_ms) == ("", 119_966)
    assert_whole(recorder.path, 120)
    assert list(tmp_path.iterdir()) == [recorder.path]


def test_a_busy_processor_costs_nothing_and_is_not_called_a_disk(
    tmp_path: Path, second: list[Encoded], monkeypatch: pytest.MonkeyPatch
) -> None:
    turn = Tap()
    monkeypatch.setattr(MovieFile, "sound", turn.before(MovieFile.sound))
    recorder = Recorder(tmp_path / "a.mp4")
    recorder.start()
    turn.open.clear()
    feed(recorder, second, 20)
    wait_for(lambda: recorder.behind == "processor")
    turn.open.set()
    wait_for(lambda: not recorder.behind)
    recorder.close()
    assert_whole(recorder.path, 20)


def test_what_waits_lies_on_another_disk_where_there_is_one(
    small_disk: Path, second: list[Encoded], slow_disk: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "LEAST_FREE", 1 << 20)
    recorder = Recorder(small_disk / "a.mp4")
    recorder.start()
    slow_disk.open.clear()
    feed(recorder, second, 5)
    there = elsewhere(small_disk)
    wait_for(lambda: list(there.glob(".a.mp4.waiting-*")))
    assert sorted(path.name for path in small_disk.iterdir()) == [".a.mp4.spare", "a.mp4"]
    slow_disk.open.set()
    recorder.close()
    assert_whole(recorder.path, 5)
    assert not there.exists()


def test_disks_that_stand_still_end_it_and_what_waits_is_written(
    tmp_path: Path, second: list[Encoded], slow_disk: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(recorder_module, "place", lambda film: tmp_path / "file" / "no folder")
    monkeypatch.setattr(backlog, "MEMORY_MAX", 4 << 20)
    said: list[Trouble] = []
    recorder = Recorder(tmp_path / "a.mp4", said.append)
    recorder.start()
    slow_disk.open.clear()
    feed(recorder, second, 20)
    assert said == ["disk_slow"]  # at once, and nobody is told that nothing is lost
    assert recorder.behind == ""
    received_ms = recorder.received_ms
    assert 2000 < received_ms < 10_000
    slow_disk.open.set()
    recorder.close()
    assert said == ["disk_slow"]
    assert recorder.length_ms == received_ms
    assert is_whole(recorder.path)


def test_a_disk_that_never_comes_back_is_given_up(
    tmp_path: Path, second: list[Encoded], slow_disk: Tap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "STILL_S", 0.2)
    monkeypatch.setattr(recorder_module, "POLL_S", 0.1)
    recorder = Recorder(tmp_path / "a.mp4")
    recorder.start()
    slow_disk.open.clear()
    feed(recorder, second, 5)
    recorder.close()
    assert recorder.trouble == "disk_slow"
    assert recorder.unfinished
    assert any(left(folder, "a.mp4") for folder in places(recorder.path))  # for the repair
    slow_disk.open.set()
    assert recorder._over.wait(60)


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
import sys, threading, time
from pathlib import Path
sys.path.insert(0, {root!r})
from studio.media.frames import blank
from tests.studio.recordings.test_recorder import *
encoder = H264Encoder(320, 180, 30, kbps=800)
frame = blank(320, 180).frame
recorder = Recorder(Path({path!r}))
recorder.start()
print("began", flush=True)
began = time.monotonic()
number = block = 0
write = reserved_file.ReservedFile.write
def stalled(self, data):
    if time.monotonic() - began > {stalls}:
        threading.Event().wait()
    return write(self, data)
reserved_file.ReservedFile.write = stalled
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


def killed(folder: Path, moments: Sequence[float], stalls_s: float) -> None:
    """Recordings that are killed at these moments (s after their beginning); their disk takes nothing from `stalls_s` on."""
    root, begun = str(Path(__file__).parents[3]), []
    programs = [WRITER.format(root=root, path=str(folder / f"{at}.mp4"), stalls=stalls_s) for at in moments]
    writers = [subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) for program in programs]
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


def test_killed_at_any_moment_at_most_two_seconds_are_lost(tmp_path: Path) -> None:
    moments = [2.1, 2.4, 2.6, 2.9, 3.1, 3.3, 3.6, 3.8, 4.2, 4.7]
    killed(tmp_path, moments, 1e9)
    for at in moments:
        path = tmp_path / f"{at}.mp4"
        mend(path)
        assert is_whole(path)
        assert length(path) >= at - 2


@pytest.mark.parametrize("stalls_s", [0.0, 3.0])
def test_killed_while_much_waits_at_most_two_seconds_are_lost(tmp_path: Path, stalls_s: float) -> None:
    moments = [8.3, 9.0]
    killed(tmp_path, moments, stalls_s)
    for at in moments:
        path = tmp_path / f"{at}.mp4"
        mend(path)
        assert is_whole(path)
        pictures, sounds = times(path)
        assert pictures[-1] >= at - 2
        assert sounds[-1] >= at - 2
        assert np.diff(pictures) == pytest.approx(1 / 30, abs=0.001)
        assert np.diff(sounds) == pytest.approx(1024 / 48_000, abs=0.0001)
        with av.open(str(path)) as container:
            assert sum(1 for _ in container.decode(video=0)) == len(pictures)
    assert sorted(path.name for path in tmp_path.iterdir() if "spare" not in path.name) == [f"{at}.mp4" for at in moments]


@pytest.mark.parametrize("cut", [0, 50, 10_000_000])
def test_the_sound_of_a_microphone_is_mended_as_well(tmp_path: Path, cut: int) -> None:
    path, dice = tmp_path / "mic.flac", np.random.default_rng(1)
    blocks = [(dice.uniform(-0.5, 0.5, (OPUS_FRAME, 2)).astype(np.float32), sample_ns(n * OPUS_FRAME)) for n in range(300)]
    written = SoundFile(path, 0)
    for block in blocks[:100]:
        written.sound(*block)
    written.close()
    path.write_bytes(path.read_bytes()[: -cut or None])
    waiting = backlog.Backlog(tmp_path, path.name, 0)
    for block in blocks[50 if cut < 1000 else 0 :]:
        waiting.put(block)
    waiting.start()
    wait_for(lambda: waiting.bytes == 0)
    mend(path)
    with av.open(str(path)) as container:
        found = np.concatenate([frame.to_ndarray().reshape(-1, 2) for frame in container.decode(audio=0)])
    wanted = np.concatenate([block for block, _pts_ns in blocks]) * 32767
    assert found.shape == wanted.shape
    assert np.abs(found - wanted).max() <= 2
    assert list(tmp_path.iterdir()) == [path]
    waiting.close()
