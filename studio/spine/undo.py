"""Undo: one stack an actor, of inverses that refuse when the object has moved on."""

import time
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple, Union

from studio.commands import Command
from studio.errors import ChangedSince, StudioError, WrongState
from studio.i18n import N_

DEPTH = 200
GESTURE_S = 1.0
"""Changes of one object that follow each other this closely, as while a fader is drawn, are taken back together."""


class Inverse(NamedTuple):
    """How to take a command back: a sentence for the menu, and the deed, which returns its own inverse (for redo)."""

    sentence: str
    run: Callable[[], Awaitable[Union["Inverse", None]]]
    result: Any = None
    """What the command answers: an id."""
    key: str = ""
    """Names the object, where changes in quick succession are one gesture."""
    before: Any = None
    reach_back: Callable[[Any], "Inverse"] | None = None
    """The inverse that goes back to an earlier value of the same object."""


class Offered(NamedTuple):
    """What a server's command answers, and the command that takes it back: undo is where the person acts, at their desktop.
    That command refuses with `ChangedSince` once somebody else has changed the object."""

    result: Any
    sentence: str
    takes_back: Command


class UndoStacks:
    """The actors' stacks. Undoing moves an inverse to the actor's redo stack; a new command clears that."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._done: defaultdict[str, deque[Inverse]] = defaultdict(lambda: deque(maxlen=DEPTH))
        self._undone: defaultdict[str, deque[Inverse]] = defaultdict(lambda: deque(maxlen=DEPTH))
        self._pushed_s: dict[str, float] = {}
        self._now_s = now_s

    def push(self, actor: str, inverse: Inverse) -> None:
        """Remember what `actor` did."""
        done, now_s = self._done[actor], self._now_s()
        goes_on = bool(done) and bool(inverse.key) and done[-1].key == inverse.key and not self._undone[actor]
        if goes_on and inverse.reach_back is not None and now_s - self._pushed_s.get(actor, 0) < GESTURE_S:
            inverse = inverse.reach_back(done.pop().before)
        self._pushed_s[actor] = now_s
        done.append(inverse)
        self._undone[actor].clear()

    def sentences(self, actor: str) -> tuple[str, ...]:
        """What `actor` can take back, newest last."""
        return tuple(inverse.sentence for inverse in self._done[actor])

    def again(self, actor: str) -> tuple[str, ...]:
        """What `actor` can do again, next last."""
        return tuple(inverse.sentence for inverse in self._undone[actor])

    async def undo(self, actor: str) -> str:
        """Take back the newest; raises `WrongState` when there is nothing and `ChangedSince` when it moved on."""
        return await self._move(self._done[actor], self._undone[actor], N_("There is nothing to undo"))

    async def redo(self, actor: str) -> str:
        """Do the newest undone again."""
        return await self._move(self._undone[actor], self._done[actor], N_("There is nothing to redo"))

    async def _move(self, source: deque[Inverse], target: deque[Inverse], empty: str) -> str:
        if not source:
            raise WrongState(empty)
        inverse = source.pop()
        try:
            again = await inverse.run()
        except ChangedSince:
            raise  # it can never be taken back any more
        except StudioError:
            source.append(inverse)
            raise
        if again is not None:
            target.append(again)
        return inverse.sentence
