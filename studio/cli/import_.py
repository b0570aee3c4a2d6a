"""`vitrine import`: products into the show server's catalogue, from a file or an address."""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import get_args

import aiohttp
import msgspec

from studio import show_file
from studio.catalogue.item import FeedKind
from studio.cli.client import add_server_options, token_of
from studio.cli.parser import Parser
from studio.commands.product import ProductAdd
from studio.commands.show import ShowCreate
from studio.errors import InvalidValue
from studio.i18n import _
from studio.link.connection import connect, hello
from studio.link.server_process import Endpoint, ServerProcess, running
from studio.link.shop_client import ReadDone, Reading, Refusal, ShopClient
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter
from studio.show.read_as import read_as_words
from studio.show.shelf import PRODUCTS_MAX
from studio.show_file import ShowFile

PAGE = 200
BAR = 30


def main(words: list[str]) -> int:
    parser = Parser(
        "import",
        "Read products into the catalogue of the show server: a Shopify, Google, WooCommerce, JSON-LD or Vitrine feed, from\n"
        "a file or an address. Rows that cannot be used are listed with their line; reading the same again changes nothing.\n"
        "Exit 1 when some were refused.",
        "vitrine import products.csv --currency DKK",
    )
    parser.add_argument("feed", metavar="FEED", help="a file, or an address that begins with http:// or https://")
    parser.add_argument("--show", type=Path, metavar="FILE", help="add what the feed has to this show as well")
    parser.add_argument("--kind", choices=get_args(FeedKind), help="what it is (default: look)")
    parser.add_argument("--currency", default="", help="of prices that name none, such as DKK (default: the brand's)")
    parser.add_argument("--url", default="", help="the shop's address, for links that are not whole")
    parser.add_argument("--decimal", default="", choices=["point", "comma"], help="what stands before decimals (default: look)")
    parser.add_argument("--dates", default="", choices=["day", "month"], help="which comes first in 03/04/2026 (default: look)")
    parser.add_argument("--vat", default="", metavar="PERCENT", help="add this much to prices that are without VAT, such as 25")
    parser.add_argument("--name", default="", help="what the feed is called (default: the file's name)")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each step")
    add_server_options(parser)
    options = parser.parse_args(words)
    web = options.feed.startswith(("http://", "https://"))
    if not web and not Path(options.feed).is_file():
        raise InvalidValue("{path} is not a file", field="FEED", path=options.feed)
    file = show_file.load(options.show, all_kinds(OverlayPainter())) if options.show else None
    done = asyncio.run(_run(options, options.feed if web else Path(options.feed), file))
    return 1 if done.refused else 0


async def _run(options: argparse.Namespace, feed: str | Path, file: ShowFile | None) -> ReadDone:
    wanted = {name: getattr(options, name) or "" for name in ("kind", "currency", "url", "name", "dates", "vat")}
    wanted["decimal"] = {"point": ".", "comma": ","}.get(options.decimal, "")
    teller = _Teller(as_json=options.json)
    async with _server(options) as endpoint, aiohttp.ClientSession() as http:
        client = ShopClient(http, endpoint)
        done = await client.import_feed(feed, wanted, teller.told)
        teller.done(done)
        if file is not None:
            count = await _into_show(http, endpoint, client, file)
            teller.say({"t": "planned", "show": file.show.id, "products": count}, f"{count} products are in {file.show.title}")
    return done


async def _into_show(http: aiohttp.ClientSession, endpoint: Endpoint, client: ShopClient, file: ShowFile) -> int:
    """The whole catalogue, as far as a show holds it, in its order."""
    wanted: list[str] = []
    while len(wanted) < PRODUCTS_MAX:
        page = await client.catalogue("", PAGE, len(wanted))
        wanted += [product.id for product in page]
        if len(page) < PAGE:
            break
    info = file.show
    create = ShowCreate(**{name: getattr(info, name) for name in ShowCreate.__struct_fields__})
    connection = await connect(http, endpoint.url, endpoint.token, hello("cli-import", "import", info.id, studio=False))
    reader = asyncio.create_task(connection.run(_ignore))
    try:
        await connection.execute(create)
        room = PRODUCTS_MAX - len(info.products)
        await connection.execute(ProductAdd(products=tuple(wanted[:room])))
    finally:
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        await connection.close()
    return len(wanted[:room])


async def _ignore(message: object) -> None:
    pass


@asynccontextmanager
async def _server(options: argparse.Namespace) -> AsyncIterator[Endpoint]:
    """The server that was named, the one that runs, or one for as long as this takes."""
    if options.server:
        yield Endpoint(options.server, token_of(options))
    elif (found := await running()) is not None:
        yield found
    else:
        process = ServerProcess(linger_s=30)
        try:
            yield await process.start()
        finally:
            await process.close()


class _Teller:
    """Says how it goes: a bar on a terminal, lines elsewhere, JSON when asked."""

    def __init__(self, *, as_json: bool) -> None:
        self._json = as_json
        self._bar = not as_json and sys.stderr.isatty()

    def told(self, said: Reading | Refusal) -> None:
        """A step."""
        if self._json:
            self.say(said, "")
        elif isinstance(said, Refusal):
            self._clear()
            line = _("line {line}").format(line=said.line)
            where = ", ".join(filter(None, (line if said.line else "", said.id, said.field)))
            print(f"{where}: {_(said.reason).format_map(said.params)}", file=sys.stderr)
        elif self._bar:
            part = said.done_bytes / max(1, said.total_bytes)
            full = round(part * BAR)
            print(f"\r[{'█' * full}{'·' * (BAR - full)}] {part:4.0%} {said.products}", end="", file=sys.stderr, flush=True)

    def done(self, done: ReadDone) -> None:
        """The end."""
        self._clear()
        words = _("{products} products: {new} new, {changed} changed, {gone} gone from the feed; {refused} could not be used")
        said = words.format(**msgspec.structs.asdict(done))
        self.say(done, "\n".join(filter(None, [said, read_as_words(done.read_as)])))

    def say(self, value: object, words: str) -> None:
        """One thing, as JSON or in words."""
        print(json.dumps(msgspec.to_builtins(value), ensure_ascii=False) if self._json else words, flush=True)

    def _clear(self) -> None:
        if self._bar:
            print(f"\r{' ' * (BAR + 20)}\r", end="", file=sys.stderr)
