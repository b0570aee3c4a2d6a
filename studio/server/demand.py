"""What a show's readers want of the desktop that sends: renditions, and keyframes."""

import asyncio
from collections.abc import Callable

from studio import wire
from studio.server.fanout import Fanout
from studio.wire import RENDITION_NAMES, RENDITIONS

LINGER_S = 2.0
KEYFRAME_PAUSE_S = 0.1


class Demand:
    """`tell` reaches the desktop on air. On the server's loop; `now_s` is its clock."""

    def __init__(self, tell: Callable[[wire.Message], None], now_s: Callable[[], float]) -> None:
        self.fanout = Fanout(self._request_keyframe, self.look, now_s)
        self._tell = tell
        self._now_s = now_s
        self._demanded: dict[int, int] = {}
        self._unread_since: dict[int, float] = {}
        self._asked_for_key: dict[int, bool] = {}
        """Renditions asked for a moment ago, and whether somebody asked again since."""

    def begin(self) -> None:
        """Another desktop sends, which has been told nothing."""
        self._demanded.clear()
        self.look()

    def look(self) -> None:
        """Tell it what is read now, where that is not what it was told."""
        now_s = self._now_s()
        offered = {RENDITION_NAMES[step.rendition] for step in self.fanout.ladder}
        for short_side in sorted(offered | set(self._demanded), reverse=True):
            readers = self.fanout.count(RENDITIONS[short_side])
            if readers:
                self._unread_since.pop(short_side, None)
            elif self._demanded.get(short_side) and now_s - self._unread_since.setdefault(short_side, now_s) < LINGER_S:
                continue  # a reload leaves for a moment: do not stop the encoder for it
            if self._demanded.get(short_side) != readers:
                self._demanded[short_side] = readers
                self._tell(wire.Demand(rendition=short_side, readers=readers))

    def _request_keyframe(self, rendition: int) -> None:
        """Ask for a keyframe; requests within 100 ms share one message, the last is never lost."""
        if rendition in self._asked_for_key:
            self._asked_for_key[rendition] = True
            return
        self._asked_for_key[rendition] = False
        asyncio.get_running_loop().call_later(KEYFRAME_PAUSE_S, self._after_keyframe, rendition)
        self._tell(wire.Keyframe(rendition=RENDITION_NAMES[rendition]))

    def _after_keyframe(self, rendition: int) -> None:
        if self._asked_for_key.pop(rendition, False):
            self._request_keyframe(rendition)
