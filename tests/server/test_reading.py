"""What strangers send is read within bounds: depth, characters, size and time."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any

import aiohttp
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.server import reading
from studio.server.app import ShowServer
from studio.server.reading import DEPTH_MAX, Decoder, Pace, TooSlow, has_nul, pieces, too_deep
from tests.server import strangers
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop
from tests.server.strangers import Asked, ask, look, routes_of

anything: Decoder[Any] = Decoder(Any)


@pytest.mark.parametrize("form", [str, str.encode])
@pytest.mark.parametrize(("left", "right"), [("[", "]"), ('{"a":', "}")])
def test_so_deep_and_no_deeper(form: Any, left: str, right: str) -> None:
    fits = left * DEPTH_MAX + "1" + right * DEPTH_MAX
    assert anything.take(form(fits)) is not None
    for more in (1, 500, 7000, 100_000):
        deep = left * (DEPTH_MAX + more) + "1" + right * (DEPTH_MAX + more)
        with pytest.raises(msgspec.DecodeError):
            anything.decode(form(deep))
        with pytest.raises(InvalidValue):
            anything.take(form(deep))


def test_what_a_struct_does_not_know_is_bounded_too() -> None:
    class Word(msgspec.Struct):
        a: int

    words: Decoder[Word] = Decoder(Word)
    assert words.take('{"a":1,"x":[[1]]}').a == 1
    with pytest.raises(InvalidValue):
        words.take('{"a":1,"x":' + "[" * 100 + "]" * 100 + "}")


@given(
    st.recursive(st.none() | st.text(), lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4))
)
def test_brackets_in_words_are_no_depth(value: Any) -> None:
    def depth(part: Any) -> int:
        if isinstance(part, dict | list):
            return 1 + max(map(depth, part.values() if isinstance(part, dict) else part), default=0)
        return 0

    assert too_deep(json.dumps(value)) == too_deep(json.dumps(value, ensure_ascii=False)) == (depth(value) > DEPTH_MAX)


def test_many_brackets_in_words_are_no_depth() -> None:
    text = json.dumps(['["[{' * 1000, '\\"[' * 1000, "\\" * 1001 + "["])
    assert not too_deep(text)
    assert anything.take(text)


@given(st.text(), st.text())
def test_a_nul_is_found_however_it_is_written_and_nothing_else_is(one: str, other: str) -> None:
    for ascii_only in (True, False):
        assert has_nul(json.dumps(f"{one}\0{other}", ensure_ascii=ascii_only))
        text = json.dumps([one, {other: one}], ensure_ascii=ascii_only)
        assert has_nul(text) == has_nul(text.encode(errors="surrogatepass")) == ("\0" in one + other)


@pytest.mark.parametrize("text", [r'"\\u0000"', r'"\\\\u0000"', r'"\u00001"'])
def test_a_backslash_before_it_counts(text: str) -> None:
    assert has_nul(text) == ("\0" in json.loads(text))


@pytest.mark.parametrize("message", [b'"\xff"', '"\ud800"', b'"\xed\xa0\x80"', r'"\ud800"', "", "{", "1e999"])
def test_what_is_no_json_or_no_unicode_is_a_sentence(message: Any) -> None:
    with pytest.raises(InvalidValue):
        anything.take(message)


async def test_a_body_that_stalls_or_trickles_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "SILENT_S", 0.05)
    monkeypatch.setattr(reading, "GRACE_S", 0.1)
    with pytest.raises(TooSlow):
        await Pace().wait(asyncio.Event().wait())
    pace = Pace()

    async def byte() -> bytes:
        await asyncio.sleep(0.01)
        return b"x"

    async def trickle() -> None:
        async with asyncio.timeout(10):
            while True:
                await pace.wait(byte())

    with pytest.raises(TooSlow):
        await trickle()

    left = [b"x" * 8192] * 30

    def many() -> Awaitable[bytes]:
        async def piece() -> bytes:
            await asyncio.sleep(0.01)
            return left.pop() if left else b""

        return piece()

    assert [len(piece) async for piece in pieces(many)] == [8192] * 30, "what comes fast enough may take its time"


@pytest.fixture
async def quick(start_server: StartServer, monkeypatch: pytest.MonkeyPatch) -> ShowServer:
    for name in ("BODY_S", "SILENT_S"):
        monkeypatch.setattr(reading, name, 0.2)
    for module in ("studio.server.films.uploads.WORDS_S", "studio.server.desktops.media.UPLINK_S"):
        monkeypatch.setattr(module, 0.2)
    monkeypatch.setattr("studio.server.app.LINGERING_S", 0.05)
    server = await start_server()
    async with aiohttp.ClientSession() as http:
        desktop = await Desktop(http, server.url).connect()
        await desktop.connection.request("show.create", {"id": "demo", "title": "Demo"})
        await desktop.close()
    return server


async def test_no_body_that_never_comes_is_waited_for(quick: ShowServer) -> None:
    """Whichever address: it is answered, and the connection closed."""

    async def answered(route: strangers.Route, kind: str) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", quick.port)
        head = f"{route.method} {route.target().decode()} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n"
        head += f"Content-Type: {kind}\r\nUpload-Offset: 0\r\nAuthorization: {strangers.BEARER['Authorization']}\r\n\r\n"
        writer.write(head.encode() + b"{"[: len(kind) % 2])
        async with asyncio.timeout(30):
            status = (await reader.readline()).split(b" ")[1:2]
            await reader.read()
        assert status != [b"500"], route
        writer.close()

    routes = [route for route in routes_of(quick) if route.method not in ("GET", "HEAD")]
    await asyncio.gather(*(answered(route, kind) for route in routes for kind in strangers.TYPES))


@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionHeader")
@pytest.mark.filterwarnings("ignore::aiohttp.multipart.BadContentDispositionParam")
async def test_a_damaged_message_is_refused_in_words(server: ShowServer, caplog: pytest.LogCaptureFixture) -> None:
    whole = strangers.form(b'{"contact":"a@b.example","text":"Hi"}', b"\x1a\x45\xdf\xa3" + b"x" * 300)
    headers: dict[str, bytes | str] = {"Content-Type": "multipart/form-data; boundary=b"}
    for at in range(0, len(whole), 11):
        for body in (
            whole[:at],
            whole[:at] + b"\r\n--b--" + whole[at:],
            whole[:at] + b"\0\xff--b\r\n" + whole[at + 5 :],
            whole[at:],
        ):
            asked = Asked("POST", b"/api/calls/messages", headers, body)
            look(asked, await ask(server, asked))
    strangers.look_at_log(caplog.records)
    kept = {path.stat().st_size for path in (server.config.data_dir / "messages").glob("*")}
    assert 0 not in kept


@pytest.mark.parametrize("word", [b"%00", b"a%00b"])
async def test_an_address_with_a_nul_is_nothing_that_there_could_be(server: ShowServer, word: bytes) -> None:
    for route in routes_of(server):
        for name in route.names:
            answer = await ask(server, Asked(route.method, route.target(**{name: word}), {}))
            assert answer.status == 404, f"{route} {name}: {answer}"
    assert (await ask(server, Asked("GET", b"/api/clips?product=" + word, {}))).status == 400
