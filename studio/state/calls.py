"""The brand's line of customers, and an advisor's own place at it. The server owns both."""

from typing import Literal

from msgspec import Struct

from studio.show.booking import Booking
from studio.show.call import AdvisorStatus, Agreement, Call, CallLine, CannedReply, Topic
from studio.show.call_message import CallMessage
from studio.show.call_rules import CallRules


class Advisor(Struct, frozen=True, kw_only=True):
    """Somebody who answers. Without `topics` or `languages` they take any."""

    client: str
    name: str
    status: AdvisorStatus
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()


class Sum(Struct, frozen=True, kw_only=True):
    """Money in one currency."""

    currency: str
    minor: int


class CallFigures(Struct, frozen=True, kw_only=True):
    """Today, of all advisors. Seconds; None: no call yet. `sold`: what advisors said came of their calls; `sales`: confirmed
    orders within a day of one, by customers who agreed to be recognised."""

    answered: int = 0
    missed: int = 0
    wait_p50_s: int | None = None
    wait_p95_s: int | None = None
    length_p50_s: int | None = None
    sold: int = 0
    sales: tuple[Sum, ...] = ()


class Calls(Struct, frozen=True, kw_only=True):
    """The line as every studio sees it: `queue` are the first of those who wait or ring, `waiting` counts them all."""

    at_ms: int = 0
    """The server's clock when it told this: times of calls are to be compared with it."""
    open: bool = False
    change_ms: int | None = None
    """When it closes, or opens; None: never."""
    waiting: int = 0
    queue: tuple[Call, ...] = ()
    live: tuple[Call, ...] = ()
    advisors: tuple[Advisor, ...] = ()
    today: CallFigures = CallFigures()
    topics: tuple[Topic, ...] = ()
    replies: tuple[CannedReply, ...] = ()
    rules: CallRules = CallRules()
    messages: tuple[CallMessage, ...] = ()
    """The newest ones, and how many wait for somebody (`unread`)."""
    unread: int = 0
    bookings: tuple[Booking, ...] = ()
    """Those that are still to come, the next first."""
    mails: bool = False
    """The server writes to customers about what they booked."""


class Advising(Struct, frozen=True, kw_only=True):
    """What this desktop's person is doing. `call` rings here, is being answered, or waits to be wrapped up."""

    status: AdvisorStatus = "off"
    why: str = ""
    """`missed`: nobody answered a ring here, so it was set to `off`."""
    call: Call | None = None
    lines: tuple[CallLine, ...] = ()
    shown: str = ""
    """The product whose card the customer sees."""
    notes: str = ""
    asked: tuple[Agreement, ...] = ()


RemoteStatus = Literal["connecting", "connected", "reconnecting", "failed"]
Quality = Literal["unknown", "good", "fair", "poor"]


class Remote(Struct, frozen=True, kw_only=True):
    """The other end of a connection of this desktop, as it is seen and heard here. `loss` is a share (0…1), of what comes."""

    peer: str
    name: str
    status: RemoteStatus = "connecting"
    picture: bool = False
    """It sends one now."""
    size: tuple[int, int] = (0, 0)
    screen: bool = False
    """The picture is of its screen."""
    kbps_in: int = 0
    kbps_out: int = 0
    loss: float = 0.0
    concealed: float = 0.0
    """Of the sound, the share that did not come and was made up."""
    rtt_ms: int = 0
    quality: Quality = "unknown"
    relayed: bool = False
    """Through a TURN server."""
    seen_ms: int | None = None
    """When its first picture could be shown, and (`heard_ms`) its first sound be heard; Unix time."""
    heard_ms: int | None = None
    picture_age_ms: int = 0
    """How old its pictures are when they are shown, and (`sound_age_ms`) its sound when it is heard, about, by both machines'
    clocks: worth something where those agree."""
    sound_age_ms: int = 0


class CallMedia(Struct, frozen=True, kw_only=True):
    """Pictures and sound of the call, at this desktop, which owns it."""

    remotes: tuple[Remote, ...] = ()
    sends_picture: bool = True
    sends_sound: bool = True
    echo_cancelled: bool = False
    """What comes out of the speakers is taken out of the microphone."""
    problem: str = ""
    """Why the customer cannot be seen or heard, in the person's language."""
    recording: Literal["", "on", "failed"] = ""
    """A film of the call is made, or could not be made to its end."""
