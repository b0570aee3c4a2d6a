"""A bus in the window: the programme, or the preview, at the rate at which they are made."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.widgets.picture_view import PictureView


class BusView(PictureView):
    """`bus` is `program` or `preview`."""

    def __init__(self, bridge: Bridge, bus: str, *, named: bool = False) -> None:
        canvas = bridge.state.scenes.canvas
        super().__init__(canvas.width / canvas.height)
        self._bridge, self.bus, self._named = bridge, bus, named
        self._number, self._ticks = -1, 0
        self.set_ground("bg")
        self.setAccessibleName(_("Programme") if bus == "program" else _("Preview"))
        self.refresh(bridge.state)

    def lay_over(self, banner: QWidget) -> None:
        """A banner in the eye line, over the upper edge of the picture."""
        banner.setParent(self)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(*([theme.px(14)] * 4))
        rows.addWidget(banner)
        rows.addStretch(1)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        scene = state.scenes.program if self.bus == "program" else state.scenes.preview
        name = next((one.name for one in state.scenes.scenes if one.id == scene), "")
        on_air = state.show.state == "live" and state.stream.status == "live"
        if self.bus == "preview":
            self.set_tally("preview", "preview-ink", " · ".join(filter(None, (_("PREVIEW"), name))))
        elif state.panic:
            self.set_tally("warn", "warn-ink", _("CURTAIN DOWN, SILENT"))
        elif self._named:
            word = _("ON AIR") if on_air else _("PROGRAMME")
            self.set_tally("air" if on_air else "raised", "air-ink" if on_air else "text", " · ".join(filter(None, (word, name))))
        else:
            self.set_tally("air" if on_air else "")

    def tick(self) -> None:
        """Show the newest picture, when there is a newer one; half of them while the computer cannot keep up."""
        self._ticks += 1
        if self._ticks % 2 and self._bridge.state.stream.steps:
            return
        than = self._number if self.fits else -1
        newer = self._bridge.mailboxes.newer(self.bus, than, self.picture_size) if self.isVisible() else None
        if newer is not None:
            self._number, image = newer
            self.set_image(image)
