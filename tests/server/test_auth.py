"""Tokens and their roles."""

import asyncio

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.server.app import ShowServer
from studio.server.auth import Tokens
from tests.server.fakes import TOKEN


async def status(http: aiohttp.ClientSession, server: ShowServer, headers: dict[str, str]) -> int:
    async with http.get(f"{server.url}/studio", headers=headers) as response:
        return response.status


@pytest.mark.parametrize("header", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN} "])
async def test_a_known_token_is_let_in(server: ShowServer, http: aiohttp.ClientSession, header: str) -> None:
    assert await status(http, server, {"Authorization": header}) == 400, "let in, and then not a WebSocket"


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer bo", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}{TOKEN}", f"Bearer {TOKEN[:-1]}"]
)
async def test_anything_else_is_a_stranger(server: ShowServer, http: aiohttp.ClientSession, header: str) -> None:
    assert await status(http, server, {"Authorization": header}) == 401


async def test_bytes_that_are_no_text_are_a_stranger_too(server: ShowServer) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write(b"GET /studio HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    assert b" 401 " in await reader.readline()
    writer.close()
    await writer.wait_closed()


async def test_each_token_has_its_own_role() -> None:
    tokens = Tokens()
    tokens.add("anna", "host")
    tokens.add("sune", "support")
    assert [bearer.role for name in ("anna", "sune") if (bearer := await tokens.bearer(name))] == ["host", "support"]


@given(st.text(max_size=50).filter(lambda text: text != "anna"))
def test_only_the_exact_token_fits(text: str) -> None:
    tokens = Tokens()
    tokens.add("anna", "host")
    assert asyncio.run(tokens.bearer(text)) is None
