"""A server on the brand's own machine: TLS, tokens, ICE servers, one range of ports, metrics, retention."""

import asyncio
import base64
import hashlib
import hmac
import re
import ssl
import time
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import func, select

from studio.commands.show import ShowCreate, ShowEnd, ShowStart
from studio.errors import Held, InvalidValue
from studio.server.app import ShowServer
from studio.server.config import Ice, Retention, Tls
from studio.server.db import tables, tokens
from studio.server.process import sole_user
from studio.server.retention import forget
from tests.certificates import certificate
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import BOTH_DATABASES, MakeViewer, StartServer
from tests.server.fakes import TOKEN, Desktop, Programme, Viewer

DAY_MS = 24 * 3600 * 1000


async def bearer(http: aiohttp.ClientSession, server: ShowServer, path: str, token: str) -> tuple[int, str]:
    async with http.get(server.url + path, headers={"Authorization": f"Bearer {token}"}) as response:
        return response.status, await response.text()


async def test_s21_with_a_certificate_it_speaks_https_and_a_renewed_one_needs_no_restart(
    start_server: StartServer, tmp_path: Path
) -> None:
    chain, key = certificate(tmp_path, "IP:127.0.0.1")
    server = await start_server(embedded=False, tls=Tls(certificate=str(chain), key=str(key)))
    assert server.url.startswith("https://127.0.0.1:")

    async def fingerprint() -> str:
        trusting = ssl.create_default_context(cafile=str(chain))
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, ssl=trusting)
        shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
        writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert b" 200 " in await reader.readline()
        writer.close()
        return hashlib.sha256(shown).hexdigest()

    before = await fingerprint()
    certificate(tmp_path, "IP:127.0.0.1")
    server.reload()
    assert await fingerprint() != before
    good = await fingerprint(), chain.read_text()
    for spoiled in ("no certificate", certificate(tmp_path / "other", "IP:127.0.0.1")[0].read_text()):
        chain.write_text(spoiled)
        server.reload()
        chain.write_text(good[1])
        assert await fingerprint() == good[0], "the old one stays"
    chain.unlink()
    server.reload()


async def test_a_certificate_that_cannot_be_used_is_named(start_server: StartServer, tmp_path: Path) -> None:
    chain, key = tmp_path / "chain.pem", tmp_path / "key.pem"
    chain.write_text("no certificate")
    key.write_text("no key")
    with pytest.raises(InvalidValue, match=r"chain\.pem cannot be used"):
        await start_server(tls=Tls(certificate=str(chain), key=str(key)))


@BOTH_DATABASES
async def test_a_token_lets_in_until_it_is_revoked_or_ends(
    start_server: StartServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.server.desktops.link.TOKENS_S", 0.05)
    server = await start_server(embedded=False)
    engine, now_ms = server.tokens.engine, round(time.time() * 1000)
    assert engine is not None
    identity, token = await tokens.create(engine, "producer", "Sune", now_ms, None)
    _, ended = await tokens.create(engine, "host", "", now_ms, now_ms - 1)
    assert (bearer := await server.tokens.bearer(token)) is not None
    assert bearer.role == "producer"
    assert await server.tokens.bearer(ended) is None
    desktop = await Desktop(http, server.url, token=token).connect()
    assert desktop.welcome.role == "producer"
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.take()
    stays = await Desktop(http, server.url, client="desk-2").connect()
    assert await tokens.revoke(engine, identity)
    assert await desktop.inbox.end() == 1008
    assert desktop.media is not None
    async with asyncio.timeout(TIMEOUT_S):
        assert (await desktop.media.receive()).type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED)
    assert not await tokens.revoke(engine, identity)
    await asyncio.sleep(0.1)
    await stays.do(ShowCreate(id="demo", title="Demo"))
    with pytest.raises(Exception, match="does not know this token"):
        await Desktop(http, server.url, token=token).connect()
    for one in (desktop, stays):
        await one.close()


async def test_the_database_keeps_no_token(server: ShowServer, tmp_path: Path) -> None:
    engine = server.tokens.engine
    assert engine is not None
    _, token = await tokens.create(engine, "host", "Anna", 1, None)
    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("shows.sqlite*"))


@pytest.mark.parametrize(("role", "status"), [("admin", 200), ("host", 403), (None, 401)])
async def test_metrics_are_for_admins(
    start_server: StartServer, http: aiohttp.ClientSession, role: str | None, status: int
) -> None:
    server = await start_server(embedded=False)
    if role is not None:
        server.tokens.add("a-token", role)  # type: ignore[arg-type]
    assert (await bearer(http, server, "/metrics", "a-token"))[0] == status


async def test_metrics_count_what_there_is_and_name_nobody(
    server: ShowServer, desktop: Desktop, programme: Programme, make_viewer: MakeViewer, http: aiohttp.ClientSession
) -> None:
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    viewer = make_viewer()
    await viewer.join()
    await until(lambda: next(iter(server.live_shows.open())).fanout.readers)
    async with http.get(f"{server.url}/shows/none") as response:
        assert response.status == 404
    status, text = await bearer(http, server, "/metrics", "")
    assert status == 200
    for line in (
        'vitrine_readers{rendition="1080"} 1.0',
        "vitrine_sessions 1.0",
        "vitrine_desktops 1.0",
        "vitrine_on_air 1.0",
        "vitrine_pages 0.0",
        'vitrine_http_requests_total{status="404"} 1.0',
    ):
        assert line in text, line
    assert float(re.search(r"^vitrine_events_total (\S+)$", text, re.MULTILINE)[1]) >= 2  # type: ignore[index]
    assert not re.search(rf"127\.0\.0\.1|demo|Anna|{TOKEN}", text)


def ice(folder: Path, **more: object) -> Ice:
    (folder / "turn.secret").write_text("north\n")
    turn = ("turn:turn.example.com?transport=udp", "turns:turn.example.com:443?transport=tcp")
    fields = {"turn": turn, "turn_secret_file": str(folder / "turn.secret"), "turn_hours": 1} | more
    return Ice(**fields)  # type: ignore[arg-type]


def password_fits(name: str, password: str) -> bool:
    """As coturn checks it."""
    return base64.b64encode(hmac.digest(b"north", name.encode(), hashlib.sha1)).decode() == password


async def test_s15_players_are_told_ice_servers_with_a_password_that_ends(
    start_server: StartServer, http: aiohttp.ClientSession, tmp_path: Path, programme: Programme, loopback_ice: None
) -> None:
    server = await start_server(ice=ice(tmp_path, stun=("stun:127.0.0.1:9",)))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    viewer = Viewer(http, server)
    headers = {"Content-Type": "application/sdp"}
    async with http.post(f"{server.url}/shows/demo/whep", data=await viewer.offer(), headers=headers) as response:
        assert response.status == 201
        links = response.headers.getall("Link")
    assert links[0] == '<stun:127.0.0.1:9>; rel="ice-server"'
    found = re.fullmatch(
        r'<turns:turn\.example\.com:443\?transport=tcp>; rel="ice-server"; username="(\d+):(\w+)"; credential="([^"]+)"; '
        r'credential-type="password"',
        links[2],
    )
    assert found is not None
    assert password_fits(f"{found[1]}:{found[2]}", found[3])
    assert 3500 < int(found[1]) - time.time() <= 3601
    async with http.options(f"{server.url}/shows/demo/whep") as response:
        assert len(response.headers.getall("Link")) == 3
    preflight = {"Origin": server.url, "Access-Control-Request-Method": "POST"}
    async with http.options(f"{server.url}/shows/demo/whep", headers=preflight) as response:
        assert "Link" not in response.headers, "S13: a preflight carries no credentials"
    async with http.ws_connect(f"{server.url}/shows/demo/ws") as page:
        await page.send_json({"t": "hello"})
        told = (await page.receive_json())["ice"]
    assert told[0] == {"urls": ["stun:127.0.0.1:9"]}
    assert password_fits(told[1]["username"], told[1]["credential"])
    await viewer.close()
    await desktop.close()


async def test_viewers_take_their_ports_from_the_range_and_a_full_range_is_said(
    start_server: StartServer, http: aiohttp.ClientSession, programme: Programme, loopback_ice: None
) -> None:
    plain = await start_server()
    viewers = [Viewer(http, plain) for _ in range(3)]
    offers = [await viewer.offer() for viewer in viewers]  # their sockets are on this loop too
    server = await start_server(ice=Ice(udp_ports="47310-47311", public_ip="203.0.113.7"))
    desktop = await Desktop(http, server.url).connect()
    await desktop.do(ShowCreate(id="demo", title="Demo"))
    await desktop.on_air(programme)
    await desktop.confirmed(ShowStart())
    answers = []
    for offer in offers:
        headers = {"Content-Type": "application/sdp"}
        async with http.post(f"{server.url}/shows/demo/whep", data=offer, headers=headers) as response:
            answers.append((response.status, await response.text()))
    assert [status for status, _ in answers] == [201, 201, 503]
    ports = {int(port) for _, text in answers[:2] for port in re.findall(r"udp \d+ 127\.0\.0\.1 (\d+) typ host", text)}
    assert ports == {47310, 47311}
    assert re.search(r"udp \d+ 203\.0\.113\.7 4731[01] typ host", answers[0][1]), "S6: reached from outside"
    for viewer in viewers:
        await viewer.close()
    await desktop.close()
    del asyncio.get_running_loop().create_datagram_endpoint


@BOTH_DATABASES
async def test_events_of_a_show_that_ended_long_ago_are_forgotten(
    start_server: StartServer, http: aiohttp.ClientSession, programme: Programme
) -> None:
    server = await start_server()
    engine = server.tokens.engine
    assert engine is not None
    desktops = [await Desktop(http, server.url, show=name, client=name).connect() for name in ("old", "running")]
    for desktop, name in zip(desktops, ("old", "running"), strict=True):
        await desktop.do(ShowCreate(id=name, title=name))
        await desktop.take()
        await desktop.confirmed(ShowStart())
        if name == "old":
            await desktop.confirmed(ShowEnd())
    now_ms = round(time.time() * 1000)
    rules = Retention(events_days=1, chat_days=0, visitors_days=0)
    assert (await forget(engine, rules, now_ms))["events"] == 0
    assert (await forget(engine, rules, now_ms + 2 * DAY_MS))["events"] >= 2
    async with engine.connect() as connection:
        left = select(tables.events.c.stream, func.count()).group_by(tables.events.c.stream)
        assert [row[0] for row in (await connection.execute(left)).all()] == ["running"]
    for desktop in desktops:
        await desktop.close()


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
async def test_a_postgresql_database_has_one_server(database: str) -> None:
    async with sole_user(database):
        with pytest.raises(Held, match=r"Another server already uses postgresql.*vitrine"):
            async with sole_user(database):
                pass
    async with sole_user(database):
        pass


async def test_a_database_that_is_away_is_one_line(start_server: StartServer) -> None:
    with pytest.raises(InvalidValue, match="database"):
        await start_server(database="postgresql+asyncpg://vitrine@127.0.0.1:9/none")
