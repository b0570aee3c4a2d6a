"""Asks less of the computer while it cannot keep up, and all of it again when it can. What the audience does not see goes first.

Sound is none of it: the mixer has its own thread, and nothing here touches it.
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple
from weakref import WeakKeyDictionary

from studio.media.encoder import FASTEST, X264
from studio.outputs.overuse import Load, OveruseDetector
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.scenes.program import Program
from studio.state.stream import Step

log = logging.getLogger(__name__)

RELIEF: Mapping[Step, float] = {"window": 1.0, "preset": 1.5, "size": 2.6, "rate": 2.0}
"""The steps in their order, and by how much each relieves the encoder (x264, measured: `docs/performance.md`)."""
SAME_SETS = ("veryfast", "superfast")
"""Presets whose parameter sets are the fastest one's: a film that is being recorded goes on with those it began with."""
LEAST_FPS = 24
"""Whoever sends fewer pictures a second does not send half of them."""


class Controls(NamedTuple):
    """What the studio lends: the encoders that run, how many renditions are offered, whether the largest is recorded, which keeps
    its size, and how it is left out for the audience."""

    encoders: Callable[[], Iterable[RenditionEncoder]]
    renditions: Callable[[], int]
    recorded: Callable[[], bool]
    shrink: Callable[[bool], None]


class Adaptation:
    """On the studio's loop; `look` a few times a second. `steps` are those that are taken now."""

    def __init__(self, program: Program, controls: Controls) -> None:
        self.steps: tuple[Step, ...] = ()
        self._program, self._controls = program, controls
        self._detector = OveruseDetector()
        self._known: WeakKeyDictionary[RenditionEncoder, tuple[int, float]] = WeakKeyDictionary()
        """What each had dropped, and how long it had worked, when it was looked at last."""
        self._dropped, self._busy_s = 0, 0.0
        """By all of them; by the busiest between two looks."""

    def look(self, now_s: float) -> None:
        """Measure, and take or undo steps."""
        possible = self._possible()
        kept = [step for step in self.steps if step in possible]
        more = [step for step in possible if step not in kept]  # none of them makes up for a step that has become impossible
        last = RELIEF[kept[-1]] if kept else 1.0
        level = self._detector.look(self._load(), now_s, len(kept), len(possible), last)
        taken = kept[:level] + more[: max(0, level - len(kept))]
        wanted = tuple(step for step in RELIEF if step in taken)
        if wanted != self.steps:
            worse = len(wanted) > len(self.steps)
            log.log(logging.WARNING if worse else logging.INFO, "the computer %s: %s", *_words(wanted, worse=worse))
        self._apply(wanted)

    def _possible(self) -> tuple[Step, ...]:
        """The steps that would help, or do already, in their order."""
        encoders = tuple(self._controls.encoders())
        steps: list[Step] = ["window"]
        recorded = self._controls.recorded()
        presets = [encoder.preset for encoder in encoders if encoder.codec is X264]
        helps = not recorded or "preset" in self.steps or all(_may_change(preset) for preset in presets)
        if helps and any(preset != FASTEST for preset in presets):
            steps.append("preset")
        if encoders and self._controls.renditions() > 1 and not recorded:
            steps.append("size")
        if self._program.fps >= LEAST_FPS:
            steps.append("rate")
        return tuple(steps)

    def _load(self) -> Load:
        busiest_s = 0.0
        for encoder in self._controls.encoders():
            now = encoder.dropped, encoder.busy_s
            dropped, busy_s = self._known.get(encoder, now)
            self._dropped += now[0] - dropped
            busiest_s = max(busiest_s, now[1] - busy_s)
            self._known[encoder] = now
        self._busy_s += busiest_s
        stats = self._program.stats
        return Load(stats.ticks + stats.late, stats.late + self._dropped, self._busy_s)

    def _apply(self, steps: tuple[Step, ...]) -> None:
        self.steps = steps
        self._program.spare_windows = "window" in steps
        self._program.every = 2 if "rate" in steps else 1
        recorded = self._controls.recorded()
        for encoder in self._controls.encoders():
            if _may_change(encoder.preset) or not recorded:
                encoder.hurried = "preset" in steps
        self._controls.shrink("size" in steps)


def _may_change(preset: str) -> bool:
    """Whether a film that is being recorded can go on after the change."""
    return preset in SAME_SETS or preset == FASTEST


def _words(steps: tuple[Step, ...], *, worse: bool) -> tuple[str, str]:
    return "cannot keep up" if worse else "has room again", f"stepped down by {', '.join(steps)}" if steps else "all as asked for"
