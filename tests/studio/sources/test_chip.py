"""Films on a graphics chip: tried once a kind, used where it gives the same pictures and is faster, left where it gives up."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import av
import pytest

from studio.clock import NS_PER_MS
from studio.errors import DeviceFailed
from studio.sources import chip, media_file
from studio.sources.chip import PATIENCE_S, TRIALS, Chips
from studio.sources.film import Film
from studio.sources.media_file import MediaFileSettings, MediaFileSource
from tests.fakes import FRAME_NS, ManualClock, Reports, frame_number, make_film, wait_for

SOFTWARE_S, CHIP_S = 0.003, 0.0016

Change = Callable[[av.VideoFrame, int], av.VideoFrame]


class Decoder:
    """Stands for a chip with its driver: hands the right pictures over as a chip does (NV12), or does what a test wants of it."""

    def __init__(self) -> None:
        self.now = 0.0
        self.opened: list[str | None] = []
        self.chip_s = CHIP_S
        self.refuses = self.breaks = False
        self.fails_from: int | None = None
        self.change: Change = lambda frame, number: frame

    def clock(self) -> float:
        return self.now

    def open(self, path: str, device: str | None) -> Film:
        self.opened.append(device)
        if device is not None and self.refuses:
            raise DeviceFailed("no device")
        film = ChipFilm(path, self) if device else SoftwareFilm(path, self)
        film.on_chip = device is not None
        return film


class SoftwareFilm(Film):
    """A film whose pictures take time on the test's clock."""

    seconds = SOFTWARE_S

    def __init__(self, path: str, decoder: Decoder) -> None:
        super().__init__(path)
        self.decoder = decoder
        self.number = -1

    def pictures(self) -> Iterator[tuple[int, int, av.VideoFrame]]:
        self.decoder.now += self.seconds
        yield from super().pictures()


class ChipFilm(SoftwareFilm):
    """The same on the chip."""

    def pictures(self) -> Iterator[tuple[int, int, av.VideoFrame]]:
        self.seconds = self.decoder.chip_s
        if self.decoder.breaks:
            self.packets.popleft()
            self.blind += 1
            return
        for at, until, frame in super().pictures():
            self.number += 1
            nv12 = frame.reformat(format="nv12")
            nv12.pts = frame.pts
            yield at, until, self.decoder.change(nv12, self.number)


@pytest.fixture
def decoder() -> Decoder:
    return Decoder()


@pytest.fixture
def chips(decoder: Decoder, monkeypatch: pytest.MonkeyPatch) -> Chips:
    monkeypatch.setattr(chip, "hwdevices_available", lambda: ["cuda", "qsv"])
    return Chips(decoder.open, decoder.clock)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("films") / "large.mp4", frames=40, size=(1280, 720))


def first(film: Film) -> bool:
    """Opened for good: whether a chip decodes it."""
    film.container.close()
    return film.on_chip


def test_a_faster_chip_with_the_same_pictures_is_used_and_tried_once(chips: Chips, decoder: Decoder, large: Path) -> None:
    assert first(chips.film(str(large)))
    assert decoder.opened == [None, "cuda", None, "cuda"]  # the film; the trial's two; for good
    assert first(chips.film(str(large)))
    assert decoder.opened[4:] == [None, "cuda"]


@pytest.mark.parametrize("chip_s", [SOFTWARE_S * 0.8, SOFTWARE_S, 5 * SOFTWARE_S])
def test_a_chip_that_gains_too_little_is_not_used(chips: Chips, decoder: Decoder, large: Path, chip_s: float) -> None:
    decoder.chip_s = chip_s
    assert not first(chips.film(str(large)))
    assert not first(chips.film(str(large)))
    assert decoder.opened.count("cuda") == 1


def darker(frame: av.VideoFrame, number: int) -> av.VideoFrame:
    return blackened(frame) if number == 20 else frame


def blackened(frame: av.VideoFrame) -> av.VideoFrame:
    frame.planes[0].update(bytes(frame.planes[0].buffer_size))
    return frame


def test_one_wrong_picture_rules_it_out(chips: Chips, decoder: Decoder, large: Path) -> None:
    decoder.change = darker
    assert not first(chips.film(str(large)))


def test_a_picture_that_cannot_be_decoded_rules_it_out(chips: Chips, decoder: Decoder, large: Path) -> None:
    decoder.breaks = True
    assert not first(chips.film(str(large)))


def test_one_that_refuses_is_asked_once(chips: Chips, decoder: Decoder, large: Path, tmp_path: Path) -> None:
    decoder.refuses = True
    assert not first(chips.film(str(large)))
    assert not first(chips.film(str(make_film(tmp_path / "other.mp4", frames=30, size=(1920, 1080)))))
    assert decoder.opened.count("cuda") == 1


def test_what_pays_too_little_is_not_tried(chips: Chips, decoder: Decoder, tmp_path: Path) -> None:
    assert not first(chips.film(str(make_film(tmp_path / "small.mp4", frames=30, size=(640, 360)))))
    assert not first(chips.film(str(make_film(tmp_path / "sound.mov", frames=0, sound_s=1.0))))
    assert decoder.opened == [None, None]


def test_a_film_too_short_to_tell_does_not_decide_for_the_others(chips: Chips, tmp_path: Path, large: Path) -> None:
    short = make_film(tmp_path / "short.mp4", frames=10, size=(1280, 720))
    assert not first(chips.film(str(short)))
    assert first(chips.film(str(large)))
    assert first(chips.film(str(short))), "it is known now"


def test_many_films_too_short_to_tell_are_not_tried_for_ever(chips: Chips, decoder: Decoder, tmp_path: Path) -> None:
    short = str(make_film(tmp_path / "short.mp4", frames=10, size=(1280, 720)))
    for _ in range(2 * TRIALS):
        assert not first(chips.film(short))
    assert decoder.opened.count("cuda") == TRIALS + 1


def test_a_trial_ends_in_time(chips: Chips, decoder: Decoder, large: Path) -> None:
    decoder.chip_s = PATIENCE_S / 3
    assert not first(chips.film(str(large)))
    assert decoder.now < 2 * PATIENCE_S


def test_a_codec_that_the_chip_does_not_know_leaves_it_to_the_others(
    chips: Chips, decoder: Decoder, tmp_path: Path, large: Path
) -> None:
    strange = tmp_path / "strange.mkv"
    with av.open(str(strange), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 1280, 720, "yuv420p"
        for number in range(30):
            frame = av.VideoFrame(1280, 720, "yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert not first(chips.film(str(strange)))
    assert "cuda" not in decoder.opened
    assert first(chips.film(str(large)))


def test_a_fault_of_the_driver_is_no_fault_of_the_film(chips: Chips, decoder: Decoder, large: Path) -> None:
    def fails(frame: av.VideoFrame, number: int) -> av.VideoFrame:
        raise ValueError("the driver has gone mad")

    decoder.change = fails
    assert not first(chips.film(str(large)))


def test_one_film_more_than_the_chip_takes(chips: Chips, decoder: Decoder, large: Path) -> None:
    assert first(chips.film(str(large)))
    decoder.refuses = True
    assert not first(chips.film(str(large)))
    decoder.refuses = False
    assert first(chips.film(str(large)))


def test_this_machines_own_chip_or_none(large: Path) -> None:
    """Whatever there is here: the film opens, and its first picture is right."""
    film = Chips().film(str(large))
    try:
        while not film.packets:
            assert film.read() is not None
        pictures = [frame for _at, _until, frame in film.pictures()]
        while not pictures:
            assert film.read() is not None
            pictures = [frame for _at, _until, frame in film.pictures()]
        assert (pictures[0].width, pictures[0].height) == (1280, 720)
    finally:
        film.container.close()


def test_a_chip_that_gives_up_in_the_middle(chips: Chips, decoder: Decoder, large: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor goes on from where the film stands."""
    monkeypatch.setattr(media_file, "CHIPS", chips)
    clock = ManualClock()
    reports = Reports(clock=clock)
    source = MediaFileSource(MediaFileSettings(path=str(large)), reports.context)
    source.start()

    def shows(number: int) -> bool:
        return frame_number(source.picture(clock.now_ns())) == number

    try:
        for number in range(5):
            wait_for(partial(shows, number))
            clock.advance(ns=FRAME_NS)
        assert decoder.opened[-1] == "cuda"
        decoder.breaks = True
        decoder.opened.clear()
        seen: list[int] = []

        def goes_on() -> bool:
            clock.advance(ns=NS_PER_MS)
            if (number := frame_number(source.picture(clock.now_ns()))) not in seen:
                seen.append(number)
            return len(seen) == 12

        wait_for(goes_on)
        assert decoder.opened == []  # opened by itself, as any film is
        assert seen == sorted(seen)
        assert reports.status == "live"
    finally:
        source.close()
