"""The windows beside the main one, by name."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from studio.settings import Settings
from studio.state import State
from ui.bridge import Bridge
from ui.models.prompter import Prompter
from ui.windows.base import ExtraWindow
from ui.windows.multiview import Multiview
from ui.windows.presenter import Presenter
from ui.windows.projector import Projector


class ExtraWindows:
    """Made when they are first opened. `watched` is told that one has opened or closed."""

    def __init__(
        self, beside: QWidget, bridge: Bridge, settings: Settings, prompter: Prompter, watched: Callable[[], None]
    ) -> None:
        self._beside, self._bridge, self._watched = beside, bridge, watched
        self._make: dict[str, Callable[[], ExtraWindow]] = {
            "multiview": lambda: Multiview(bridge, settings),
            "presenter": lambda: Presenter(bridge, prompter),
            "projector": lambda: Projector(bridge),
        }
        self.names = frozenset(self._make)
        self.made: dict[str, ExtraWindow] = {}

    @property
    def visible(self) -> list[ExtraWindow]:
        """Those that are open."""
        return [window for window in self.made.values() if window.isVisible()]

    @property
    def show_all_scenes(self) -> bool:
        """Whether one of them shows every scene, and the preview."""
        return (multiview := self.made.get("multiview")) is not None and multiview.isVisible()

    def toggle(self, name: str) -> None:
        """Open a window, or close it when it is open."""
        window = self.made.get(name)
        if window is not None and window.isVisible():
            window.close()
        else:
            if window is None:
                self.made[name] = window = self._make[name]()
                window.closed.connect(self._watched)
            window.refresh(self._bridge.state)
            window.place(self._beside)
            window.show()
        self._watched()

    def refresh(self, state: State) -> None:
        """Show `state`."""
        for window in self.visible:
            window.refresh(state)

    def tick(self) -> None:
        """A frame has passed."""
        for window in self.visible:
            window.tick()

    def rebuild(self) -> None:
        """Make their content anew, in the language and look of now."""
        for window in self.made.values():
            window.rebuild()

    def close(self) -> None:
        """All of them."""
        for window in self.made.values():
            window.close()
