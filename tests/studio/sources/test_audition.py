"""A device tried out before it is in the show."""

import numpy as np
import pytest

from studio.commands import source
from studio.media.timed_ring import TimedRing
from studio.queries.source import CHOSEN
from studio.sources.audition import LISTENED, Audition
from studio.sources.base import Report
from studio.sources.camera import CameraSettings
from studio.sources.camera_list import Camera, Mode
from studio.sources.choices import camera_modes, choices
from tests.fakes import RED, FakeSource, Reports, solid, until
from tests.studio.sources.test_rack import KINDS, Bench


async def test_one_that_runs_is_looked_at_where_it_runs_and_left_running() -> None:
    bench = Bench()
    audition = bench.rack.audition("lamp", {"watts": 60})
    assert audition.live
    await audition.close()
    assert bench.running("a").closed == 0
    await bench.rack.close()


async def test_another_is_opened_for_it_alone_and_given_back() -> None:
    bench = Bench()
    audition = bench.rack.audition("lamp", {"watts": 5})
    lamp = audition._source
    assert lamp is not bench.running("a")
    assert not audition.live
    lamp.report(Report("failed", "no bulb"))  # type: ignore[attr-defined]
    assert (audition.live, audition.problem) == (False, "no bulb")
    lamp.report(Report("live", ""))  # type: ignore[attr-defined]
    assert (audition.live, audition.problem) == (True, "")
    await bench.rack.give_back(audition)
    await bench.rack.give_back(audition)
    assert lamp.closed == 1  # type: ignore[attr-defined]
    assert [one.id for one in bench.store.state.sources] == ["a", "b"], "it never was in the show"
    await bench.do(source.SourceAdd(kind="lamp", name="New"))
    await until(lambda: bench.state("New").id == "x")
    await bench.rack.close()


async def test_what_it_shows_and_sounds() -> None:
    ring = TimedRing()
    audition = Audition(FakeSource(solid(8, 8, RED), ring), own=True)
    assert audition.picture(0) is not None
    assert audition.sound() is None, "nothing came yet"
    ring.write(0, np.full((4800, 2), 0.5, np.float32))
    sound = audition.sound()
    assert sound is not None
    assert sound.shape == (LISTENED, 2)
    assert float(sound.min()) == 0.5
    silent = Audition(FakeSource(), own=True)
    assert silent.sound() is None


def test_a_cameras_formats_are_choices(monkeypatch: pytest.MonkeyPatch) -> None:
    modes = (Mode("mjpeg", 1920, 1080, 30), Mode("yuyv422", 640, 480, 60))
    found = [Camera("/dev/a", "A", modes), Camera("/dev/b", "B", ())]
    monkeypatch.setattr("studio.sources.camera_list.cameras", lambda: found)
    assert [choice.name for choice in camera_modes("/dev/a")] == ["1920×1080 · 30/s · mjpeg", "640×480 · 60/s · yuyv422"]
    assert camera_modes("")[1].settings == {"format": "yuyv422", "width": 640, "height": 480, "fps": 60.0}
    assert camera_modes("/dev/b") == camera_modes("/dev/gone") == []
    CameraSettings(device="/dev/a", **camera_modes("/dev/a")[0].settings)


def test_there_is_something_to_choose_from_for_devices_only(gui: object) -> None:
    assert "camera" in CHOSEN
    assert choices("text") == []
    assert isinstance(choices("camera"), list)
    assert set(KINDS) & CHOSEN == set()
    assert Reports().clock is not None


async def test_one_that_nobody_gave_back_is_closed_with_the_studio() -> None:
    bench = Bench()
    audition = bench.rack.audition("lamp", {"watts": 5})
    await bench.rack.close()
    assert audition._source.closed == 1  # type: ignore[attr-defined]
