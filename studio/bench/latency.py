"""Screen and microphone to page: how old the picture is when it is shown, and whether sound is with it."""

import time
from typing import Any

from studio.bench import stage
from studio.bench.browser import chromium, measure, measured, measuring_page, offsets, wait_playing
from studio.bench.report import Row, median, percentile
from studio.bench.studio_process import running_studio

SETTLE_S = 3.0


def clapper_show(display: str, *, microphone: bool = True) -> dict[str, Any]:
    """A show of that screen and, with it, the stage's microphone."""
    sources: list[dict[str, Any]] = [
        {"id": "screen", "kind": "screen", "name": "Screen", "settings": {"display": display, "cursor": False}}
    ]
    if microphone:
        sources.append({"id": "mic", "kind": "microphone", "name": "Microphone", "settings": {"device": "stage"}})
    item = {"id": "1", "source": "screen", "transform": {"fit": "fit"}}
    return {
        "version": 1,
        "show": {"id": "clapper", "title": "Clapperboard"},
        "sources": sources,
        "scenes": [{"id": "main", "name": "Main", "items": [item]}],
    }


def run(seconds: float = 60.0) -> list[Row]:
    """Measure a minute of a fresh browser with sound, the same once settled, and the picture alone."""
    rows: list[Row] = []
    with stage.folder() as folder, stage.screen() as display, stage.sound(folder) as fifo, stage.clapper(display, fifo):
        with running_studio(folder, clapper_show(display), {"video.rendition": "720"}) as studio:
            with chromium() as browser:
                page = measuring_page(browser)
                page.goto(studio.viewer)
                wait_playing(page)
                measure(page)
                time.sleep(seconds)
                fresh = measured(page)
                seen = len(fresh["delays"])
                time.sleep(seconds / 2)
                steady = measured(page)
                page.close()
                rows += _rows(fresh, steady, seen, seconds / 2)
            with chromium(sound=False) as browser:
                page = measuring_page(browser)
                page.add_init_script("window.AudioContext = undefined")
                page.goto(studio.viewer)
                wait_playing(page)
                measure(page)
                time.sleep(SETTLE_S)
                seen = len(measured(page)["delays"])
                time.sleep(seconds / 3)
                alone = measured(page)["delays"][seen:]
                rows += [
                    Row(name="screen → page, picture alone, p50", value=percentile(alone, 50), unit="ms", most=90),
                    Row(name="screen → page, picture alone, p95", value=percentile(alone, 95), unit="ms", most=130),
                ]
    return rows


def _rows(fresh: dict[str, Any], steady: dict[str, Any], seen: int, seconds: float) -> list[Row]:
    delays = steady["delays"][seen:]
    lags = offsets(steady["flashes"], steady["beeps"])
    return [
        Row(name="screen → page with sound, p50", value=percentile(delays, 50), unit="ms", most=130),
        Row(name="screen → page with sound, p95", value=percentile(delays, 95), unit="ms", most=200),
        Row(name="first minute of a fresh browser, p50", value=percentile(fresh["delays"], 50), unit="ms", most=200),
        Row(name="frames a second in the page", value=len(delays) / seconds, unit="fps", least=29),
        Row(name="sound against picture in the page, median |lag|", value=abs(median(lags)), unit="ms", most=45),
        Row(name="sound against picture in the page, p95 |lag|", value=percentile([abs(lag) for lag in lags], 95), unit="ms"),
        Row(name="beeps heard of flashes seen", value=len(steady["beeps"]) / max(1, len(steady["flashes"])), unit="", least=0.9),
    ]
