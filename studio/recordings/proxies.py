"""Proxies of films that are heavier than the computer: made beside the show, thrown away when the film itself is wanted."""

import asyncio
import os
from functools import partial
from pathlib import Path

from studio.commands import Actor
from studio.commands import source as ask
from studio.errors import InvalidValue
from studio.recordings.cutting.exporter import Exporter
from studio.recordings.cutting.job import ProxyJob
from studio.recordings.stoppable import Progress
from studio.recordings.works import Works, is_on_air
from studio.sources.proxy import proxy_of, tidy
from studio.sources.rack import SourceRack
from studio.spine import Dispatcher, Store

LAST = 19
"""Beside a show: only what nobody else wants of the processor."""


class Proxies:
    """On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher, rack: SourceRack, works: Works) -> None:
        self._store, self._rack, self._works = store, rack, works
        dispatcher.register(ask.SourceProxy, self._on_make)
        dispatcher.register(ask.SourceOriginal, self._on_original)

    async def _on_make(self, command: ask.SourceProxy, by: Actor) -> str:
        source, path = self._film(command.source)
        target = proxy_of(path)
        self._tell(path, "")
        if target.is_file():
            self._rack.reopen(path)
            return ""
        for work in self._store.state.works:  # one for each film, however many sources show it
            if (work.kind, work.clip) == ("proxy", target.stem):
                return work.id
        make = partial(self._make, path, target)
        return self._works.add("proxy", "", target.stem, make, partial(self._tell, path), source=source)

    async def _make(self, path: str, target: Path, progress: Progress) -> None:
        if not self._rack.showing(path):
            return
        on_air = is_on_air(self._store.state)
        threads = 1 if on_air else max(1, (os.cpu_count() or 2) - 1)
        job = ProxyJob(source=path, target=str(target), threads=threads, nice=LAST if on_air else 10)
        making = asyncio.current_task()

        def told(share: float) -> None:
            progress(share)
            if making is not None and not self._rack.showing(path):
                making.cancel()  # nobody wants it any more

        await Exporter().run(job, told)
        tidy()
        self._rack.reopen(path)

    async def _on_original(self, command: ask.SourceOriginal, by: Actor) -> None:
        _, path = self._film(command.source)
        target = proxy_of(path)
        await self._works.forget(target.stem)
        target.unlink(missing_ok=True)
        self._tell(path, "")
        self._rack.reopen(path)

    def _tell(self, path: str, problem: str) -> None:
        for source in self._rack.showing(path):
            self._rack.told_proxy(source, problem)

    def _film(self, wanted: str) -> tuple[str, str]:
        """Its id and the path of its file."""
        state = self._rack.state(wanted)
        if state.kind != "media_file":
            raise InvalidValue("{name} is no film", field="source", name=state.name)
        return state.id, str(state.settings["path"])
