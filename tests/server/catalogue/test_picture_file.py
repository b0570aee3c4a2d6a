"""Strangers' pictures: a few kilobytes cost no more than a little, and whatever happens to who decodes them is a sentence."""

import asyncio
import io
import os
import struct
import sys
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageOps

from studio.errors import InvalidValue
from studio.server.app import ShowServer
from studio.server.catalogue import picture_file, pictures
from studio.server.catalogue.picture_file import (
    JPEG_PIXELS_MAX,
    LONGEST,
    PIXELS_MAX,
    SIDE_MAX,
    made_small,
    made_small_apart,
    main,
)
from studio.server.catalogue.pictures import Pictures
from tests.fakes import until
from tests.server.catalogue.conftest import Shop, open_server
from tests.server.catalogue.test_fetcher import bomb, png
from tests.studio.media.test_srgb import p3_profile

assert open_server
AVIF = Path(__file__).with_name("7000x7000.avif")
"""2.5 kB, 49 million pixels."""


def said_size(kind: str, width: int, height: int) -> bytes:
    """A small picture whose head says that it is that large."""
    out = io.BytesIO()
    Image.new("RGB", (16, 16), (200, 30, 30)).save(out, kind)
    data = bytearray(out.getvalue())
    if kind == "GIF":
        data[6:10] = struct.pack("<HH", width, height)
        at = data.index(b",", 10)
        data[at + 5 : at + 9] = struct.pack("<HH", width, height)
    elif kind == "JPEG":
        at = data.index(b"\xff\xc0")
        data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


LARGE = {
    "AVIF": AVIF.read_bytes(),
    "PNG": bomb(5000, 4000),
    "a narrow PNG": bomb(1, 40_000_000),
    "a wide PNG": bomb(SIDE_MAX + 1, 2),
    "a high PNG": bomb(2, SIDE_MAX + 1),
    "GIF": said_size("GIF", 60_000, 60_000),
    "JPEG": said_size("JPEG", 60_000, 60_000),
}


@pytest.mark.parametrize("name", LARGE)
def test_what_would_be_large_is_refused_before_it_is_decoded(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def decoded(*_: object, **__: object) -> None:
        raise AssertionError("it was decoded")

    monkeypatch.setattr(ImageOps, "exif_transpose", decoded)
    with pytest.raises(InvalidValue, match="million pixels"):
        made_small(LARGE[name])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_phones_colours_become_the_pages(kind: str) -> None:
    """What is kept is sRGB and says nothing else: the card on the picture and the page show the same red."""
    out = io.BytesIO()
    Image.new("RGB", (40, 40), (180, 40, 40)).save(out, kind, icc_profile=p3_profile())
    with Image.open(io.BytesIO(made_small(out.getvalue()))) as small:
        assert "icc_profile" not in small.info
        red = small.convert("RGB").getpixel((20, 20))
    assert isinstance(red, tuple)
    assert red[0] > 190


def test_ink_is_seen() -> None:
    out = io.BytesIO()
    Image.new("CMYK", (40, 40), (0, 255, 255, 0)).save(out, "JPEG")
    with Image.open(io.BytesIO(made_small(out.getvalue()))) as small:
        red = small.convert("RGB").getpixel((20, 20))
    assert isinstance(red, tuple)
    assert red[0] > 200
    assert red[1] < 60


def test_the_limits_are_where_they_are_said_to_be() -> None:
    assert (PIXELS_MAX, JPEG_PIXELS_MAX, SIDE_MAX) == (16_000_000, 50_000_000, 20_000)
    assert made_small(png(SIDE_MAX, 2))
    assert Image.MAX_IMAGE_PIXELS == JPEG_PIXELS_MAX


async def test_the_largest_that_is_taken_fits_into_the_child(tmp_path: Path) -> None:
    raw, small = tmp_path / "raw", tmp_path / "small"
    raw.write_bytes(png(4000, 4000))
    await made_small_apart(raw, small)
    with Image.open(small) as made:
        assert (made.format, made.size) == ("WEBP", (LONGEST, LONGEST))


@pytest.mark.parametrize(
    ("content", "words"), [(AVIF.read_bytes(), "million pixels"), (b"<svg/>", "no picture"), (b"", "no picture")]
)
async def test_the_child_says_what_is_wrong(tmp_path: Path, content: bytes, words: str) -> None:
    raw = tmp_path / "raw"
    raw.write_bytes(content)
    with pytest.raises(InvalidValue, match=words):
        await made_small_apart(raw, tmp_path / "small")
    assert not (tmp_path / "small").exists()


def test_the_child_is_bounded_before_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    did: list[object] = []
    monkeypatch.setattr(picture_file, "limit", lambda memory, cpu_s: did.append((memory, cpu_s)))

    def decoded(data: bytes) -> bytes:
        did.append("decoded")
        return b"small"

    monkeypatch.setattr(picture_file, "made_small", decoded)
    (tmp_path / "raw").write_bytes(b"x")
    assert main([str(tmp_path / "raw"), str(tmp_path / "small")]) == 0
    assert did == [(picture_file.MEMORY_MAX, picture_file.CPU_S), "decoded"]
    assert picture_file.MEMORY_MAX < 1 << 30

    def refuses(data: bytes) -> bytes:
        raise InvalidValue("No {what}", what="picture")

    monkeypatch.setattr(picture_file, "made_small", refuses)
    assert main([str(tmp_path / "raw"), str(tmp_path / "small")]) == 1
    assert msgspec.json.decode(capsysbinary.readouterr().out) == {"message": "No {what}", "params": {"what": "picture"}}


async def test_memory_that_the_child_may_not_have_is_a_sentence(tmp_path: Path) -> None:
    """The very limits, on a process that wants a gigabyte."""
    program = (
        "from studio.catalogue.child import limit; from studio.server.catalogue.picture_file import MEMORY_MAX, CPU_S;"
        "limit(MEMORY_MAX, CPU_S); bytearray(1 << 30)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stderr=asyncio.subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode
    assert b"MemoryError" in said


def decoder(tmp_path: Path, script: str) -> str:
    path = tmp_path / "decoder"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


@pytest.mark.parametrize(
    "script",
    [
        "kill -SEGV $$",
        "kill -KILL $$",
        "exit 1",
        "echo no JSON; exit 1",
        "echo '{}'; exit 1",
        "echo '[1]'; exit 3",
        "printf '\\377'; exit 1",
    ],
)
async def test_however_a_decoder_dies_it_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    monkeypatch.setattr(sys, "executable", decoder(tmp_path, script))
    with pytest.raises(InvalidValue, match="more memory or time than it may"):
        await made_small_apart(tmp_path / "raw", tmp_path / "small")


async def test_a_decoder_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", decoder(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600"))
    monkeypatch.setattr(picture_file, "ANSWER_S", 0.5)
    with pytest.raises(InvalidValue, match="takes too long"):
        await made_small_apart(tmp_path / "raw", tmp_path / "small")
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)


async def test_who_no_longer_waits_leaves_no_decoder_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", decoder(tmp_path, f"echo $$ > {tmp_path}/pid; exec sleep 600"))
    task = asyncio.create_task(made_small_apart(tmp_path / "raw", tmp_path / "small"))
    pid = tmp_path / "pid"
    await until(lambda: pid.is_file() and pid.read_text().strip())
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


async def test_one_is_decoded_at_a_time(open_server: ShowServer, feed_shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, done = 0, 0, 0

    async def slow(raw: Path, small: Path) -> None:
        nonlocal running, most, done
        running += 1
        most = max(most, running)
        for _ in range(20):
            await asyncio.sleep(0)
        running -= 1
        done += 1
        raise InvalidValue("no")

    monkeypatch.setattr(pictures, "made_small_apart", slow)
    names = [f"/{number}.png" for number in range(pictures.AT_ONCE * 2)]
    feed_shop.answers |= dict.fromkeys(names, png(10, 10))
    shelf: Pictures = open_server.catalogue.pictures
    await shelf.want([(name, f"{feed_shop.url}{name}") for name in names])
    await until(lambda: done == len(names))
    assert most == 1
