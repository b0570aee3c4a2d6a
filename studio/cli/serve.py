"""`vitrine serve`: the show server."""

import asyncio
import json
import os
import secrets
import sys
from pathlib import Path

from studio import paths
from studio.cli import logs
from studio.cli.parser import Parser, port
from studio.server.config import ServerConfig, sqlite_url
from studio.server.process import DatabaseLock, serve


def main(words: list[str]) -> int:
    parser = Parser(
        "serve",
        "Run a show server: viewer pages, WebRTC, products. Its token is in the note it names; the desktop reads it there.",
        "vitrine serve --port 8080",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=port, default=0, help="port; 0 lets the system choose")
    parser.add_argument("--database", type=Path, help="SQLite file (default: in the user's data folder)")
    parser.add_argument(
        "--origin",
        action="append",
        default=[],
        metavar="URL",
        help="site that may embed the player; repeatable",
    )
    parser.add_argument("--linger", type=float, default=0, help="end after so many seconds without a desktop; 0: never")
    parser.add_argument("--embedded", action="store_true", help="started by a desktop: the token comes by stdin")
    options = parser.parse_args(words)
    logs.configure()
    token = sys.stdin.readline().strip() if options.embedded else ""
    token = token or os.environ.get("VITRINE_TOKEN", "") or secrets.token_urlsafe(32)
    database = (options.database or paths.data_dir() / "shows.sqlite").resolve()
    lock = DatabaseLock(database)
    config = ServerConfig(
        host=options.host,
        port=options.port,
        database=sqlite_url(database),
        embedded=options.embedded,
        origins=tuple(origin.rstrip("/") for origin in options.origin),
        linger_s=options.linger,
    )
    note = paths.server_note()
    try:
        asyncio.run(serve(config, token, note=note, announce=_announce))
    except OSError as error:
        print(f"vitrine serve: cannot listen on {options.host}:{options.port}: {error.strerror or error}", file=sys.stderr)
        return 2
    finally:
        lock.release()
    return 0


def _announce(ready: dict[str, object]) -> None:
    print(json.dumps(ready), flush=True)
