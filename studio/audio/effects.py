"""A channel's chain of effects: blocks of 10 ms in, as many out, in place of nothing when there are none."""

import logging
from collections.abc import Callable

import numpy as np

from studio.audio import noise
from studio.audio.filters import FilterChain
from studio.audio.limiter import Limiter
from studio.audio.noise import NoiseSuppressor
from studio.media.timed_ring import Samples
from studio.state.effects import AnyEffect, Limit, NoiseSuppression

log = logging.getLogger(__name__)

Process = Callable[[Samples], Samples]


class EffectChain:
    """Runs a channel's effects, on the mixer thread. Another setting is faded to over one block, so that it never clicks.

    An effect that cannot be made or fails is left out, and `failed` says which; the sound goes on without it.
    """

    def __init__(self) -> None:
        self.failed: str | None = None
        self._effects: tuple[AnyEffect, ...] = ()
        self._steps: list[Process] = []

    def __call__(self, block: Samples, effects: tuple[AnyEffect, ...]) -> Samples:
        """The block through `effects`."""
        wanted = tuple(effect for effect in effects if effect.on)
        if any(isinstance(effect, NoiseSuppression) for effect in wanted) and not noise.ready():
            wanted = tuple(effect for effect in wanted if not isinstance(effect, NoiseSuppression))
        if wanted == self._effects:
            return self._run(self._steps, block)
        before = self._run(self._steps, block)
        self._effects, self._steps = wanted, self._made(wanted)
        after = self._run(self._steps, block)
        rising = np.linspace(0, 1, len(block), dtype=np.float32)[:, None]
        faded: Samples = before * (1 - rising) + after * rising
        return faded

    def _made(self, effects: tuple[AnyEffect, ...]) -> list[Process]:
        """Neighbours that FFmpeg filters share one graph."""
        self.failed = None
        steps: list[Process] = []
        waiting: list[AnyEffect] = []

        def flush() -> None:
            if waiting:
                steps.append(FilterChain(tuple(waiting)))
                waiting.clear()

        for effect in effects:
            try:
                if isinstance(effect, NoiseSuppression | Limit):
                    flush()
                    steps.append(NoiseSuppressor() if isinstance(effect, NoiseSuppression) else Limiter())
                else:
                    waiting.append(effect)
            except Exception as error:  # a library that is not there, a model that does not load
                self._left_out(type(effect).__name__, error)
        flush()
        return steps

    def _run(self, steps: list[Process], block: Samples) -> Samples:
        for step in tuple(steps):
            try:
                block = step(block)
            except Exception as error:  # sound without an effect is better than none
                steps.remove(step)
                self._left_out(type(step).__name__, error)
        return block

    def _left_out(self, name: str, error: Exception) -> None:
        self.failed = name
        log.error("the effect %s is left out: %s", name, error, exc_info=error)
