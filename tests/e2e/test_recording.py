"""A show that is recorded by itself, ends as a replay in a real browser and as a clip, and survives a kill."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from studio.bench.browser import chromium
from studio.bench.studio_process import RunningStudio, running_studio
from tests.e2e.conftest import PATTERN, SMALL
from tests.fakes import TIMEOUT_MS, wait_for

pytestmark = pytest.mark.e2e
Run = Callable[..., Any]


def state(vitrine: Run, branch: str) -> Any:
    return vitrine("state")[branch]


def do(vitrine: Run, name: str, **arguments: Any) -> Any:
    return vitrine("do", name, *(f"{key}={value}" for key, value in arguments.items()))["ok"]


def newest(vitrine: Run) -> Any:
    return state(vitrine, "library")["recordings"][0]


def recorded(vitrine: Run, ms: int) -> None:
    """Until so much is on the disk."""
    wait_for(lambda: state(vitrine, "recording")["length_ms"] >= ms, 60)


def end_show(vitrine: Run) -> Any:
    """End it; its recording once it is in the library."""
    code = vitrine("do", "show.end", status=1)["error"]["confirm"]
    do(vitrine, "show.end", confirm=code)
    wait_for(lambda: newest(vitrine)["state"] == "ready", 60)
    return newest(vitrine)


def worked(vitrine: Run) -> None:
    """Until nothing is being made any more."""
    wait_for(lambda: not state(vitrine, "works"), 180)


def test_killed_in_the_middle_it_is_found_repaired_and_offered(folder: Path, vitrine: Run) -> None:
    with running_studio(folder, PATTERN, SMALL) as studio:
        recorded(vitrine, 5000)
        do(vitrine, "marker.set", title="Before the fall")
        recorded(vitrine, 9000)
        begun_ms = state(vitrine, "recording")["since_ms"]
        recording = state(vitrine, "recording")["id"]
        killed_ms = time.time() * 1000
        os.kill(studio.child.pid, signal.SIGKILL)
        studio.child.wait()
    with running_studio(folder, PATTERN, SMALL, go_live=False) as again, ended(again.ready["server_pid"]):
        wait_for(lambda: any(one["id"] == recording and one["state"] == "ready" for one in library(vitrine)), 60)
        one = next(one for one in library(vitrine) if one["id"] == recording)
        assert one["recovered"]
        assert killed_ms - begun_ms - one["length_ms"] <= 2500, "two seconds, and what the encoder took to begin"
        assert [mark["title"] for mark in one["marks"] if mark["kind"] == "marker"] == ["Before the fall"]
        assert one["spans"][0]["media_ms"] < 2000
        film = folder / "data" / "recordings" / recording / "film.mp4"
        with av.open(str(film)) as opened:
            assert sum(1 for _ in opened.decode(video=0)) >= 30 * (one["length_ms"] - 100) / 1000


@contextlib.contextmanager
def ended(server: int) -> Iterator[None]:
    """A server that was adopted outlives its second desktop as well; not the test."""
    try:
        yield
    finally:
        os.kill(server, signal.SIGTERM)


def library(vitrine: Run) -> Any:
    return state(vitrine, "library")["recordings"]


def test_a_show_ends_as_a_replay_with_pins_at_the_right_second_and_a_clip(
    studio: RunningStudio, vitrine: Run, folder: Path
) -> None:
    recorded(vitrine, 1500)
    do(vitrine, "product.pin", product="oil")
    recorded(vitrine, 9000)
    do(vitrine, "scene.take", scene="red")
    do(vitrine, "product.pin", product="serum")
    do(vitrine, "chat.say", text="What a serum")
    recorded(vitrine, 19_000)
    do(vitrine, "product.unpin", product="serum")
    one = end_show(vitrine)
    assert one["products"] == ["Rose <i>Oil", "Serum"]
    worked(vitrine)
    clips = newest(vitrine)["clips"]
    assert [(clip["product"], clip["proposed"]) for clip in clips] == [("oil", True), ("serum", True)]

    do(vitrine, "replay.publish", recording=one["id"])
    do(vitrine, "clip.set", recording=one["id"], clip=clips[1]["id"], aspect="9:16", short_side=720, lower_third="Serum")
    do(vitrine, "clip.publish", recording=one["id"], clip=clips[1]["id"])
    worked(vitrine)
    one = newest(vitrine)
    assert one["replay"]["film"], one["replay"]
    clip = one["clips"][1]
    assert (clip["problem"], bool(clip["film"])) == ("", True)
    with av.open(str(folder / "data" / "recordings" / one["id"] / "clips" / clip["file"])) as film:
        video = film.streams.video[0]
        assert (video.width, video.height) == (720, 1280)
        assert film.duration is not None
        assert film.duration / 1000 == pytest.approx(clip["length_ms"], abs=80)

    with chromium(sound=False) as browser:
        page = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB", bypass_csp=True).new_page()
        page.goto(studio.viewer)
        see_replay(page, {mark["ref"]: mark["at_ms"] for mark in one["marks"] if mark["kind"] == "product"})
        see_clip(page, studio.viewer.partition("/shows/")[0])


PICTURE = """() => {
  const { video } = document.querySelector('vitrine-show');
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const context = canvas.getContext('2d');
  context.drawImage(video, video.videoWidth / 2 - 2, video.videoHeight / 3, 4, 4, 0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
}"""
SEEK = "ms => { const { replay, video } = document.querySelector('vitrine-show'); video.pause(); replay.seek(ms); }"
STANDS = "() => { const { video } = document.querySelector('vitrine-show'); return video.paused && !video.seeking; }"


def see_replay(page: Any, pins: dict[str, int]) -> None:
    """Play it, and look for the cards where they were; the picture is that of the moment."""
    show = page.locator("vitrine-show")
    show.locator(".offer .big").click()
    page.locator("vitrine-show[state=replay]").wait_for(timeout=TIMEOUT_MS)
    page.wait_for_function("document.querySelector('vitrine-show').video.currentTime > 0.5", timeout=TIMEOUT_MS)
    assert page.evaluate("document.querySelector('vitrine-show').video.videoHeight") == 360

    def seek(ms: int) -> None:
        page.evaluate(SEEK, ms)
        page.wait_for_function(STANDS)

    def cards() -> list[str]:
        return [str(name) for name in show.locator(".pin .name").all_inner_texts()]

    seek(pins["oil"] - 300)
    wait_for(lambda: cards() == [])
    seek(pins["oil"] + 300)
    wait_for(lambda: cards() == ["Rose <i>Oil"])
    seek(pins["serum"] - 300)
    wait_for(lambda: "Serum" not in cards())
    seek(pins["serum"] + 300)
    wait_for(lambda: "Serum" in cards())
    seek(pins["serum"] + 5000)
    show.locator(".lines .said", has_text="What a serum").wait_for()
    red, green, blue = page.evaluate(PICTURE)
    assert red > 150, "the red scene"
    assert max(green, blue) < 60


def see_clip(page: Any, base: str) -> None:
    """On the product's own page."""
    page.goto(f"{base}/demo/shop/")
    page.set_content(
        f"""<script type="module" src="{base}/embed.js"></script>
        <vitrine-clip server="{base}" product="serum" lang="en"></vitrine-clip>"""
    )
    page.locator("vitrine-clip video").first.wait_for()
    page.wait_for_function(
        "[...document.querySelector('vitrine-clip').shadowRoot.querySelectorAll('video')].some(v => v.videoHeight === 1280)",
        timeout=TIMEOUT_MS,
    )
