"""What is certainly wrong, in the host's eye line: a colour, a sentence, and a sound when it begins."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from studio.state.alarm import Alarm
from ui import theme
from ui.bridge import Bridge
from ui.sounds import Sounds
from ui.widgets.label import label
from ui.widgets.panel import show_if

SHOWN = 3


class AlarmRow(QFrame):
    """One alarm."""

    def __init__(self, alarm: Alarm) -> None:
        super().__init__()
        self.setObjectName("alarm")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("level", alarm.level)
        kind = _("ALARM") if alarm.level == "critical" else _("NOTE")
        self.words = label("alarm-words", f"{kind}  ·  {alarm.words}", wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(14), theme.px(6), theme.px(14), theme.px(6))
        row.addWidget(self.words)
        self.setAccessibleName(self.words.text())


class AlarmBar(QWidget):
    """Shows the worst three; hidden while all is well."""

    def __init__(self, bridge: Bridge, sounds: Sounds) -> None:
        super().__init__()
        self._sounds = sounds
        self._shown: tuple[Alarm, ...] = ()
        self.rows: list[AlarmRow] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))
        self.hide()
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        alarms = state.alarms[:SHOWN]
        if alarms != self._shown:
            self._show(alarms)
        show_if(self, bool(alarms))

    def _show(self, alarms: tuple[Alarm, ...]) -> None:
        known = {(alarm.code, alarm.source) for alarm in self._shown}
        if any((alarm.code, alarm.source) not in known and alarm.level == "critical" for alarm in alarms):
            self._sounds.alarm()
        self._shown = alarms
        for row in self.rows:
            self._column.removeWidget(row)
            row.deleteLater()
        self.rows = [AlarmRow(alarm) for alarm in alarms]
        for row in self.rows:
            self._column.addWidget(row)
