"""What goes wrong in the middle of a show, with real processes: nothing is lost, nothing comes twice, people are back soon."""

import contextlib
import os
import signal
import sqlite3
import time
from typing import Any

import pytest

from studio.bench.studio_process import RunningStudio, running_studio
from tests.e2e.conftest import SMALL
from tests.e2e.reading import wait_state
from tests.fakes import TIMEOUT_MS

pytestmark = pytest.mark.e2e
ASLEEP_S = 14.0
"""Longer than any link waits for a word."""
FOLLOW = """() => {
  window.seqs = [];
  const follow = ({ detail }) => window.seqs.push([detail.seq, detail.data.type]);
  document.querySelector('vitrine-show').addEventListener('vitrine:event', follow);
}"""


def events(studio: RunningStudio) -> list[tuple[int, str]]:
    """The show's event log as it is stored."""
    (file,) = studio.home.rglob("shows*.sqlite")
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
        return list(database.execute("SELECT seq, type FROM events ORDER BY seq"))


def frames(page: Any) -> int:
    return int(page.evaluate("document.querySelector('vitrine-show').video.getVideoPlaybackQuality().totalVideoFrames"))


def test_the_server_is_killed_and_no_event_is_lost_or_comes_twice(studio: RunningStudio, page: Any, vitrine: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    page.evaluate(FOLLOW)
    vitrine("do", "show.rename", "title=First")
    page.wait_for_function("window.seqs.some(([, type]) => type === 'show.renamed')")
    before = page.evaluate("document.querySelector('vitrine-show').playback.player.session")
    begun = time.monotonic()
    os.kill(studio.ready["server_pid"], signal.SIGKILL)
    page.wait_for_function(
        """before => {
          const show = document.querySelector('vitrine-show');
          const session = show.playback.player?.session;
          return show.getAttribute('state') === 'playing' && session && session !== before;
        }""",
        arg=before,
        timeout=TIMEOUT_MS,
    )
    back_s = time.monotonic() - begun
    print(f"viewers back after {back_s:.1f} s")
    vitrine("do", "show.rename", "title=Second")
    page.wait_for_function("window.seqs.filter(([, type]) => type === 'show.renamed').length === 2")
    stored = events(studio)
    assert [seq for seq, _ in stored] == list(range(1, len(stored) + 1))
    seen = [tuple(item) for item in page.evaluate("window.seqs")]
    assert len(seen) == len(set(seen))
    public = [item for item in stored if item[0] >= seen[0][0] and item[1].startswith(("show.", "stream."))]
    assert seen == public[: len(seen)]
    assert vitrine("state", "show")["title"] == "Second"
    assert vitrine("state", "show")["state"] == "live"


def test_the_desktop_is_killed_and_the_next_start_goes_back_on_air(studio: RunningStudio, page: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    os.kill(studio.child.pid, signal.SIGKILL)
    wait_state(page, "back")
    studio.child.wait()
    with running_studio(studio.home, studio.home / "bench.show.json", SMALL, go_live=False) as again:
        assert again.ready["server_pid"] == studio.ready["server_pid"]
        wait_state(page, "playing")
        os.kill(again.ready["server_pid"], signal.SIGTERM)


def test_the_laptop_sleeps_and_the_show_goes_on_where_it_was(studio: RunningStudio, page: Any, vitrine: Any) -> None:
    """Both processes stand still, as they do when a lid is closed; the viewers' browsers do not."""
    page.goto(studio.viewer)
    wait_state(page, "playing")
    pids = (studio.child.pid, studio.ready["server_pid"])
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        page.wait_for_selector("vitrine-show:not([state=playing])", timeout=TIMEOUT_MS)
        time.sleep(ASLEEP_S)  # the sleep itself
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)
    begun = time.monotonic()
    wait_state(page, "playing")
    at = frames(page)
    page.wait_for_function(
        f"document.querySelector('vitrine-show').video.getVideoPlaybackQuality().totalVideoFrames > {at + 30}",
        timeout=TIMEOUT_MS,
    )
    print(f"playing {time.monotonic() - begun:.1f} s after it woke")
    stream = vitrine("state", "stream")
    assert stream["status"] == "live", stream
    assert vitrine("state", "show")["state"] == "live"


def test_only_the_server_stands_still_and_the_desktop_waits_for_it(studio: RunningStudio, page: Any, vitrine: Any) -> None:
    page.goto(studio.viewer)
    wait_state(page, "playing")
    os.kill(studio.ready["server_pid"], signal.SIGSTOP)
    try:
        page.wait_for_selector("vitrine-show:not([state=playing])", timeout=TIMEOUT_MS)
    finally:
        os.kill(studio.ready["server_pid"], signal.SIGCONT)
    wait_state(page, "playing")
    assert vitrine("state", "show")["state"] == "live"
