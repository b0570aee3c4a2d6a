"""One connection: greeting, requests and replies, heartbeat, and every way it can go wrong in words."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from studio import __version__, wire
from studio.commands.scene import SceneTake
from studio.commands.show import ShowCreate
from studio.errors import Confirm, Forbidden, Held, Incompatible, NotFound, StudioError, Unreachable
from studio.link.connection import Connection, connect, hello
from studio.state import Product
from tests.fakes import TIMEOUT_S, until
from tests.studio.link.show_server import TOKEN, ShowServer, nonsense

GREETING = hello("laptop-1", "Laptop", "spring", studio=True)


@asynccontextmanager
async def connected(server: ShowServer, heard: list[Any] | None = None) -> AsyncIterator[Connection]:
    """A connection that reads."""

    async def handle(message: wire.AnyMessage) -> None:
        if heard is not None:
            heard.append(message)

    async with aiohttp.ClientSession() as http:
        connection = await connect(http, server.url, TOKEN, GREETING)
        reader = asyncio.create_task(connection.run(handle))
        try:
            yield connection
        finally:
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)


async def refused(url: str, token: str = TOKEN) -> StudioError:
    async with aiohttp.ClientSession() as http:
        with pytest.raises(StudioError) as caught:
            await connect(http, url, token, GREETING)
    return caught.value


async def test_it_says_who_it_is_and_learns_who_answers(server: ShowServer) -> None:
    server.media_ms = 61_000
    async with connected(server) as connection:
        assert connection.welcome.media_ms == 61_000
        assert connection.welcome.pid == 4711
    (greeting,) = server.heard(wire.Hello)
    assert greeting == GREETING
    assert (greeting.protocol, greeting.app) == (wire.PROTOCOL, f"vitrine {__version__}")


async def test_an_address_may_end_with_a_slash(server: ShowServer) -> None:
    server.url += "/"
    async with connected(server):
        pass


# ── who does not get in ──────────────────────────────────────────────────────────────────────────────────────


async def test_a_wrong_token_is_forbidden(server: ShowServer) -> None:
    error = await refused(server.url, "another")
    assert isinstance(error, Forbidden)
    assert str(error) == "The show server does not know this token"


async def test_a_server_that_is_not_there_is_told_with_the_cause() -> None:
    error = await refused("http://127.0.0.1:9")
    assert isinstance(error, Unreachable)
    assert str(error) == "The show server at http://127.0.0.1:9 cannot be reached: Connection refused"


@pytest.mark.parametrize("url", ["", "not an address", "ftp://x", "http://"])
async def test_what_is_no_address_is_told_so(url: str) -> None:
    assert isinstance(await refused(url), Unreachable)


async def test_a_server_with_a_problem_is_told_with_its_status(server: ShowServer) -> None:
    server.status = 502
    assert str(await refused(server.url)) == "The show server answered with status 502"


async def test_another_protocol_is_told_with_both_versions(server: ShowServer) -> None:
    server.first_words = lambda: wire.encode(
        wire.Welcome(protocol="9.0", session="s", role="host", commands=[], state={}, seq=0, media_ms=0)
    )
    error = await refused(server.url)
    assert isinstance(error, Incompatible)
    assert str(error) == "The server speaks protocol 9.0, this studio 1.0: update the older one"


async def test_a_refusal_in_words_comes_through(server: ShowServer) -> None:
    error = wire.wire_error(Held("{holder} is already here", holder="Anna"))
    server.first_words = lambda: wire.encode(wire.Reply(id=0, error=error))
    got = await refused(server.url)
    assert isinstance(got, Held)
    assert str(got) == "Anna is already here"


async def test_another_service_is_not_taken_for_a_show_server(server: ShowServer) -> None:
    server.first_words = nonsense
    assert str(await refused(server.url)) == "The server speaks protocol ?, this studio 1.0: update the older one"


# ── requests ─────────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_command_is_answered(server: ShowServer) -> None:
    server.commands["scene.take"] = "done"
    async with connected(server) as connection:
        assert await connection.execute(SceneTake(scene="main")) == "done"
    (message,) = server.heard(wire.CommandMessage)
    assert (message.name, message.args["scene"]) == ("scene.take", "main")
    assert "command" not in message.args


async def test_structs_inside_a_command_travel(server: ShowServer) -> None:
    server.commands["show.create"] = None
    async with connected(server) as connection:
        await connection.execute(ShowCreate(id="spring", title="Forår", products=(Product(id="p", title="Æble", price_minor=5),)))
    assert server.heard(wire.CommandMessage)[0].args["products"][0]["title"] == "Æble"


async def test_a_refusal_is_the_same_error_here(server: ShowServer) -> None:
    server.commands = {"a": NotFound("There is no scene {scene}", field="scene", scene="x"), "b": Confirm("123abc")}
    async with connected(server) as connection:
        with pytest.raises(NotFound, match="scene: There is no scene x"):
            await connection.request("a", {})
        with pytest.raises(Confirm) as asked:
            await connection.request("b", {})
    assert asked.value.confirm == "123abc"


async def test_answers_find_their_questions_whatever_the_order(server: ShowServer) -> None:
    async with connected(server) as connection:
        first, second = (asyncio.create_task(connection.request(name, {})) for name in ("slow", "quick"))
        slow, quick = await until(lambda: len(server.heard(wire.CommandMessage)) == 2 and server.heard(wire.CommandMessage))
        await server.tell(wire.Reply(id=quick.id, ok="quick"))
        await server.tell(wire.Reply(id=999, ok="nobody asked"))
        await server.tell(wire.Reply(id=slow.id, ok="slow"))
        assert list(await asyncio.gather(first, second)) == ["slow", "quick"]


async def test_a_server_that_never_answers_is_given_up(server: ShowServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.link.connection.REQUEST_TIMEOUT_S", 0.01)
    async with connected(server) as connection:
        with pytest.raises(Unreachable, match="The show server does not answer"):
            await connection.request("scene.take", {})


async def test_who_waits_for_an_answer_learns_that_the_connection_broke(server: ShowServer) -> None:
    async with connected(server) as connection:
        asked = asyncio.create_task(connection.request("scene.take", {}))
        await until(lambda: server.heard(wire.CommandMessage))
        await server.hang_up()
        with pytest.raises(Unreachable, match="The connection to the show server broke"):
            await asked


async def test_a_lease_is_asked_for_and_given(server: ShowServer) -> None:
    server.media_ms = 500
    async with connected(server) as connection:
        answer = await connection.lease(wire.Lease(action="take", show="spring", renditions=[1080]))
    assert (answer.epoch, answer.media_ms) == (1, 500)


async def test_a_lease_that_another_holds_is_refused(server: ShowServer) -> None:
    server.lease_error = Held("{holder} sends the show", holder="Anna")
    async with connected(server) as connection:
        with pytest.raises(Held, match="Anna sends the show"):
            await connection.lease(wire.Lease(action="take", show="spring"))


async def test_on_a_dead_connection_everything_is_unreachable(server: ShowServer) -> None:
    async with connected(server) as connection:
        await connection.close()
        for attempt in (connection.request("x", {}), connection.lease(wire.Lease(action="take", show="s")), connection.ping()):
            with pytest.raises(Unreachable):
                await attempt


# ── news and heartbeat ───────────────────────────────────────────────────────────────────────────────────────


async def test_what_is_no_answer_is_handed_on(server: ShowServer) -> None:
    heard: list[Any] = []
    async with connected(server, heard):
        await until(lambda: server.connections)
        news = [wire.Demand(rendition=1080, readers=2), wire.Lease(action="lost", show="spring", holder="Anna")]
        for message in news:
            await server.tell(message)
        await until(lambda: len(heard) == 2)
    assert heard == news


async def test_the_heartbeat_tells_our_show_clock_and_measures_the_way(server: ShowServer) -> None:
    async with connected(server) as connection:
        connection.media_ms = lambda: 1234
        await connection.ping()
        await until(lambda: any(ping.media_ms == 1234 for ping in server.heard(wire.Ping)))
        await until(lambda: 0 < connection.rtt_ms < 5000)


async def run_to_end(server: ShowServer, caplog: pytest.LogCaptureFixture, act: Any) -> str:
    async def handle(message: wire.AnyMessage) -> None:
        pass

    async with aiohttp.ClientSession() as http:
        connection = await connect(http, server.url, TOKEN, GREETING)
        reader = asyncio.create_task(connection.run(handle))
        await until(lambda: server.connections)
        await act()
        async with asyncio.timeout(TIMEOUT_S):
            await reader
    return caplog.text


async def test_a_server_that_hangs_up_ends_it_quietly(server: ShowServer, caplog: pytest.LogCaptureFixture) -> None:
    assert await run_to_end(server, caplog, server.hang_up) == ""


async def test_silence_ends_it(server: ShowServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.02)
    server.answers_pings = False

    async def nothing() -> None:
        pass

    assert "the link broke: silence" in await run_to_end(server, caplog, nothing)


async def test_nonsense_ends_it(server: ShowServer, caplog: pytest.LogCaptureFixture) -> None:
    assert "the link broke: " in await run_to_end(server, caplog, lambda: server.say(nonsense()))
