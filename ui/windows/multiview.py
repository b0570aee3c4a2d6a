"""All scenes at once, with preview and programme: a click previews, a double click takes where the settings say so."""

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.commands.scene import ScenePreview, SceneTake
from studio.i18n import N_
from studio.settings import Settings
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.panels.program import BusView
from ui.panels.scene_row import SceneRow
from ui.widgets.panel import column, scrolled
from ui.windows.base import ExtraWindow


class Multiview(ExtraWindow):
    """Preview and programme above, the scenes below."""

    def __init__(self, bridge: Bridge, settings: Settings) -> None:
        self._settings = settings
        super().__init__(bridge, N_("Multiview"))

    def make(self) -> QWidget:
        self.preview = BusView(self._bridge, "preview")
        self.program = BusView(self._bridge, "program", named=True)
        self.scenes = SceneRow(self._bridge, self._clicked, preview=True, wide=420)
        buses = QWidget()
        row = QHBoxLayout(buses)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.preview, 1)
        row.addWidget(self.program, 1)
        whole = column(buses, scrolled(self.scenes), spacing=12)
        rows = whole.layout()
        assert rows is not None
        rows.setContentsMargins(*([theme.px(12)] * 4))
        rows.setStretch(0, 3)  # type: ignore[attr-defined]
        rows.setStretch(1, 2)  # type: ignore[attr-defined]
        return whole

    def refresh(self, state: State) -> None:
        """Show `state`."""
        for panel in (self.preview, self.program, self.scenes):
            panel.refresh(state)

    def tick(self) -> None:
        for panel in (self.preview, self.program, self.scenes):
            panel.tick()

    def _clicked(self, number: int, double: bool) -> None:
        scene = self._bridge.state.scenes.scenes[number].id
        if not double:
            self._bridge.run(ScenePreview(scene=scene))
        elif self._settings["window.double_click"]:
            self._bridge.run(SceneTake(scene=scene))
