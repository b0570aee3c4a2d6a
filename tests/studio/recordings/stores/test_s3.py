"""Films in an S3 store: moto's server on loopback, a wire that can be cut, and a store that refuses what moto cannot."""

import asyncio
import contextlib
import logging
import os
import random
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from botocore.session import Session

from studio.errors import Forbidden, InvalidValue, NotFound, Overloaded, StudioError, Unreachable, WrongState
from studio.recordings.stores import s3 as s3_store
from studio.recordings.stores.s3 import Place, S3Store, place
from studio.settings import Settings
from tests.fakes import until, wait_for

PART = 5 << 20  # what moto takes, as AWS does
BODY = random.Random(7).randbytes(2 * PART + 1_000_000)
NAME, KIND = "replay-0123456789abcdef.mp4", "video/mp4"
SECRET = "the-secret-of-the-store"
PUBLIC = "https://films.example.com"


def answers(url: str) -> bool:
    """Whether a server is there."""
    try:
        with urllib.request.urlopen(url, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


@pytest.fixture(scope="session")
def moto() -> Iterator[str]:
    """An S3 store; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    store = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(lambda: answers(f"{url}/moto-api/"))
        yield url
    finally:
        store.terminate()
        store.wait(10)


@pytest.fixture(autouse=True)
def machine(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials as the environment has them, and nothing of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith("AWS_") or name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setattr(s3_store, "PART", PART)


@pytest.fixture
def client(moto: str, machine: None) -> Iterator[Any]:
    """Whoever looks into the store; its bucket is empty."""
    urllib.request.urlopen(urllib.request.Request(f"{moto}/moto-api/reset", method="POST")).close()
    made = Session().create_client("s3", endpoint_url=moto, region_name="us-east-1")
    made.create_bucket(Bucket="films")
    yield made
    made.close()


def store(url: str, **fields: str) -> S3Store:
    """A store as the settings would have it."""
    return S3Store(Place(**{"endpoint": url, "bucket": "films", "prefix": "brand", "public_url": PUBLIC} | fields))


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Three parts."""
    path = tmp_path / "film.mp4"
    path.write_bytes(BODY)
    return path


def lies(client: Any, key: str = f"brand/{NAME}") -> tuple[bytes, dict[str, Any]]:
    """What the store has."""
    found = client.get_object(Bucket="films", Key=key)
    with contextlib.closing(found["Body"]) as body:
        return body.read(), found


def parts(client: Any) -> dict[int, Any]:
    """What is there of the only upload: when each part came."""
    (upload,) = client.list_multipart_uploads(Bucket="films")["Uploads"]
    found = client.list_parts(Bucket="films", Key=upload["Key"], UploadId=upload["UploadId"])
    return {part["PartNumber"]: part["LastModified"] for part in found.get("Parts", ())}


class Wire:
    """A way to the store that is cut when so many bytes have gone up."""

    def __init__(self, url: str) -> None:
        self.port = int(url.rpartition(":")[2])
        self.most: float = float("inf")
        self.stalled = False
        self.went = 0
        self.url = ""
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> "Wire":
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        there, back = await asyncio.open_connection("127.0.0.1", self.port)
        down = asyncio.create_task(self._copy(there, writer))
        try:
            while piece := await reader.read(1 << 16):
                self.went += len(piece)
                if self.went > self.most:
                    if self.stalled:
                        await asyncio.Event().wait()
                    break
                back.write(piece)
                await back.drain()
        except OSError:
            pass
        finally:
            down.cancel()
            for end in (back, writer):
                end.transport.abort()
            self._tasks.discard(task)

    @staticmethod
    async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await reader.read(1 << 16):
                writer.write(piece)
                await writer.drain()


@pytest.fixture
async def wire(moto: str) -> AsyncIterator[Wire]:
    """The way to the store."""
    async with Wire(moto) as wire:
        yield wire


@pytest.mark.parametrize("size", [0, 5, PART, PART + 1, len(BODY)])
async def test_a_film_is_put_and_removed(client: Any, moto: str, film: Path, size: int) -> None:
    film.write_bytes(BODY[:size])
    told: list[int] = []
    assert await store(moto).put(film, NAME, KIND, told.append) == f"{PUBLIC}/brand/{NAME}"
    body, found = lies(client)
    assert body == BODY[:size]
    assert (found["ContentType"], found["CacheControl"]) == ("video/mp4", "public, max-age=31536000, immutable")
    assert told[-1] == size
    assert told == sorted(told)
    assert "Uploads" not in client.list_multipart_uploads(Bucket="films")
    for _ in range(2):  # what is not there is no error
        await store(moto).remove(NAME)
    assert "Contents" not in client.list_objects_v2(Bucket="films")


async def test_progress_is_told_on_the_loop_within_a_part(client: Any, moto: str, film: Path) -> None:
    loops: set[object] = set()
    told: list[int] = []

    def sent(size: int) -> None:
        loops.add(asyncio.get_running_loop())
        told.append(size)

    await store(moto).put(film, NAME, KIND, sent)
    assert loops == {asyncio.get_running_loop()}
    assert len(set(told)) > 6, "more often than at the end of each of three parts"


async def test_a_cut_wire_loses_only_the_part_that_was_on_it(client: Any, wire: Wire, film: Path) -> None:
    wire.most = 1.5 * PART
    with pytest.raises(Unreachable):
        await store(wire.url).put(film, NAME, KIND, lambda size: None)
    before = parts(client)
    assert list(before) == [1]
    wire.most, wire.went = float("inf"), 0
    told: list[int] = []
    await store(wire.url).put(film, NAME, KIND, told.append)  # another one, as after a restart of the program
    assert told[0] == PART, "the first part is not sent again"
    assert len(BODY) - PART < wire.went < len(BODY) - PART + 50_000
    assert lies(client)[0] == BODY
    wire.went = 0
    await store(wire.url).put(film, NAME, KIND, told.append)
    assert wire.went < 5000, "it is there: the answer was lost, not the film"
    assert told[-1] == len(BODY)


async def test_a_part_of_another_film_is_sent_again(client: Any, moto: str, film: Path) -> None:
    target = {"Bucket": "films", "Key": f"brand/{NAME}"}
    for begin in (b"older", b"other"):
        upload = client.create_multipart_upload(**target)["UploadId"]
        client.upload_part(**target, UploadId=upload, PartNumber=1, Body=begin + BODY[5:PART])
        client.upload_part(**target, UploadId=upload, PartNumber=2, Body=BODY[PART : 2 * PART])
    assert len(client.list_multipart_uploads(Bucket="films")["Uploads"]) == 2
    await store(moto).put(film, NAME, KIND, lambda size: None)
    assert lies(client)[0] == BODY
    assert "Uploads" not in client.list_multipart_uploads(Bucket="films"), "the older one is called off"


async def test_what_lies_there_of_another_film_is_replaced(client: Any, moto: str, film: Path) -> None:
    client.put_object(Bucket="films", Key=f"brand/{NAME}", Body=bytes(len(BODY)))
    await store(moto).put(film, NAME, KIND, lambda size: None)
    assert lies(client)[0] == BODY


async def test_an_upload_that_is_not_finished_is_removed(client: Any, wire: Wire, film: Path) -> None:
    wire.most = 1.5 * PART
    with pytest.raises(Unreachable):
        await store(wire.url).put(film, NAME, KIND, lambda size: None)
    wire.most = float("inf")
    await store(wire.url).remove(NAME)
    assert "Uploads" not in client.list_multipart_uploads(Bucket="films")


async def test_cancelled_it_ends_soon_and_tells_no_more(client: Any, moto: str, film: Path) -> None:
    told: list[int] = []
    sending = asyncio.create_task(store(moto).put(film, NAME, KIND, told.append))
    await until(lambda: told)
    sending.cancel()
    with pytest.raises(asyncio.CancelledError):
        await sending
    said = len(told)
    await asyncio.get_running_loop().shutdown_default_executor()  # its thread has ended
    assert len(told) == said
    assert "Contents" not in client.list_objects_v2(Bucket="films")


async def test_nobody_is_there(film: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        with pytest.raises(Unreachable, match="The store does not answer"):
            await store(f"http://127.0.0.1:{taken.getsockname()[1]}").put(film, NAME, KIND, lambda size: None)


async def test_a_store_that_says_nothing_any_more(client: Any, wire: Wire, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(s3_store, "ANSWER_S", 0.5)
    monkeypatch.setattr(s3_store, "CONNECT_S", 0.5)
    wire.most, wire.stalled = PART // 2, True
    with pytest.raises(Unreachable):
        await store(wire.url).put(film, NAME, KIND, lambda size: None)


async def test_credentials_that_the_store_does_not_know(client: Any, moto: str, film: Path) -> None:
    def guarded(after: bytes) -> None:
        """The store lets so many requests pass before it looks at who asks."""
        asked = urllib.request.Request(f"{moto}/moto-api/reset-auth", after, {"Content-Type": "text/plain"}, method="POST")
        urllib.request.urlopen(asked).close()

    guarded(b"0")
    try:
        for work in (store(moto).put(film, NAME, KIND, lambda size: None), store(moto).remove(NAME)):
            with pytest.raises(Forbidden, match="The store does not know this machine's credentials"):
                await work
    finally:
        guarded(b"1000000")


@pytest.mark.parametrize("size", [5, len(BODY)])
async def test_no_such_bucket(client: Any, moto: str, film: Path, size: int) -> None:
    film.write_bytes(BODY[:size])
    with pytest.raises(NotFound, match="There is no such bucket") as caught:
        await store(moto, bucket="nobodys").put(film, NAME, KIND, lambda size: None)
    assert caught.value.field == "s3.bucket"


@contextlib.asynccontextmanager
async def refusing(status: int, code: str) -> AsyncIterator[str]:
    """A store that has one answer."""

    async def answer(request: web.Request) -> web.Response:
        await request.read()
        text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>Nej</Message></Error>"
        return web.Response(status=status, text=text, content_type="application/xml")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "code", "kind", "field"),
    [
        (507, "XMinioStorageFull", Overloaded, None),
        (403, "QuotaExceeded", Overloaded, None),
        (403, "AccessDenied", Forbidden, None),
        (403, "SignatureDoesNotMatch", Forbidden, None),
        (403, "RequestTimeTooSkewed", WrongState, None),
        (400, "AuthorizationHeaderMalformed", InvalidValue, "s3.region"),
        (400, "ExpiredToken", Forbidden, None),
        (503, "SlowDown", Unreachable, None),
        (500, "InternalError", Unreachable, None),
        (502, "", Unreachable, None),
        (400, "BadDigest", Unreachable, None),
        (404, "NoSuchUpload", Unreachable, None),
        (400, "SomethingNew", InvalidValue, None),
    ],
)
async def test_a_refusal_has_words(tmp_path: Path, status: int, code: str, kind: type[StudioError], field: str | None) -> None:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"clip")
    async with refusing(status, code) as url:
        with pytest.raises(StudioError) as caught:
            await store(url).remove(NAME)
        assert (type(caught.value), caught.value.field) == (kind, field)
        assert str(caught.value)


async def test_this_machine_has_no_credentials(monkeypatch: pytest.MonkeyPatch, film: Path) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Forbidden, match="has no credentials"):
        await store("http://127.0.0.1:9").put(film, NAME, KIND, lambda size: None)
    monkeypatch.setenv("AWS_PROFILE", "brand")
    with pytest.raises(Forbidden, match="brand"):
        await store("http://127.0.0.1:9").put(film, NAME, KIND, lambda size: None)


async def test_secrets_are_in_no_log(client: Any, moto: str, film: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await store(moto).put(film, NAME, KIND, lambda size: None)
    assert SECRET not in caplog.text


async def test_a_file_that_is_gone_or_changes(client: Any, moto: str, film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidValue, match="cannot be read"):
        await store(moto).put(film.with_name("gone.mp4"), NAME, KIND, lambda size: None)

    def cut(self: object) -> bool:
        os.truncate(film, PART + 5)
        return False

    monkeypatch.setattr(s3_store._Sending, "_is_there", cut)
    with pytest.raises(WrongState, match="changed while it was sent"):
        await store(moto).put(film, NAME, KIND, lambda size: None)


async def test_without_the_library_it_says_what_is_missing(film: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "botocore", None)
    with pytest.raises(WrongState, match="botocore"):
        await store("http://127.0.0.1:9").put(film, NAME, KIND, lambda size: None)


@pytest.mark.parametrize("endpoint", ["films.example.com", "https://", "https://a b"])
async def test_an_address_that_is_none(film: Path, endpoint: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        await store(endpoint).put(film, NAME, KIND, lambda size: None)
    assert caught.value.field == "s3.endpoint"


Put = Callable[..., Settings]


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Settings of a store."""

    def make(**rows: str) -> Settings:
        known = {"bucket": "films", "public_url": f"{PUBLIC}/", "prefix": " /brand/2026/ "} | rows
        return Settings(tmp_path / "settings.json", {f"s3.{name}": value for name, value in known.items()})

    return make


def test_the_settings_name_the_place(put: Put) -> None:
    found = place(put())
    assert found == Place(bucket="films", prefix="brand/2026", public_url=PUBLIC)
    assert found.address("a b.mp4") == f"{PUBLIC}/brand/2026/a%20b.mp4"
    assert place(put(prefix="")).address("a.mp4") == f"{PUBLIC}/a.mp4"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bucket", " "),
        ("public_url", ""),
        ("public_url", "films.example.com"),
        ("public_url", "http://films.example.com"),
        ("public_url", "https://who:secret@films.example.com"),
        ("public_url", "https://films.example.com/?a=b"),
    ],
)
def test_what_is_needed_is_named(put: Put, name: str, value: str) -> None:
    with pytest.raises(InvalidValue) as caught:
        place(put(**{name: value}))
    assert caught.value.field == f"s3.{name}"
    assert "secret" not in str(caught.value)
