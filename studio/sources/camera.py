"""A camera through FFmpeg's device inputs: v4l2, avfoundation, dshow. The newest picture wins.

Pictures are read and, where they come as MJPEG, decoded on the camera's own thread, so the program thread only ever
takes one that is ready.
"""

import contextlib
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Protocol

import av
from msgspec import Meta

from studio.errors import DeviceFailed
from studio.media.frames import Converter, Picture
from studio.media.mailbox import Mailbox
from studio.sources.base import Report, SilentSource, SourceContext, SourceSettings
from studio.sources.camera_list import cameras, device_path
from studio.sources.device import DeviceWorker

RAW = {"yuyv422", "uyvy422", "nv12", "nv21", "yuv420p", "bgr24", "rgb24", "gray"}
"""Pixel formats; everything else a camera offers is a codec."""
MAX_SIDE = 8192


class CameraSettings(SourceSettings, frozen=True, kw_only=True):
    """`device`: the camera's id from the list, empty for the first one; `format`: how pictures come (`mjpeg`,
    `yuyv422` …), empty for the camera's choice, as are 0 for size and rate."""

    device: Annotated[str, Meta(max_length=512)] = ""
    format: Annotated[str, Meta(pattern=r"^[a-z0-9]{0,16}$(?!\n)")] = ""
    width: Annotated[int, Meta(ge=0, le=MAX_SIDE)] = 0
    height: Annotated[int, Meta(ge=0, le=MAX_SIDE)] = 0
    fps: Annotated[float, Meta(ge=0, le=240)] = 0


class Pictures(Protocol):
    """What an opened camera is to us: an `av` input container, or a test's own."""

    def decode(self, *, video: int) -> Iterator[av.VideoFrame]:
        """Pictures as they come; blocks in between."""

    def close(self) -> None:
        """Give the device back."""


def camera_input(settings: CameraSettings, platform: str = sys.platform) -> tuple[str, str, dict[str, str]]:
    """FFmpeg's input name, format and options for a camera on `platform`; raises `DeviceFailed` when there is none."""
    options = {"video_size": f"{settings.width}x{settings.height}"} if settings.width and settings.height else {}
    if settings.fps:
        options["framerate"] = f"{settings.fps:g}"
    device = settings.device
    if not device:
        found = cameras(platform)
        if not found:
            raise DeviceFailed("No camera is connected")
        device = found[0].id
    if platform == "win32":
        key = "pixel_format" if settings.format in RAW else "vcodec"
        wanted = {key: settings.format} if settings.format else {}
        return f"video={device}", "dshow", options | wanted | {"rtbufsize": "64M"}
    if platform == "darwin":
        wanted = {"pixel_format": settings.format} if settings.format in RAW else {}
        return f"{device}:none", "avfoundation", {"framerate": "30"} | options | wanted
    return device_path(device), "v4l2", options | ({"input_format": settings.format} if settings.format else {})


def open_camera(settings: CameraSettings) -> Pictures:
    """Open it; raises `DeviceFailed` with the driver's reason."""
    name, format_name, options = camera_input(settings)
    try:
        return av.open(name, format=format_name, options=options)
    except (av.FFmpegError, ValueError) as error:
        problem = getattr(error, "strerror", None) or error
        raise DeviceFailed("The camera {device} cannot be opened: {problem}", device=name, problem=problem) from None


class CameraSource(SilentSource):
    """The newest picture of a camera. `open_input` is another way to open one, for tests."""

    def __init__(
        self, settings: CameraSettings, context: SourceContext, open_input: Callable[[CameraSettings], Pictures] = open_camera
    ) -> None:
        self._settings = settings
        self._context = context
        self._open = open_input
        self._newest: Mailbox[Picture] = Mailbox()
        self._worker = DeviceWorker("source-camera", context, self._deliver, freezes=True)

    def start(self) -> None:
        self._worker.start()

    def close(self) -> None:
        self._worker.close()

    def picture(self, now_ns: int) -> Picture | None:
        return self._newest.peek()

    def check(self, now_ns: int) -> None:
        self._worker.check(now_ns)

    def _deliver(self, stop: threading.Event) -> None:
        with contextlib.closing(self._open(self._settings)) as camera:
            _one_thread(camera)
            converter, size = Converter(), (0, 0)
            try:
                for frame in camera.decode(video=0):
                    if stop.is_set():
                        return
                    picture = converter.picture(frame)
                    self._newest.put(picture)
                    self._worker.delivered(picture)
                    if size != (picture.width, picture.height):
                        size = picture.width, picture.height
                        self._context.report(Report("live", "", size))
            except av.FFmpegError as error:
                raise DeviceFailed("The camera delivers nothing any more: {problem}", problem=error.strerror or error) from None


def _one_thread(camera: Any) -> None:
    """Frame threads would hold pictures back, one each."""
    streams = getattr(camera, "streams", None)
    if streams is not None and streams.video:
        streams.video[0].codec_context.thread_count = 1
