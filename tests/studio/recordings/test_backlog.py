"""What waits for a film: nothing is lost, doubled or out of order, wherever it lies."""

import errno
import os
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.clock import NS_PER_S
from studio.media.encoder import OPUS_FRAME, Encoded
from studio.recordings import backlog
from studio.recordings.backlog import Backlog, Item, left, time_of
from tests.fakes import wait_for

STEPS = st.lists(st.sampled_from(["put", "put", "put", "take", "disk"]), max_size=60)


def item(number: int) -> Item:
    at_ns = number * NS_PER_S // 2
    if number % 3:
        return Encoded(number.to_bytes(4, "big") * 50, at_ns, number % 5 == 1)
    return np.full((OPUS_FRAME, 2), number, np.float32), at_ns


def same(one: Item, other: Item) -> bool:
    if isinstance(one, Encoded) or isinstance(other, Encoded):
        return one == other
    return one[1] == other[1] and bool((one[0] == other[0]).all())


def spill(waiting: Backlog) -> None:
    """As its thread does."""
    while waiting._memory:
        waiting._move()


@given(STEPS, st.sampled_from([300, 5000, 1 << 20]))
def test_first_in_first_out_wherever_it_lies(steps: list[str], segment: int) -> None:
    folder = Path(tempfile.mkdtemp())
    before, backlog.SEGMENT = backlog.SEGMENT, segment
    try:
        waiting, put, taken = Backlog(folder, "film.mp4"), 0, []
        for step in steps:
            if step == "put":
                assert waiting.put(item(put))
                put += 1
            elif step == "take":
                taken += waiting.take(0)
            else:
                spill(waiting)
                on_disk = left(folder, "film.mp4")
                if put > len(taken):  # what a crash would leave has all that was not handed out
                    assert on_disk is not None
                    found = list(on_disk.items)
                    assert all(map(same, found[-(put - len(taken)) :], map(item, range(len(taken), put))))
        waiting.end()
        while not waiting.empty:
            taken += waiting.take(0)
        assert len(taken) == put
        assert all(map(same, taken, map(item, range(put))))
        assert waiting.bytes == 0
        waiting._spiller.start()
        waiting.close()
        assert list(folder.iterdir()) == []
    finally:
        backlog.SEGMENT = before
        shutil.rmtree(folder)


def test_what_was_handed_out_a_moment_ago_is_kept_as_well(tmp_path: Path) -> None:
    waiting = Backlog(tmp_path, "film.mp4")
    for number in range(20):  # ten seconds
        waiting.put(item(number))
    assert len(waiting.take(0)) == 20
    waiting.put(item(20))
    spill(waiting)
    on_disk = left(tmp_path, "film.mp4")
    assert on_disk is not None
    assert on_disk.began_ns == time_of(item(1))
    found = list(on_disk.items)
    assert [time_of(one) for one in found] == [time_of(item(number)) for number in range(11, 21)]
    assert [time_of(one) for one in waiting.take(0)] == [time_of(item(20))]


@pytest.mark.parametrize("cut", [1, 10, 25])
def test_an_item_that_was_cut_off_is_left_out(tmp_path: Path, cut: int) -> None:
    waiting = Backlog(tmp_path, "film.mp4")
    for number in range(1, 3):
        waiting.put(item(number))
    spill(waiting)
    path = tmp_path / ".film.mp4.waiting-0"
    path.write_bytes(path.read_bytes()[:-cut])
    on_disk = left(tmp_path, "film.mp4")
    assert on_disk is not None
    assert [time_of(one) for one in on_disk.items] == [time_of(item(1))]


def test_a_disk_that_takes_nothing_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backlog, "RETRY_S", 0.01)
    (tmp_path / "place").touch()
    waiting = Backlog(tmp_path / "place", "film.mp4")
    waiting.start()
    for number in range(10):
        waiting.put(item(number))
    (tmp_path / "place").unlink()
    wait_for(lambda: waiting.bytes == 0)
    waiting.end()
    taken: list[Item] = []
    while not waiting.empty:
        taken += waiting.take()
    assert all(map(same, taken, map(item, range(10))))
    waiting.close()
    assert list((tmp_path / "place").iterdir()) == []


def test_nobody_spins_while_the_last_of_it_goes_to_the_disk(tmp_path: Path) -> None:
    waiting = Backlog(tmp_path, "film.mp4")
    waiting.put(item(1))
    waiting._moving = 1  # its thread writes to a slow disk
    waiting.end()
    begun = time.monotonic()
    assert waiting.take(0.2) == []
    assert time.monotonic() - begun >= 0.2


def test_what_was_half_written_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting, write = Backlog(tmp_path, "film.mp4"), os.pwrite
    for number in range(10):
        waiting.put(item(number))
    left_bytes = 100

    def full(file: int, data: bytes, at: int) -> int:
        nonlocal left_bytes
        if not left_bytes:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = write(file, data[:left_bytes], at)
        left_bytes = 0
        return written

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", full)
        with pytest.raises(OSError, match="No space"):
            waiting._move()
    on_disk = left(tmp_path, "film.mp4")
    assert on_disk is not None
    assert list(on_disk.items) == []
    spill(waiting)
    assert all(map(same, waiting.take(0), map(item, range(10))))
