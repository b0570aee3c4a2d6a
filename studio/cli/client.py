"""How `do` and `state` reach a running studio: through its server, found by the note or named by `--server`."""

import argparse
import getpass
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from studio.errors import InvalidValue
from studio.link.connection import Connection, connect, hello
from studio.link.server_process import Endpoint, check_transport, running, unreachable


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """`--server`, `--token-file` and `--show-id`; the token itself never stands on a command line."""
    parser.add_argument("--server", help="address of a show server (default: the studio on this machine)")
    parser.add_argument("--token-file", type=Path, help="file with the server's token (or set VITRINE_TOKEN)")
    parser.add_argument("--show-id", default="", help="which show (default: the one a desktop works on)")


def token_of(options: argparse.Namespace) -> str:
    """The token for `--server`; raises `InvalidValue` when there is none, or when it would travel in the clear."""
    if options.server:
        check_transport(options.server, "--server")
    if options.token_file is not None:
        try:
            return str(options.token_file.read_text()).strip()
        except OSError as error:
            raise InvalidValue("cannot be read: {problem}", field="--token-file", problem=error.strerror) from None
    if token := os.environ.get("VITRINE_TOKEN"):
        return token
    raise InvalidValue("--server needs a token: set VITRINE_TOKEN or give --token-file")


@asynccontextmanager
async def studio_connection(options: argparse.Namespace) -> AsyncIterator[Connection]:
    """A connection to the studio's server; raises `Unreachable` when there is none."""
    if options.server:
        endpoint = Endpoint(options.server, token_of(options))
    else:
        found = await running()
        if found is None:
            raise unreachable()
        endpoint = found
    async with aiohttp.ClientSession() as http:
        greeting = hello(f"cli-{socket.gethostname()}-{getpass.getuser()}", "command line", options.show_id, studio=False)
        connection = await connect(http, endpoint.url, endpoint.token, greeting)
        try:
            yield connection
        finally:
            await connection.close()
