"""Whatever a stranger says on any socket, on either database, is answered or ends it with a close code; none is forgotten."""

import json

import aiohttp
import pytest

from studio.queries import ASKED
from studio.server.app import ShowServer
from tests.server import strangers
from tests.server.edges.both import Pair
from tests.server.edges.doors import DOORS, Talk
from tests.server.fakes import Desktop, page
from tests.server.strangers import BEARER, Asked, ask, look_at_log, routes_of


def commands_said() -> list[str]:
    """Every command that the server runs itself, with each of its arguments at its edge."""
    kinds = [kind for kind in ASKED.values() if kind.owner == "server"]
    said = [json.loads(word) for word in strangers.words(kinds)]
    asked = [{"t": "command", "id": 7, "name": word.pop("command"), "args": word} for word in said]
    return [json.dumps(one) for one in asked]


async def test_no_socket_is_forgotten_here(pair: Pair) -> None:
    upgrade = {
        "Upgrade": "websocket",
        "Connection": "Upgrade, close",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "A" * 22 + "==",
    }
    found = set()
    for route in routes_of(pair.sqlite):
        if route.method == "GET":
            for headers in ({}, BEARER):
                answer = await ask(pair.sqlite, Asked("GET", route.target(), upgrade | headers))
                found |= {route.canonical} if answer.status == 101 else set()
    assert found == set(DOORS)


@pytest.mark.parametrize("path", DOORS)
async def test_no_word_on_a_socket_is_a_fault(pair: Pair, path: str, caplog: pytest.LogCaptureFixture) -> None:
    door = DOORS[path]

    async def all_of(server: ShowServer) -> list[str]:
        async with aiohttp.ClientSession() as http:
            talk = Talk(http, server, path)
            outcomes = [await talk.say(word, greeted=False) for word in (*strangers.RUBBISH, *door.words[::7])]
            outcomes += [await talk.say(word) for word in (*strangers.RUBBISH, *door.words)]
            await talk.leave()
            return outcomes

    sqlite, postgresql = await pair.both(all_of)
    heard = (*strangers.RUBBISH, *door.words[::7], *strangers.RUBBISH, *door.words)
    for word, one, other in zip(heard, sqlite, postgresql, strict=True):
        assert one == other, f"{word[:200]!r}: SQLite {one}, PostgreSQL {other}"
    look_at_log(caplog.records)


async def test_no_command_is_a_fault(pair: Pair, caplog: pytest.LogCaptureFixture) -> None:
    said = commands_said()

    async def all_of(server: ShowServer) -> list[str]:
        async with aiohttp.ClientSession() as http:
            talk = Talk(http, server, "/studio")
            outcomes = [await talk.say(word, until="reply") for word in said]
            await talk.leave()
            return outcomes

    sqlite, postgresql = await pair.both(all_of)
    for word, one, other in zip(said, sqlite, postgresql, strict=True):
        assert one == other, f"{word[:200]!r}: SQLite {one}, PostgreSQL {other}"
    look_at_log(caplog.records)


# What was found here first


async def test_pictures_over_the_socket_of_a_show_that_was_never_on_air_are_no_fault(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    async with page(http, server) as visitor:
        await visitor.send(t="media")
        await visitor.send(t="ping", at=1)
        await visitor.next("pong")
    look_at_log(caplog.records)


async def test_bytes_on_a_socket_of_words_are_not_understood(
    server: ShowServer, desktop: Desktop, http: aiohttp.ClientSession
) -> None:
    async with page(http, server) as visitor:
        await visitor.socket.send_bytes(b"\x81\xff")
        assert await visitor.inbox.end() == 1008
