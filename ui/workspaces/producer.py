"""The producer's workspace: preview and programme, what is in them, how they sound, where they go."""

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.i18n import _
from studio.settings import Settings
from ui import theme
from ui.bridge import Bridge
from ui.panels.alarm_bar import AlarmBar
from ui.panels.cue_line import CueLine
from ui.panels.item_list import ItemList
from ui.panels.mixer import MixerPanel
from ui.panels.outputs import OutputsPanel
from ui.panels.program import BusView
from ui.panels.properties import PropertiesPanel
from ui.panels.scene_list import SceneList
from ui.panels.stage_view import StageView
from ui.panels.take_column import TakeColumn
from ui.sounds import Sounds
from ui.widgets.panel import scrolled
from ui.widgets.tabs import Tabs
from ui.workspaces.base import Follows, is_wide

WIDE = (1180, 600)


class ProducerWorkspace(QWidget, Follows):
    """`tell` says a sentence in the eye line."""

    preview = True

    def __init__(self, bridge: Bridge, settings: Settings, sounds: Sounds, tell: Callable[[str], None]) -> None:
        QWidget.__init__(self)
        Follows.__init__(self)
        self.alarms = AlarmBar(bridge, sounds)
        self.stage = StageView(bridge, tell)
        self.program = BusView(bridge, "program", named=True)
        self.take_column = TakeColumn(bridge)
        self.cue = CueLine(bridge)
        self.scenes = SceneList(bridge, settings)
        self.items = ItemList(bridge)
        self.properties = PropertiesPanel(bridge)
        self.mixer = MixerPanel(bridge)
        self.outputs = OutputsPanel(bridge)
        self.stage.selected.connect(self.items.take)
        self.stage.selected.connect(self.properties.take)
        self.items.taken.connect(self.stage.select)
        self.follow(self.alarms, self.stage, self.program, self.take_column, self.cue)
        self.follow(self.scenes, self.items, self.properties, self.mixer, self.outputs)
        self._wide: bool | None = None
        self._below: QWidget | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(*([theme.px(12)] * 4))
        self._rows.setSpacing(theme.px(10))
        above = QWidget()
        above.setMinimumHeight(theme.px(150))
        buses = QHBoxLayout(above)
        buses.setContentsMargins(0, 0, 0, 0)
        buses.setSpacing(theme.px(12))
        column = scrolled(self.take_column)
        column.setFixedWidth(theme.px(190))
        buses.addWidget(self.stage, 1)
        buses.addWidget(column)
        buses.addWidget(self.program, 1)
        self._rows.addWidget(self.alarms)
        self._rows.addWidget(above, 5)
        self._rows.addWidget(self.cue)

    def take(self) -> None:
        """Put the preview on air."""
        self.take_column.take()

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = is_wide(self, *WIDE)
        if wide != self._wide:
            self._wide = wide
            self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        old, panels = self._below, self._panels()
        for panel, _name, _stretch in panels:
            panel.setParent(self)
        self._below = self._side_by_side() if self._wide else self._tabbed()
        self._rows.addWidget(self._below, 4)
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        for panel, _name, _stretch in panels if self._wide else ():
            panel.show()

    def _panels(self) -> tuple[tuple[QWidget, str, int], ...]:
        return (
            (self.scenes, _("Scenes"), 18),
            (self.items, _("Items"), 20),
            (self.properties, _("Properties"), 21),
            (self.mixer, _("Mixer"), 28),
            (self.outputs, _("Outputs"), 17),
        )

    def _side_by_side(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(10))
        for panel, _name, stretch in self._panels():
            row.addWidget(panel, stretch)
        return made

    def _tabbed(self) -> QWidget:
        tabs = Tabs(_("Panels"))
        for panel, name, _stretch in self._panels():
            tabs.addTab(panel, name)
        tabs.setMinimumHeight(theme.px(200))
        return tabs
