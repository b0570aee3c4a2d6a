"""`vitrine bench`: measure this machine."""

import argparse
import importlib
import json
import os
import time
from pathlib import Path

import msgspec

from studio.bench import machine
from studio.bench.against import compare
from studio.bench.calibration import calibrate
from studio.bench.report import Row
from studio.cli import logs
from studio.cli.parser import Parser, positive

BENCHES = {
    "program": "compose and encode five layers, beside FFmpeg's own graph",
    "join": "page open to first picture, and start to ready",
    "latency": "screen and microphone to the page",
    "fanout": "WHEP readers a core",
    "chat": "twenty lines a second to five thousand pages",
    "pin": "a pressed key to a painted card",
    "feed": "fifty thousand products",
    "events": "the event log, and joining when it is long",
    "call": "a one-to-one call: answer to picture, delays, processor",
    "line": "five hundred customers waiting for an advisor",
    "echo": "the customer's voice from the speakers back into the microphone",
    "clips": "clips after the show: proposed, copied, cut upright",
    "window": "the window on air: blocks, paints, round trips",
    "recording": "recording a live show: what it costs, sound against picture, ending two hours",
    "films": "high dynamic range, turned and interlaced films: what a picture costs",
    "desktop": "the window with the demo show on air: processor, memory; and off air with nothing moving",
    "slow": "half a machine, other programs on it: what is lost, what is done by less, how soon it is as before",
    "page": "the page in a shop: what it loads, what moves, and the picture over a long way",
    "recommend": "weekly lists on public data, beside what is simple",
    "relation": "behaviours told and decisions asked, a pin that is another for each segment, a new segment over everybody",
    "abuse": "twelve attacks from one address: what honest viewers notice",
    "soak": "ten minutes live with a viewer: does anything grow?",
    "hour": "an hour recorded while other programs burn every core half the time: is the film whole, does anything grow?",
}


def main(words: list[str]) -> int:
    """Run `vitrine bench`; returns the exit status."""
    names = "; ".join(f"{name}: {text}" for name, text in BENCHES.items())
    parser = Parser("bench", f"Measure this machine ({names}). Exit status 1 when a bar is missed.", "vitrine bench program")
    parser.add_argument("name", choices=list(BENCHES))
    parser.add_argument("--json", action="store_true", help="as JSON")
    parser.add_argument("--seconds", type=positive, help="how long to measure (default: the benchmark's own)")
    parser.add_argument("--half", action="store_true", help="on half a machine: the desktop and its server pinned to one core")
    parser.add_argument("--against", type=Path, metavar="PATH", help="in turn with the checkout at PATH, and how they compare")
    parser.add_argument("--rounds", type=positive, default=2, help="how often each takes its turn, with --against (default: 2)")
    options = parser.parse_args(words)
    logs.configure()
    if options.half:
        os.environ[machine.HALF] = "1"
    if options.against is not None:
        return _compare(options)
    bench = importlib.import_module(f"studio.bench.{options.name}")
    rows = calibrate()
    begun, stolen = time.monotonic(), machine.stolen_s()
    rows += bench.run(options.seconds) if options.seconds else bench.run()
    share = 100 * (machine.stolen_s() - stolen) / (time.monotonic() - begun)
    rows.append(Row(name="a processor's time taken by the host's other machines", value=share, unit="%"))
    if options.json:
        print(json.dumps({"machine": machine.describe(), "rows": [msgspec.to_builtins(row) | {"ok": row.ok} for row in rows]}))
    else:
        print(machine.describe())
        for row in rows:
            print(row.line())
    return 0 if all(row.ok for row in rows) else 1


def _compare(options: argparse.Namespace) -> int:
    passed_on = ["--seconds", str(options.seconds)] if options.seconds else []
    pairs = compare(options.name, options.against, passed_on, round(options.rounds))
    if options.json:
        rows = [msgspec.to_builtins(pair.row) | {"other": pair.other, "ratio": pair.ratio, "ok": pair.ok} for pair in pairs]
        print(json.dumps({"machine": machine.describe(), "rows": rows}))
    else:
        print(f"{machine.describe()}; medians of {round(options.rounds)} rounds: this build, {options.against}, this ÷ that")
        for pair in pairs:
            print(pair.line())
    return 0 if all(pair.ok for pair in pairs) else 1
