"""What is recorded now, what has been, and what is being made of it. The desktop owns it."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from studio.show.film import Span
from studio.show.product import AnyProduct

RecordingStatus = Literal["off", "recording", "paused", "ending"]
MarkKind = Literal["marker", "product", "scene", "poll", "chat"]
Aspect = Literal["source", "16:9", "9:16", "1:1", "4:5"]
Words = Annotated[str, Meta(max_length=200)]
Ms = Annotated[int, Meta(ge=0, le=7 * 24 * 3600 * 1000)]


class Mark(Struct, frozen=True, kw_only=True):
    """A moment of a film (ms from its beginning): a named marker, or what happened then. `ref` is the id of the product, scene,
    poll or line; `until_ms` when that was over."""

    at_ms: int
    kind: MarkKind = "marker"
    title: str = ""
    ref: str = ""
    until_ms: int | None = None


class Clip(Struct, frozen=True, kw_only=True):
    """A part of a film, cut from `begins_ms` to `ends_ms`. `file` is its own film once it is made."""

    id: str
    title: Words = ""
    product: AnyProduct = ""
    begins_ms: Ms = 0
    ends_ms: Ms = 0
    aspect: Aspect = "source"
    short_side: Literal[0, 720, 1080] = 0
    """Pixels; 0: as it was recorded."""
    follow: bool = True
    """Whoever speaks is kept in the picture; otherwise its middle is at `focus_x` (0 to 1)."""
    focus_x: Annotated[float, Meta(ge=0, le=1)] = 0.5
    lower_third: Words = ""
    lower_line: Words = ""
    end_card: Words = ""
    proposed: bool = False
    """Nobody has looked at it yet."""
    file: str = ""
    size: int = 0
    length_ms: int = 0
    problem: str = ""
    film: str = ""
    """Its id at the show server; empty while it is not there."""
    upload: str = ""
    """The id under which it is being sent; kept over restarts, so that sending goes on where it was cut off."""
    elsewhere: bool = False
    """The file lies in an S3 store; the show server only knows where."""
    server: str = ""
    """The address of the show server that has it; empty: this computer's own."""


class Replay(Struct, frozen=True, kw_only=True):
    """A recording at the show server, where the show's page plays it. `film` is empty while it is not there."""

    film: str = ""
    upload: str = ""
    elsewhere: bool = False
    server: str = ""
    """All as of a clip."""
    problem: str = ""


RecordedState = Literal["recording", "ending", "ready", "broken", "trash"]


class Recorded(Struct, frozen=True, kw_only=True):
    """One film in the library. `at_ms` (Unix) is when it began; `part` counts what one recording was split into. `recovered`: a
    crash has left it, and it was repaired. `problem` says why it ended by itself, or cannot be used."""

    id: str
    show: str = ""
    title: str = ""
    brand: str = ""
    session: str = ""
    part: int = 1
    at_ms: int = 0
    length_ms: int = 0
    size: int = 0
    width: int = 0
    height: int = 0
    state: RecordedState = "ready"
    recovered: bool = False
    problem: str = ""
    trashed_ms: int | None = None
    products: tuple[str, ...] = ()
    """Titles of what was shown, in order."""
    spans: tuple[Span, ...] = ()
    marks: tuple[Mark, ...] = ()
    clips: tuple[Clip, ...] = ()
    replay: Replay = Replay()
    isolated: tuple[str, ...] = ()
    """Files beside the film with one camera or one microphone each."""


class Recording(Struct, frozen=True, kw_only=True):
    """What is recorded now: `length_ms` of it, the first `written_ms` of which are in the film. `behind` says what the rest waits
    for, when that is more than a moment. `reason` says why the last one ended by itself. `left_s`: how long the disk
    lasts; None: unknown. `planned`: names of markers that were prepared, in order."""

    status: RecordingStatus = "off"
    id: str = ""
    since_ms: int | None = None
    length_ms: int = 0
    written_ms: int = 0
    behind: Literal["", "disk", "processor"] = ""
    size: int = 0
    part: int = 1
    reason: str = ""
    left_s: int | None = None
    dropped: int = 0
    """Pictures that could not be encoded in time."""
    marks: tuple[Mark, ...] = ()
    planned: tuple[str, ...] = ()


class Library(Struct, frozen=True, kw_only=True):
    """`recordings`, the newest first. `used` and `quota` in bytes; 0: as much as there is."""

    recordings: tuple[Recorded, ...] = ()
    used: int = 0
    quota: int = 0


WorkKind = Literal["propose", "clip", "replay", "publish", "export", "proxy"]


class Work(Struct, frozen=True, kw_only=True):
    """Something that takes its time: `progress` from 0 to 1, None while it waits for its turn."""

    id: str
    kind: WorkKind
    recording: str = ""
    clip: str = ""
    source: str = ""
    """Whose film gets a proxy; that has no recording, and its `clip` is the proxy's name."""
    progress: float | None = None
