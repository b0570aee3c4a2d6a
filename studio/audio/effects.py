"""A channel's chain of effects: blocks of 10 ms in, as many out, in place of nothing when there are none."""

import itertools
import logging
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from studio.audio import noise
from studio.audio.filters import FilterChain
from studio.audio.limiter import Limiter
from studio.audio.noise import NoiseSuppressor
from studio.media.timed_ring import Samples
from studio.state.effects import AnyEffect, Limit, NoiseSuppression, tag_of

log = logging.getLogger(__name__)

Process = Callable[[Samples], Samples]
ALONE = NoiseSuppression, Limit
"""Effects that are no filter of FFmpeg's."""


class _Step(NamedTuple):
    effects: tuple[str, ...]
    process: Process


class EffectChain:
    """Runs a channel's effects, on the mixer thread. Another setting is faded to over one block, so that it never clicks.

    An effect that cannot be made or fails is left out, and `failed` has its tag; the sound goes on without it.
    """

    def __init__(self) -> None:
        self.failed: tuple[str, ...] = ()
        self._effects: tuple[AnyEffect, ...] = ()
        self._steps: list[_Step] = []

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

    def _made(self, effects: tuple[AnyEffect, ...]) -> list[_Step]:
        self.failed = ()
        steps: list[_Step] = []
        for group in _groups(effects):
            try:
                steps.append(_Step(tuple(map(tag_of, group)), _process(group)))
            except Exception as error:  # a library that is not there, a model that does not load
                self._leave_out(tuple(map(tag_of, group)), error)
        return steps

    def _run(self, steps: list[_Step], block: Samples) -> Samples:
        for step in tuple(steps):
            try:
                block = step.process(block)
            except Exception as error:  # sound without an effect is better than none
                steps.remove(step)
                self._leave_out(step.effects, error)
        return block

    def _leave_out(self, effects: tuple[str, ...], error: Exception) -> None:
        self.failed += effects
        log.error("left out of a channel: %s: %s", ", ".join(effects), error, exc_info=error)


def _groups(effects: tuple[AnyEffect, ...]) -> list[tuple[AnyEffect, ...]]:
    """Neighbours that FFmpeg filters share one graph."""
    groups = itertools.groupby(enumerate(effects), lambda pair: pair[0] if isinstance(pair[1], ALONE) else -1)
    return [tuple(effect for _, effect in group) for _, group in groups]


def _process(effects: tuple[AnyEffect, ...]) -> Process:
    if isinstance(effects[0], NoiseSuppression):
        return NoiseSuppressor()
    return Limiter() if isinstance(effects[0], Limit) else FilterChain(effects)
