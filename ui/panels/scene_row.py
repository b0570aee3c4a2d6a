"""The scenes as tiles with live pictures, F1 to F8."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.i18n import _
from studio.state import LOST, State
from ui.actions import SCENE_KEYS, key_of
from ui.bridge import Bridge
from ui.models.shown import shown_sources
from ui.widgets.tile import Tile
from ui.widgets.tile_layout import WIDE, TileLayout


class SceneRow(QWidget):
    """One tile a scene; rebuilt when scenes come, go or are renamed. `act(number, double)` when one is clicked."""

    def __init__(self, bridge: Bridge, act: Callable[[int, bool], None], *, preview: bool = False, wide: int = WIDE) -> None:
        super().__init__()
        self._bridge = bridge
        self._act = act
        self._with_preview = preview
        self._shown: list[tuple[str, str, str]] = []
        self._numbers: list[int] = []
        self.buttons: list[Tile] = []
        canvas = bridge.state.scenes.canvas
        self._aspect = canvas.width / canvas.height
        self._row = TileLayout(self, max(1.2, self._aspect), wide)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        keys = [key_of(state, f"scene.{n + 1}") if n < SCENE_KEYS else "" for n in range(len(state.scenes.scenes))]
        wanted = [(scene.id, scene.name, key) for scene, key in zip(state.scenes.scenes, keys, strict=True)]
        if wanted != self._shown:
            self._shown = wanted
            self._rebuild()
        for button, (scene, _title, _key) in zip(self.buttons, wanted, strict=True):
            button.set_tally(*scene_tally(state, scene, preview=self._with_preview), lost_source(state, scene))

    def tick(self) -> None:
        """Show the newest pictures."""
        for at, (button, (scene, _title, _key)) in enumerate(zip(self.buttons, self._shown, strict=True)):
            size = button.picture_size()
            newer = self._bridge.newer(f"tile:{scene}", self._numbers[at], size) if button.isVisible() else None
            if newer is not None:
                self._numbers[at], image = newer
                button.set_image(image)

    def _rebuild(self) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        self._numbers = [-1] * len(self._shown)
        for number, (_scene, name, key) in enumerate(self._shown):
            button = Tile(name, key, self._aspect)
            button.clicked.connect(partial(self._clicked, number, double=False))
            button.double_clicked.connect(partial(self._clicked, number, double=True))
            self._row.addWidget(button)
            button.show()
            self.buttons.append(button)
        self.updateGeometry()

    def _clicked(self, number: int, *_checked: bool, double: bool) -> None:
        self._act(number, double)


def scene_tally(state: State, scene: str, *, preview: bool = False) -> tuple[str, str]:
    """The word a scene is marked with, and the token of its colour."""
    if scene == state.scenes.program:
        on_air = state.show.state == "live" and state.stream.status == "live"
        return (_("ON AIR"), "air") if on_air else (_("PROGRAMME"), "raised")
    if preview and scene == state.scenes.preview:
        return _("PREVIEW"), "preview"
    return "", "raised"


def lost_source(state: State, scene: str) -> str:
    """Said on the tile when a source of the scene is lost."""
    shown = shown_sources(state, scene)
    return _("NO SIGNAL") if any(source.id in shown and source.status in LOST for source in state.sources) else ""
