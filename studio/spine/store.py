"""The state tree's holder: replaced whole on one thread, readable from any."""

import logging
from collections.abc import Callable
from typing import Any

import msgspec

from studio.state import State

log = logging.getLogger(__name__)

Observer = Callable[[State, State], None]


class Store:
    """Holds the present `State`. `update` belongs to the studio thread; `state` may be read anywhere."""

    def __init__(self, state: State | None = None) -> None:
        self.state = state or State()
        self._observers: list[Observer] = []

    def observe(self, observer: Observer) -> Callable[[], None]:
        """Call `observer(old, new)` after each change; returns the function that ends it."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer)

    def update(self, **branches: Any) -> None:
        """Replace branches; nothing happens, and nobody is told, when they equal what is there."""
        old = self.state
        new = msgspec.structs.replace(old, **branches)
        if new == old:
            return
        self.state = new
        for observer in tuple(self._observers):
            try:
                observer(old, new)
            except Exception:  # an observer's fault must not stop the others, nor the one who changed state
                log.exception("an observer of the state failed")


def changed_branches(old: State, new: State) -> dict[str, Any]:
    """The branches that differ, with their new values."""
    return {name: getattr(new, name) for name in State.__struct_fields__ if getattr(old, name) != getattr(new, name)}
