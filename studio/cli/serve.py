"""`vitrine serve`: the show server."""

import argparse
import asyncio
import json
import os
import secrets
import sys
from pathlib import Path

import msgspec

from studio import paths
from studio.cli import logs
from studio.cli.parser import Parser, port
from studio.server.config import ServerConfig, load_config, sqlite_file, sqlite_url
from studio.server.process import DatabaseLock, serve


def main(words: list[str]) -> int:
    parser = Parser(
        "serve",
        "Run a show server: viewer pages, WebRTC, products. On a brand's machine: with a TOML file (packaging/vitrine.toml "
        "explains it) and tokens by `vitrine token`. Here: its token is in the note it names; the desktop reads it there.",
        "vitrine serve --config /etc/vitrine/vitrine.toml",
    )
    parser.add_argument("--config", type=Path, metavar="FILE.toml", help="all settings; the options below change single ones")
    parser.add_argument("--host", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=port, help="port; 0 lets the system choose")
    parser.add_argument("--database", type=Path, help="SQLite file (default: in the user's data folder)")
    parser.add_argument("--origin", action="append", metavar="URL", help="site that may embed the player; repeatable")
    parser.add_argument("--linger", type=float, default=0, help="end after so many seconds without a desktop; 0: never")
    parser.add_argument("--embedded", action="store_true", help="started by a desktop: the token comes by stdin")
    parser.add_argument("--spare", action="store_true", help="with --embedded: the other options come by stdin, in a second line")
    options = parser.parse_args(words)
    os.umask(0o077)  # what lies here is people's words, and secrets
    token = sys.stdin.readline().strip() if options.embedded else ""
    if options.spare:
        if not token:  # nobody needs it
            return 0
        options = parser.parse_args(["--embedded", *json.loads(sys.stdin.readline())])
    token = token or os.environ.get("VITRINE_TOKEN", "") or secrets.token_urlsafe(32)
    config = config_of(options)
    logs.configure(config.logs.level if options.config else "warning", as_json=config.logs.format == "json")
    file = sqlite_file(config.database)
    lock = DatabaseLock(file) if file is not None else None
    try:
        asyncio.run(serve(config, token, note=paths.server_note(), announce=_announce))
    except OSError as error:
        print(f"vitrine serve: cannot listen on {config.host}:{config.port}: {error.strerror or error}", file=sys.stderr)
        return 2
    finally:
        if lock is not None:
            lock.release()
    return 0


def config_of(options: argparse.Namespace) -> ServerConfig:
    """The file's settings, with those of the command line in their place."""
    default = sqlite_url((paths.data_dir() / "shows.sqlite").resolve())
    config = load_config(options.config, default) if options.config else ServerConfig(database=default)
    given = {name: getattr(options, name, None) for name in ("host", "port")}
    given["database"] = sqlite_url(options.database.resolve()) if options.database else None
    given["origins"] = tuple(origin.rstrip("/") for origin in options.origin) if getattr(options, "origin", None) else None
    given |= {"embedded": getattr(options, "embedded", None), "linger_s": getattr(options, "linger", None)}
    return msgspec.structs.replace(config, **{name: value for name, value in given.items() if value is not None})


def _announce(ready: dict[str, object]) -> None:
    print(json.dumps(ready), flush=True)
