"""Files in a zip may lie upon each other (D. Fifield, *A better zip bomb*, 2019): what it says of itself is no bound."""

import json
import os
import struct
import zlib
from pathlib import Path

import pytest

from studio.errors import InvalidValue
from studio.shows import bundle
from tests.studio.shows.test_bundle import show


def header(name: bytes, crc: int, packed: int, size: int) -> bytes:
    return struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 33, crc, packed, size, len(name), 0) + name


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def overlapped(path: Path, times: int) -> Path:
    """Each file is the head of the next, quoted, and then the next; the last shrinks to a fortieth."""
    plain = os.urandom(2000) * 40
    packed = deflated(plain)
    files: list[tuple[bytes, int, int, int, int]] = []  # name, crc, packed, size, bytes from the end
    behind = b""
    for number in reversed(range(times)):
        name = f"media/{number:03}".encode()
        files.append((name, zlib.crc32(plain), len(packed), len(plain), 0))
        behind = header(name, *files[-1][1:4]) + packed
        files[-1] = (*files[-1][:4], len(behind))
        quoted = header(name, *files[-1][1:4])
        packed = b"\0" + struct.pack("<HH", len(quoted), len(quoted) ^ 0xFFFF) + behind
        plain = quoted + plain
    content = json.dumps(show()).encode()
    first = header(bundle.SHOW.encode(), zlib.crc32(content), len(deflated(content)), len(content)) + deflated(content)
    whole = first + behind
    entries = [(bundle.SHOW.encode(), zlib.crc32(content), len(deflated(content)), len(content), len(whole)), *files]
    directory = b"".join(
        struct.pack(
            "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 33, crc, small, size, len(name), 0, 0, 0, 0, 0, len(whole) - back
        )
        + name
        for name, crc, small, size, back in entries
    )
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, len(entries), len(entries), len(directory), len(whole), 0)
    path.write_bytes(whole + directory + end)
    return path


def test_files_upon_each_other_are_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundle, "RATIO_FROM", 1 << 20)
    source = overlapped(tmp_path / "a.vitrine", 400)
    try:
        bundle.unpack(source, tmp_path / "out")
    except InvalidValue:
        return
    size = sum(path.stat().st_size for path in (tmp_path / "out").rglob("*") if path.is_file())
    pytest.fail(f"{source.stat().st_size >> 10} kB became {size >> 10} kB, {size // source.stat().st_size} times as much")
