"""What a workspace is to the window."""

from typing import Any, Protocol

from PySide6.QtWidgets import QWidget

from studio.state import State
from ui import theme


class Refreshed(Protocol):
    """A panel that follows the state."""

    def refresh(self, state: State) -> None:
        """Show `state`."""


class Ticking(Protocol):
    """A panel that moves."""

    def tick(self) -> None:
        """A frame has passed."""


class Follows:
    """A workspace's panels: each is told of a new state, those that move of each frame."""

    tiles = True
    preview = False
    """Whether the preview must be composed for it."""

    def __init__(self) -> None:
        self._refreshed: list[Refreshed] = []
        self._ticking: list[Ticking] = []

    def follow(self, *panels: Any) -> None:
        """Tell these; they belong to the workspace before they are laid out, and end with it."""
        for panel in panels:
            if isinstance(self, QWidget) and panel.parentWidget() is None:
                panel.setParent(self)
        self._refreshed.extend(panel for panel in panels if hasattr(panel, "refresh"))
        self._ticking.extend(panel for panel in panels if hasattr(panel, "tick"))

    def refresh(self, state: State) -> None:
        """Show `state`."""
        for panel in self._refreshed:
            panel.refresh(state)

    def tick(self) -> None:
        """A frame has passed."""
        for panel in self._ticking:
            panel.tick()


def is_wide(workspace: QWidget, width: int, height: int) -> bool:
    """Whether there is room for that size at 100 % text, in what the workspace is seen through."""
    seen = workspace.parentWidget()
    size = seen.size() if seen is not None else workspace.size()
    return size.width() / theme.scale() >= width and size.height() / theme.scale() >= height
