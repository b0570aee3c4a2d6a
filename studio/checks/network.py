"""The show server: is it there, does the network carry the show to it, do our clocks agree?"""

import subprocess
import sys
import time
from collections.abc import AsyncIterator

import aiohttp

from studio.i18n import N_, _
from studio.link.server_process import Endpoint, running
from studio.outputs.to_link import OutputSettings
from studio.settings import Settings
from studio.state.preflight import Finding

UPLINK_S = 4.0
CHUNK = bytes(64 * 1024)
ROOM = 1.5
"""A network that carries the show and half as much again has room for its bad moments."""
CLOCK_NOTE_S, CLOCK_BAD_S = 2.0, 60.0


async def network_findings(remote: Endpoint | None) -> list[Finding]:
    """Of the server `remote`, or of the one on this machine."""
    if remote is None:
        return [await _local(), _own_clock()]
    timeout = aiohttp.ClientTimeout(total=UPLINK_S + 10)
    async with aiohttp.ClientSession(timeout=timeout) as http:
        try:
            off_s = await _clock_difference(http, remote.url)
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError, KeyError) as error:
            problem = str(error) or type(error).__name__
            words = _("{url} cannot be reached: {problem}").format(url=remote.url, problem=problem)
            return [Finding(N_("Server"), "bad", words)]
        found = [Finding(N_("Server"), "ok", _("answers at {url}").format(url=remote.url)), _clock(off_s)]
        try:
            kbps = await _uplink_kbps(http, remote)
        except PermissionError:
            return [*found, Finding(N_("Uplink"), "bad", _("The show server does not know this token"))]
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
            words = _("it could not be measured: {problem}").format(problem=str(error) or type(error).__name__)
            return [*found, Finding(N_("Uplink"), "bad", words)]
    return [*found, _uplink(kbps)]


async def _local() -> Finding:
    found = await running()
    if found is not None:
        return Finding(N_("Server"), "ok", _("running here at {url}").format(url=found.url))
    return Finding(N_("Server"), "ok", _("starts with the studio, on this machine"))


async def _clock_difference(http: aiohttp.ClientSession, url: str) -> float:
    """Seconds the server's clock is ahead of ours."""
    begun = time.time()
    async with http.get(f"{url.rstrip('/')}/healthz") as response:
        told_ms = float((await response.json())["time_ms"])
    return told_ms / 1000 - (begun + time.time()) / 2


def _clock(off_s: float) -> Finding:
    words = _("{off:.1f} s apart from the server's").format(off=abs(off_s))
    if abs(off_s) < CLOCK_NOTE_S:
        return Finding(N_("Clock"), "ok", words)
    cure = _("Let the system set the time from the network")
    return Finding(N_("Clock"), "bad" if abs(off_s) > CLOCK_BAD_S else "note", f"{words}. {cure}")


def _own_clock() -> Finding:
    if sys.platform == "linux":
        try:
            words = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
            said = subprocess.run(words, capture_output=True, text=True, timeout=3, check=False).stdout.strip()
        except (OSError, subprocess.TimeoutExpired):
            said = ""
        if said == "no":
            return Finding(N_("Clock"), "note", _("the system does not set the time from the network"))
        if said == "yes":
            return Finding(N_("Clock"), "ok", _("set from the network"))
    return Finding(N_("Clock"), "ok", time.strftime("%Y-%m-%d %H:%M:%S %Z"))


async def _uplink_kbps(http: aiohttp.ClientSession, remote: Endpoint) -> float:
    """Send for some seconds over a connection like the one the show takes; what arrived."""

    async def chunks() -> AsyncIterator[bytes]:
        end = time.monotonic() + UPLINK_S
        while time.monotonic() < end:
            yield CHUNK

    url, headers = f"{remote.url.rstrip('/')}/studio/uplink", {"Authorization": f"Bearer {remote.token}"}
    async with http.post(url, data=b"", headers=headers) as response:  # asked before megabytes are sent to a closed door
        if response.status in (401, 403, 429):
            raise PermissionError
    async with http.post(url, data=chunks(), headers=headers) as response:
        told = await response.json()
    return float(told["bytes"]) * 8 / max(1.0, float(told["ms"]))


def _uplink(kbps: float) -> Finding:
    settings = Settings()
    best = int(settings["video.rendition"])
    sides = (best, *(side for side in (720, 360) if side < best))
    plan = OutputSettings(renditions=sides, kbps=settings["video.bitrate_kbps"], audio_kbps=settings["audio.bitrate_kbps"])
    most = sum(plan.rate(side) for side in plan.renditions) + plan.audio_kbps
    least = plan.rate(best) + plan.audio_kbps
    words = _("{kbps:.1f} Mbit/s; the show takes {least:.1f}, with all smaller pictures {most:.1f}")
    text = words.format(kbps=kbps / 1000, least=least / 1000, most=most / 1000)
    if kbps >= most * ROOM:
        return Finding(N_("Uplink"), "ok", text)
    cure = _("Use a cable, or lower video.bitrate_kbps")
    return Finding(N_("Uplink"), "note" if kbps >= least * ROOM else "bad", f"{text}. {cure}")
