"""A desktop that sends films, and small things that look like films."""

import hashlib
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studio.server.app import ShowServer
from tests.server.fakes import TOKEN, Desktop

Answer = tuple[int, Any]
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
FILM = "replay-0123456789abcdef"
JPEG = b"\xff\xd8\xff\xe0" + b"x" * 100
SPANS = [
    {"film_ms": 0, "media_ms": 0, "length_ms": 4000},
    {"film_ms": 5000, "media_ms": 4000, "length_ms": 5000},
]
CHAPTERS = [{"begins_ms": 0, "title": "Velkommen"}, {"begins_ms": 4000, "title": "Olie & <creme>"}]


def made_film(size: int = 300_000, seed: int = 7) -> bytes:
    """What begins as an MP4 does; each seed is another film."""
    return b"\x00\x00\x00\x1cftypisom" + random.Random(seed).randbytes(size - 12)


def made_offer(film: bytes, **fields: Any) -> dict[str, Any]:
    """What a desktop says of it."""
    about: dict[str, Any] = {
        "id": FILM,
        "kind": "replay",
        "title": "Aften",
        "length_ms": 10_000,
        "width": 1920,
        "height": 1080,
        "size": len(film),
        "sha256": hashlib.sha256(film).hexdigest(),
        "spans": SPANS,
        "chapters": CHAPTERS,
        "products": [],
    }
    return about | fields


async def said(response: aiohttp.ClientResponse) -> Any:
    """The JSON of an answer; None when it has none."""
    return await response.json() if response.content_type.endswith("json") else None


class Sender:
    """Sends films over HTTP as a desktop does; every answer is (status, body or headers)."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self.http, self.url = http, url

    async def ask(self, method: str, path: str, **more: Any) -> Answer:
        """A request with the host's token; its status, and the JSON that came."""
        headers = BEARER | more.pop("headers", {})
        async with self.http.request(method, self.url + path, headers=headers, **more) as response:
            return response.status, await said(response)

    async def offer(self, film: bytes, show: str = "demo", **fields: Any) -> Answer:
        """Say what is to come."""
        return await self.ask("POST", f"/studio/shows/{show}/films", json=made_offer(film, **fields))

    async def patch(self, film: bytes, offset: int, name: str = FILM, **headers: str) -> Answer:
        """Send these bytes; the new offset, or the problem."""
        asked = BEARER | BYTES | {"Upload-Offset": str(offset)} | headers
        async with self.http.patch(f"{self.url}/studio/films/{name}", data=film, headers=asked) as response:
            if response.status == 204:
                return 204, int(response.headers["Upload-Offset"])
            return response.status, await said(response)

    async def head(self, name: str = FILM) -> tuple[int, int, int]:
        """Status, offset and length."""
        async with self.http.head(f"{self.url}/studio/films/{name}", headers=BEARER) as response:
            told = response.headers
            assert response.status != 200 or told["Cache-Control"] == "no-store"
            return response.status, int(told.get("Upload-Offset", -1)), int(told.get("Upload-Length", -1))

    async def publish(self, film: bytes, show: str = "demo", **fields: Any) -> None:
        """The whole way."""
        status, told = await self.offer(film, show, **fields)
        assert status == 201, told
        assert await self.patch(film, 0, told["id"]) == (204, len(film))

    async def list(self, **query: str) -> list[dict[str, Any]]:
        """What there is."""
        status, told = await self.ask("GET", "/studio/films", params=query)
        assert status == 200
        return list(told["films"])

    async def watch(self, name: str = FILM, **headers: str) -> tuple[int, bytes]:
        """What a browser gets."""
        async with self.http.get(f"{self.url}/films/{name}.mp4", headers=headers) as response:
            return response.status, await response.read()


Get = Callable[..., Awaitable[Answer]]


@pytest.fixture
def get(http: aiohttp.ClientSession, server: ShowServer) -> Get:
    """A page's question."""

    async def ask(path: str, **query: str) -> Answer:
        async with http.get(server.url + path, params=query) as response:
            return response.status, await said(response)

    return ask


@pytest.fixture
def sender(http: aiohttp.ClientSession, server: ShowServer, desktop: Desktop) -> Sender:
    """It sends films of the show `demo`."""
    return Sender(http, server.url)


def files(server: ShowServer) -> list[Path]:
    """What lies in the folder of films."""
    return sorted((server.config.data_dir / "films").iterdir())
