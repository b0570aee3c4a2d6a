"""One round of `vitrine bench program` in a process of its own; prints its counters as JSON."""

import argparse
import json
import threading
import time
from pathlib import Path
from typing import Any

from studio import paths
from studio.bench.machine import ThreadTime, threads
from studio.bench.program import CARD, KBPS, LOGO, LOWER_THIRD, PIP
from studio.bench.x264 import alone
from studio.clock import MonotonicClock
from studio.media.encoder import Encoded
from studio.media.frames import Picture, blank
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.overlays.kinds import all_kinds
from studio.overlays.lower_third import LowerThirdSettings, LowerThirdSource
from studio.overlays.painter import OverlayPainter, ensure_gui
from studio.scenes.program import PlannedItem, Program, ProgramFrame
from studio.scenes.sprite import planes
from studio.sources.base import Report, Source, SourceContext, checked_settings
from studio.state import Canvas, Transform

WARM_UP_S = 1.5
PICTURES = 30
NAME = LowerThirdSettings(title="Mette Holm", subtitle="Skin advisor")


def main() -> None:
    """Run the round that the arguments describe, or `--draw` the lower third for FFmpeg."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--fps", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--film", type=Path)
    parser.add_argument("--draw", type=Path)
    options = parser.parse_args()
    app = ensure_gui()
    if options.draw:
        _draw(options.draw)
    else:
        print(json.dumps(measure(options.film, options.fps, options.seconds)))
    del app


def measure(film: Path, fps: int, seconds: float) -> dict[str, Any]:
    """Compose and encode for `seconds` after a warm-up; milliseconds of processor a frame, what was lost, what each thread did,
    and what x264 needs for some of these pictures while nothing else runs."""
    clock, canvas = MonotonicClock(), Canvas()
    painter = OverlayPainter()
    kinds = all_kinds(painter)
    program = Program(canvas, fps, clock)
    live: set[int] = set()
    plan: list[PlannedItem] = []
    sources: list[Source] = []
    for number, (kind, settings, place) in enumerate(_layers(film)):
        context = SourceContext(
            clock=clock,
            canvas=canvas,
            fps=fps,
            report=lambda report, number=number: _note(live, number, report),  # type: ignore[misc]
            next_tick_ns=program.next_tick_ns,
        )
        source = kinds[kind].make(checked_settings(kinds, kind, settings), context)
        sources.append(source)
        plan.append(PlannedItem(source, Transform(**place)))  # type: ignore[arg-type]
    units: list[Encoded] = []
    encoder = RenditionEncoder(canvas, 1080, fps, kbps=KBPS, preset="superfast", emit=units.append)
    painter.start()
    for source in sources:
        source.start()
    while len(live) < len(sources):
        time.sleep(0.01)
    encoder.readers = 1
    program.show(tuple(plan))
    program.add_sink(encoder.put)
    encoder.start()
    program.start()
    time.sleep(WARM_UP_S)
    stats, running = program.stats, threads()
    before = (stats.ticks, stats.late, stats.compose_cpu_s, encoder.encoded, encoder.cpu_s, time.process_time())
    time.sleep(seconds)
    after = (stats.ticks, stats.late, stats.compose_cpu_s, encoder.encoded, encoder.cpu_s, time.process_time())
    ticks, late, compose_s, encoded, encode_s, process_s = (b - a for a, b in zip(before, after, strict=True))
    by_thread = _since(running, threads(), encoded)
    pictures = _some(program)
    program.close()
    encoder.close()
    for source in sources:
        source.close()
    painter.close()
    return {
        "ticks": ticks,
        "late": late,
        "encoded": encoded,
        "dropped": encoder.dropped,
        "compose_ms": compose_s * 1000 / ticks,
        "encode_ms": encode_s * 1000 / encoded,
        "process_ms": process_s * 1000 / encoded,
        "kbps": sum(len(unit.payload) for unit in units) * 8 / 1000 / (seconds + WARM_UP_S),
        "threads": by_thread,
    } | alone(pictures, fps, KBPS)


def _layers(film: Path) -> list[tuple[str, dict[str, object], dict[str, float]]]:
    """Kind, settings and place of each, from below."""
    demo = paths.assets() / "demo"
    return [
        ("media_file", {"path": str(film)}, {}),
        ("media_file", {"path": str(film)}, dict(PIP)),
        ("image", {"path": str(demo / "logo.png")}, dict(LOGO)),
        ("lower_third", {"title": NAME.title, "subtitle": NAME.subtitle}, dict(LOWER_THIRD)),
        ("image", {"path": str(demo / "card.png")}, dict(CARD)),
    ]


def _since(before: dict[str, ThreadTime], after: dict[str, ThreadTime], pictures: float) -> dict[str, tuple[float, float]]:
    """Of each thread the milliseconds a picture that it ran, and that it waited for a processor."""
    none = ThreadTime("", 0, 0)
    found = {}
    for name, now in after.items():
        old = before.get(name, none)
        found[name] = ((now.used_s - old.used_s) * 1000 / pictures, (now.waited_s - old.waited_s) * 1000 / pictures)
    return found


def _some(program: Program) -> list[Picture]:
    """Copies of the next pictures of the programme."""
    copies: list[Picture] = []
    enough = threading.Event()

    def keep(frame: ProgramFrame) -> None:
        if len(copies) == PICTURES:
            enough.set()
            return
        copy = blank(frame.picture.width, frame.picture.height)
        for source, target in zip(planes(frame.picture), planes(copy), strict=True):
            target[0][:] = source[0]
        copies.append(copy)

    remove = program.add_sink(keep)
    enough.wait(60)
    remove()
    return copies


def _note(live: set[int], number: int, report: Report) -> None:
    if report.status == "live":
        live.add(number)


def _draw(path: Path) -> None:
    """The lower third as a PNG, drawn by the very same code."""
    from PySide6.QtGui import QImage, QPainter

    source = LowerThirdSource(OverlayPainter(), NAME, SourceContext())
    image = QImage(*source.measure(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    source.draw(painter)
    painter.end()
    image.save(str(path))


if __name__ == "__main__":
    main()
