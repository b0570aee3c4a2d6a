"""What may lie over the picture: lower thirds, texts, pictures, countdowns of the scene on air, on or off with a click."""

from functools import partial

from studio.commands.scene import ItemSet
from studio.i18n import _
from studio.state import Scene, SceneItem, State
from ui import theme
from ui.bridge import Bridge
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.panel import Panel

OVERLAYS = frozenset({"lower_third", "text", "image", "countdown", "product_card", "chat_message", "poll"})


def overlays(state: State) -> tuple[Scene | None, list[tuple[SceneItem, str]]]:
    """The scene on air, and its overlay items with their sources' names, the topmost first."""
    scene = next((scene for scene in state.scenes.scenes if scene.id == state.scenes.program), None)
    sources = {source.id: source for source in state.sources}
    found = [
        (item, sources[item.source].name)
        for item in reversed(scene.items if scene is not None else ())
        if item.source in sources and sources[item.source].kind in OVERLAYS
    ]
    return scene, found


class OnScreenPanel(Panel):
    """One button an overlay; pressed ones are seen."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__(_("On screen"))
        self._bridge = bridge
        self._shown: tuple[str, tuple[tuple[str, str], ...]] | None = None
        self.buttons: list[Button] = []
        self.empty = label("muted", _("Nothing lies over this scene"), wrap=True)
        self._row = FlowLayout(spacing=6)
        self.body.addWidget(self.empty)
        self.body.addLayout(self._row)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scene, found = overlays(state)
        wanted = (scene.id if scene is not None else "", tuple((item.id, name) for item, name in found))
        if wanted != self._shown:
            self._shown = wanted
            self._rebuild(wanted[0], found)
        for button, (item, _name) in zip(self.buttons, found, strict=True):
            button.setChecked(item.visible)
        self.empty.setVisible(not found)

    def _rebuild(self, scene: str, found: list[tuple[SceneItem, str]]) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for item, name in found:
            button = Button(
                name[:40], partial(self._toggle, scene, item.id), kind="small", tip=_("Show or hide {name}").format(name=name)
            )
            button.setCheckable(True)
            button.setMaximumWidth(theme.px(240))
            self._row.addWidget(button)
            self.buttons.append(button)

    def _toggle(self, scene: str, item: str) -> None:
        _scene, found = overlays(self._bridge.state)
        visible = next((one.visible for one, _name in found if one.id == item), False)
        self._bridge.run(ItemSet(scene=scene, item=item, visible=not visible))
