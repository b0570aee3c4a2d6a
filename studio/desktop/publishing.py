"""The server is told what this desktop's branches of the state have become, at most ten times a second."""

import asyncio
from typing import Any

from studio.link.link import Link
from studio.recordings.slim import slim, slim_recording
from studio.spine import Store
from studio.spine.store import changed_branches
from studio.state import State
from studio.state.branches import PUBLISHED
from studio.state.recording import Library

EVERY_S = 0.1


class Publishing:
    """On the studio's loop."""

    def __init__(self, store: Store, link: Link) -> None:
        self._store = store
        self._link = link
        self._dirty: dict[str, Any] = {}
        self._changed = asyncio.Event()
        self._library_sent: Library | None = None
        store.observe(self._on_state)

    def begin_anew(self) -> None:
        """The server knows nothing of us any more: tell it everything."""
        self._library_sent = None
        self._dirty = {name: getattr(self._store.state, name) for name in PUBLISHED}
        self._changed.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._changed.wait()
            self._changed.clear()
            dirty, self._dirty = self._dirty, {}
            if "library" in dirty and (library := slim(dirty["library"])) == self._library_sent:
                del dirty["library"]
            elif "library" in dirty:
                dirty["library"] = self._library_sent = library
            if "recording" in dirty:
                dirty["recording"] = slim_recording(dirty["recording"])
            await self._link.publish(dirty)
            await asyncio.sleep(EVERY_S)

    def _on_state(self, old: State, new: State) -> None:
        self._dirty |= {name: value for name, value in changed_branches(old, new).items() if name in PUBLISHED}
        self._changed.set()
