"""Whether the computer keeps up with what is asked of it, and by how much less must be asked. Pure, time is an argument.

As WebRTC's overuse detector: go down soon and by as much as is missing, go up late and one step at a time, and wait twice as long
where the last step up had to be taken back.
"""

from collections import deque
from typing import NamedTuple

BEGINS_S = 3.0
"""Pictures must have been lost for so long."""
RETRY_S = 1.0
"""After a step down it takes only so long to see that one more is needed, while it is recent."""
RECENT_S = 10.0
WINDOW_S = 1.0
LOST = 0.02
"""The share of pictures, lost within `WINDOW_S`, that is too much."""
MUCH = ((0.35, 4), (0.15, 3), (0.06, 2))
"""Where so much is lost, so many steps at once."""
CALM_S, CALM_MOST_S = 10.0, 160.0
"""Nothing lost for so long before a step up; doubled each time that it had to be taken back."""
TAKEN_BACK_S = 30.0
ROOM = 0.7
"""The share of a picture's time that the encoder may need after a step up."""


class Load(NamedTuple):
    """Counters since the start: pictures due, pictures lost (late or dropped), seconds that the busiest encoder has worked."""

    due: int
    lost: int
    busy_s: float


class OveruseDetector:
    """Told of the load a few times a second."""

    def __init__(self) -> None:
        self._seen: deque[tuple[float, Load]] = deque()
        self._over: tuple[float, Load] | None = None
        """Since when too much is lost, and what the load was then."""
        self._calm_since_s = 0.0
        self._down_s = self._up_s = -1e9
        self._calm_s = CALM_S

    def look(self, load: Load, now_s: float, level: int, steps: int, costs: float = 1.0) -> int:
        """How many steps are to be taken: of `steps` that can be, `level` are now. `costs` is by how much the last of them
        relieves the encoder (2: it would have twice as much to do without it)."""
        if self._seen and (load.due < self._seen[-1][1].due or load.lost < self._seen[-1][1].lost):
            self._seen.clear()  # counted anew
        self._seen.append((now_s, load))
        while len(self._seen) > 2 and now_s - self._seen[1][0] >= WINDOW_S:
            self._seen.popleft()
        since_s, before = self._seen[0]
        passed_s = now_s - since_s
        if passed_s < WINDOW_S or load.due == before.due:
            return level
        share = (load.lost - before.lost) / (load.due - before.due)
        if share > LOST:
            self._calm_since_s = now_s
            return self._strained(load, before, now_s, level, steps)
        self._over = None
        if load.lost > before.lost:
            self._calm_since_s = now_s
        elif level and now_s - self._calm_since_s >= self._calm_s and self._has_room(load, before, passed_s, costs):
            self._up_s = self._calm_since_s = now_s
            return level - 1
        return level

    def _strained(self, load: Load, before: Load, now_s: float, level: int, steps: int) -> int:
        """The level with as many steps more as are missing, once pictures have been lost for long enough."""
        if self._over is None:
            self._over = now_s, before
        since_s, then = self._over
        recent = now_s - self._down_s < RECENT_S
        settled = now_s - self._down_s >= WINDOW_S + RETRY_S  # what was lost before the last step is no sign
        if level >= steps or not settled or now_s - since_s < (RETRY_S if recent else BEGINS_S):
            return level
        if now_s - self._up_s < TAKEN_BACK_S:
            self._calm_s = min(CALM_MOST_S, self._calm_s * 2)
        elif not recent:
            self._calm_s = CALM_S
        share = (load.lost - then.lost) / (load.due - then.due)
        self._down_s = now_s
        self._over = None
        return min(steps, level + next((count for much, count in MUCH if share >= much), 1))

    @staticmethod
    def _has_room(load: Load, before: Load, passed_s: float, costs: float) -> bool:
        return (load.busy_s - before.busy_s) / passed_s * costs <= ROOM
