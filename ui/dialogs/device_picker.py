"""Choosing a device while seeing and hearing what it delivers."""

from functools import partial
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.i18n import _
from studio.queries.source import Choice, SourceChoices
from ui import theme
from ui.bridge import Bridge
from ui.models.labels import KINDS
from ui.widgets.form import NoWheel
from ui.widgets.label import label
from ui.widgets.meter import Meter
from ui.widgets.picture_view import PictureView

TICK_MS = 33
SOUND = frozenset({"microphone", "system_sound"})


class DevicePicker(QWidget):
    """`choice` is what is chosen; `ready` says whether there is one. Call `stop` when it is no longer shown."""

    ready = Signal(bool)

    def __init__(self, bridge: Bridge, kind: str) -> None:
        super().__init__()
        self._bridge, self.kind = bridge, kind
        self._found: tuple[Choice, ...] = ()
        self._audition: Any = None
        self._wanted = -1
        self.box = NoWheel(_(KINDS[kind]), [])
        self.words = label("muted", _("Looking for what is connected …"), wrap=True)
        self.meter = Meter()
        self.meter.setAccessibleName(_("Level of {name}").format(name=_(KINDS[kind])))
        self.view = PictureView(16 / 9)
        self.view.setAccessibleName(_(KINDS[kind]))
        self.view.setFixedHeight(theme.px(180))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.box)
        rows.addWidget(self.view)
        rows.addWidget(self.meter)
        rows.addWidget(self.words)
        self.view.setVisible(kind not in SOUND)
        self.meter.setVisible(kind in SOUND)
        self.box.hide()
        self.box.currentIndexChanged.connect(self._try)
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._timer.start(TICK_MS)
        bridge.run(SourceChoices(kind=kind), self._offer)

    @property
    def choice(self) -> Choice | None:
        """What is chosen; None when nothing is connected."""
        at = self.box.currentIndex()
        return self._found[at] if 0 <= at < len(self._found) else None

    def stop(self) -> None:
        """Give the device back."""
        self._timer.stop()
        self._wanted = -1
        if self._audition is not None:
            self._bridge.give_back(self._audition)
            self._audition = None

    def _offer(self, found: tuple[Choice, ...]) -> None:
        if not self._timer.isActive():
            return
        self._found = found
        self.words.setText("" if found else _("{kind}: nothing is connected").format(kind=_(KINDS[self.kind])))
        self.box.setVisible(bool(found))
        for choice in found:
            self.box.addItem(choice.name)
        self.ready.emit(bool(found))

    def _try(self, at: int) -> None:
        if self._audition is not None:
            self._bridge.give_back(self._audition)
            self._audition = None
        self._wanted = at
        if 0 <= at < len(self._found):
            self._bridge.audition(self.kind, self._found[at].settings, partial(self._began, at))

    def _began(self, at: int, audition: Any) -> None:
        if at != self._wanted or not self._timer.isActive():  # another was chosen meanwhile
            self._bridge.give_back(audition)
        else:
            self._audition = audition

    def _tick(self) -> None:
        audition = self._audition
        if audition is None:
            return
        if self.kind in SOUND:
            self.meter.set_level(*self._bridge.mailboxes.audition_level(audition))
        elif (image := self._bridge.mailboxes.audition_image(audition, self.view.picture_size())) is not None:
            self.view.set_image(image)
        self.words.setText(audition.problem)
