"""The process that cuts: what it says, and that it leaves nothing behind however it ends."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from studio.errors import DeviceFailed, InvalidValue, NotFound
from studio.recordings.cutting import exporter as exporter_module
from studio.recordings.cutting import output
from studio.recordings.cutting.exporter import Exporter
from studio.recordings.cutting.job import Done, Job
from tests.fakes import until
from tests.studio.recordings.cutting.films import recorded

WORDS = [sys.executable, "-m", "studio.recordings.cutting", "clip"]


def job(source: Path, target: Path, begins_ms: int = 1_000, ends_ms: int = 19_000, **more: Any) -> Job:
    return Job(source=str(source), target=str(target), begins_ms=begins_ms, ends_ms=ends_ms, **more)


def said(wanted: bytes) -> tuple[int, list[dict[str, Any]]]:
    done = subprocess.run(WORDS, input=wanted, capture_output=True, timeout=60)
    assert done.stderr == b""
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


def test_what_the_process_says(film: Path, tmp_path: Path) -> None:
    status, lines = said(msgspec.json.encode(job(film, tmp_path / "clip.mp4")))
    assert status == 0
    assert all(0 <= line["progress"] <= 1 for line in lines[:-1])
    size = (tmp_path / "clip.mp4").stat().st_size
    assert lines[-1] == {"done": {"length_ms": 18_000, "size": size, "width": 320, "height": 180}}


def test_what_it_says_when_there_is_no_film(tmp_path: Path) -> None:
    status, lines = said(msgspec.json.encode(job(tmp_path / "gone.mp4", tmp_path / "clip.mp4")))
    assert status == 1
    assert lines == [
        {"error": {"code": "not_found", "message": "The film {name} is no longer there", "params": {"name": "gone.mp4"}}}
    ]


def test_a_job_that_is_none_is_refused(tmp_path: Path) -> None:
    for wanted in (b"", b"{}", b'{"source": 3}', b"\xff"):
        status, lines = said(wanted)
        assert (status, lines[-1]["error"]["code"]) == (1, "invalid")


async def test_a_clip_comes_back(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    done = await Exporter().run(job(film, tmp_path / "clip.mp4"), told.append)
    assert done == Done(length_ms=18_000, size=(tmp_path / "clip.mp4").stat().st_size, width=320, height=180)
    assert told
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


async def test_errors_come_back_with_their_words(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"The film gone\.mp4 is no longer there"):
        await Exporter().run(job(tmp_path / "gone.mp4", tmp_path / "clip.mp4"))
    (tmp_path / "a.mp4").write_bytes(b"no film" * 100)
    with pytest.raises(InvalidValue, match=r"a\.mp4 is not a film"):
        await Exporter().run(job(tmp_path / "a.mp4", tmp_path / "clip.mp4"))
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


async def test_a_folder_that_is_not_there(film: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceFailed, match="could not be made"):
        await Exporter().run(job(film, tmp_path / "none" / "clip.mp4"))


async def test_a_cancelled_clip_leaves_nothing(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    task = asyncio.create_task(Exporter().run(job(film, tmp_path / "clip.mp4", short_side=720), told.append))
    await until(lambda: told)
    assert (tmp_path / "clip.mp4.part").exists()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert list(tmp_path.iterdir()) == []


async def test_one_that_does_not_listen_is_killed(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporter_module, "END_S", 0.2)
    children = _children()
    told: list[float] = []
    task = asyncio.create_task(Exporter().run(job(film, tmp_path / "clip.mp4", short_side=720), told.append))
    await until(lambda: told)
    (child,) = _children() - children
    os.kill(child, signal.SIGSTOP)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert child not in _children()
    assert list(tmp_path.iterdir()) == []


async def test_a_process_that_dies_is_said(film: Path, tmp_path: Path) -> None:
    children = _children()
    told: list[float] = []
    task = asyncio.create_task(Exporter().run(job(film, tmp_path / "clip.mp4", short_side=720), told.append))
    await until(lambda: told)
    (child,) = _children() - children
    os.kill(child, signal.SIGKILL)
    with pytest.raises(DeviceFailed, match="could not be made: it ended by itself"):
        await task
    assert list(tmp_path.iterdir()) == []


def test_told_to_end_it_ends_and_leaves_nothing(film: Path, tmp_path: Path) -> None:
    with subprocess.Popen(WORDS, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(msgspec.json.encode(job(film, tmp_path / "clip.mp4", short_side=1080)))  # which takes its time
        child.stdin.close()
        child.stdout.readline()
        child.terminate()
        child.stdout.read()
        assert child.wait(60) == 143
    assert list(tmp_path.iterdir()) == []


def test_it_does_not_outlive_the_studio(film: Path, tmp_path: Path) -> None:
    with subprocess.Popen(WORDS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as child:
        assert child.stdin
        assert child.stdout
        child.stdin.write(msgspec.json.encode(job(film, tmp_path / "clip.mp4", short_side=1080)))  # which takes its time
        child.stdin.close()
        child.stdout.readline()
        child.stdout.close()  # as when the studio has crashed
        assert child.wait(60) == 1
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 16 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], capture_output=True).returncode:
        pytest.skip("only root can make a small disk")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill_up(disk: Path, leave: int) -> None:
    with open(disk / "theirs", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, (16 << 20) - leave)


@pytest.mark.parametrize("more", [{}, {"short_side": 360}])
async def test_a_full_disk_is_said_and_leaves_nothing(small_disk: Path, tmp_path: Path, more: dict[str, Any]) -> None:
    film = recorded(tmp_path / "a.mp4", 5)
    fill_up(small_disk, leave=40_000)
    with pytest.raises(DeviceFailed, match="The disk is full"):
        await Exporter().run(job(film, small_disk / "clip.mp4", 0, 5000, **more))
    assert [path.name for path in small_disk.iterdir()] == ["theirs"]


@pytest.mark.parametrize("more", [{}, {"short_side": 360}])
def test_a_disk_that_fills_up_meanwhile_is_said_and_leaves_nothing(
    small_disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, Any]
) -> None:
    from studio.recordings.cutting.cut import cut

    monkeypatch.setattr(output, "SPARE", -(1 << 40))  # it is not foreseen
    film = recorded(tmp_path / "a.mp4", 20)
    fill_up(small_disk, leave=200_000)
    with pytest.raises(DeviceFailed, match="The disk is full"):
        cut(job(film, small_disk / "clip.mp4", 0, 20_000, **more))
    assert [path.name for path in small_disk.iterdir()] == ["theirs"]


def _children() -> set[int]:
    return {int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()}
