"""Half a machine: the desktop and its server on one core, five layers, a recording, and other programs on that core for a while.
What is lost, how old the picture is in the page, what is done by less, and how soon it is as before.
"""

import os
import time
from typing import Any

from studio.bench import machine, stage
from studio.bench.browser import chromium, measure, measured, measuring_page, wait_playing
from studio.bench.hour import look
from studio.bench.latency import clapper_show
from studio.bench.program import five_layers, heavy_clip
from studio.bench.report import Row, percentile
from studio.bench.studio_client import StudioClient
from studio.bench.studio_process import running_studio
from studio.commands.recording import RecordingStart, RecordingStop
from studio.recordings.folder import FILM

FPS = 30
PLACES: tuple[dict[str, Any], ...] = (
    {"x": 1400, "y": 480, "scale_x": 0.25, "scale_y": 0.25},
    {"x": 20, "y": 400},
    {"x": 20, "y": 900},
    {"x": 1340, "y": 780},
)
"""Where film, logo, lower third and card leave the clapperboard free."""
QUIET_S = 10.0
SETTLE_S = 5.0
"""After so long under load nothing is lost any more."""
BACK_S = 10.0
END_S = 120.0
MANY = 8


def run(seconds: float = 60.0) -> list[Row]:
    """Ten seconds alone, `seconds` beside another program on the same core, half of it beside many, and alone again."""
    os.environ[machine.HALF] = "1"
    rows: list[Row] = []
    with stage.folder() as folder, stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        os.environ["VITRINE_HOME"] = str(folder)
        settings = {"recording.auto": False}
        with running_studio(folder, _show(display), settings) as studio, StudioClient() as client, chromium() as browser:
            page = measuring_page(browser)
            page.goto(studio.viewer)
            wait_playing(page)
            measure(page)
            client.execute(RecordingStart())
            time.sleep(SETTLE_S)
            rows += _phase("alone", client, page, QUIET_S, bars=True)
            with stage.burning(1):
                time.sleep(SETTLE_S)
                rows += _phase("beside another program", client, page, seconds, bars=True)
            with stage.burning(MANY):
                time.sleep(SETTLE_S)
                rows += _phase(f"beside {MANY}", client, page, seconds / 2, bars=False)
            begun = time.monotonic()
            rows.append(
                Row(name="alone again: nothing lost for a second after", value=_calm(client) - begun, unit="s", most=BACK_S)
            )
            rows += _phase("alone again", client, page, QUIET_S, bars=True)
            client.execute(RecordingStop())
            client.until("library", lambda library: all(r["state"] == "ready" for r in library["recordings"]), "the film", END_S)
            heard = measured(page)
        film = look(next((folder / "data" / "recordings").glob(f"*/{FILM}")))
    return [
        *rows,
        Row(name="recording: pictures that cannot be decoded", value=film.pictures - film.decoded, unit="", most=0),
        Row(name="recording: places where the sound jumps", value=film.jumps, unit="", most=0),
        Row(
            name="beeps heard of flashes seen, all the time",
            value=len(heard["beeps"]) / len(heard["flashes"]),
            unit="",
            least=0.95,
        ),
    ]


def _show(display: str) -> dict[str, Any]:
    """The clapperboard's screen under a heavy film, logo, lower third and card."""
    show, layers = clapper_show(display), five_layers(heavy_clip())
    sources = layers["sources"][1:]
    show["sources"] += sources
    show["channels"] = [{"source": "pip", "muted": True}]  # the beeps are listened for
    show["scenes"][0]["items"] += [
        {"id": str(number), "source": source["id"], "transform": place}
        for number, (source, place) in enumerate(zip(sources, PLACES, strict=True), start=2)
    ]
    return show


def _phase(name: str, client: StudioClient, page: Any, seconds: float, *, bars: bool) -> list[Row]:
    stream, seen = client.state["stream"], len(measured(page)["delays"])
    time.sleep(seconds)
    now, delays = client.state["stream"], measured(page)["delays"][seen:]
    lost = now["late_render"] - stream["late_render"] + now["dropped_encoder"] - stream["dropped_encoder"]
    return [
        Row(name=f"{name}: pictures lost", value=100 * lost / (FPS * seconds), unit="%", most=1 if bars else None),
        Row(
            name=f"{name}: age of the picture in the page, p95",
            value=percentile(delays, 95),
            unit="ms",
            most=300 if bars else None,
        ),
        Row(name=f"{name}: pictures a second in the page", value=len(delays) / seconds, unit="fps"),
        Row(name=f"{name}: steps down at the end", value=len(now.get("steps", ())), unit=""),
    ]


def _calm(client: StudioClient) -> float:
    """When a second without a lost picture had begun."""
    counted, since = -1, time.monotonic()
    while time.monotonic() - since < 2 or counted < 0:
        stream = client.state["stream"]
        lost = stream["late_render"] + stream["dropped_encoder"]
        if lost != counted:
            counted, since = lost, time.monotonic()
        time.sleep(0.1)
    return since
