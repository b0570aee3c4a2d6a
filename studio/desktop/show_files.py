"""The open show as a file: taken along, copied; and others brought in."""

import asyncio
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from studio.commands import Actor
from studio.commands.show import ShowBring, ShowCopy, ShowExport
from studio.errors import InvalidValue
from studio.show_file import ShowFile
from studio.shows import bundle
from studio.shows.library import ShowLibrary, fresh
from studio.sources.base import SourceKind
from studio.spine import Dispatcher, Store


class ShowFiles:
    """`file()` is what is open, as it would be saved now. On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher, kinds: dict[str, SourceKind], file: Callable[[], ShowFile]) -> None:
        self._store = store
        self._kinds = kinds
        self._file = file
        dispatcher.register(ShowBring, self._on_bring)
        dispatcher.register(ShowCopy, self._on_copy)
        dispatcher.register(ShowExport, self._on_export)

    async def _on_bring(self, command: ShowBring, by: Actor) -> str:
        library = ShowLibrary(self._kinds)
        try:
            return str(await asyncio.to_thread(library.bring, Path(command.path)))
        except OSError as error:
            raise _unwritten(str(library.folder), error) from None

    async def _on_copy(self, command: ShowCopy, by: Actor) -> str:
        file = fresh(self._file(), command.title)
        info = structs.replace(file.show, products=self._store.state.shop.products)
        try:
            return str(await asyncio.to_thread(ShowLibrary(self._kinds).add, structs.replace(file, show=info)))
        except OSError as error:
            raise _unwritten(command.title, error) from None

    async def _on_export(self, command: ShowExport, by: Actor) -> list[str]:
        try:
            return await asyncio.to_thread(bundle.pack, Path(command.path), self._file())
        except OSError as error:
            raise _unwritten(command.path, error) from None


def _unwritten(what: str, error: OSError) -> InvalidValue:
    return InvalidValue("cannot be written: {problem}", field=what, problem=error.strerror)
