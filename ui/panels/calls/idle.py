"""The middle while there is no call: what to do."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.widgets.button import Button
from ui.widgets.label import label


class IdlePage(QWidget):
    """Says why nothing rings, and offers what can be done about it."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self.heading = label("huge", wrap=True)
        self.words = label("muted", wrap=True)
        for words in (self.heading, self.words):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            words.setMaximumWidth(theme.px(520))
        tip = _("From now on calls ring here")
        self.start = Button(_("Be available"), lambda: bridge.run(desk.available(on=True)), kind="large", tip=tip)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.start)
        row.addStretch(1)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(24)] * 4))
        rows.setSpacing(theme.px(14))
        rows.addStretch(2)
        for widget in (self.heading, self.words):
            line = QHBoxLayout()
            line.addStretch(1)
            line.addWidget(widget, 20)
            line.addStretch(1)
            rows.addLayout(line)
        rows.addSpacing(theme.px(6))
        rows.addLayout(row)
        rows.addStretch(3)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        heading, words = self._say(state)
        self.heading.setText(heading)
        self.words.setText(words)
        self.start.setVisible(state.advising.status == "off")
        self.start.setEnabled(state.link.status == "connected")

    @staticmethod
    def _say(state: State) -> tuple[str, str]:
        calls, advising = state.calls, state.advising
        if state.link.status != "connected":
            return _("No connection to the server"), _("Customers cannot reach you. It is tried again by itself.")
        if advising.status == "off" and advising.why == "missed":
            missed = _(
                "A call rang here and nobody answered. The customer went on to the next in line. Say so when you are back."
            )
            return _("You missed a call"), missed
        if advising.status == "off":
            words = _("Calls ring here once you say that you are available.")
            if calls.waiting:
                return _("{count} waiting").format(count=calls.waiting), words
            return _("You are not available"), words
        if not calls.open:
            return _("The shop does not answer now"), _("You are ready. Calls ring here when it opens.")
        ready = _("When a customer rings, you see first who it is and what they look at. Enter answers.")
        return _("Nobody rings"), ready
