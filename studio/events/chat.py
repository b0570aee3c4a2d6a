"""Lines of chat, whose words are in a table of their own, and who may write."""

from studio.events.base import PublicEvent, StudioEvent, VisitorEvent


class ChatSaid(PublicEvent, tag="chat.said", frozen=True, kw_only=True):
    """A line for everybody. The words are in a table of their own; `consent` is its writer's."""

    replayed = True
    by_visitor = True
    line: str
    consent: str = "---"


class ChatWhispered(VisitorEvent, tag="chat.whispered", frozen=True, kw_only=True):
    """A line that only `to` and the studios see: a private answer, or one that is held or in the shadow."""

    by_visitor = True
    line: str
    consent: str = "---"


class ChatRemoved(PublicEvent, tag="chat.removed", frozen=True, kw_only=True):
    """A line was taken away."""

    line: str


class ChatPinned(PublicEvent, tag="chat.pinned", frozen=True, kw_only=True):
    """A line is kept above the chat; empty: none."""

    hidden_in_rehearsal = True
    replayed = True
    line: str


class ChatPictured(StudioEvent, tag="chat.pictured", frozen=True, kw_only=True):
    """A line is on the picture; empty: none."""

    line: str


class VisitorBlocked(StudioEvent, tag="visitor.blocked", frozen=True, kw_only=True):
    """Somebody may not write any more; an empty `kind`: they may again."""

    personal = ("visitor",)
    visitor: str
    kind: str
    until_ms: int | None = None
