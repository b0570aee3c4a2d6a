"""Commands about the recording, its markers, the library, and clips. The desktop runs them; the files are on its disk."""

from typing import Annotated, ClassVar

from msgspec import Meta

from studio.commands.base import Command
from studio.show.product import AnyProduct
from studio.state.recording import Aspect, Ms, Words

Id = Annotated[str, Meta(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$(?!\n)")]
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Share = Annotated[float, Meta(ge=0, le=1)]


class RecordingStart(Command, tag="recording.start", frozen=True, kw_only=True):
    """Record the programme. It begins with the show by itself, unless the settings say otherwise."""


class RecordingStop(Command, tag="recording.stop", frozen=True, kw_only=True):
    """End the recording; the film is in the library."""


class RecordingPause(Command, tag="recording.pause", frozen=True, kw_only=True):
    """Leave out what comes now."""


class RecordingResume(Command, tag="recording.resume", frozen=True, kw_only=True):
    """Go on in the same film."""


class RecordingSplit(Command, tag="recording.split", frozen=True, kw_only=True):
    """Begin another file; not a picture is lost between them."""


class MarkerSet(Command, tag="marker.set", frozen=True, kw_only=True):
    """Mark this moment of the recording: with `title`, or the next name that was prepared, or a number."""

    title: Words = ""


class MarkersPlan(Command, tag="markers.plan", frozen=True, kw_only=True):
    """Prepare the names of markers, in order."""

    titles: Annotated[tuple[Title, ...], Meta(max_length=50)]


class LibraryRename(Command, tag="library.rename", frozen=True, kw_only=True):
    """Give a recording another title."""

    recording: Id
    title: Title


class LibraryRemove(Command, tag="library.remove", frozen=True, kw_only=True):
    """Put a recording into the trash, with its clips. What is published stays at the show server."""

    relayed: ClassVar[bool] = False
    recording: Id


class LibraryRestore(Command, tag="library.restore", frozen=True, kw_only=True):
    """Take a recording out of the trash."""

    recording: Id


class LibraryEmpty(Command, tag="library.empty", frozen=True, kw_only=True):
    """Delete what is in the trash, or only `recording`. Guarded: answers with a confirm code first."""

    relayed: ClassVar[bool] = False
    recording: Annotated[str, Meta(max_length=64)] = ""
    confirm: str = ""


class LibraryExport(Command, tag="library.export", frozen=True, kw_only=True):
    """Copy a recording to `folder`: film with chapters, WebVTT, pictures, event log as JSON, and its clips."""

    relayed: ClassVar[bool] = False

    recording: Id
    folder: Annotated[str, Meta(min_length=1, max_length=1000)]


class ReplayPublish(Command, tag="replay.publish", frozen=True, kw_only=True):
    """Send a recording to the show server, whose page plays it as the show's replay."""

    recording: Id


class ReplayWithdraw(Command, tag="replay.withdraw", frozen=True, kw_only=True):
    """Take the replay from the show server."""

    relayed: ClassVar[bool] = False
    recording: Id


class ClipAdd(Command, tag="clip.add", frozen=True, kw_only=True):
    """Make a clip of a part of a recording; answers with its id."""

    recording: Id
    begins_ms: Ms
    ends_ms: Ms
    title: Words = ""


class ClipLast(Command, tag="clip.last", frozen=True, kw_only=True):
    """Keep the last `seconds` of what is recorded now as a clip, at once."""

    seconds: Annotated[int, Meta(ge=5, le=600)] = 30


class ClipPropose(Command, tag="clip.propose", frozen=True, kw_only=True):
    """Propose a clip for every product that was shown, with its ends at pauses in speech."""

    recording: Id


class ClipSet(Command, tag="clip.set", frozen=True, kw_only=True):
    """Change a clip; what is left out stays as it is."""

    recording: Id
    clip: Id
    title: Words | None = None
    product: AnyProduct | None = None
    begins_ms: Ms | None = None
    ends_ms: Ms | None = None
    aspect: Aspect | None = None
    short_side: Annotated[int, Meta(ge=0, le=1080)] | None = None
    follow: bool | None = None
    focus_x: Share | None = None
    lower_third: Words | None = None
    lower_line: Words | None = None
    end_card: Words | None = None


class ClipRemove(Command, tag="clip.remove", frozen=True, kw_only=True):
    """Forget a clip, and delete its file. What is published stays at the show server."""

    relayed: ClassVar[bool] = False
    recording: Id
    clip: Id


class ClipExport(Command, tag="clip.export", frozen=True, kw_only=True):
    """Make the clip's own film. It waits for its turn."""

    recording: Id
    clip: Id


class ClipPublish(Command, tag="clip.publish", frozen=True, kw_only=True):
    """Send a clip to the show server, for `<vitrine-clip>` on the product's page; it is made first where it is not."""

    recording: Id
    clip: Id


class ClipWithdraw(Command, tag="clip.withdraw", frozen=True, kw_only=True):
    """Take a clip from the show server."""

    relayed: ClassVar[bool] = False
    recording: Id
    clip: Id


class WorkCancel(Command, tag="work.cancel", frozen=True, kw_only=True):
    """Stop something that takes its time: an export, an upload. What was there before stays."""

    work: Id
