"""`vitrine token`: who may come to a show server's `/studio`."""

import argparse
import asyncio
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

from studio.cli.parser import Parser, SubParser, positive
from studio.cli.serve import config_of
from studio.commands import Role
from studio.errors import NotFound
from studio.server.db import tokens
from studio.server.db.engine import open_database

DAY_MS = 24 * 3600 * 1000
NAME_MAX = 100


def main(words: list[str]) -> int:
    about = "Make, list and take back the tokens of a show server. The server need not run; it knows at once."
    parser = Parser("token", about, 'vitrine token new --role producer --name "Sune\'s laptop" --config vitrine.toml')
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=SubParser)
    new = verbs.add_parser("new", help="make a token; it is printed once and kept nowhere")
    new.add_argument("--role", required=True, choices=get_args(Role), help="what its owner may do")
    new.add_argument("--name", default="", help="whose it is")
    new.add_argument("--days", type=positive, help="how long it is valid (default: until it is revoked)")
    listing = verbs.add_parser("list", help="all tokens, without their secrets")
    revoke = verbs.add_parser("revoke", help="take a token back; who uses it is disconnected within seconds")
    revoke.add_argument("id", help="as `vitrine token list` shows it")
    for verb in (new, listing, revoke):
        verb.add_argument("--config", type=Path, metavar="FILE.toml", help="the server's settings")
        verb.add_argument("--database", type=Path, help="SQLite file (default: in the user's data folder)")
    options = parser.parse_args(words)
    if options.verb == "new" and len(options.name) > NAME_MAX:
        parser.error(f"--name: at most {NAME_MAX} characters")
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> int:
    engine = await open_database(config_of(options).database)
    now_ms = round(time.time() * 1000)
    try:
        if options.verb == "new":
            expires_ms = round(now_ms + options.days * DAY_MS) if options.days else None
            identity, token = await tokens.create(engine, options.role, options.name, now_ms, expires_ms)
            print(f"{identity}: {options.role}. Give its owner this token; nobody can read it again:", file=sys.stderr)
            print(token)
        elif options.verb == "list":
            for row in await tokens.listed(engine):
                print(_line(row, now_ms))
        elif not await tokens.revoke(engine, options.id):
            raise NotFound("There is no token {id}", id=options.id)
    finally:
        await engine.dispose()
    return 0


def _line(row: tokens.Row, now_ms: int) -> str:
    ends = row["expires_ms"]
    until = "for good" if ends is None else f"{'ended' if ends <= now_ms else 'until'} {_day(ends)}"
    return f"{row['id']}  {row['role']:<9} {_day(row['created_ms'])}  {until:<17} {row['name']}".rstrip()


def _day(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).date().isoformat()
