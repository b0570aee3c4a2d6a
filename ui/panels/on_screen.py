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
from ui.widgets.rows import match_rows

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
        self._buttons: dict[tuple[str, str], Button] = {}
        self.empty = label("muted", _("Nothing lies over this scene"), wrap=True)
        self._row = FlowLayout(spacing=6)
        self.body.addWidget(self.empty)
        self.body.addLayout(self._row)
        self.refresh(bridge.state)

    @property
    def buttons(self) -> list[Button]:
        """The topmost first."""
        return list(self._buttons.values())

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scene, found = overlays(state)
        place = scene.id if scene is not None else ""
        match_rows(self._row, self._buttons, [(place, item.id) for item, _name in found], self._make)
        for button, (item, name) in zip(self.buttons, found, strict=True):
            button.setText(name[:40])
            button.set_tip(_("Show or hide {name}").format(name=name))
            button.setChecked(item.visible)
        self.empty.setVisible(not found)

    def _make(self, key: tuple[str, str]) -> Button:
        button = Button("", partial(self._toggle, *key), kind="small")
        button.setCheckable(True)
        button.setMaximumWidth(theme.px(240))
        return button

    def _toggle(self, scene: str, item: str) -> None:
        _scene, found = overlays(self._bridge.state)
        visible = next((one.visible for one, _name in found if one.id == item), False)
        self._bridge.run(ItemSet(scene=scene, item=item, visible=not visible))
