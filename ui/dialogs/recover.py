"""After a crash: the show is open as it was; go straight back on air, or not."""

import time

from PySide6.QtWidgets import QWidget

from studio.commands.stream import StreamStart
from studio.i18n import _
from studio.shows.session import Left
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button


class RecoverDialog(Dialog):
    """Staying off air is the default: somebody may not be ready to be seen."""

    def __init__(self, bridge: Bridge, parent: QWidget, left: Left) -> None:
        at = time.strftime("%H:%M", time.localtime(left.at_ms / 1000))
        words = _("Vitrine did not end as it should, at {time}. The show is open as it was.").format(time=at)
        if left.on_air:
            words += " " + _("It was on air; the audience sees “right back”.")
        super().__init__(parent, _("Welcome back"), words, size=(520, 260))
        self._bridge = bridge
        self.stay = self.add_button(Button(_("Stay off air") if left.on_air else _("Go on"), self.reject), default=True)
        self.back: Button | None = None
        if left.on_air:
            self.back = self.add_button(Button(_("Go back on air"), self._back, kind="take"))
            bridge.changed.connect(self._refresh)
            self._refresh()

    def _refresh(self) -> None:
        if self.back is not None:
            self.back.setEnabled(self._bridge.state.link.status == "connected")

    def _back(self) -> None:
        self._bridge.run(StreamStart(take_over=True))
        self.accept()
