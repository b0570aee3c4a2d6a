"""The scenes as tiles with live pictures, F1 to F8."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.i18n import _
from studio.state import LOST, State
from ui.actions import SCENE_KEYS, key_of
from ui.bridge import Bridge
from ui.models.shown import shown_sources
from ui.widgets.rows import match_rows
from ui.widgets.tile import Tile
from ui.widgets.tile_layout import WIDE, TileLayout


class SceneRow(QWidget):
    """One tile a scene. `act(number, double)` when one is clicked."""

    def __init__(self, bridge: Bridge, act: Callable[[int, bool], None], *, preview: bool = False, wide: int = WIDE) -> None:
        super().__init__()
        self._bridge = bridge
        self._act = act
        self._with_preview = preview
        self._numbers: dict[str, int] = {}
        """Of the picture that a scene's tile shows."""
        self._tiles: dict[str, Tile] = {}
        canvas = bridge.state.scenes.canvas
        self._aspect = canvas.width / canvas.height
        self._row = TileLayout(self, max(1.2, self._aspect), wide)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.refresh(bridge.state)

    @property
    def buttons(self) -> list[Tile]:
        """In the order of the scenes."""
        return list(self._tiles.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scenes = state.scenes.scenes
        wanted = [scene.id for scene in scenes]
        if wanted != list(self._tiles):
            match_rows(self._row, self._tiles, wanted, self._make)
            self.updateGeometry()
        for number, (scene, tile) in enumerate(zip(scenes, self.buttons, strict=True)):
            tile.set_words(scene.name, key_of(state, f"scene.{number + 1}") if number < SCENE_KEYS else "")
            tile.set_tally(*scene_tally(state, scene.id, preview=self._with_preview), lost_source(state, scene.id))

    def tick(self) -> None:
        """Show the newest pictures."""
        for scene, tile in self._tiles.items():
            if not tile.isVisible():
                continue
            than = self._numbers.get(scene, -1) if tile.fits else -1
            newer = self._bridge.mailboxes.newer(f"tile:{scene}", than, tile.picture_size)
            if newer is not None:
                self._numbers[scene], image = newer
                tile.set_image(image)

    def _make(self, scene: str) -> Tile:
        tile = Tile("", "", self._aspect)
        tile.setParent(self)
        tile.clicked.connect(partial(self._clicked, scene, double=False))
        tile.double_clicked.connect(partial(self._clicked, scene, double=True))
        tile.show()
        self._numbers[scene] = -1
        return tile

    def _clicked(self, scene: str, *_checked: bool, double: bool) -> None:
        self._act(list(self._tiles).index(scene), double)


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
