"""Looks a few times a second, and puts what it finds into the state."""

import asyncio
import shutil
import time
from collections.abc import Callable, Iterable, Mapping

from studio.alarms.drops import DropWatch
from studio.alarms.rules import Ears, Measured, alarms
from studio.scenes.nesting import shown_sources
from studio.spine import Store

POLL_S = 0.25
DISK_S = 10.0
CERTAIN_S, LASTS_S = 0.5, 3.0
"""Speech must go on for so long to be believed, and is believed for so long after the last word."""


class SteadyEars:
    """Ears that are not startled by one sound, nor deaf in the pause between two sentences."""

    def __init__(self, ears: Ears) -> None:
        self._ears = ears
        self._since: dict[str, float] = {}
        self._believed: dict[str, float] = {}
        self._now_s = 0.0

    def listen(self, sources: Iterable[str], now_s: float) -> None:
        """Hear what there is now."""
        self._now_s = now_s
        for source in sources:
            if not self._ears.speaking(source):
                self._since.pop(source, None)
            elif now_s - self._since.setdefault(source, now_s) >= CERTAIN_S:
                self._believed[source] = now_s

    def speaking(self, source: str) -> bool:
        """Whether somebody speaks into it, for certain."""
        return self._now_s - self._believed.get(source, -LASTS_S) < LASTS_S

    def silent_s(self, source: str) -> float:
        """How long it has delivered nothing."""
        return self._ears.silent_s(source)


class AlarmWatch:
    """`disk_hours` says how long the disk lasts (it may block), `broken_effects` which effects of a source are left out. On the
    studio's loop."""

    def __init__(
        self,
        store: Store,
        ears: Ears,
        disk_hours: Callable[[], float | None],
        broken_effects: Callable[[], Mapping[str, tuple[str, ...]]] = dict,
    ) -> None:
        self._store = store
        self._ears = SteadyEars(ears)
        self._disk_hours = disk_hours
        self._broken_effects = broken_effects
        self._drops = DropWatch()
        self._hours: float | None = None
        self._disk_due_s = 0.0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            if time.monotonic() >= self._disk_due_s:
                self._hours = await asyncio.to_thread(self._disk_hours)
                self._disk_due_s = time.monotonic() + DISK_S
            self.look(time.monotonic())
            await asyncio.sleep(POLL_S)

    def look(self, now_s: float) -> None:
        """Compare the state with what is true."""
        state = self._store.state
        self._ears.listen((source.id for source in state.sources if source.kind == "microphone"), now_s)
        shown = frozenset(shown_sources(state, state.scenes.program))
        drops = self._drops.look(state.stream, state.scenes.fps, now_s)
        measured = Measured(self._hours, drops, self._broken_effects())
        self._store.update(alarms=alarms(state, self._ears, measured, shown))


def disk_hours(folder: str, kbps: float) -> float | None:
    """Hours of recording at `kbps` that fit on the disk of `folder`; None when that cannot be found out."""
    try:
        return shutil.disk_usage(folder).free * 8 / 1000 / kbps / 3600
    except OSError:
        return None
