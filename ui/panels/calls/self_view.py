"""What the customer sees of the advisor: the programme, small, with a word when something is kept back."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QSizePolicy

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.panels.program import BusView

WIDTH, MOST = 160, 220


class SelfView(BusView):
    """Says in its corner what does not go out."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(bridge, "program")
        self.setMinimumSize(1, 1)
        canvas = bridge.state.scenes.canvas
        width = min(theme.px(WIDTH), MOST) if canvas.width >= canvas.height else WIDTH * 0.6
        self._size = QSize(round(width), round(width * canvas.height / canvas.width) + 6)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedSize(self._size)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(_("You, as the customer sees you"))

    def sizeHint(self) -> QSize:
        return self._size if hasattr(self, "_size") else super().sizeHint()

    def refresh(self, state: State) -> None:
        """Show `state`."""
        media, call = state.call_media, state.advising.call
        held = call is not None and call.held
        words = []
        if state.panic:
            words.append(_("CURTAIN DOWN, SILENT"))
        elif not held:
            words += [] if media.sends_sound else [_("Muted")]
            words += [] if media.sends_picture else [_("Camera off")]
        if words:
            self.set_tally("warn", "warn-ink", " · ".join(words))
        else:
            self.set_tally("control", "text", _("On hold") if held else "")
        self.setAccessibleDescription(self.word)
