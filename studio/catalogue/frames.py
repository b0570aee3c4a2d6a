"""How the reading process tells the server what it finds: frames of a 4-byte big-endian length and msgpack, on its stdout."""

import asyncio
import struct
from collections.abc import AsyncIterator

import msgspec
from msgspec import Struct

from studio.catalogue.item import Progress, Rejected
from studio.errors import InvalidValue
from studio.i18n import N_
from studio.show.product import CatalogueProduct
from studio.show.read_as import ReadAs

FRAME_MAX = 16 << 20
_LENGTH = struct.Struct(">I")


class Item(Struct, frozen=True, tag_field="t", tag="item"):
    """A product."""

    product: CatalogueProduct


class Failed(Struct, frozen=True, tag_field="t", tag="failed"):
    """The file could not be read to its end. `message` is a msgid with the fields of `params`. Nothing follows."""

    message: str
    params: dict[str, str] = {}
    field: str = ""


class Done(Struct, frozen=True, tag_field="t", tag="done"):
    """The file was read to its end: how many products there were, how many were refused, how many are not for sale,
    and how it was understood. Nothing follows."""

    products: int
    rejected: int
    skipped: int
    read_as: ReadAs = ReadAs()


Frame = Item | Rejected | Progress | Failed | Done
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Frame)


def encode(frame: Frame) -> bytes:
    """The frame with its length in front."""
    data = _ENCODER.encode(frame)
    return _LENGTH.pack(len(data)) + data


async def frames(reader: asyncio.StreamReader) -> AsyncIterator[Frame]:
    """The frames until `Failed` or `Done`, checked: the reading process has read strangers' files and is not trusted.

    Raises `InvalidValue` when the process ends before it said so (killed for its use of memory or time), or babbles.
    """
    while True:
        try:
            (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
            if length > FRAME_MAX:
                raise InvalidValue(N_("The feed could not be read: its reader said something that makes no sense"))
            frame = _DECODER.decode(await reader.readexactly(length))
        except asyncio.IncompleteReadError:
            raise InvalidValue(N_("The feed could not be read: its reader ended early")) from None
        except msgspec.DecodeError:
            raise InvalidValue(N_("The feed could not be read: its reader said something that makes no sense")) from None
        yield frame
        if isinstance(frame, (Failed, Done)):
            return
