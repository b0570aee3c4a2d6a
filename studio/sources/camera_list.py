"""Which cameras are connected, and what each can deliver.

A camera's id outlives unplugging and another port order: on Linux the link below /dev/v4l/by-id (model and serial
number) or by-path (the plug), elsewhere the name the system gives it.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from studio.errors import DeviceFailed

LINKS = (Path("/dev/v4l/by-id"), Path("/dev/v4l/by-path"))
FFMPEG_NAMES = {
    "MJPG": "mjpeg",
    "JPEG": "mjpeg",
    "YUYV": "yuyv422",
    "UYVY": "uyvy422",
    "NV12": "nv12",
    "YU12": "yuv420p",
    "H264": "h264",
}
"""V4L2's four letters, as FFmpeg calls them. What is not here FFmpeg does not read."""


class Mode(NamedTuple):
    """One way a camera delivers: FFmpeg's name of the format, the size, and the highest rate."""

    format: str
    width: int
    height: int
    fps: float


class Camera(NamedTuple):
    """A connected camera. Without `modes` the system does not tell; its own choice is used."""

    id: str
    name: str
    modes: tuple[Mode, ...] = ()


def cameras(platform: str = sys.platform) -> list[Camera]:
    """All cameras that can be opened here, in the system's order."""
    if platform == "linux":
        return _linux()
    return _named("avfoundation" if platform == "darwin" else "dshow")


def device_path(wanted: str) -> str:
    """The file of the camera with that id (Linux); raises `DeviceFailed` when it is not plugged in."""
    path = Path(wanted)
    if not path.is_absolute() or not path.is_relative_to("/dev") or ".." in path.parts:
        raise DeviceFailed("{device} is no camera: it must be one of the list", device=wanted)
    if not path.exists():
        raise DeviceFailed("The camera {device} is not there", device=path.name)
    return str(path.resolve())


def _linux() -> list[Camera]:
    try:
        from linuxpy.video.device import iter_video_capture_devices

        devices: Iterable[Any] = iter_video_capture_devices()
    except Exception:  # no video subsystem at all: linuxpy raises what sysfs does
        return []
    found = []
    for device in devices:
        try:
            with device:
                modes = tuple(sorted(_modes(device.info.frame_types), key=_preference))
                found.append(Camera(_stable(Path(device.filename)), str(device.info.card), modes))
        except OSError:  # taken by another program, or pulled out this moment: listed all the same, by its file
            found.append(Camera(_stable(Path(device.filename)), Path(device.filename).name))
    return found


def _modes(frame_types: Iterable[Any]) -> set[Mode]:
    modes = set()
    for kind in frame_types:
        name = FFMPEG_NAMES.get(kind.pixel_format.human_str().strip())
        if name is not None:
            modes.add(Mode(name, kind.width, kind.height, float(kind.max_fps)))
    return modes


def _preference(mode: Mode) -> tuple[int, float, bool]:
    """Largest first, then fastest; uncompressed before compressed where both reach 25 pictures a second."""
    return -mode.width * mode.height, -mode.fps, mode.format in ("mjpeg", "h264")


def _stable(device: Path) -> str:
    for folder in LINKS:
        if folder.is_dir():
            for link in sorted(folder.iterdir()):
                if link.resolve() == device.resolve():
                    return str(link)
    return str(device)


def _named(format_name: str) -> list[Camera]:
    import av

    try:
        devices = av.enumerate_input_devices(format_name)
    except Exception:  # this build has no such input, or the system refuses to tell
        return []
    return [Camera(device.name, device.description) for device in devices if "video" in device.media_types]
