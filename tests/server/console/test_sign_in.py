"""Who gets into the console, over the real wire: a cookie that only our own page may use."""

import asyncio
from http.cookies import SimpleCookie
from typing import Any

import aiohttp
import pytest

from studio import wire
from studio.commands import Actor
from studio.commands.console import ConsoleInvite
from studio.errors import Forbidden
from studio.link.connection import hello
from studio.server.app import ShowServer
from studio.server.auth import Bearer
from studio.server.console import sign_in
from studio.server.db import tokens
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import BOTH_DATABASES, StartServer
from tests.server.fakes import PushedClock

HOST = Actor("desk", "host", "Desk")


def cookie(server: ShowServer) -> str:
    """Its name: each port has its own."""
    return f"{sign_in.COOKIE}-{server.port}"


def ours(server: ShowServer, token: str = "") -> dict[str, str]:
    """What a browser sends from the console's own page."""
    return {"Origin": server.url} | ({"Cookie": f"{cookie(server)}={token}"} if token else {})


async def invited(server: ShowServer, **fields: Any) -> str:
    link = await server.link.brand.execute(ConsoleInvite(name="Maja", **fields), HOST)
    base, _, code = link.partition("#invite=")
    assert base == f"{server.url}/console"
    return str(code)


async def begin(http: aiohttp.ClientSession, server: ShowServer, headers: dict[str, str], **said: str) -> tuple[int, Any, str]:
    """Status, what was told, and the token that the browser is to keep."""
    async with http.post(f"{server.url}/console/session", json=said, headers=headers) as answer:
        kept = SimpleCookie(answer.headers.get("Set-Cookie", "")).get(cookie(server))
        told = await answer.json(content_type=None) if answer.status != 204 else None
        return answer.status, told, kept.value if kept is not None else ""


async def who(http: aiohttp.ClientSession, server: ShowServer, token: str) -> int:
    async with http.get(f"{server.url}/console/session", headers=ours(server, token)) as answer:
        return answer.status


@BOTH_DATABASES
async def test_an_invitation_makes_a_token_of_its_own_once(
    server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock
) -> None:
    code = await invited(server, days=7)
    status, _, token = await begin(http, server, ours(server), invite=code)
    assert (status, await who(http, server, token)) == (204, 200)
    assert (await begin(http, server, ours(server), invite=code))[0] == 404
    assert server.tokens.engine is not None
    (row,) = await tokens.listed(server.tokens.engine)
    assert (row["name"], row["role"], row["expires_ms"] - row["created_ms"]) == ("Maja", "marketer", 7 * 86_400_000)
    hands.push(7 * 86_400 + 1)
    assert await who(http, server, token) == 401


async def test_an_invitation_is_worth_nothing_after_a_quarter_of_an_hour(
    server: ShowServer, http: aiohttp.ClientSession, hands: PushedClock
) -> None:
    code = await invited(server)
    hands.push(15 * 60 + 1)
    status, told, token = await begin(http, server, ours(server), invite=code)
    assert (status, token) == (404, "")
    assert "quarter of an hour" in told["detail"]


async def test_links_that_nobody_opens_are_not_kept_for_ever(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "INVITED_MAX", 2)
    first, second, third = [await invited(server) for _ in range(3)]
    assert [(await begin(http, server, ours(server), invite=code))[0] for code in (first, second, third)] == [404, 204, 204]


@pytest.mark.parametrize("role", ["producer", "support", "marketer"])
async def test_only_the_host_invites(server: ShowServer, role: Any) -> None:
    with pytest.raises(Forbidden):
        await server.link.brand.execute(ConsoleInvite(name="Maja"), Actor("desk", role, "Desk"))


async def test_the_default_port_is_not_written_by_browsers(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(url="https://shows.example:443", embedded=False)
    server.tokens.add("mine", "marketer")
    headers = {"Origin": "https://shows.example"}
    async with http.post(f"http://127.0.0.1:{server.port}/console/session", json={"token": "mine"}, headers=headers) as answer:
        assert answer.status == 204


async def test_the_cookie_is_for_the_console_alone_and_no_script_reads_it(
    start_server: StartServer, http: aiohttp.ClientSession
) -> None:
    server = await start_server(url="https://shows.example", embedded=False)
    server.tokens.add("mine", "marketer")
    headers = {"Origin": "https://shows.example"}
    async with http.post(f"http://127.0.0.1:{server.port}/console/session", json={"token": "mine"}, headers=headers) as answer:
        assert answer.status == 204
        kept = answer.headers["Set-Cookie"]
    assert {"HttpOnly", "Secure", "SameSite=Strict", "Path=/console"} <= {part.strip() for part in kept.split(";")}


@pytest.mark.parametrize("origin", ["http://127.0.0.1:1", "http://localhost:3000", "null", "https://shows.example", ""])
async def test_no_other_page_signs_in_or_connects_with_the_cookie(
    server: ShowServer, http: aiohttp.ClientSession, origin: str
) -> None:
    server.tokens.add("mine", "marketer")
    headers = {"Cookie": f"{cookie(server)}=mine"} | ({"Origin": origin} if origin else {})
    assert (await begin(http, server, headers, token="mine"))[0] == 403
    async with http.delete(f"{server.url}/console/session", headers=headers) as answer:
        assert answer.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        await http.ws_connect(f"{server.url}/console/link", headers=headers)
    assert refused.value.status == 403


async def test_nobody_without_a_good_token_in_the_right_role_connects(server: ShowServer, http: aiohttp.ClientSession) -> None:
    server.tokens.add("theirs", "shop")
    for token, status in (("", 401), ("wrong", 401), ("theirs", 403)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(f"{server.url}/console/link", headers=ours(server, token))
        assert refused.value.status == status
        assert await who(http, server, token) == status


async def test_who_guesses_tokens_is_held_up(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False)
    found = [(await begin(http, server, ours(server), token=f"wrong-{number}"))[0] for number in range(40)]
    assert found[0] == 401
    assert found[-1] == 429


@pytest.mark.parametrize("body", [b"", b"[]", b'{"token": 3}', b'{"token": "' + b"x" * 2000 + b'"}', b'{"invite": ""}'])
async def test_what_is_no_sign_in_is_told_so(server: ShowServer, http: aiohttp.ClientSession, body: bytes) -> None:
    async with http.post(f"{server.url}/console/session", data=body, headers=ours(server)) as answer:
        assert answer.status in (400, 413, 422), await answer.text()
        assert "Set-Cookie" not in answer.headers


NEIGHBOURS = ("x=a b", 'x={"a": 1}', "a,b=1", "(y)=2", "=", ";", "vitrine-console=other", 'y="')


@pytest.mark.parametrize("neighbour", NEIGHBOURS)
async def test_other_cookies_of_the_host_lock_nobody_out(server: ShowServer, http: aiohttp.ClientSession, neighbour: str) -> None:
    server.tokens.add("mine", "marketer")
    mine = f"{cookie(server)}=mine"
    for said in (f"{neighbour}; {mine}", f"{mine}; {neighbour}"):
        async with http.get(f"{server.url}/console/session", headers={"Cookie": said}) as answer:
            assert answer.status == 200, said


async def test_who_signs_out_takes_the_token_of_their_link_along(server: ShowServer, http: aiohttp.ClientSession) -> None:
    server.tokens.add("typed-in", "marketer")
    _, _, invited_token = await begin(http, server, ours(server), invite=await invited(server))
    for token, after in ((invited_token, 401), ("typed-in", 200)):
        async with http.delete(f"{server.url}/console/session", headers=ours(server, token)) as answer:
            assert answer.status == 204
            assert SimpleCookie(answer.headers["Set-Cookie"])[cookie(server)]["max-age"] == "0"
        assert await who(http, server, token) == after


async def test_a_link_is_still_good_where_its_token_could_not_be_stored(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_: object) -> None:
        raise OSError("the database is away")

    code = await invited(server)
    with monkeypatch.context() as patched:
        patched.setattr(tokens, "create", away)
        assert (await begin(http, server, ours(server), invite=code))[0] == 500
    assert (await begin(http, server, ours(server), invite=code))[0] == 204


async def test_whatever_their_token_may_at_a_desktop_in_a_browser_they_are_a_marketer(
    server: ShowServer, http: aiohttp.ClientSession
) -> None:
    server.tokens.add("the-host's", "host")
    async with http.ws_connect(f"{server.url}/console/link", headers=ours(server, "the-host's")) as socket:
        await socket.send_str(wire.encode(hello("any", "", "", studio=True)).decode())
        welcome = wire.decode(await socket.receive_str(timeout=TIMEOUT_S))
        assert isinstance(welcome, wire.Welcome)
        assert welcome.role == "marketer"
        assert {"relation", "newsletters"} <= set(welcome.state) <= {"relation", "newsletters", "brand", "feeds"}
        assert server.link.engines == 0
        assert len(server.link.sessions_of(f"console-{(await bearer(server)).id}")) == 1
        await socket.send_str(wire.encode(wire.CommandMessage(id=1, name="console.invite", args={"name": "x"})).decode())
        reply = await replied(socket)
        assert reply.error is not None
        assert reply.error.code == "forbidden"
        await socket.send_str(wire.encode(wire.Lease(action="take", show="any")).decode())
        await socket.send_str(wire.encode(wire.Ping(at=1.0)).decode())
        while isinstance(message := wire.decode(await socket.receive_str(timeout=TIMEOUT_S)), wire.StateMessage):
            pass
        assert message == wire.Pong(at=1.0)


async def bearer(server: ShowServer) -> Bearer:
    found = await server.tokens.bearer("the-host's")
    assert found is not None
    return found


async def replied(socket: aiohttp.ClientWebSocketResponse) -> wire.Reply:
    while not isinstance(message := wire.decode(await socket.receive_str(timeout=TIMEOUT_S)), wire.Reply):
        pass
    return message


async def nothing_but_state(socket: aiohttp.ClientWebSocketResponse) -> None:
    while True:
        assert (await socket.receive()).type is aiohttp.WSMsgType.TEXT


async def test_a_browser_that_nobody_looks_at_stays(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wire, "LOST_S", 0.1)
    server.tokens.add("mine", "marketer")
    async with http.ws_connect(f"{server.url}/console/link", headers=ours(server, "mine")) as socket:
        await socket.send_str(wire.encode(hello("browser", "", "", studio=False)).decode())
        await socket.receive_str(timeout=TIMEOUT_S)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(nothing_but_state(socket), 0.5)
        found = await server.tokens.bearer("mine")
        assert found is not None
        (session,) = server.link.sessions_of(f"console-{found.id}")
        assert session.welcomed
    await until(lambda: not server.link.sessions_of(f"console-{found.id}"))


async def test_its_files_are_of_one_version(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/assets/console/console.js") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


async def test_the_words_are_those_of_the_product(server: ShowServer, http: aiohttp.ClientSession) -> None:
    async with http.get(f"{server.url}/console/words?lang=da") as answer:
        danish = await answer.json()
        tag = answer.headers["ETag"]
    assert danish["Segments"] == "Segmenter"
    async with http.get(f"{server.url}/console/words?lang=da", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    async with http.get(f"{server.url}/console/words?lang=en") as answer:
        assert await answer.json() == {}
