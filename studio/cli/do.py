"""`vitrine do`: one command into the running studio."""

import argparse
import asyncio
import json
from typing import Any

import msgspec

from studio.cli.client import add_server_options, studio_connection
from studio.cli.parser import Parser
from studio.errors import Confirm, InvalidValue, StudioError
from studio.queries import ASKED
from studio.spine.dispatcher import parse


def main(words: list[str]) -> int:
    parser = Parser(
        "do",
        "Execute one command or query and print its reply as JSON. `vitrine commands` lists them. Guarded commands (show.start,\n"
        "show.end) answer with a code first; --yes sends it.",
        "vitrine do scene.take scene=Close-up",
    )
    parser.add_argument("command", metavar="COMMAND", help="its name, such as scene.take")
    parser.add_argument("arguments", metavar="name=value", nargs="*", help="its arguments; values are JSON or plain words")
    parser.add_argument("--yes", action="store_true", help="confirm a guarded command")
    add_server_options(parser)
    options = parser.parse_args(words)
    args = arguments(options.command, options.arguments)
    parse(options.command, args)
    try:
        reply: dict[str, Any] = {"ok": asyncio.run(_run(options, args))}
    except StudioError as error:
        reply = {"error": {"code": error.code, "message": str(error)}}
        if isinstance(error, Confirm):
            reply["error"]["confirm"] = error.confirm
        print(json.dumps(reply, ensure_ascii=False))
        return 1
    print(json.dumps(reply, ensure_ascii=False))
    return 0


async def _run(options: argparse.Namespace, args: dict[str, Any]) -> Any:
    async with studio_connection(options) as connection:
        reader = asyncio.create_task(connection.run(_ignore))
        try:
            try:
                return await connection.request(options.command, args)
            except Confirm as error:
                if not options.yes:
                    raise
                return await connection.request(options.command, args | {"confirm": error.confirm})
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


async def _ignore(message: object) -> None:
    pass


def arguments(command: str, words: list[str]) -> dict[str, Any]:
    """`name=value` words as a command's arguments. A value is text where the command wants text, JSON elsewhere."""
    cls = ASKED.get(command)
    kinds = {field.name: field.type for field in msgspec.structs.fields(cls)} if cls else {}
    parsed: dict[str, Any] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise InvalidValue("{word} is not name=value", word=word)
        parsed[name] = value if _is_text(kinds.get(name)) else _json_or_text(value)
    return parsed


def _is_text(kind: Any) -> bool:
    return kind is str or (getattr(kind, "__origin__", None) is str)


def _json_or_text(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value
