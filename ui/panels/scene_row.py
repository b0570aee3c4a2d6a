"""The scenes as buttons, F1 to F8."""

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.commands.scene import SceneTake
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import SCENE_KEYS
from ui.bridge import Bridge
from ui.widgets.scene_button import SceneButton


class SceneRow(QWidget):
    """One button a scene; rebuilt when scenes come, go or are renamed."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._shown: list[tuple[str, str]] = []
        self.buttons: list[SceneButton] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        wanted = [(scene.id, scene.name) for scene in state.scenes.scenes]
        if wanted != self._shown:
            self._shown = wanted
            self._rebuild()
        on_air = state.show.state == "live" and state.stream.status == "live"
        for button, (scene, _title) in zip(self.buttons, wanted, strict=True):
            shown = scene == state.scenes.program
            button.set_tally((_("ON AIR") if on_air else _("PROGRAMME")) if shown else "", on_air=shown and on_air)

    def _rebuild(self) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.deleteLater()
        colours = {name: theme.colour(name) for name in ("raised", "hover", "line", "text", "muted", "air", "accent")}
        colours["air-text"] = theme.colour("air").lighter(135)
        self.buttons = []
        for number, (scene, name) in enumerate(self._shown):
            key = f"F{number + 1}" if number < SCENE_KEYS else ""
            button = SceneButton(name, key, colours)
            button.clicked.connect(partial(self._take, scene))
            self._row.addWidget(button)
            self.buttons.append(button)

    def _take(self, scene: str) -> None:
        self._bridge.run(SceneTake(scene=scene))
