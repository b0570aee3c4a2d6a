"""The reading process, from the file to the server's loop."""

import asyncio
import gzip
import os
import subprocess
import sys
from pathlib import Path

import pytest

from studio.catalogue.frames import Done, Failed, Frame, Item, encode, frames
from studio.catalogue.item import Progress, Rejected
from studio.errors import InvalidValue
from studio.show.read_as import ReadAs

FEED = "Handle,Title,Variant Price,Status\nhat,Hat,249.00,active\ncap,,10,active\nscarf,Scarf,10,draft\n"


async def heard(path: Path, *more: str) -> tuple[list[Frame], int]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "studio.catalogue", str(path), *more),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    found = [frame async for frame in frames(process.stdout)]
    assert await process.stderr.read() == b""
    return found, await process.wait()


async def test_products_refusals_and_the_end(tmp_path: Path) -> None:
    (tmp_path / "feed.csv").write_text(FEED)
    found, status = await heard(tmp_path / "feed.csv", "--currency", "dkk", "--url", "https://shop.example.com")
    assert [type(frame) for frame in found] == [Item, Rejected, Progress, Done]
    assert isinstance(found[0], Item)
    assert (found[0].product.url, found[0].product.currency) == ("https://shop.example.com/products/hat", "DKK")
    assert (found[-1], status) == (Done(1, 1, 1, ReadAs(decimal=".", currency="DKK")), 0)


@pytest.mark.parametrize(
    ("data", "options", "sentence"),
    [
        (b"hello", [], "This is no feed"),
        (None, [], "{path} cannot be read"),
        (gzip.compress(bytes(32 << 20)), [], "The file is packed suspiciously small"),
        (FEED.encode(), ["--kind", "google"], "The column {column} is missing"),
        (FEED.encode(), ["--currency", "KRONER"], "{currency} is not a currency"),
    ],
)
async def test_it_says_why_it_failed(tmp_path: Path, data: bytes | None, options: list[str], sentence: str) -> None:
    if data is not None:
        (tmp_path / "feed").write_bytes(data)
    found, status = await heard(tmp_path / "feed", *options)
    assert isinstance(found[-1], Failed)
    assert found[-1].message.startswith(sentence)
    assert found[-1].message.format_map(found[-1].params)
    assert status == 1


@pytest.mark.skipif(sys.platform != "linux", reason="RLIMIT_AS")
@pytest.mark.parametrize(
    ("limits", "work", "sentence"),
    [
        ("memory=400 << 20", "bytearray(1 << 30)", "takes more memory"),
        ("cpu_s=1", "[0 for _ in iter(int, 1)]", "takes too long"),
        ("", "1 / 0", "ZeroDivisionError"),
    ],
)
def test_its_limits(tmp_path: Path, limits: str, work: str, sentence: str) -> None:
    code = f"from studio.catalogue import child\nchild.limit({limits})\nchild._read = lambda *_: iter([{work}])\n"
    code += "import sys, pathlib\nfrom studio.catalogue.item import Options\n"
    code += f"print([f.message.format_map(f.params) for f in child._frames(pathlib.Path({str(__file__)!r}), Options())])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert sentence in done.stdout


async def test_a_reader_that_dies_or_babbles_is_one_sentence() -> None:
    for said, sentence in ((b"\0\0", "ended early"), (b"\0\0\0\1\xc1", "no sense"), (b"\xff\xff\xff\xff", "no sense")):
        reader = asyncio.StreamReader()
        reader.feed_data(encode(Progress(done_bytes=1, total_bytes=2, products=0, rejected=0, skipped=0)) + said)
        reader.feed_eof()
        with pytest.raises(InvalidValue, match=sentence):
            _ = [frame async for frame in frames(reader)]


def test_it_loads_little() -> None:
    heavy = "{'av', 'aiortc', 'sqlalchemy', 'numpy', 'aiohttp', 'PySide6'}"
    code = f"import sys, studio.catalogue.child, studio.catalogue.frames; print(sorted({heavy} & set(sys.modules)))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert out.stdout.strip() == "[]"
