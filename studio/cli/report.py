"""`vitrine report`: what a show came to."""

import argparse
import asyncio
import sys
from pathlib import Path

import aiohttp

from studio.cli.client import add_server_options, studio_connection, token_of
from studio.cli.parser import Parser
from studio.errors import InvalidValue, NotFound
from studio.i18n import N_, language
from studio.link.server_process import Endpoint, running, unreachable
from studio.link.shop_client import ShopClient

KINDS = {"html": "report.html", "json": "report.json", "zip": "report.zip", "chat": "chat.csv"}


def main(words: list[str]) -> int:
    about = "Write what a show came to: a page (html), everything (json), tables (zip of CSV), or the chat (CSV)."
    parser = Parser("report", about, "vitrine report --format html --output evening.html")
    parser.add_argument("--format", choices=tuple(KINDS), default="html")
    parser.add_argument("--output", type=Path, metavar="FILE", help="where to (default: standard output)")
    add_server_options(parser)
    options = parser.parse_args(words)
    data = asyncio.run(_run(options))
    if options.output is None:
        sys.stdout.buffer.write(data)
        return 0
    try:
        options.output.write_bytes(data)
    except OSError as error:
        raise InvalidValue("cannot be written: {problem}", field=str(options.output), problem=error.strerror) from None
    return 0


async def _run(options: argparse.Namespace) -> bytes:
    if options.server:
        endpoint = Endpoint(options.server, token_of(options))
    elif (found := await running()) is not None:
        endpoint = found
    else:
        raise unreachable()
    async with studio_connection(options) as connection:
        show = connection.welcome.state.get("show")
    if not show:
        raise NotFound(N_("No show is open"))
    query = f"?lang={language()}" if options.format == "html" else ""
    async with aiohttp.ClientSession() as http:
        return await ShopClient(http, endpoint).download(f"/studio/shows/{show['id']}/{KINDS[options.format]}{query}")
