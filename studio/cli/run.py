"""`vitrine run`: the studio, with a window or headless."""

import argparse
import os
import sys
from pathlib import Path

from studio import show_file
from studio.cli import logs
from studio.cli.client import token_of
from studio.cli.parser import Parser, port, positive
from studio.desktop.studio import StudioOptions
from studio.errors import StudioError
from studio.i18n import _
from studio.link.server_process import check_transport
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.settings import Settings
from studio.shows.library import ShowLibrary

DEMO_LINGER_S = 15.0


def main(words: list[str]) -> int:
    options = _options(words)
    logs.configure()
    settings = Settings()
    notice = ""
    try:
        studio_options = _studio_options(options, settings)
    except StudioError as error:
        if options.headless or options.show is not None or options.server or options.demo:
            raise
        # Nobody asked for this by name: the window opens all the same, and says what is wrong where it can be put right.
        notice = error.sentence(_)
        studio_options = _demo_options(options.port)
    for warning in settings.warnings:
        print(f"vitrine: {warning}", file=sys.stderr)
    if options.headless:
        from studio.headless import run_headless

        return run_headless(
            studio_options,
            settings,
            go_live=options.go_live,
            end_show=options.end_show,
            take_calls=options.take_calls,
            duration_s=options.duration,
        )
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        print("vitrine: there is no screen here; use --headless", file=sys.stderr)
        return 2
    from ui.app import run_window

    return run_window(studio_options, settings, notice)


def _options(words: list[str]) -> argparse.Namespace:
    parser = Parser("run", "Start the studio.", "vitrine run --headless --demo --go-live --duration 60")
    parser.add_argument("--headless", action="store_true", help="without a window; prints one JSON line a happening")
    parser.add_argument("--show", type=Path, metavar="FILE", help="the show file")
    parser.add_argument(
        "--demo", action="store_true", help="the demo show (also when there is no other; the window opens the last show)"
    )
    parser.add_argument("--server", help="a show server (default: one on this machine); token by VITRINE_TOKEN")
    parser.add_argument("--token-file", type=Path, help="file with the server's token")
    parser.add_argument("--go-live", action="store_true", help="start stream and show at once (headless)")
    parser.add_argument("--end-show", action="store_true", help="end the show, not only the stream, at the end (headless)")
    parser.add_argument("--take-calls", action="store_true", help="answer every customer's call that rings (headless)")
    parser.add_argument("--duration", type=positive, metavar="S", help="stop after so many seconds (headless)")
    parser.add_argument("--port", type=port, default=0, help="port of the show server started here")
    options = parser.parse_args(words)
    if options.show is not None and options.demo:
        parser.error("give either --show or --demo")
    for flag in ("go_live", "end_show", "take_calls", "duration"):
        if getattr(options, flag) and not options.headless:
            parser.error(f"--{flag.replace('_', '-')} needs --headless")
    return options


def _studio_options(options: argparse.Namespace, settings: Settings) -> StudioOptions:
    server = options.server or settings["server.url"]
    if server:
        check_transport(server, "--server" if options.server else "server.url")
    token = token_of(options) if server else ""
    kinds = all_kinds(OverlayPainter())
    library = ShowLibrary(kinds)
    path = options.show
    if path is None and not options.demo and not options.headless:
        path = library.last()
    if path is None:
        return _demo_options(options.port, server, token, week=not options.headless)
    file = show_file.load(path, kinds)
    if not options.headless:
        library.opened(path)
    return StudioOptions(file, path.resolve(), server, token, options.port)


def _demo_options(port: int, server: str = "", token: str = "", *, week: bool = False) -> StudioOptions:
    from studio.demo_show import open_demo

    file, database = open_demo()
    own = not server
    return StudioOptions(file, None, server, token, port, database if own else None, linger_s=DEMO_LINGER_S, week=week and own)
