"""The show file follows the state, a moment later."""

import asyncio
import logging
from pathlib import Path

from studio import show_file
from studio.desktop import saved
from studio.show_file import ShowFile
from studio.spine import Store
from studio.state import State

log = logging.getLogger(__name__)

AFTER_S = 1.0


class Autosave:
    """`file` is what was opened; without a path nothing is written. On the studio's loop."""

    def __init__(self, store: Store, file: ShowFile, path: Path | None) -> None:
        self._store = store
        self._file = file
        self._path = path
        self._unsaved = False
        store.observe(self._on_state)

    @property
    def file(self) -> ShowFile:
        """The show as it would be written now."""
        return saved.saved(self._file, self._store.state)

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(AFTER_S)
            await self.save()

    async def save(self) -> None:
        """Write what changed, beside the loop. When it cannot be written, the state says so and it is tried again."""
        if not self._unsaved or self._path is None:
            return
        self._unsaved = False
        problem = ""
        try:
            await asyncio.to_thread(show_file.save, self._path, self.file)
        except Exception as error:  # whatever the disk or a value says: the evening's work must not be lost in silence
            problem = getattr(error, "strerror", None) or str(error)
            if self._store.state.unsaved != problem:
                log.error("the show could not be saved: %s", problem)
            self._unsaved = True
        self._store.update(unsaved=problem)

    def _on_state(self, old: State, new: State) -> None:
        self._unsaved = self._unsaved or saved.differs(old, new)
