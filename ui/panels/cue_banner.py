"""The producer's line to the host: amber, in the eye line, until the host takes it away."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.commands.rundown import CueClear
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.widgets.button import Button
from ui.widgets.label import label
from ui.widgets.panel import show_if


class CueBanner(QWidget):
    """Hidden while there is no cue."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self.setObjectName("cue")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = label("cue-words", wrap=True)
        self.seen = Button(_("Seen"), lambda: bridge.run(CueClear()), kind="cue", tip=_("Take the line away"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(6), theme.px(8), theme.px(6))
        row.addWidget(self.words, 1)
        row.addWidget(self.seen)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        cue = state.rundown.cue
        self.seen.set_key(key_of(state, "cue"))
        self.words.setText(f"{cue.by}: {cue.text}" if cue.by else cue.text)
        self.setAccessibleName(_("Cue: {text}").format(text=self.words.text()))
        show_if(self, bool(cue.text))
