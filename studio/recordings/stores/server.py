"""Sends films to the show server, by tus 1.0.0 (https://tus.io/protocols/resumable-upload): where it was cut off it goes on."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import IO
from urllib.parse import quote

import msgspec

from studio.errors import InvalidValue, Unreachable
from studio.i18n import N_
from studio.link.shop_client import CHUNK, ShopClient
from studio.show.film import FilmOffer

TUS = {"Tus-Resumable": "1.0.0"}
AGAIN = frozenset({409, 423, 502, 503, 504})
"""The upload stands elsewhere than we think, our cut connection still holds it, or the server is being restarted: ask again."""


class FilmClient:
    """Speaks to one server, whose `address` is empty when it is this computer's own. Everything raises a `StudioError`:
    `Unreachable` when it may work another time."""

    def __init__(self, client: ShopClient, address: str) -> None:
        self.address = address
        self._client = client

    async def offer(self, show: str, offer: FilmOffer) -> int:
        """Say what is to come; how many bytes of it are there already."""
        body = msgspec.json.encode(offer)
        headers = TUS | {"Content-Type": "application/json"}
        async with self._client.ask(
            "POST", f"/studio/shows/{quote(show, safe='')}/films", AGAIN, data=body, headers=headers
        ) as response:
            return int(msgspec.json.decode(await response.read())["offset"])

    async def send(self, film: str, path: Path, offset: int, sent: Callable[[int], None]) -> None:
        """Send what is behind `offset`; `sent` is told how far it is. Raises `InvalidValue` or `Unreachable`."""
        headers = TUS | {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise InvalidValue("{path} cannot be read: {problem}", path=str(path), problem=error.strerror or error) from None
        with file:
            size = file.seek(0, os.SEEK_END)
            body = _rest(file, offset, sent)
            async with self._client.ask("PATCH", f"/studio/films/{film}", AGAIN, data=body, headers=headers) as response:
                reached = int(response.headers.get("Upload-Offset", offset))
        sent(reached)
        if reached < size:  # the body ended early
            raise Unreachable(N_("The show server does not answer"))

    async def poster(self, film: str, picture: bytes) -> None:
        """Its picture, a JPEG."""
        headers = {"Content-Type": "image/jpeg"}
        async with self._client.ask("PUT", f"/studio/films/{film}/poster", AGAIN, data=picture, headers=headers):
            pass

    async def withdraw(self, film: str) -> None:
        """Take it back. Raises `NotFound`."""
        async with self._client.ask("DELETE", f"/studio/films/{film}", headers=TUS):
            pass


async def _rest(file: IO[bytes], offset: int, sent: Callable[[int], None]) -> AsyncIterator[bytes]:
    file.seek(offset)
    while piece := await asyncio.to_thread(file.read, CHUNK):
        yield piece
        offset += len(piece)
        sent(offset)
