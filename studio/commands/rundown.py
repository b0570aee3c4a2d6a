"""Commands about the rundown, the teleprompter and cues to the host."""

from typing import Annotated

from msgspec import Meta

from studio.commands.base import Command
from studio.state.rundown import SCRIPT_MAX, STEPS_MAX, Step


class RundownSet(Command, tag="rundown.set", frozen=True, kw_only=True):
    """Write the whole rundown anew."""

    steps: Annotated[tuple[Step, ...], Meta(max_length=STEPS_MAX)]


class RundownGo(Command, tag="rundown.go", frozen=True, kw_only=True):
    """Begin a step; without `step`, the next one. It takes the step's scene when `take` is set."""

    step: str = ""
    take: bool = False


class RundownStop(Command, tag="rundown.stop", frozen=True, kw_only=True):
    """No step runs any more, as before the show."""


class ScriptSet(Command, tag="script.set", frozen=True, kw_only=True):
    """Write the teleprompter's text. Lines that begin with # are headings to jump to."""

    text: Annotated[str, Meta(max_length=SCRIPT_MAX)]


class CueSend(Command, tag="cue.send", frozen=True, kw_only=True):
    """Say a line to the host, who alone sees it."""

    text: Annotated[str, Meta(min_length=1, max_length=200)]


class CueClear(Command, tag="cue.clear", frozen=True, kw_only=True):
    """Take the line away."""
