"""`vitrine check`: is this machine ready? Each finding is a word, a reason and, where something is wrong, the cure."""

import asyncio
import json
import shutil
import time
from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np
from msgspec import Struct

from studio import paths
from studio.cli.parser import Parser
from studio.i18n import N_, _
from studio.link.server_process import running
from studio.media.encoder import H264Encoder
from studio.media.frames import blank
from studio.settings import Settings
from studio.sources import devices
from studio.sources.camera_list import cameras

FRAMES = 60
DISK_LEAST_GB = 5.0
MARKS = {"ok": "✓", "note": "·", "bad": "✗"}


class Finding(Struct, frozen=True):
    """`ok`, a `note` that is worth a look, or `bad`: going live would fail."""

    what: str
    verdict: Literal["ok", "note", "bad"]
    words: str


def main(words: list[str]) -> int:
    about = "Look at cameras, screens, sound, encoder, disk and server; exit 1 when something is bad."
    parser = Parser("check", about, "vitrine check")
    parser.add_argument("--json", action="store_true", help="as JSON")
    options = parser.parse_args(words)
    findings = [check() for check in CHECKS]
    if options.json:
        print(json.dumps([msgspec.to_builtins(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{MARKS[finding.verdict]} {_(finding.what):<12}{finding.words}")
    return 1 if any(finding.verdict == "bad" for finding in findings) else 0


def _cameras() -> Finding:
    found = cameras()
    if not found:
        return Finding(N_("Cameras"), "note", _("none found"))
    shown = []
    for camera in found:
        best = camera.modes[0] if camera.modes else None
        shown.append(f"{camera.name} ({best.width}×{best.height} {best.fps:g}/s)" if best else camera.name)
    return Finding(N_("Cameras"), "ok", ", ".join(shown))


def _screens() -> Finding:
    found = devices.screens()
    if not found:
        return Finding(N_("Screens"), "note", _("none can be captured here (no X display)"))
    return Finding(N_("Screens"), "ok", ", ".join(device.name for device in found))


def _microphones() -> Finding:
    found = devices.microphones()
    if not found:
        return Finding(N_("Microphones"), "note", _("none found: viewers would only hear films"))
    return Finding(N_("Microphones"), "ok", ", ".join(device.name for device in found))


def _speakers() -> Finding:
    found = devices.speakers()
    if not found:
        return Finding(N_("Speakers"), "note", _("none found: system sound cannot be captured"))
    return Finding(N_("Speakers"), "ok", ", ".join(device.name for device in found))


def _encoder() -> Finding:
    """Encode noise at 1080p with the chosen preset and see how much of a frame's time it takes."""
    settings = Settings()
    encoder = H264Encoder(1920, 1080, 30, settings["video.bitrate_kbps"], settings["video.preset"])
    noise = np.random.default_rng(1).integers(60, 120, (1080 + FRAMES, 1920), np.uint8)
    picture = blank(1920, 1080)
    assert picture.frame is not None
    begun = time.perf_counter()
    for number in range(FRAMES):
        picture.y[:] = noise[number : number + 1080]
        encoder.encode(picture.frame, number * 33_333_333)
    took_ms = (time.perf_counter() - begun) * 1000 / FRAMES
    words = _("libx264 {preset}: {took:.1f} ms of the {room:.1f} ms a frame has (noise, the hardest picture)")
    shown = words.format(preset=settings["video.preset"], took=took_ms, room=1000 / 30)
    if took_ms > 30:
        cure = _("Choose a smaller picture or a faster preset")
        return Finding(N_("Encoder"), "bad", f"{shown}. {cure}")
    return Finding(N_("Encoder"), "note" if took_ms > 22 else "ok", shown)


def _disk() -> Finding:
    free_gb = shutil.disk_usage(paths.data_dir()).free / 1e9
    words = _("{free:.0f} GB free in {path}").format(free=free_gb, path=paths.data_dir())
    return Finding(N_("Disk"), "ok" if free_gb > DISK_LEAST_GB else "bad", words)


def _server() -> Finding:
    url = Settings()["server.url"]
    found = asyncio.run(running())
    if found is not None:
        return Finding(N_("Server"), "ok", _("running here at {url}").format(url=found.url))
    if url:
        return Finding(N_("Server"), "note", _("{url} is set; it is tried when the studio starts").format(url=url))
    return Finding(N_("Server"), "ok", _("starts with the studio, on this machine"))


CHECKS: tuple[Callable[[], Finding], ...] = (_cameras, _screens, _microphones, _speakers, _encoder, _disk, _server)
