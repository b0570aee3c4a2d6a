"""A stranger's picture made small, in a process of its own: a few kilobytes may take most of a gigabyte, and its decoder may fall
over. `python -m studio.server.catalogue.picture_file RAW SMALL` writes SMALL, or says on stdout (JSON) what is wrong."""

import asyncio
import contextlib
import io
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from studio.catalogue.child import limit
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.media.srgb import in_srgb

PIXELS_MAX, JPEG_PIXELS_MAX, SIDE_MAX = 16_000_000, 50_000_000, 20_000
"""A JPEG is decoded no larger than it is needed, whatever its size."""
LONGEST = 800
"""Pixels of the longer side: a product sheet on a large screen, and a card on a 1080-line picture."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
"""What is decoded. Not SVG: it is a program."""
MEMORY_MAX, CPU_S, ANSWER_S = 640 << 20, 20, 60.0
TOO_LARGE = "The picture has more than {most} million pixels"

Image.MAX_IMAGE_PIXELS = JPEG_PIXELS_MAX


class Refusal(msgspec.Struct, frozen=True):
    """Why there is no small one."""

    message: str
    params: dict[str, str] = {}


def made_small(data: bytes) -> bytes:
    """A picture as WebP, no side longer than `LONGEST`, upright, in sRGB, without what cameras write into files (places, names).

    Raises `InvalidValue` for what is no picture, or one that is too large.
    """
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
            most = JPEG_PIXELS_MAX if picture.format == "JPEG" else PIXELS_MAX
            if picture.width * picture.height > most or max(picture.size) > SIDE_MAX:
                raise InvalidValue(TOO_LARGE, most=most // 1_000_000)
            picture.draft("RGB", (LONGEST, LONGEST))  # JPEG: decode no more of it than is needed
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
            clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            if clear or upright.mode not in ("RGB", "CMYK", "LAB"):  # ink has colours once its profile is asked
                upright = upright.convert("RGBA" if clear else "RGB")
            seen = in_srgb(upright, picture.info.get("icc_profile"))
            out = io.BytesIO()
            seen.convert("RGBA" if clear else "RGB").save(out, "WEBP", quality=82, method=4, icc_profile=None)
            return out.getvalue()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise InvalidValue(TOO_LARGE, most=PIXELS_MAX // 1_000_000) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError):
        raise InvalidValue(N_("This is no picture we can read (JPEG, PNG, WebP, GIF or AVIF)")) from None


async def made_small_apart(raw: Path, small: Path) -> None:
    """The same in a process of its own, from file to file. Raises `InvalidValue`."""
    words = (sys.executable, "-m", "studio.server.catalogue.picture_file", str(raw), str(small))
    process = await asyncio.create_subprocess_exec(
        *words, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(ANSWER_S):
            said, _ = await process.communicate()
    except TimeoutError:
        raise InvalidValue(N_("The picture takes too long to read")) from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    if process.returncode == 0:
        return
    try:
        refusal = msgspec.json.decode(said, type=Refusal)
    except msgspec.DecodeError:  # its end came from outside: memory, time, a decoder that fell over
        raise InvalidValue(N_("The picture takes more memory or time than it may")) from None
    raise InvalidValue(refusal.message, **refusal.params)


def main(argv: Sequence[str]) -> int:
    """0: it is there."""
    raw, small = map(Path, argv)
    limit(MEMORY_MAX, CPU_S)
    try:
        small.write_bytes(made_small(raw.read_bytes()))
    except InvalidValue as error:
        refusal = Refusal(error.message, {name: str(value) for name, value in error.params.items()})
        sys.stdout.buffer.write(msgspec.json.encode(refusal))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
