"""Whether pictures are lost on their way to the audience, and where: in the network, the encoder, or the picture itself. Pure,
time is an argument."""

from collections import deque
from typing import Literal

from studio.state import Stream

Cause = Literal["network", "encoder", "render"]
WINDOW_S = 5.0
"""Over so long a share is taken."""
BEGINS, ENDS = 0.02, 0.01
"""The share of pictures that is an alarm, and the one that ends it."""


class DropWatch:
    """Told of the stream now and then (`look`), with the counters that it has."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, dict[Cause, int]]] = deque()
        self._lost: dict[Cause, float] = {}
        self._steps = 0

    def look(self, stream: Stream, fps: int, now_s: float) -> dict[Cause, float]:
        """The share of pictures that is lost now, for each cause where that has gone on for `WINDOW_S`."""
        if stream.status != "live":
            self._seen.clear()
            self._lost.clear()
            return {}
        counts: dict[Cause, int] = {
            "network": stream.dropped_network,
            "encoder": stream.dropped_encoder,
            "render": stream.late_render,
        }
        if self._seen and any(counts[cause] < before for cause, before in self._seen[-1][1].items()):
            self._seen.clear()  # they were counted anew
        if len(stream.steps) > self._steps:  # something has just been done about it
            self._seen.clear()
            self._lost = {cause: share for cause, share in self._lost.items() if cause == "network"}
        self._steps = len(stream.steps)
        self._seen.append((now_s, counts))
        while len(self._seen) > 2 and now_s - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()
        since_s, before = self._seen[0]
        if now_s - since_s >= WINDOW_S:
            for cause, count in counts.items():
                share = min(1.0, (count - before[cause]) / (fps * (now_s - since_s)))
                if share > (ENDS if cause in self._lost else BEGINS):
                    self._lost[cause] = share
                else:
                    self._lost.pop(cause, None)
        return dict(self._lost)
