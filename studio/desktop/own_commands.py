"""Commands about the desktop as a whole: panic, keys, undo."""

import msgspec

from studio.commands import Actor
from studio.commands.hotkey import HotkeySet
from studio.commands.panic import PanicOff, PanicOn
from studio.commands.undo import Redo, Undo
from studio.i18n import _
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit


class OwnCommands:
    """On the studio's loop."""

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        self._store = store
        self._undo = dispatcher.undo
        dispatcher.register(PanicOn, self._on_panic)
        dispatcher.register(PanicOff, self._on_calm)
        dispatcher.register(HotkeySet, self._on_hotkey)
        dispatcher.register(Undo, self._on_undo)
        dispatcher.register(Redo, self._on_redo)

    async def _on_panic(self, command: PanicOn, by: Actor) -> None:
        self._store.update(panic=True, scenes=msgspec.structs.replace(self._store.state.scenes, tbar=0))

    async def _on_calm(self, command: PanicOff, by: Actor) -> None:
        self._store.update(panic=False)

    async def _on_hotkey(self, command: HotkeySet, by: Actor) -> Inverse | None:
        store = self._store
        others = {action: key for action, key in store.state.hotkeys.items() if action != command.action}
        after = others if command.key is None else others | {command.action: command.key}
        return edit(_("Change a key"), lambda: store.state.hotkeys, lambda keys: store.update(hotkeys=keys), after)

    async def _on_undo(self, command: Undo, by: Actor) -> str:
        return await self._undo.undo(by.id)

    async def _on_redo(self, command: Redo, by: Actor) -> str:
        return await self._undo.redo(by.id)
