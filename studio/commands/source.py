"""Commands about sources. What opens a device or a file is never relayed from another machine."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from studio.commands.base import Command
from studio.state.source import DelayMs

Name = Annotated[str, Meta(min_length=1, max_length=80)]


class SourceAdd(Command, tag="source.add", frozen=True, kw_only=True):
    """Add a source of a kind (`screen`, `microphone`, `media_file`, `text` …) with its settings."""

    relayed: ClassVar[bool] = False
    kind: str
    name: Name
    settings: dict[str, Any] = {}


class SourceSet(Command, tag="source.set", frozen=True, kw_only=True):
    """Change some of a source's settings; the source restarts when it must."""

    relayed: ClassVar[bool] = False
    source: str
    settings: dict[str, Any]


class SourceDelay(Command, tag="source.delay", frozen=True, kw_only=True):
    """Use a source's picture and sound later than they come (ms), to bring it in step with the others."""

    source: str
    delay_ms: DelayMs


class SourceProxy(Command, tag="source.proxy", frozen=True, kw_only=True):
    """Make a smaller copy (proxy) of a film that is heavier than the computer, and play that; the answer is the work's id."""

    relayed: ClassVar[bool] = False
    source: str


class SourceOriginal(Command, tag="source.original", frozen=True, kw_only=True):
    """Play a film itself again, and throw its smaller copy away."""

    relayed: ClassVar[bool] = False
    source: str


class SourceRename(Command, tag="source.rename", frozen=True, kw_only=True):
    """Rename a source."""

    source: str
    name: Name


class SourceRemove(Command, tag="source.remove", frozen=True, kw_only=True):
    """Remove a source and every item that uses it."""

    relayed: ClassVar[bool] = False
    source: str
