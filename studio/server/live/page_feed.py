"""What the pages of a show are told: what there is when they come, what happens then, and the clock."""

from collections.abc import Callable, Sequence
from typing import Any, Protocol

import msgspec

from studio import events
from studio.clock import NS_PER_MS, steady_ms
from studio.events import Logged
from studio.server.fanout import Fanout
from studio.server.live.stream import ShowStream
from studio.server.members import AudienceSocket
from studio.server.outbox import text_frame
from studio.server.shop.chat import Chat, public_line
from studio.server.shop.polls import Polls
from studio.server.shop.shelf import Shelf
from studio.show.chat import ChatLine

NETWORKS_KEPT = 10_000


class Surroundings(Protocol):
    """What pages may know of their show."""

    @property
    def rehearsed(self) -> bool:
        """Whether what is pinned and asked now is not meant for the audience."""

    def may_watch(self, *, keyed: bool) -> bool:
        """Whether the programme may go to a reader now."""


class PageFeed:
    """The pages of one show; `keyed` ones have its key, and are told of rehearsals. On the server's loop."""

    def __init__(self, around: Surroundings, stream: ShowStream, fanout: Fanout, parts: tuple[Shelf, Chat, Polls]) -> None:
        self.members: set[AudienceSocket] = set()
        self.entered: Callable[[AudienceSocket], None] = lambda member: None
        """Told of a page that has come."""
        self.left: Callable[[AudienceSocket], None] = lambda member: None
        """Told of one that is gone."""
        self.told = 0
        """How often pages were told of the shop."""
        self._around = around
        self._stream = stream
        self._fanout = fanout
        self._shelf, self._chat, self._polls = parts
        self._networks: dict[str, str] = {}
        self._viewers, self._viewers_s = -1, float("-inf")

    # ── who is here ──────────────────────────────────────────────────────────────────────────────────────────

    def enter(self, member: AudienceSocket) -> None:
        """A page is here, and told everything up to now."""
        self.members.add(member)
        self._networks[member.id] = member.origin.network
        while len(self._networks) > NETWORKS_KEPT:
            self._networks.pop(next(iter(self._networks)))
        self.entered(member)

    def leave(self, member: AudienceSocket) -> None:
        """A page is gone."""
        self.members.discard(member)
        self.left(member)

    def network_of(self, visitor: str) -> str:
        """The keyed hash of a visitor's address and browser, when they were here lately."""
        return self._networks.get(visitor, "")

    def tell_viewers(self, now_s: float) -> None:
        """Say how many they are, when that is another number than was said last; at most once a second."""
        if len(self.members) != self._viewers and now_s - self._viewers_s >= 1:
            self._viewers, self._viewers_s = len(self.members), now_s
            message = msgspec.json.encode({"t": "viewers", "count": self._viewers})
            for member in self.members:
                member.put(message)

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────────

    def pins(self, *, keyed: bool) -> tuple[str, ...]:
        """What is pinned, for whoever may know."""
        return self._shelf.pins if keyed or not self._around.rehearsed else ()

    def snapshot(self, *, keyed: bool) -> dict[str, Any]:
        """What a page is told of products, pins, poll and chat when it comes."""
        hidden = self._around.rehearsed and not keyed
        poll = None if hidden else self._polls.poll
        pins = {"pins": self.pins(keyed=keyed)}
        return self._shelf.first() | pins | {"poll": poll, "chat": self._chat.standing(hidden=hidden)}

    def snapshot_messages(self, *, keyed: bool) -> list[bytes]:
        """The same for a page that is there."""
        now = self.snapshot(keyed=keyed)
        order = [product["id"] for product in self._shelf.public()]
        said: list[dict[str, Any]] = [
            {"t": "products", "changed": now["products"], "pins": now["pins"], "order": order},
            {"t": "poll", "poll": now["poll"]},
            {"t": "chat"} | now["chat"],
        ]
        return [msgspec.json.encode(message) for message in said]

    def rehearsal_changed(self) -> None:
        """A rehearsal has begun or ended: what pages without the key see of the shop is another now."""
        for message in self.snapshot_messages(keyed=False):
            self._tell(message, keyed=False)

    def clock_message(self, *, keyed: bool) -> bytes:
        """The pair that maps RTP timestamps to the show clock; it was also the clock's own position at `at_ms`."""
        stream_ms = self._stream.stream_ms
        return msgspec.json.encode(
            {
                "t": "clock",
                "rtp": self._fanout.video_timestamp(stream_ms * NS_PER_MS),
                "media_ms": stream_ms - (self._stream.clock.origin_ms or 0),
                "at_ms": steady_ms(),
                "on_air": self._stream.on_air and self._around.may_watch(keyed=keyed),
            }
        )

    def broadcast_clock(self) -> None:
        """Tell every page the clock."""
        for keyed in (False, True):
            self._tell(self.clock_message(keyed=keyed), keyed=keyed)

    # ── what happens ─────────────────────────────────────────────────────────────────────────────────────────

    def may_know(self, item: Logged, *, keyed: bool, visitor: str = "") -> bool:
        """Whether a page may be told of an event now."""
        if not events.may_see(item.data, studio=False, visitor=visitor):
            return False
        if item.data.of_stream:
            return self._around.may_watch(keyed=keyed)
        return keyed or not (self._around.rehearsed and item.data.hidden_in_rehearsal)

    async def missed(self, items: list[Logged], member: AudienceSocket) -> bytes | None:
        """Events of the past as a message for one page; None when none of them is its business."""
        told = [item for item in items if self.may_know(item, keyed=member.keyed, visitor=member.id)]
        return page_events(told, await self._chat.words(told)) if told else None

    def send(self, new: Sequence[Logged], lines: dict[str, ChatLine]) -> None:
        """Events that have just happened, to all who may know."""
        for keyed in (False, True):
            if told := [item for item in new if self.may_know(item, keyed=keyed)]:
                self._tell(page_events(told, lines), keyed=keyed)
        for item in new:
            if item.audience == "visitor":
                self._tell_visitor(item, lines)

    def _tell_visitor(self, item: Logged, lines: dict[str, ChatLine]) -> None:
        message = page_events([item], lines)
        for member in self.members:
            if self.may_know(item, keyed=member.keyed, visitor=member.id):
                member.put(message)

    def tell(self, message: dict[str, Any]) -> None:
        """Send a message about the shop to every page; what is rehearsed only to those with the key."""
        self.told += 1
        for keyed in (False, True):
            if keyed or not self._around.rehearsed:
                self._tell(msgspec.json.encode(message), keyed=keyed)

    def _tell(self, message: bytes, *, keyed: bool) -> None:
        frame = text_frame(message)
        for member in self.members:
            if member.keyed == keyed:
                member.outbox.put_frame(frame)


def page_events(items: Sequence[Logged], lines: dict[str, ChatLine]) -> bytes:
    """Events as pages are told them: without the client behind them, whose id names a person's computer, and with the words
    that they are about, where those are still there."""
    return msgspec.json.encode({"t": "events", "events": [page_event(item, lines) for item in items]})


def page_event(item: Logged, lines: dict[str, ChatLine]) -> dict[str, Any]:
    """One of them."""
    event: dict[str, Any] = {"seq": item.seq, "at_ms": item.at_ms, "media_ms": item.media_ms, "actor": "", "data": item.data}
    line = lines.get(getattr(item.data, "line", ""))
    if line is not None and line.state != "removed":
        event["line"] = public_line(line)
    return event
