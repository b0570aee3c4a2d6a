"""The programme alone, as large as the screen."""

from PySide6.QtWidgets import QWidget

from studio.i18n import N_
from studio.state import State
from ui.bridge import Bridge
from ui.panels.program import BusView
from ui.windows.base import ExtraWindow


class Projector(ExtraWindow):
    """For a screen in the room: no tally, no words."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, N_("Programme"))

    def make(self) -> QWidget:
        self.view = BusView(self._bridge, "program")
        return self.view

    def refresh(self, state: State) -> None:
        """Nothing but the picture."""
        self.view.set_tally("")

    def tick(self) -> None:
        self.view.tick()
