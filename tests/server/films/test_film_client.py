"""The desktop's own client against the real server."""

import hashlib
from pathlib import Path

import aiohttp
import pytest

from studio.errors import NotFound, StudioError, Unreachable
from studio.link.server_process import Endpoint
from studio.link.shop_client import ShopClient
from studio.recordings.stores.server import FilmClient
from studio.server.app import ShowServer
from studio.show.film import FilmOffer
from tests.server.fakes import TOKEN, Desktop
from tests.server.films.conftest import FILM, JPEG, made_film


@pytest.fixture
def client(server: ShowServer, http: aiohttp.ClientSession, desktop: Desktop) -> FilmClient:
    return FilmClient(ShopClient(http, Endpoint(server.url, TOKEN)), server.url)


def film(path: Path, size: int = 300_000) -> tuple[Path, FilmOffer]:
    data = made_film(size)
    path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return path, FilmOffer(
        id=FILM, kind="replay", title="x", length_ms=1, width=2, height=2, size=len(data), sha256=sha256, products=()
    )


async def test_it_offers_sends_and_takes_back(client: FilmClient, tmp_path: Path) -> None:
    path, offer = film(tmp_path / "a.mp4")
    assert await client.offer("demo", offer) == 0
    await client.poster(FILM, JPEG)
    told: list[int] = []
    await client.send(FILM, path, 0, told.append)
    assert told[-1] == offer.size
    assert await client.offer("demo", offer) == offer.size
    await client.withdraw(FILM)
    with pytest.raises(NotFound):
        await client.withdraw(FILM)


async def test_a_wrong_offset_is_a_matter_of_asking_again(client: FilmClient, tmp_path: Path) -> None:
    path, offer = film(tmp_path / "a.mp4", 5000)
    await client.offer("demo", offer)
    with pytest.raises(Unreachable):
        await client.send(FILM, path, 1000, lambda offset: None)


async def test_a_file_that_shrank_meanwhile_is_no_film(client: FilmClient, tmp_path: Path) -> None:
    path, offer = film(tmp_path / "a.mp4")
    await client.offer("demo", offer)
    other = tmp_path / "b.mp4"
    other.write_bytes(path.read_bytes()[: offer.size // 3])
    await client.send(FILM, other, 0, lambda offset: None)
    reached = await client.offer("demo", offer)
    assert reached == offer.size // 3, "what came is kept"
    other.write_bytes(bytes(offer.size))
    with pytest.raises(StudioError) as error:
        await client.send(FILM, other, reached, lambda offset: None)
    assert not isinstance(error.value, Unreachable), "trying again would not help"


async def test_a_file_that_is_gone_is_said(client: FilmClient, tmp_path: Path) -> None:
    _, offer = film(tmp_path / "a.mp4")
    await client.offer("demo", offer)
    with pytest.raises(StudioError, match="cannot be read"):
        await client.send(FILM, tmp_path / "gone.mp4", 0, lambda offset: None)
