"""A cut that encodes nothing: exact to the picture and to the sample, in the eyes of FFmpeg, ffprobe and Chromium."""

import json
import shutil
import subprocess
import time
from pathlib import Path

import av
import numpy as np
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from studio.errors import DeviceFailed, InvalidValue
from studio.recordings.cutting import output
from studio.recordings.cutting.job import Done, Job, is_lossless
from studio.recordings.cutting.lossless import cut
from studio.recordings.cutting.probe import facts
from studio.recordings.movie_file import MovieFile, is_whole
from studio.show.film import Chapter
from tests.studio.recordings.cutting.films import FPS, fill, heard, numbered, offset_ms, recorded, shown, silent, units


def job(source: Path, target: Path, begins_ms: int, ends_ms: int, **more: object) -> Job:
    return Job(source=str(source), target=str(target), begins_ms=begins_ms, ends_ms=ends_ms, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("begins_ms", "ends_ms"), [(0, 2000), (4000, 6000), (3999, 4100), (5_533, 9_966), (7_967, 8_033), (18_000, 25_000)]
)
def test_it_begins_and_ends_with_the_right_picture(film: Path, tmp_path: Path, begins_ms: int, ends_ms: int) -> None:
    done = cut(job(film, tmp_path / "clip.mp4", begins_ms, ends_ms))
    seen = shown(tmp_path / "clip.mp4")
    first = int((begins_ms + 1) * FPS / 1000)
    last = min(599, int(np.ceil(ends_ms * FPS / 1000 - 0.01)) - 1)
    assert [number for _, number in seen] == list(range(first, last + 1))
    assert [at for at, _ in seen] == pytest.approx([1000 / FPS * number for number in range(len(seen))], abs=0.1)
    assert done.length_ms == pytest.approx(len(seen) * 1000 / FPS, abs=1000 / FPS)
    assert facts(tmp_path / "clip.mp4").length_ms == pytest.approx(done.length_ms, abs=1000 / FPS)


def test_picture_and_sound_stay_together(film: Path, tmp_path: Path) -> None:
    cut(job(film, tmp_path / "clip.mp4", 5_533, 9_966))
    sound = heard(tmp_path / "clip.mp4")
    assert offset_ms(sound, 0, 5_533.3) == pytest.approx(0, abs=1)
    assert offset_ms(sound, 4_000, 9_533.3) == pytest.approx(0, abs=1)
    assert len(sound) / 48 == pytest.approx(4_433, abs=25)


def test_ffprobe_finds_the_same(film: Path, tmp_path: Path) -> None:
    target = tmp_path / "clip.mp4"
    done = cut(
        job(film, target, 5_500, 8_500, chapters=[Chapter(begins_ms=0, title="Før"), Chapter(begins_ms=1200, title="<Nu>")])
    )
    probe = ["ffprobe", "-v", "error", "-show_chapters", "-show_streams", "-show_format", "-of", "json", str(target)]
    said = subprocess.run(probe, capture_output=True, text=True)
    assert said.stderr == ""
    told = json.loads(said.stdout)
    streams = {stream["codec_type"]: stream for stream in told["streams"]}
    assert float(streams["video"]["start_time"]) == 0
    assert float(streams["audio"]["start_time"]) == pytest.approx(0, abs=0.001)
    assert float(streams["video"]["duration"]) == pytest.approx(3, abs=0.001)
    assert float(told["format"]["duration"]) == pytest.approx(3, abs=0.025)
    chapters = [(float(one["start_time"]), float(one["end_time"]), one["tags"]["title"]) for one in told["chapters"]]
    assert chapters == [(0, 1.2, "Før"), (1.2, 3.0, "<Nu>")]
    played = subprocess.run(["ffmpeg", "-v", "error", "-i", str(target), "-f", "null", "-"], capture_output=True, text=True)
    assert played.stderr == ""
    assert done == Done(length_ms=3000, size=target.stat().st_size, width=320, height=180)


def test_it_begins_to_play_before_it_is_loaded(film: Path, tmp_path: Path) -> None:
    cut(job(film, tmp_path / "clip.mp4", 0, 19_000))
    assert is_whole(tmp_path / "clip.mp4")


def test_nothing_is_encoded_again(film: Path, tmp_path: Path) -> None:
    cut(job(film, tmp_path / "clip.mp4", 8_000, 10_000))
    with av.open(str(film)) as whole, av.open(str(tmp_path / "clip.mp4")) as part:
        kept = [bytes(packet) for packet in whole.demux(video=0)][240:300]
        assert [bytes(packet) for packet in part.demux(video=0) if packet.size] == kept


PLAYER = """<!doctype html><video src="clip.mp4" muted></video><canvas></canvas><script>
const video = document.querySelector('video'), canvas = document.querySelector('canvas');
window.number = () => {
  canvas.width = video.videoWidth; canvas.height = video.videoHeight;
  const paper = canvas.getContext('2d'); paper.drawImage(video, 0, 0);
  let number = 0;
  for (let bit = 0; bit < 12; bit++) {
    const at = paper.getImageData(20 * (bit % 6) + 10, 20 * Math.floor(bit / 6) + 10, 1, 1).data;
    if (at[0] > 110) number |= 1 << bit;
  }
  return number;
};
window.at = (seconds) => new Promise((resolve) => {
  video.onseeked = () => video.requestVideoFrameCallback ? requestAnimationFrame(() => resolve(window.number())) : 0;
  video.currentTime = seconds;
});
</script>"""


async def test_chromium_begins_with_the_same_picture(film: Path, tmp_path: Path) -> None:
    async_api = pytest.importorskip("playwright.async_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    cut(job(film, tmp_path / "clip.mp4", 5_533, 9_966))
    (tmp_path / "index.html").write_text(PLAYER)
    app = web.Application()
    app.router.add_static("/", tmp_path)
    async with TestServer(app) as server, async_api.async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = await browser.new_page()
        await page.goto(str(server.make_url("/index.html")))
        await page.wait_for_function("document.querySelector('video').readyState >= 3 && window.number() > 0")
        assert await page.evaluate("window.number()") == 166, "the first picture, before anything is played"
        assert await page.evaluate("document.querySelector('video').duration") == pytest.approx(4.433, abs=0.03)
        assert await page.evaluate("window.at(0.02)") == 166
        assert await page.evaluate("window.at(2.02)") == 226
        assert await page.evaluate("window.at(4.38)") == 166 + 131
        await browser.close()


def test_from_a_film_that_is_being_written(tmp_path: Path) -> None:
    path = tmp_path / "show.mp4"
    writing = fill(MovieFile(path), units(450, keys=lambda number: number % 60 == 0))
    cut(job(path, tmp_path / "clip.mp4", 5_000, 8_000))
    writing.close()
    assert [number for _, number in shown(tmp_path / "clip.mp4")] == list(range(150, 240))
    assert offset_ms(heard(tmp_path / "clip.mp4"), 1000, 6000) == pytest.approx(0, abs=1)


def test_from_a_film_that_was_moved_while_it_was_cut(film: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.mp4"
    shutil.copy(film, mine)
    cut(job(mine, tmp_path / "clip.mp4", 5_000, 15_000), lambda share: mine.unlink(missing_ok=True))
    assert len(shown(tmp_path / "clip.mp4")) == 300


def test_a_clip_of_a_clip(film: Path, tmp_path: Path) -> None:
    cut(job(film, tmp_path / "first.mp4", 5_000, 15_000))
    cut(job(tmp_path / "first.mp4", tmp_path / "second.mp4", 2_000, 4_000))
    assert [number for _, number in shown(tmp_path / "second.mp4")] == list(range(210, 270))
    assert offset_ms(heard(tmp_path / "second.mp4"), 500, 7_500) == pytest.approx(0, abs=1)


def test_without_sound(tmp_path: Path) -> None:
    cut(job(silent(tmp_path / "a.mp4"), tmp_path / "clip.mp4", 500, 1000))
    assert [number for _, number in shown(tmp_path / "clip.mp4")] == list(range(15, 30))


def test_a_picture_that_stands_still_is_the_first_one_from_the_cut_on(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    fill(MovieFile(path), units(60, at_s=lambda number: number / 30 + (5 if number >= 30 else 0))).close()
    cut(job(path, tmp_path / "clip.mp4", 3_000, 6_500))
    seen = shown(tmp_path / "clip.mp4")
    assert seen[0] == (0, 29)
    at_ms, number = seen[1]
    assert at_ms == pytest.approx(3_000, abs=1)
    assert number == 30
    assert offset_ms(heard(tmp_path / "clip.mp4"), 1000, 4000) == pytest.approx(0, abs=1)


def test_pictures_in_another_order_than_they_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=30, options={"preset": "medium", "crf": "18", "bf": "3", "g": "40"})
        video.width, video.height = 320, 180
        video.pix_fmt = "yuv420p"
        for number, unit in enumerate(map(numbered, range(120))):
            unit.pts = number
            container.mux(video.encode(unit))
        container.mux(video.encode(None))
    cut(job(path, tmp_path / "clip.mp4", 1_500, 3_000))
    numbers = [number for _, number in shown(tmp_path / "clip.mp4")]
    assert numbers[:45] == list(range(45, 90))
    assert len(numbers) <= 47, "what is decoded before the last picture may follow it"


def test_thirty_seconds_take_less_than_one(tmp_path: Path) -> None:
    path = recorded(tmp_path / "a.mp4", 33)
    begun = time.process_time()
    cut(job(path, tmp_path / "clip.mp4", 1_900, 31_900))
    assert time.process_time() - begun < 1


def test_a_span_outside_of_the_film(film: Path, tmp_path: Path) -> None:
    for begins_ms, ends_ms in ((20_100, 22_000), (5000, 5000), (6000, 5000)):
        with pytest.raises(InvalidValue, match="outside of the film"):
            cut(job(film, tmp_path / "clip.mp4", begins_ms, ends_ms))
    assert list(tmp_path.iterdir()) == []


def test_no_room_is_said_before_anything_is_written(film: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(output, "SPARE", 1 << 60)
    with pytest.raises(DeviceFailed, match="disk is full"):
        cut(job(film, tmp_path / "clip.mp4", 0, 1000))
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told(film: Path, tmp_path: Path) -> None:
    told: list[float] = []
    cut(job(film, tmp_path / "clip.mp4", 1000, 19_000), told.append)
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1
    assert len(told) > 20


def test_what_is_lossless(tmp_path: Path) -> None:
    plain = job(tmp_path, tmp_path, 0, 1)
    assert is_lossless(plain)
    for more in ({"aspect": "9:16"}, {"short_side": 720}, {"aspect": "16:9"}):
        assert not is_lossless(job(tmp_path, tmp_path, 0, 1, **more))
