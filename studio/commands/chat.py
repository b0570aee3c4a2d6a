"""Commands about the chat and the polls; the server runs them."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from studio.commands.base import CONTROL, Role
from studio.commands.show import ShowCommand
from studio.show.chat import TEXT_MAX, Links, SlowS
from studio.show.poll import Answers, Question

TALK: frozenset[Role] = CONTROL | {"support"}
LineId = Annotated[str, Meta(max_length=24)]
VisitorId = Annotated[str, Meta(min_length=1, max_length=32)]
Block = Literal["timeout", "ban", "shadow"]


class ChatCommand(ShowCommand, frozen=True, kw_only=True):
    """What support staff may do as well."""

    may: ClassVar[frozenset[Role]] = TALK


class ChatSay(ChatCommand, tag="chat.say", frozen=True, kw_only=True):
    """Write as the brand: to everybody, as an answer to a line, or (`private`) only to who wrote that line."""

    text: Annotated[str, Meta(min_length=1, max_length=TEXT_MAX)]
    reply_to: LineId = ""
    private: bool = False
    name: Annotated[str, Meta(max_length=40)] = ""


class ChatRemove(ChatCommand, tag="chat.remove", frozen=True, kw_only=True):
    """Take a line away from everybody."""

    line: LineId


class ChatRelease(ChatCommand, tag="chat.release", frozen=True, kw_only=True):
    """Show a line that was held."""

    line: LineId


class ChatPin(ChatCommand, tag="chat.pin", frozen=True, kw_only=True):
    """Keep a line above the chat; without `line` none."""

    line: LineId = ""


class ChatPicture(ShowCommand, tag="chat.picture", frozen=True, kw_only=True):
    """Put a line on the picture, where a scene has a chat message; without `line` none."""

    line: LineId = ""


class ChatAnswering(ChatCommand, tag="chat.answering", frozen=True, kw_only=True):
    """Tell the others that you are writing an answer to a line, or not any more."""

    line: LineId
    on: bool = True
    name: Annotated[str, Meta(max_length=40)] = ""


class ChatRulesSet(ChatCommand, tag="chat.rules", frozen=True, kw_only=True):
    """How people may write. What is not named stays."""

    open: bool | None = None
    slow_s: SlowS | None = None
    links: Links | None = None
    words: Annotated[tuple[Annotated[str, Meta(max_length=60)], ...], Meta(max_length=500)] | None = None
    defaults: bool | None = None
    hold_all: bool | None = None
    delay_s: Annotated[int, Meta(ge=0, le=60)] | None = None


class VisitorBlock(ChatCommand, tag="visitor.block", frozen=True, kw_only=True):
    """Keep somebody from writing: for some minutes (`timeout`), in this show (`ban`), or without their noticing (`shadow`)."""

    visitor: VisitorId
    kind: Block = "timeout"
    minutes: Annotated[int, Meta(ge=1, le=24 * 60)] = 10


class VisitorUnblock(ChatCommand, tag="visitor.unblock", frozen=True, kw_only=True):
    """Let somebody write again."""

    visitor: VisitorId


class PollOpen(ShowCommand, tag="poll.open", frozen=True, kw_only=True):
    """Ask the audience; a poll that was open is closed."""

    question: Question
    answers: Answers


class PollClose(ShowCommand, tag="poll.close", frozen=True, kw_only=True):
    """Take no more votes; the result stays in sight."""


class PollClear(ShowCommand, tag="poll.clear", frozen=True, kw_only=True):
    """Put the poll away."""
