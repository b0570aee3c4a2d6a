"""The host's workspace: the picture and what one needs while one speaks into a camera."""

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.i18n import _
from ui import theme
from ui.bridge import Bridge
from ui.models.chat_log import ChatLog
from ui.models.prompter import Prompter
from ui.panels.alarm_bar import AlarmBar
from ui.panels.chat import ChatPanel
from ui.panels.cue_banner import CueBanner
from ui.panels.microphone import MicrophonePanel
from ui.panels.on_screen import OnScreenPanel
from ui.panels.products import ProductsPanel
from ui.panels.program import BusView
from ui.panels.rundown import RundownPanel
from ui.panels.scene_row import SceneRow
from ui.panels.teleprompter import TeleprompterPanel
from ui.sounds import Sounds
from ui.widgets.panel import column, scrolled
from ui.widgets.tabs import Tabs
from ui.workspaces.base import Follows, is_wide

WIDE = (1120, 640)
"""From this size on, at 100 % text, everything has a place of its own; below, the sides are tabs."""


class HostWorkspace(QWidget, Follows):
    """`take(number)` when a tile is clicked."""

    def __init__(self, bridge: Bridge, sounds: Sounds, prompter: Prompter, chat: ChatLog, take: Callable[[int], None]) -> None:
        QWidget.__init__(self)
        Follows.__init__(self)
        self.cue = CueBanner(bridge)
        self.alarms = AlarmBar(bridge, sounds)
        self.program = BusView(bridge, "program")
        self.program.lay_over(self.cue)
        self.scenes = SceneRow(bridge, lambda number, double: take(number))
        self.microphone = MicrophonePanel(bridge)
        self.on_screen = OnScreenPanel(bridge)
        self.rundown = RundownPanel(bridge)
        self.prompter = TeleprompterPanel(bridge, prompter)
        self.products = ProductsPanel(bridge)
        self.chat = ChatPanel(bridge, chat)
        self.follow(self.cue, self.alarms, self.program, self.scenes, self.microphone, self.on_screen)
        self.follow(self.rundown, self.prompter, self.products, self.chat)
        self._wide: bool | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(*([theme.px(12)] * 4))
        self._row.setSpacing(theme.px(12))

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = is_wide(self, *WIDE)
        if wide != self._wide:
            self._wide = wide
            self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        old = []
        while (item := self._row.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                old.append(widget)
        if self._wide:
            self._arrange_wide()
        else:
            self._arrange_compact()
        for widget in old:
            if widget not in (self.products, self.chat):
                widget.deleteLater()
        if self._wide:  # a tab that is not in front has been hidden
            for panel in (self.products, self.chat, self.rundown, self.on_screen):
                panel.show()

    def _arrange_wide(self) -> None:
        controls = QWidget()
        row = QHBoxLayout(controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(12))
        row.addWidget(self.microphone, 1)
        row.addWidget(self.on_screen, 1)
        centre = column(self.alarms, self.prompter, self.program, self.scenes, controls, self.rundown, spacing=10)
        rows = centre.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.setStretchFactor(self.program, 6)
        rows.setStretchFactor(self.rundown, 1)
        self.products.setMinimumWidth(theme.px(230))
        self.chat.setMinimumWidth(theme.px(250))
        self._row.addWidget(self.products, 22)
        self._row.addWidget(centre, 54)
        self._row.addWidget(self.chat, 24)

    def _arrange_compact(self) -> None:
        centre = column(self.alarms, self.prompter, self.program, self.scenes, self.microphone, spacing=8)
        rows = centre.layout()
        assert isinstance(rows, QVBoxLayout)
        rows.setStretchFactor(self.program, 1)
        tabs = Tabs(_("Panels"))
        for panel, name in (
            (self.products, _("Products")),
            (self.chat, _("Chat")),
            (self.rundown, _("Rundown")),
            (self.on_screen, _("On screen")),
        ):
            panel.setMinimumWidth(0)
            tabs.addTab(panel, name)
        self._row.addWidget(scrolled(centre), 58)
        self._row.addWidget(tabs, 42)
