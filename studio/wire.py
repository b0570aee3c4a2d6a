"""The link's messages (DESIGN 1.1): JSON text on `/studio`, binary packets on `/studio/media`.

Both ends share these structs, so neither can drift. Version `PROTOCOL` is `major.minor`: another major is refused with
a sentence that names both.
"""

import struct
from typing import Annotated, Any, NamedTuple

import msgspec
from msgspec import Meta, Struct

from studio.errors import StudioError

PROTOCOL = "1.0"
HEADER = struct.Struct(">BBBBIIq")
"""`u8 version, u8 kind, u8 rendition, u8 flags, u32 epoch, u32 seq, i64 pts_ns`, big-endian, 20 bytes."""

VIDEO, AUDIO = 1, 2
FLAG_KEY, FLAG_GAP = 1, 2
RENDITIONS: dict[int, int] = {1080: 1, 720: 2, 360: 3}
"""Short side to the rendition number in the header; sound is rendition 0."""
RENDITION_NAMES = {number: short_side for short_side, number in RENDITIONS.items()}

PING_S = 2.0
LOST_S = 6.0
CLIENT_MAX = 64
"""Characters of a client's id, as in the event log's column."""
SESSION_HEADER = "Vitrine-Session"
"""By which the media socket says whose it is: `Welcome.session`."""
MAX_MESSAGE = 1 << 20
MAX_PACKET = 4 << 20


class MediaPacket(NamedTuple):
    """One access unit (Annex B, SPS/PPS on every keyframe) or one Opus packet.

    `pts_ns` is on the show clock. `gap` says that packets before this one were dropped.
    """

    kind: int
    rendition: int
    key: bool
    epoch: int
    seq: int
    pts_ns: int
    payload: bytes
    gap: bool = False

    def pack(self) -> bytes:
        """The packet as one binary message."""
        flags = (FLAG_KEY if self.key else 0) | (FLAG_GAP if self.gap else 0)
        return HEADER.pack(1, self.kind, self.rendition, flags, self.epoch, self.seq, self.pts_ns) + self.payload


def unpack(message: bytes) -> MediaPacket:
    """The packet in a binary message; raises `ValueError` for anything else."""
    if len(message) <= HEADER.size:
        raise ValueError("media message without a payload")
    version, kind, rendition, flags, epoch, seq, pts_ns = HEADER.unpack_from(message)
    if version != 1:
        raise ValueError(f"media message of version {version}")
    if kind == VIDEO:
        if rendition not in RENDITION_NAMES:
            raise ValueError(f"unknown rendition {rendition}")
    elif kind != AUDIO or rendition != 0:
        raise ValueError(f"unknown kind {kind} of rendition {rendition}")
    if pts_ns < 0:
        raise ValueError("negative pts")
    return MediaPacket(
        kind, rendition, bool(flags & FLAG_KEY), epoch, seq, pts_ns, message[HEADER.size :], bool(flags & FLAG_GAP)
    )


class Message(Struct, frozen=True, kw_only=True, tag_field="t", tag=str.lower, omit_defaults=True):
    """The base of all text messages."""


class Hello(Message, frozen=True, kw_only=True):
    """The first word of a client: who it is and which show it is about."""

    protocol: Annotated[str, Meta(max_length=20)]
    app: Annotated[str, Meta(max_length=100)]
    client: Annotated[str, Meta(max_length=CLIENT_MAX)]
    show: Annotated[str, Meta(max_length=64)] = ""
    name: Annotated[str, Meta(max_length=1000)] = ""
    studio: bool = False
    """It has an engine: commands that the studio owns may be relayed to it."""


class Welcome(Message, frozen=True, kw_only=True):
    """The server's answer. `media_ms` tells a returning desktop where the show clock goes on; `resume` that it (or one
    before it on the same machine) was on air and never said goodbye. `lines` are the last ones of the chat."""

    protocol: str
    session: str
    role: str
    commands: list[str]
    state: dict[str, Any]
    seq: int
    media_ms: int
    viewer_url: str = ""
    pid: int = 0
    resume: bool = False
    lines: list[Any] = []


class CommandMessage(Message, tag="command", frozen=True, kw_only=True):
    """A request to act. From the server to a desktop it is a relay, and `actor`, `role` say for whom."""

    id: int
    name: str
    args: dict[str, Any] = {}
    show: str = ""
    actor: str = ""
    role: str = ""


class WireError(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A `StudioError` on its way."""

    code: str
    message: str
    field: str | None = None
    params: dict[str, Any] = {}


def wire_error(error: StudioError) -> WireError:
    """A `StudioError`, ready to be sent."""
    params = {name: value if isinstance(value, str | int | float) else str(value) for name, value in error.params.items()}
    return WireError(code=error.code, message=error.message, field=error.field, params=params)


class TakesBack(Struct, frozen=True, kw_only=True):
    """The command that takes back what was answered, and a sentence for the menu."""

    name: str
    args: dict[str, Any]
    sentence: str


class Reply(Message, frozen=True, kw_only=True):
    """The answer to the command with the same id."""

    id: int
    ok: Any = None
    undo: TakesBack | None = None
    error: WireError | None = None


class StateMessage(Message, tag="state", frozen=True, kw_only=True):
    """A whole branch of the state tree; at most ten a second."""

    branch: str
    rev: int
    value: Any


class Products(Message, frozen=True, kw_only=True):
    """Products of the `shop` branch, which travels without them: a show may have more than fit into a message, and a pin
    changes two. Before a welcome come all of them. `first` begins anew, `order` names all of them, `more` says that the
    next message belongs to this one."""

    changed: list[Any] = []
    order: list[str] | None = None
    first: bool = False
    more: bool = False


class EventMessage(Message, tag="event", frozen=True, kw_only=True):
    """One logged event, with the line of the chat that it is about."""

    show: str
    event: Any
    line: Any = None


class Lease(Message, frozen=True, kw_only=True):
    """Ask for the show's lease (`take`), give it back (`release`), or learn that it went to somebody else (`lost`)."""

    action: str
    show: str
    take_over: bool = False
    epoch: int = 0
    media_ms: int = 0
    holder: str = ""
    renditions: list[int] = []
    kbps: list[int] = []
    error: WireError | None = None


class Offer(Message, frozen=True, kw_only=True):
    """What the desktop's uplink carries now: renditions, best first, and the bitrate of each."""

    renditions: list[int]
    kbps: list[int]


class Demand(Message, frozen=True, kw_only=True):
    """How many viewers read a rendition, and the most its encoder should spend."""

    rendition: int
    readers: int
    max_kbps: int = 0


class Keyframe(Message, frozen=True, kw_only=True):
    """Somebody needs a keyframe of this rendition."""

    rendition: int


class Signal(Message, frozen=True, kw_only=True):
    """WebRTC signalling in a call, between this desktop and `peer`: `customer`, or a colleague's; see docs/calls.md."""

    call: str
    peer: str
    data: dict[str, Any] = {}


class Ping(Message, frozen=True, kw_only=True):
    """Every two seconds; lost after six. `at` is the sender's clock in seconds, `media_ms` its show clock."""

    at: float
    media_ms: int = 0


class Pong(Message, frozen=True, kw_only=True):
    """The ping's `at`, returned."""

    at: float


AnyMessage = (
    Hello
    | Welcome
    | CommandMessage
    | Reply
    | StateMessage
    | Products
    | EventMessage
    | Lease
    | Offer
    | Demand
    | Keyframe
    | Signal
    | Ping
    | Pong
)

encode = msgspec.json.Encoder().encode
_decoder = msgspec.json.Decoder(AnyMessage)


def decode(message: bytes | str) -> AnyMessage:
    """The message in `message`; raises `msgspec.MsgspecError` (a ValueError) for anything that is not one."""
    try:
        decoded: AnyMessage = _decoder.decode(message)
    except RecursionError:
        raise msgspec.DecodeError("nested too deeply") from None
    return decoded


def same_major(other: str) -> bool:
    """Whether we can talk to a peer that speaks protocol `other`."""
    return other.partition(".")[0] == PROTOCOL.partition(".")[0]
