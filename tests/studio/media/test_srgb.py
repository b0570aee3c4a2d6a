"""Colours of other spaces come out as they were meant."""

import struct

import pytest
from PIL import Image, ImageCms

from studio.media.srgb import in_srgb

RED = (200, 0, 0)


def p3_profile() -> bytes:
    """An ICC profile (ICC.1:2010) with P3's primaries, adapted to D50, and a gamma of 2.2."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(value * 65536) for value in values))

    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 3) + b"P3\0" + bytes(78),
        b"wtpt": b"XYZ " + bytes(4) + fixed(0.9642, 1.0, 0.8249),
        b"rXYZ": b"XYZ " + bytes(4) + fixed(0.51512, 0.24120, -0.00105),
        b"gXYZ": b"XYZ " + bytes(4) + fixed(0.29198, 0.69225, 0.04189),
        b"bXYZ": b"XYZ " + bytes(4) + fixed(0.15710, 0.06657, 0.78407),
        **{name: b"curv" + bytes(4) + struct.pack(">IH", 1, round(2.2 * 256)) + bytes(2) for name in (b"rTRC", b"gTRC", b"bTRC")},
        b"cprt": b"text" + bytes(4) + b"none\0" + bytes(3),
    }
    offset, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += name + struct.pack(">II", offset + len(body), len(data))
        body += data
    header = struct.pack(">I4sI4s4s4s", offset + len(body), b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H4s4s", 2026, 1, 1, 0, 0, 0, b"acsp", b"APPL") + bytes(24) + fixed(0.9642, 1.0, 0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


def test_a_phones_red_is_redder_than_ours() -> None:
    assert in_srgb(Image.new("RGB", (2, 2), RED), p3_profile()).getpixel((0, 0))[0] > RED[0] + 10  # type: ignore[index]


def test_what_is_clear_stays_clear() -> None:
    changed = in_srgb(Image.new("RGBA", (2, 2), (*RED, 40)), p3_profile())
    assert (changed.mode, changed.getpixel((0, 0))[3]) == ("RGBA", 40)  # type: ignore[index]


@pytest.mark.parametrize(
    "profile",
    [None, b"", b"none", "words", p3_profile()[:200], ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()],
    ids=["none", "empty", "short", "no bytes", "broken", "sRGB"],
)
def test_without_a_profile_that_says_more_it_is_the_same_picture(profile: object) -> None:
    image = Image.new("RGB", (2, 2), RED)
    assert in_srgb(image, profile) is image


def test_a_profile_of_another_mode_changes_nothing() -> None:
    image = Image.new("L", (2, 2), 90)
    assert in_srgb(image, p3_profile()) is image
