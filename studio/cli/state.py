"""`vitrine state`: what is, as JSON."""

import argparse
import asyncio
import json

from studio import wire
from studio.cli.client import add_server_options, studio_connection
from studio.cli.parser import Parser
from studio.errors import InvalidValue


def main(words: list[str]) -> int:
    parser = Parser("state", "Print the state tree of the running studio as JSON.", "vitrine state stream")
    parser.add_argument("branch", nargs="?", help="only this branch: show, scenes, sources, mixer, stream, link")
    parser.add_argument("--watch", action="store_true", help="then print each changed branch, one JSON line each")
    add_server_options(parser)
    asyncio.run(_run(parser.parse_args(words)))
    return 0


async def _run(options: argparse.Namespace) -> None:
    async with studio_connection(options) as connection:
        state = connection.welcome.state
        if options.branch and options.branch not in state:
            raise InvalidValue("there is no branch {branch} (there are: {known})", branch=options.branch, known=", ".join(state))
        shown = state[options.branch] if options.branch else state
        print(json.dumps(shown, indent=2, ensure_ascii=False), flush=True)
        if not options.watch:
            return

        async def show(message: wire.AnyMessage) -> None:
            if isinstance(message, wire.StateMessage) and options.branch in (None, message.branch):
                print(json.dumps({message.branch: message.value}, ensure_ascii=False), flush=True)

        await connection.run(show)
