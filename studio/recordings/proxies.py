"""Proxies of films that are heavier than the computer: made beside the show, thrown away when the film itself is wanted."""

import contextlib
import os

from studio.commands import Actor
from studio.commands import source as ask
from studio.errors import InvalidValue, NotFound
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
        if target.is_file():
            self._rack.reopen(source)
            return ""

        async def make(progress: Progress) -> None:
            on_air = is_on_air(self._store.state)
            threads = 1 if on_air else max(1, (os.cpu_count() or 2) - 1)
            await Exporter().run(
                ProxyJob(source=path, target=str(target), threads=threads, nice=LAST if on_air else 10), progress
            )
            tidy()
            with contextlib.suppress(NotFound):  # it has been removed meanwhile
                self._rack.reopen(source)

        def failed(problem: str) -> None:
            self._rack.told_proxy(source, problem)

        self._rack.told_proxy(source, "")
        return self._works.add("proxy", "", "", make, failed, source=source)

    async def _on_original(self, command: ask.SourceOriginal, by: Actor) -> None:
        source, path = self._film(command.source)
        await self._works.forget(source)
        proxy_of(path).unlink(missing_ok=True)
        self._rack.reopen(source)

    def _film(self, wanted: str) -> tuple[str, str]:
        """Its id and the path of its file."""
        state = self._rack.state(wanted)
        if state.kind != "media_file":
            raise InvalidValue("{name} is no film", field="source", name=state.name)
        return state.id, str(state.settings["path"])
