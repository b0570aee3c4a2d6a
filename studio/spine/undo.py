"""Undo: one stack an actor, of inverses that refuse when the object has moved on."""

from collections import defaultdict, deque
from collections.abc import Awaitable, Callable
from typing import NamedTuple, Union

from studio.errors import WrongState
from studio.i18n import N_

DEPTH = 200


class Inverse(NamedTuple):
    """How to take a command back: a sentence for the menu, and the deed, which returns its own inverse (for redo)."""

    sentence: str
    run: Callable[[], Awaitable[Union["Inverse", None]]]


class UndoStacks:
    """The actors' stacks. Undoing moves an inverse to the actor's redo stack; a new command clears that."""

    def __init__(self) -> None:
        self._done: defaultdict[str, deque[Inverse]] = defaultdict(lambda: deque(maxlen=DEPTH))
        self._undone: defaultdict[str, deque[Inverse]] = defaultdict(lambda: deque(maxlen=DEPTH))

    def push(self, actor: str, inverse: Inverse) -> None:
        """Remember what `actor` did."""
        self._done[actor].append(inverse)
        self._undone[actor].clear()

    def sentences(self, actor: str) -> tuple[str, ...]:
        """What `actor` can take back, newest last."""
        return tuple(inverse.sentence for inverse in self._done[actor])

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
        again = await inverse.run()
        if again is not None:
            target.append(again)
        return inverse.sentence
