"""Films: shown in order, looped without a seam, paused, sought; and a broken file is a reason, not a crash."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from studio.audio.meter import measure
from studio.clock import NS_PER_S
from studio.errors import DeviceFailed
from studio.media.encoder import SAMPLE_RATE
from studio.media.frames import rgb_to_yuv
from studio.media.timed_ring import Samples, sample_index
from studio.sources import media_file
from studio.sources.film import Film
from studio.sources.media_file import MediaFileSettings, MediaFileSource, probe
from tests.fakes import FRAME_NS, RED, ManualClock, Reports, frame_number, make_film, near, pixel, tone, wait_for


class Cinema:
    """A film on a clock the test moves: each `watch` asks like the program thread would."""

    def __init__(self, path: Path, *, loop: bool = True) -> None:
        self.clock = ManualClock()
        self.reports = Reports(clock=self.clock)
        self.source = MediaFileSource(MediaFileSettings(path=str(path), loop=loop), self.reports.context)
        self.source.start()

    def now(self) -> int:
        """The number of the frame on the screen."""
        return frame_number(self.source.picture(self.clock.now_ns()))

    def comes(self, number: int) -> None:
        """Wait, with the hands standing still, until frame `number` is on the screen."""
        wait_for(lambda: self.now() == number, what=lambda: f"for frame {number}; on the screen is {self.now()}")

    def plays(self, *numbers: int) -> None:
        """A frame's time later the first of `numbers` is on the screen, then the next one …"""
        for number in numbers:
            self.clock.advance(ns=FRAME_NS)
            self.comes(number)

    def heard(self, count: int, back: int) -> Samples:
        """`count` samples from `back` samples ago on, once they are there."""
        ring = self.source.ring
        assert ring is not None
        start = sample_index(self.clock.now_ns()) - back
        return ring.read(start, count)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("films")


@pytest.fixture(scope="module")
def silent(folder: Path) -> Path:
    return make_film(folder / "silent.mp4", frames=25)


@pytest.fixture(scope="module")
def sounding(folder: Path) -> Path:
    return make_film(folder / "sounding.mov", frames=25, sound_s=1.0)


@pytest.fixture
def cinema(request: pytest.FixtureRequest, silent: Path) -> Iterator[Cinema]:
    made = Cinema(silent)
    yield made
    made.source.close()


@pytest.fixture
def once(silent: Path) -> Iterator[Cinema]:
    made = Cinema(silent, loop=False)
    yield made
    made.source.close()


Opened = Callable[[Path], Cinema]


@pytest.fixture
def opened() -> Iterator[Opened]:
    """Opens films, and closes them afterwards."""
    made: list[Cinema] = []

    def open_film(path: Path) -> Cinema:
        made.append(Cinema(path))
        return made[-1]

    yield open_film
    for film in made:
        film.source.close()


# ── pictures ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_it_says_how_large_and_how_long_it_is(cinema: Cinema) -> None:
    live = cinema.reports.live()
    assert live.size == (64, 36)
    assert live.duration_ms == 1000


def test_it_begins_with_its_first_picture_when_it_is_first_looked_at(cinema: Cinema) -> None:
    cinema.reports.live()
    cinema.clock.advance(ms=5000)
    cinema.comes(0)


def test_it_plays_in_order_at_its_own_speed(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.plays(*range(1, 20))


def test_between_two_pictures_the_older_one_stands(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.clock.advance(ms=39 - 2)
    assert cinema.now() == 0
    cinema.clock.advance(ms=3)
    cinema.comes(1)


def test_it_skips_what_it_had_no_time_to_show(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.clock.advance(ns=10 * FRAME_NS)
    cinema.comes(10)


def test_it_loops_without_a_seam(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.plays(*range(1, 25), *range(25), *range(5))


def test_a_film_nobody_looks_at_stands_still(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.plays(1, 2, 3)
    cinema.clock.advance(ms=60_000)
    assert cinema.now() == 3
    cinema.plays(4, 5)


def test_paused_it_holds_its_picture(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.plays(1, 2)
    cinema.source.pause()
    for _ in range(5):
        cinema.clock.advance(ns=FRAME_NS)
        assert cinema.now() == 2
    assert cinema.reports.paused is True
    cinema.source.play()
    assert cinema.reports.paused is False
    assert cinema.now() == 2
    cinema.plays(3, 4)


def test_playing_what_plays_changes_nothing(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.plays(1)
    cinema.source.play()
    cinema.plays(2, 3)


@pytest.mark.parametrize(
    ("position_ms", "number"),
    [(0, 0), (400, 10), (480, 12), (437, 10), (410, 10), (200, 5), (120, 3)],
)
def test_a_seek_lands_on_the_picture_of_that_moment(cinema: Cinema, position_ms: int, number: int) -> None:
    cinema.comes(0)
    cinema.plays(1, 2, 3, 4, 5, 6)
    cinema.source.seek(position_ms)
    cinema.comes(number)
    cinema.clock.advance(ns=FRAME_NS)
    cinema.comes(number + 1)


@pytest.mark.parametrize(("position_ms", "number"), [(480, 12), (430, 10), (0, 0)])
def test_a_seek_while_paused_shows_the_picture_and_stays_paused(cinema: Cinema, position_ms: int, number: int) -> None:
    cinema.comes(0)
    cinema.plays(1, 2)
    cinema.source.pause()
    cinema.source.seek(position_ms)
    cinema.comes(number)
    cinema.clock.advance(ms=200)
    assert cinema.now() == number
    cinema.source.play()
    assert cinema.now() == number
    cinema.clock.advance(ns=FRAME_NS)
    cinema.comes(number + 1)


def test_a_seek_into_a_long_picture_shows_that_picture(opened: Opened, tmp_path: Path) -> None:
    """A recorded screen has a new picture only when something changed."""
    film = opened(make_film(tmp_path / "screen.mov", frames=5, times=[0, 1, 15, 16, 17], gop=1))
    film.comes(0)
    film.source.seek(400)
    film.comes(1)
    film.clock.advance(ns=5 * FRAME_NS)
    film.comes(2)


def test_a_seek_beyond_the_end_is_the_end(once: Cinema) -> None:
    once.comes(0)
    once.source.seek(99_000)
    wait_for(lambda: once.now() >= 22)
    once.clock.advance(ms=120)
    once.comes(24)


def test_many_seeks_at_once_end_at_the_last(cinema: Cinema) -> None:
    cinema.comes(0)
    for position_ms in (900, 100, 800, 40, 520):
        cinema.source.seek(position_ms)
    cinema.comes(13)
    cinema.plays(14, 15)


def test_after_a_seek_it_still_loops_without_a_seam(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.source.seek(800)
    cinema.comes(20)
    cinema.plays(21, 22, 23, 24, 0, 1, 2)


def test_without_a_loop_the_last_picture_stands(once: Cinema) -> None:
    once.comes(0)
    once.plays(*range(1, 25))
    once.clock.advance(ms=100)
    wait_for(lambda: once.now() == 24 and once.reports.paused)
    for _ in range(10):
        once.clock.advance(ms=100)
        assert once.now() == 24


def test_late_as_it_is_its_last_picture_stands(once: Cinema) -> None:
    """Nobody looks while it catches up: of the pictures that come too late the last one is kept."""
    once.comes(0)
    for _ in range(3):
        once.clock.advance(ms=400)
        once.now()
    wait_for(lambda: once.reports.paused)
    assert once.now() == 24


def test_played_again_after_its_end_it_begins_again(once: Cinema) -> None:
    once.comes(0)
    once.source.seek(900)
    once.comes(22)
    once.clock.advance(ms=200)
    wait_for(lambda: (once.now(), once.reports.paused) == (24, True))
    once.source.play()
    once.comes(0)
    once.plays(1, 2)


def test_sought_after_its_end_it_shows_that_moment(once: Cinema) -> None:
    once.comes(0)
    once.clock.advance(ms=400)
    once.comes(10)
    once.source.seek(900)
    once.comes(22)
    once.clock.advance(ms=200)
    wait_for(lambda: (once.now(), once.reports.paused) == (24, True))
    once.source.seek(200)
    once.comes(5)
    once.source.play()
    assert once.now() == 5
    once.plays(6, 7)


def test_closed_it_keeps_its_last_picture_for_who_still_asks(cinema: Cinema) -> None:
    cinema.comes(0)
    cinema.source.close()
    assert cinema.now() == 0


@pytest.mark.parametrize("name", ["a.mkv", "a.mov", "a.ts"])
def test_the_container_makes_no_difference(opened: Opened, tmp_path: Path, name: str) -> None:
    film = opened(make_film(tmp_path / name, frames=12))
    film.comes(0)
    film.plays(*range(1, 12), 0, 1)


# ── sound ────────────────────────────────────────────────────────────────────────────────────────────────────


def largest_step(samples: Samples) -> float:
    return float(np.abs(np.diff(samples, axis=0)).max())


CLEAN_STEP = largest_step(tone(480))


def listen(film: Cinema, seconds: float) -> Samples:
    """What a mixer hears while the film plays on."""
    film.comes(0)
    blocks = []
    ring = film.source.ring
    assert ring is not None
    start = sample_index(film.clock.now_ns())

    def reached(end: int) -> bool:
        return film.now() >= 0 and ring.end >= end

    for index in range(0, round(seconds * SAMPLE_RATE), 960):
        wait_for(partial(reached, index + 960))
        blocks.append(ring.read(start + index, 960))
        film.clock.advance(ms=20)
    return np.concatenate(blocks)


FILMS_WITH_SOUND = {
    "pcm.mov": {},
    "pcm.mkv": {},
    "aac.mp4": {"audio_codec": "aac"},
    "opus.mkv": {"audio_codec": "libopus"},
    "cd.mov": {"rate": 44_100},
    "cd.mkv": {"rate": 44_100, "audio_codec": "aac"},
}


@pytest.mark.parametrize("name", FILMS_WITH_SOUND)
def test_its_sound_is_as_loud_as_recorded_and_free_of_clicks(opened: Opened, folder: Path, name: str) -> None:
    film = opened(make_film(folder / name, frames=25, sound_s=1.0, **FILMS_WITH_SOUND[name]))  # type: ignore[arg-type]
    heard = listen(film, 0.9)[2400:]
    assert measure(heard).rms_db == pytest.approx(-12, abs=0.3)
    assert largest_step(heard) < 1.3 * CLEAN_STEP


def test_a_hole_in_its_sound_is_silence_and_what_follows_is_in_its_place(opened: Opened, folder: Path) -> None:
    film = opened(make_film(folder / "hole.mkv", frames=25, sound_s=1.0, hole_s=(0.3, 0.5)))
    heard = listen(film, 0.8)
    silent = np.flatnonzero(np.abs(heard[:, 0]).reshape(-1, 48).max(axis=1) == 0)
    assert len(silent) == pytest.approx(200, abs=25)
    assert measure(heard[28_800:]).rms_db == pytest.approx(-12, abs=0.3)
    assert np.allclose(heard[28_800:], tone(9600, start=28_800), atol=0.1)


def test_sound_and_picture_are_in_step(opened: Opened, sounding: Path) -> None:
    film = opened(sounding)
    heard = listen(film, 0.5)
    assert np.allclose(heard[:9600], tone(9600), atol=0.01)


def test_its_sound_loops_without_a_click(opened: Opened, sounding: Path) -> None:
    film = opened(sounding)
    heard = listen(film, 2.2)
    seam = heard[48_000 - 960 : 48_000 + 960]
    assert largest_step(seam) < 1.3 * CLEAN_STEP
    assert measure(seam).rms_db == pytest.approx(-12, abs=0.3)


def test_paused_it_is_silent_and_goes_on_where_it_was(opened: Opened, sounding: Path) -> None:
    film = opened(sounding)
    before = listen(film, 0.2)
    film.source.pause()
    film.clock.advance(ms=100)
    film.now()
    assert not film.heard(960, 960).any()
    film.source.play()
    film.now()
    assert film.heard(960, 0).any()
    assert before.any()


def test_a_seek_moves_the_sound_too(opened: Opened, folder: Path) -> None:
    path = make_film(folder / "late.mov", frames=25, sound_s=0.4)
    film = opened(path)
    listen(film, 0.1)
    film.source.seek(600)
    film.comes(15)
    film.clock.advance(ms=20)
    film.now()
    assert not film.heard(480, 480).any(), "beyond 400 ms the film is silent"
    film.source.seek(0)
    film.comes(0)
    wait_for(lambda: film.heard(960, 0).any())


def test_sound_that_ends_before_the_picture_stops_nothing(opened: Opened, folder: Path) -> None:
    film = opened(make_film(folder / "short sound.mov", frames=25, sound_s=0.2))
    film.comes(0)
    film.plays(*range(1, 25), 0, 1)


def test_a_picture_that_ends_before_the_sound_stands_until_the_loop(opened: Opened, folder: Path) -> None:
    film = opened(make_film(folder / "short picture.mov", frames=5, sound_s=0.4))
    film.comes(0)
    film.plays(1, 2, 3, 4, 4, 4, 4, 4, 4, 0, 1)


def test_a_film_that_is_too_heavy_keeps_its_sound_leaves_pictures_out_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each picture takes as long to decode as five of them last."""
    film = Cinema(make_film(folder / "heavy.mkv", frames=40, sound_s=1.6))
    decoded, pictures = [], Film.pictures

    def slowly(self: Film) -> Iterator[tuple[int, int, av.VideoFrame]]:
        for at, until, frame in pictures(self):
            decoded.append(at)
            film.clock.advance(ns=5 * FRAME_NS)
            film.source.picture(film.clock.now_ns())
            yield at, until, frame

    film.comes(0)
    monkeypatch.setattr(Film, "pictures", slowly)
    begun_ns = film.clock.now_ns()
    ring = film.source.ring
    assert ring is not None
    try:
        wait_for(lambda: film.source.picture(film.clock.now_ns()) and film.clock.now_ns() - begun_ns > 8 * NS_PER_S)
        film.source.check(film.clock.now_ns())
        wait_for(lambda: film.reports.reason == media_file.HEAVY, what=lambda: str(film.reports.said[-3:]))
        assert film.reports.status == "live"
        heard = film.heard(SAMPLE_RATE, SAMPLE_RATE)
        assert np.abs(heard).reshape(100, -1).max(axis=1).min() > 0.2, "the last second of it has no hole"
        assert len(decoded) < (film.clock.now_ns() - begun_ns) / FRAME_NS / 3, "pictures were left out"
    finally:
        film.source.close()


def test_a_film_whose_sound_stops_is_not_live(opened: Opened, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = opened(make_film(folder / "deaf.mkv", frames=40, sound_s=1.6))
    film.comes(0)
    sound = Film._sound

    def deaf(self: Film, packet: object) -> list[tuple[int, Samples]]:
        self.deaf += 1
        return []

    def goes_on(ms: int) -> None:
        for _ in range(ms // 40):
            film.clock.advance(ns=FRAME_NS)
            film.source.picture(film.clock.now_ns())
            film.source.check(film.clock.now_ns())

    def until_it_is(status: str) -> None:
        def looked() -> bool:
            goes_on(200)
            return film.reports.status == status

        wait_for(looked, what=lambda: f"for {status}: {film.reports.said[-3:]}")

    monkeypatch.setattr(Film, "_sound", deaf)
    until_it_is("stale")
    assert film.reports.reason == media_file.NO_SOUND
    monkeypatch.setattr(Film, "_sound", sound)
    until_it_is("live")


def test_a_film_without_a_picture_is_heard(opened: Opened, folder: Path) -> None:
    film = opened(make_film(folder / "song.wav", frames=0, sound_s=0.5))
    assert film.reports.live().size == (0, 0)
    wait_for(lambda: film.now() == -1 and film.heard(4800, 0)[-48:].any())
    assert measure(film.heard(4800, 0)).rms_db == pytest.approx(-12, abs=0.3)


# ── files that are not what they should be ───────────────────────────────────────────────────────────────────


def refused(opened: Opened, path: Path) -> str:
    film = opened(path)
    sentence = film.reports.failed()
    assert film.now() == -1
    return sentence


def test_missing_empty_and_folders_are_told_as_they_are(opened: Opened, tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    assert refused(opened, tmp_path / "no.mp4") == f"The file {tmp_path}/no.mp4 is missing"
    assert refused(opened, tmp_path / "empty.mp4") == f"The file {tmp_path}/empty.mp4 is empty"
    assert refused(opened, tmp_path) == f"{tmp_path} is not a file"


@pytest.mark.parametrize("content", [b"these are words, not a film\n" * 50, bytes(5000), b"\x00\x00\x00\x18ftypmp42"])
def test_what_is_no_film_is_told_by_name(opened: Opened, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "notes.mp4").write_bytes(content)
    assert refused(opened, tmp_path / "notes.mp4").startswith("The file notes.mp4 ")


def test_a_list_of_addresses_is_not_followed(opened: Opened, tmp_path: Path) -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n"
    (tmp_path / "list.m3u8").write_text(playlist)
    assert refused(opened, tmp_path / "list.m3u8").startswith("The file list.m3u8 ")


def test_a_cut_off_mp4_without_its_index_is_refused(opened: Opened, tmp_path: Path, silent: Path) -> None:
    (tmp_path / "cut.mp4").write_bytes(silent.read_bytes()[:1500])
    assert refused(opened, tmp_path / "cut.mp4").startswith("The file cut.mp4 is not a film that can be read: ")


def test_of_a_cut_off_recording_plays_what_is_there(opened: Opened, tmp_path: Path) -> None:
    whole = make_film(tmp_path / "whole.mkv", frames=25).read_bytes()
    (tmp_path / "cut.mkv").write_bytes(whole[: len(whole) * 2 // 3])
    film = opened(tmp_path / "cut.mkv")
    film.comes(0)
    film.plays(*range(1, 12))


def test_a_recording_that_was_never_finished_loops_after_what_is_there(opened: Opened, tmp_path: Path) -> None:
    """A crash leaves a Matroska file without its duration."""
    whole = make_film(tmp_path / "whole.mkv", frames=12, options={"live": "1"})
    film = opened(whole)
    assert film.reports.live().duration_ms is None
    film.comes(0)
    film.plays(*range(1, 12), 0, 1, 2)


def test_damage_in_the_middle_costs_what_is_damaged_and_not_the_film(opened: Opened, tmp_path: Path) -> None:
    data = bytearray(make_film(tmp_path / "good.mkv", frames=25).read_bytes())
    half = len(data) // 2
    data[half : half + 100] = bytes(100)
    (tmp_path / "bad.mkv").write_bytes(bytes(data))
    film = opened(tmp_path / "bad.mkv")
    for _ in range(2):  # it comes round again, in the time the whole film takes
        film.comes(0)
        film.plays(1, 2, 3, 4)
        for _ in range(21):
            film.clock.advance(ns=FRAME_NS)
            film.now()
    assert film.reports.status == "live"


def test_a_film_that_holds_nothing_is_a_failed_source(opened: Opened, tmp_path: Path, silent: Path) -> None:
    data = silent.read_bytes()
    at = data.index(b"mdat")
    end = at - 4 + int.from_bytes(data[at - 4 : at])
    (tmp_path / "hollow.mp4").write_bytes(data[: at + 4] + bytes(end - at - 4) + data[end:])
    assert refused(opened, tmp_path / "hollow.mp4") == "There is nothing in this file that can be seen or heard"


def test_a_file_that_appears_is_opened_by_itself(
    opened: Opened, tmp_path: Path, silent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.sources.device.RETRY_S", (0.005,))
    film = opened(tmp_path / "later.mp4")
    film.reports.failed()
    assert film.now() == -1
    film.clock.advance(ms=400)
    (tmp_path / "later.mp4").write_bytes(silent.read_bytes())
    film.comes(0)


# ── looking without playing ──────────────────────────────────────────────────────────────────────────────────


def test_a_film_can_be_looked_into(sounding: Path, silent: Path) -> None:
    assert probe(str(sounding)) == {"width": 64, "height": 36, "fps": 25.0, "duration_ms": 1000, "sound": True}
    assert probe(str(silent))["sound"] is False


def test_looking_into_what_is_no_film_raises_the_reason(tmp_path: Path) -> None:
    with pytest.raises(DeviceFailed, match="is missing"):
        probe(str(tmp_path / "no.mp4"))


# ── films with transparency ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format"),
    [("a.webm", "libvpx-vp9", "yuva420p"), ("a.mov", "prores_ks", "yuva444p10le"), ("a.mov", "qtrle", "argb")],
)
def test_a_films_transparency_is_kept(tmp_path: Path, name: str, codec: str, pixel_format: str) -> None:
    path = tmp_path / name
    rgba = np.zeros((36, 64, 4), np.uint8)
    rgba[:, :32] = (255, 0, 0, 255)
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=25)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = 64, 36, pixel_format
        for _ in range(5):
            frame = av.VideoFrame.from_ndarray(rgba, format="rgba").reformat(format=pixel_format, dst_colorspace=1)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    reports = Reports()
    source = MediaFileSource(MediaFileSettings(path=str(path)), reports.context)
    source.start()
    picture = wait_for(lambda: source.picture(reports.clock.advance(ms=1)))
    source.close()
    assert picture.alpha is not None
    assert (int(picture.alpha[18, 8]), int(picture.alpha[18, 56])) == pytest.approx((255, 0), abs=3)
    assert near(pixel(picture, 8, 18), rgb_to_yuv(*RED), by=14)
    assert near(pixel(picture, 56, 18), (0, 0, 0), by=3), "premultiplied: nothing is nothing"
