"""A real show server on loopback with a real database, and the people around it."""

import asyncio
import secrets
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol, TypedDict, Unpack

import aiohttp
import aioice.ice
import asyncpg
import av
import msgspec
import numpy as np
import pytest

from studio.clock import Clock
from studio.commands.show import ShowCreate
from studio.media.encoder import OPUS_FRAME, H264Encoder, OpusEncoder
from studio.server import event_log
from studio.server.app import ShowServer
from studio.server.auth import Tokens
from studio.server.config import ServerConfig, sqlite_url
from studio.server.db.engine import open_database
from studio.server.live.show import LiveShow
from studio.webrtc import answering_peer
from tests.fakes import TIMEOUT_S
from tests.postgres import postgres
from tests.server.fakes import FRAME_NS, SOUND_NS, TOKEN, Desktop, Programme, PushedClock, Unit, Viewer
from tests.server.mail_server import MailServer, listening

assert answering_peer.CONNECT_TIMEOUT_S  # imported first: it wraps aioice's list of addresses, which `loopback_ice` replaces

StartServer = Callable[..., Awaitable[ShowServer]]


class DesktopFields(TypedDict, total=False):
    """What a desktop says of itself when it is made."""

    client: str
    name: str
    show: str
    token: str
    engine: bool


class MakeDesktop(Protocol):
    """Makes desktops of the server."""

    def __call__(self, **fields: Unpack[DesktopFields]) -> Desktop: ...


MakeViewer = Callable[[], Viewer]


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A running PostgreSQL, for the whole session."""
    with postgres() as url:

        async def make() -> None:
            await create_database(url, "migrated")
            await (await open_database(f"{url}/migrated")).dispose()

        asyncio.run(make())
        yield url


BOTH_DATABASES = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)


async def create_database(url: str, name: str, like: str = "") -> None:
    """Make a database at the server, which may still be starting."""
    async with asyncio.timeout(TIMEOUT_S):
        while True:
            try:
                connection = await asyncpg.connect(f"{url.replace('+asyncpg', '')}/postgres")
                break
            except (OSError, asyncpg.CannotConnectNowError):
                await asyncio.sleep(0.05)
    try:
        await connection.execute(f"CREATE DATABASE {name} {like}")
    finally:
        await connection.close()


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path, fresh_database: Path) -> str:
    """The URL of the database of this test's servers: SQLite, or each of the two under `BOTH_DATABASES`."""
    if getattr(request, "param", "sqlite") == "postgresql":
        url, name = request.getfixturevalue("postgres_url"), f"t{secrets.token_hex(8)}"
        with ThreadPoolExecutor(1) as elsewhere:  # this thread's loop belongs to pytest-asyncio
            elsewhere.submit(asyncio.run, create_database(url, name, "TEMPLATE migrated")).result()
        return f"{url}/{name}"
    shutil.copy(fresh_database, tmp_path / "shows.sqlite")
    return sqlite_url(tmp_path / "shows.sqlite")


@pytest.fixture
def hands() -> PushedClock:
    """Of the clock of this test's servers."""
    return PushedClock()


@pytest.fixture
async def start_server(
    database: str, home: Path, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[StartServer]:
    """Start servers with `ServerConfig`'s fields, all on one database; they wait for no company before they write. What one on
    PostgreSQL keeps in files lies in a home of the test's own."""
    monkeypatch.setattr(event_log, "GROUP_S", 0.001)
    running: list[ShowServer] = []

    async def start(clock: Clock | None = None, **fields: object) -> ShowServer:
        config = msgspec.structs.replace(ServerConfig(database=database, embedded=True), **fields)
        tokens = Tokens()
        tokens.add(TOKEN, "host")
        tokens.add("the-supporter's-token", "support")
        server = ShowServer(config, tokens, clock or hands)
        await server.start()
        running.append(server)
        return server

    yield start
    for server in reversed(running):
        await server.close()


@pytest.fixture
async def server(start_server: StartServer) -> ShowServer:
    """A running server."""
    return await start_server()


@pytest.fixture
async def http(start_server: StartServer) -> AsyncIterator[aiohttp.ClientSession]:
    """A client; its sockets end before the servers do."""
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def make_desktop(server: ShowServer, http: aiohttp.ClientSession) -> AsyncIterator[MakeDesktop]:
    """Desktops of the server; they hang up at the end."""
    made: list[Desktop] = []

    def make(**fields: Unpack[DesktopFields]) -> Desktop:
        made.append(Desktop(http, server.url, **fields))
        return made[-1]

    yield make
    for desktop in made:
        await desktop.close()


@pytest.fixture
async def desktop(make_desktop: MakeDesktop) -> Desktop:
    """A connected desktop whose show `demo` exists as a draft."""
    desktop = await make_desktop().connect()
    await desktop.do(ShowCreate(id="demo", title="Autumn <colours>", brand="Nordlys"))
    return desktop


@pytest.fixture
async def room(server: ShowServer, desktop: Desktop) -> LiveShow:
    """The room of `desktop`'s show."""
    return await server.live_shows.get("demo")


@pytest.fixture
def loopback_ice(monkeypatch: pytest.MonkeyPatch) -> None:
    """aioice leaves out 127.0.0.1; here it is all we use."""
    monkeypatch.setattr(aioice.ice, "get_host_addresses", lambda use_ipv4, use_ipv6: ["127.0.0.1"])


@pytest.fixture
async def make_viewer(server: ShowServer, http: aiohttp.ClientSession, loopback_ice: None) -> AsyncIterator[MakeViewer]:
    """Viewers of `demo`; they leave at the end."""
    made: list[Viewer] = []

    def make() -> Viewer:
        made.append(Viewer(http, server))
        return made[-1]

    yield make
    for viewer in made:
        await viewer.close()


@pytest.fixture(scope="session")
def programme() -> Programme:
    """One second of an orange picture (230, 120, 30) and a 1 kHz tone at half of full scale, encoded as the studio does."""
    video = H264Encoder(160, 90, 30, kbps=300)
    picture = av.VideoFrame.from_ndarray(np.full((90, 160, 3), (230, 120, 30), np.uint8), format="rgb24")
    picture = picture.reformat(format="yuv420p", dst_colorspace="ITU709", dst_color_range="MPEG")
    pictures = [
        Unit(unit.payload, unit.key)
        for number in range(30)
        for unit in video.encode(picture, number * FRAME_NS, key=number % 5 == 0)
    ]
    video.close()
    audio = OpusEncoder()
    times = np.arange(OPUS_FRAME * 50) / 48_000
    tone = (0.5 * np.sin(2 * np.pi * 1000 * times)).astype(np.float32).reshape(50, OPUS_FRAME, 1).repeat(2, axis=2)
    sounds = [Unit(unit.payload) for number, block in enumerate(tone) for unit in audio.encode(block, number * SOUND_NS)]
    return Programme(tuple(pictures), tuple(sounds))


@pytest.fixture
async def mail_server() -> AsyncIterator[MailServer]:
    """The brand's."""
    async with listening() as mail_server:
        yield mail_server
