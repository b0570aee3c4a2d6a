"""The producer's private line to the host."""

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.commands.rundown import CueClear, CueSend
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.widgets.button import Button


class CueLine(QWidget):
    """Enter sends; what was sent can be taken away until the host has seen it."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self.line = QLineEdit()
        self.line.setMaxLength(200)
        self.line.setPlaceholderText(_("Cue to the host: only the host sees it"))
        self.line.setAccessibleName(_("Cue to the host"))
        self.line.returnPressed.connect(self._send)
        self.send = Button(_("Send cue"), self._send, kind="primary")
        self.clear = Button(_("Take away"), lambda: bridge.run(CueClear()), kind="small")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self.line, 1)
        row.addWidget(self.send)
        row.addWidget(self.clear)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        cue = state.rundown.cue
        self.clear.setVisible(bool(cue.text))
        self.clear.set_tip(_("The host sees: {text}").format(text=cue.text))

    def _send(self) -> None:
        if text := self.line.text().strip():
            self._bridge.run(CueSend(text=text))
            self.line.clear()
