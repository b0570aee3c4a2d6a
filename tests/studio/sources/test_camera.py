"""Cameras: what FFmpeg is asked for on each system, and the source itself on devices that stall, vanish and change."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from studio.clock import MonotonicClock
from studio.errors import DeviceFailed
from studio.media.frames import blank, rgb_to_yuv
from studio.sources import camera, camera_list
from studio.sources.camera import CameraSettings, CameraSource, Pictures, camera_input, open_camera
from studio.sources.camera_list import Camera
from studio.sources.health import FROZEN_NS, STALE_NS
from tests.fakes import RED, ManualClock, Reports, near, pixel, wait_for

WEBCAM = "/dev/v4l/by-id/usb-Logitech_BRIO_ABC-video-index0"


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "device_path", {WEBCAM: "/dev/video7"}.__getitem__)
    monkeypatch.setattr(camera, "cameras", lambda platform="": [Camera(WEBCAM, "BRIO")])


@pytest.mark.usefixtures("plugged")
def test_on_linux_the_camera_is_found_by_its_id_and_asked_for_what_was_chosen() -> None:
    settings = CameraSettings(device=WEBCAM, format="mjpeg", width=1920, height=1080, fps=30)
    assert camera_input(settings, "linux") == (
        "/dev/video7",
        "v4l2",
        {"video_size": "1920x1080", "framerate": "30", "input_format": "mjpeg"},
    )


@pytest.mark.usefixtures("plugged")
def test_without_a_choice_the_first_camera_decides_itself() -> None:
    assert camera_input(CameraSettings(), "linux") == ("/dev/video7", "v4l2", {})


def test_on_windows_and_macs_names_are_what_their_inputs_want() -> None:
    raw = CameraSettings(device="Cam Link 4K", format="nv12", width=1280, height=720, fps=59.94)
    name, kind, options = camera_input(raw, "win32")
    assert (name, kind, options["pixel_format"], options["framerate"]) == ("video=Cam Link 4K", "dshow", "nv12", "59.94")
    assert camera_input(CameraSettings(device="Cam", format="mjpeg"), "win32")[2]["vcodec"] == "mjpeg"
    name, kind, options = camera_input(raw, "darwin")
    assert (name, kind, options["pixel_format"], options["video_size"]) == (
        "Cam Link 4K:none",
        "avfoundation",
        "nv12",
        "1280x720",
    )


def test_without_any_camera_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera, "cameras", lambda platform="": [])
    with pytest.raises(DeviceFailed, match="No camera is connected"):
        camera_input(CameraSettings(), "linux")


@pytest.mark.parametrize("wanted", ["video0", "/etc/passwd", "/dev/../etc/passwd", "http://example.com"])
def test_only_a_device_can_be_a_camera(wanted: str) -> None:
    with pytest.raises(DeviceFailed, match="is no camera"):
        camera_input(CameraSettings(device=wanted), "linux")


def test_a_camera_that_is_not_plugged_in_is_named() -> None:
    with pytest.raises(DeviceFailed, match="usb-Logitech_BRIO_ABC-video-index0 is not there"):
        camera_input(CameraSettings(device=WEBCAM), "linux")


def test_a_device_that_is_no_camera_is_a_sentence() -> None:
    with pytest.raises(DeviceFailed, match="The camera /dev/null cannot be opened: "):
        open_camera(CameraSettings(device="/dev/null"))


# ── what is connected ────────────────────────────────────────────────────────────────────────────────────────


class Format:
    def __init__(self, letters: str) -> None:
        self.letters = letters

    def human_str(self) -> str:
        return self.letters


def frame_type(letters: str, width: int, height: int, fps: float) -> Any:
    from types import SimpleNamespace

    return SimpleNamespace(pixel_format=Format(letters), width=width, height=height, max_fps=fps)


def test_what_a_camera_delivers_is_in_ffmpegs_words_largest_first() -> None:
    modes = camera_list._modes(
        [
            frame_type("YUYV", 1920, 1080, 5),
            frame_type("MJPG", 1920, 1080, 30),
            frame_type("YUYV", 640, 480, 30),
            frame_type("MJPG", 640, 480, 30),
            frame_type("Z16 ", 640, 480, 90),
        ]
    )
    assert [tuple(mode) for mode in sorted(modes, key=camera_list._preference)] == [
        ("mjpeg", 1920, 1080, 30),
        ("yuyv422", 1920, 1080, 5),
        ("yuyv422", 640, 480, 30),
        ("mjpeg", 640, 480, 30),
    ]


def test_the_id_is_the_link_that_outlives_unplugging(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "video3").touch()
    links = tmp_path / "by-id"
    links.mkdir()
    (links / "usb-BRIO").symlink_to(tmp_path / "video3")
    monkeypatch.setattr(camera_list, "LINKS", (links, tmp_path / "by-path"))
    assert camera_list._stable(tmp_path / "video3") == str(links / "usb-BRIO")
    assert camera_list._stable(tmp_path / "video4") == str(tmp_path / "video4")


def test_a_machine_without_cameras_has_none() -> None:
    assert isinstance(camera_list.cameras(), list)
    assert camera_list.cameras("darwin") == camera_list.cameras("win32") == []


# ── the source, on FFmpeg's generator ────────────────────────────────────────────────────────────────────────


def generator(graph: str) -> Any:
    """A camera that is FFmpeg's own test input, through the very same class."""

    def opened(settings: CameraSettings) -> Pictures:
        return av.open(graph, format="lavfi")

    return opened


def test_pictures_come_in_our_colours_whatever_the_camera_sends() -> None:
    reports = Reports(clock=MonotonicClock())
    source = CameraSource(
        CameraSettings(), reports.context, generator("color=c=#ff0000:s=64x36:r=60,noise=alls=1:allf=t,format=yuyv422,realtime")
    )
    source.start()
    assert reports.live().size == (64, 36)
    first = source.picture(0)
    wait_for(lambda: source.picture(0) is not first)
    newest = source.picture(0)
    source.close()
    assert newest is not None
    assert near(pixel(newest, 30, 20), rgb_to_yuv(*RED), by=4)


def test_mjpeg_is_decoded_on_the_cameras_own_thread(tmp_path: Path) -> None:
    film = tmp_path / "webcam.avi"
    with av.open(str(film), "w") as out:
        stream = out.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 36, "yuvj420p"
        for luma in (40, 120, 200):
            frame = blank(64, 36, (luma, 128, 128)).frame
            assert frame is not None
            out.mux(stream.encode(frame.reformat(format="yuvj420p")))
        out.mux(stream.encode(None))
    threads: set[str] = set()

    def opened(settings: CameraSettings) -> Pictures:
        threads.add(threading.current_thread().name)
        return av.open(str(film))

    reports = Reports(clock=MonotonicClock())
    source = CameraSource(CameraSettings(), reports.context, opened)
    source.start()
    told = "The device stopped delivering"  # it is opened again after each time, so that neither lasts
    wait_for(lambda: {("live", ""), ("failed", told)} <= {(one.status, one.reason) for one in reports.said})
    source.close()
    assert threads == {"source-camera"}
    newest = source.picture(0)
    assert newest is not None
    assert near(pixel(newest, 30, 20), (200, 128, 128), by=3), "full range became ours"


# ── a device of the test's own ───────────────────────────────────────────────────────────────────────────────


class FakeCamera:
    """Delivers when the test says so; may hang, be pulled out, come back and send another size."""

    def __init__(self) -> None:
        self.plugged, self.size, self.opened, self.closed = True, (64, 36), 0, 0
        self.number = 0
        self.may_go = threading.Semaphore(0)

    def __call__(self, settings: CameraSettings) -> Pictures:
        if not self.plugged:
            raise DeviceFailed("The camera {device} is not there", device="BRIO")
        self.opened += 1
        return self

    def decode(self, *, video: int) -> Iterator[av.VideoFrame]:
        while True:
            self.may_go.acquire()
            if not self.plugged:
                raise av.error.OSError(19, "No such device")
            frame = blank(*self.size, (self.number % 200 + 16, 128, 128)).frame
            assert frame is not None
            yield frame

    def close(self) -> None:
        self.closed += 1

    def show(self, *, new: bool = True) -> None:
        self.number += new
        self.may_go.release()


class Bench:
    """A camera source on a clock of the test's own."""

    def __init__(self) -> None:
        self.clock, self.camera = ManualClock(), FakeCamera()
        self.reports = Reports(clock=self.clock)
        self.source = CameraSource(CameraSettings(), self.reports.context, self.camera)
        self.source.start()
        self.camera.show()
        self.reports.live()

    def pass_time(self, ms: float) -> str | None:
        """Its status then."""
        self.clock.advance(ms=ms)
        self.source.check(self.clock.now_ns())
        return self.reports.status

    def close(self) -> None:
        self.camera.plugged = False
        for _ in range(10):
            self.camera.show()
        self.source.close()


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setattr("studio.sources.device.RETRY_S", (0.001,))
    made = Bench()
    yield made
    made.close()


def test_a_camera_that_stalls_is_stale_and_lives_with_the_next_picture(bench: Bench) -> None:
    bench.pass_time(900)
    assert bench.reports.status == "live"
    bench.pass_time(200)
    assert bench.reports.status == "stale"
    before = bench.source.picture(0)
    bench.camera.show()
    wait_for(lambda: bench.source.picture(0) is not before)
    wait_for(lambda: bench.pass_time(0) == "live")


def test_a_frozen_camera_is_stale_though_pictures_come(bench: Bench) -> None:
    for _ in range((FROZEN_NS + 2 * STALE_NS) // 100_000_000):
        before = bench.source.picture(0)
        bench.camera.show(new=False)
        wait_for(lambda before=before: bench.source.picture(0) is not before)  # type: ignore[misc]
        bench.pass_time(100)
    assert bench.reports.status == "stale"
    assert bench.camera.opened == 1


def test_a_camera_that_is_pulled_out_says_why_and_comes_back_by_itself(bench: Bench) -> None:
    bench.camera.plugged = False
    bench.camera.show()
    wait_for(lambda: any("No such device" in (report.reason or "") for report in bench.reports.said))
    wait_for(lambda: bench.reports.reason == "The camera BRIO is not there")
    bench.camera.plugged = True
    bench.camera.show()
    wait_for(lambda: bench.reports.status == "live")
    assert bench.camera.opened == 2
    assert bench.camera.closed == 1, "the lost device was given back"


def test_another_size_is_taken_as_it_comes(bench: Bench) -> None:
    bench.camera.size = (80, 60)
    bench.camera.show()
    wait_for(lambda: bench.reports.said[-1].size == (80, 60))
    newest = bench.source.picture(0)
    assert newest is not None
    assert (newest.width, newest.height) == (80, 60)
