"""Whether a device that says nothing is well: by the pictures or sound it delivers. Pure, time is an argument."""

from typing import Literal

import numpy as np

from studio.clock import NS_PER_S
from studio.media.frames import Picture, Plane

STALE_NS = NS_PER_S
"""Without anything new for this long a device is stale."""
FROZEN_NS = 3 * NS_PER_S
"""A camera whose pictures are the same to the last bit for this long has frozen: a sensor's noise never repeats."""
REOPEN_NS = 3 * NS_PER_S
"""A stale device is closed and opened again after this."""
GRID = 16
"""Every 16th pixel of every 16th row is looked at first; only when those are all the same, the rest."""

Verdict = Literal["waiting", "live", "stale", "reopen"]


class Health:
    """Told of everything a device delivers (`delivered`, on the device's thread), asked now and then (`verdict`).

    `freezes`: pictures that do not change count as none.
    """

    def __init__(self, *, freezes: bool = False) -> None:
        self._freezes = freezes
        self._newest_ns: int | None = None
        self._stale_since_ns: int | None = None
        self._previous: Plane | None = None
        self._changed_ns = 0

    def opened(self) -> None:
        """The device is opened anew: nothing is known until it delivers."""
        self._newest_ns = self._stale_since_ns = self._previous = None

    def delivered(self, now_ns: int, picture: Picture | None = None) -> None:
        """The device delivered, at `now_ns`."""
        if self._freezes and picture is not None and not self._moves(picture.y, now_ns):
            return
        self._newest_ns = now_ns

    def verdict(self, now_ns: int) -> Verdict:
        """How it is doing at `now_ns`; `reopen` is said once for each time that is due."""
        newest = self._newest_ns
        if newest is None:
            return "waiting"
        if now_ns - newest <= STALE_NS:
            self._stale_since_ns = None
            return "live"
        if self._stale_since_ns is None:
            self._stale_since_ns = now_ns
        if now_ns - self._stale_since_ns >= REOPEN_NS:
            self._stale_since_ns = now_ns
            return "reopen"
        return "stale"

    def _moves(self, plane: Plane, now_ns: int) -> bool:
        """Whether the picture changed within `FROZEN_NS`."""
        before, self._previous = self._previous, plane
        same = (
            before is not None
            and before.shape == plane.shape
            and np.array_equal(before[::GRID, ::GRID], plane[::GRID, ::GRID])
            and np.array_equal(before, plane)
        )
        if not same:
            self._changed_ns = now_ns
        return now_ns - self._changed_ns < FROZEN_NS
