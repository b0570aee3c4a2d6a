"""The middle during a call: the customer's picture, and what lies on it."""

from pathlib import Path

from PySide6.QtCore import Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallPoint, CallSnapshot
from studio.errors import StudioError
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import QUALITIES, customer, duration, in_call, name_of, phase
from ui.panels.calls.controls import CallControls, shown_path
from ui.panels.calls.message import Message
from ui.panels.calls.self_view import SelfView
from ui.panels.calls.shown_card import ShownCard
from ui.widgets.button import Button
from ui.widgets.call_picture import CallPicture, Place
from ui.widgets.label import ElidedLabel, plain_tip
from ui.widgets.panel import show_if

FROZEN_MS = 5000


class FrozenLine(QFrame):
    """Where the snapshot lies, while the picture stands still."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("over")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._path = ""
        self.words = ElidedLabel("frozen")
        self.folder = Button(_("Open the folder"), self._open, kind="small", tip=_("Show where the picture lies"))
        self.go_on = Button(_("Back to the call"), kind="small", tip=_("Show the moving picture again"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        row.setSpacing(theme.px(8))
        row.addWidget(self.words, 1)
        row.addWidget(self.folder)
        row.addWidget(self.go_on)
        self.hide()

    def show_path(self, path: str) -> None:
        """Say where."""
        self._path = path
        self.words.setText(_("Picture kept: {path}").format(path=shown_path(path)))
        self.words.setToolTip(plain_tip(path))
        show_if(self, True)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self._path).parent)))


class InCallPage(QWidget):
    """`end` and `block` when they are asked for."""

    end = Signal()
    block = Signal()

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self._peer, self._number = "", -1
        self._call = ""
        self.picture = CallPicture()
        self.picture.pointed.connect(self._point)
        self.line = ElidedLabel("over-words")
        self.self_view = SelfView(bridge)
        self.card = ShownCard(bridge)
        self.message = Message(bridge.run)
        self.frozen = FrozenLine()
        self.frozen.go_on.clicked.connect(self._thaw)
        self.controls = CallControls(bridge.run)
        self.controls.pointing.connect(self._on_pointing)
        self.controls.snapshot.connect(self.take_snapshot)
        self.controls.end.connect(self.end)
        self.controls.block.connect(self.block)
        self._thawing = QTimer(self)
        self._thawing.setSingleShot(True)
        self._thawing.setInterval(FROZEN_MS)
        self._thawing.timeout.connect(self._thaw)
        self._keeping = False
        """A snapshot is on its way."""
        bridge.refused.connect(self._on_refused)
        self._lay_over()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.picture)
        self.refresh(bridge.state)

    def _lay_over(self) -> None:
        rows = QVBoxLayout(self.picture)
        rows.setContentsMargins(*([theme.px(12)] * 4))
        rows.setSpacing(theme.px(8))
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        pill = QFrame()
        pill.setObjectName("over-pill")
        words = QHBoxLayout(pill)
        words.setContentsMargins(theme.px(12), theme.px(3), theme.px(12), theme.px(3))
        words.addWidget(self.line)
        top.addWidget(pill, 0, Qt.AlignmentFlag.AlignTop)
        top.addStretch(1)
        top.addWidget(self.self_view, 0, Qt.AlignmentFlag.AlignTop)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addWidget(self.message, 20)
        middle.addStretch(1)
        below = QHBoxLayout()
        below.addWidget(self.card, 20)
        below.addStretch(1)
        rows.addLayout(top)
        rows.addStretch(1)
        rows.addLayout(middle)
        rows.addStretch(1)
        rows.addWidget(self.frozen)
        rows.addLayout(below)
        rows.addWidget(self.controls)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        call = in_call(state.advising)
        identity = call.id if call is not None else ""
        if identity != self._call:
            self._call = identity
            self._forget()
        remote = customer(state)
        peer = remote.peer if remote is not None else ""
        if peer != self._peer:
            self._peer, self._number = peer, -1
        if not self._has_picture(state):
            self._thaw()
            self.picture.set_image(None)
        name = name_of(call) if call is not None else ""
        self.picture.setAccessibleName(_("Picture of {name}").format(name=name))
        self.self_view.refresh(state)
        show_if(self.self_view, call is not None and call.kind != "text")
        self.card.refresh(state)
        self.controls.refresh(state)
        self.controls.show_picture(there=self._has_picture(state))
        self.show_time(self._desk.clock.now_ms())

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        state = self._bridge.state
        call = in_call(state.advising)
        if call is None:
            return
        remote = customer(state)
        words = [name_of(call), duration(now_ms - (call.answered_ms or call.since_ms))]
        others = [person.name for person in call.people if person.name != call.advisor_name]
        if others:
            words.append(_("with {advisor}").format(advisor=", ".join(others)))
        if remote is not None and remote.screen:
            words.append(_("Their screen"))
        if remote is not None and remote.quality in QUALITIES and phase(state) == "live":
            words.append(_(QUALITIES[remote.quality]))
        self.line.setText(" · ".join(words))
        self.message.show_state(state, now_ms)
        show_if(self.message, self.message.said is not None and not self.picture.frozen)

    def tick(self) -> None:
        """Show the newest picture, when there is a newer one."""
        if not self.isVisible():
            return
        self.self_view.tick()
        if self._peer and self._has_picture(self._bridge.state):
            newer = self._bridge.mailboxes.call_picture(self._peer, self._number, self.picture.room())
            if newer is not None:
                self._number, image = newer
                self.picture.set_image(image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._number = -1  # the picture is wanted at the new size

    @staticmethod
    def _has_picture(state: State) -> bool:
        remote = customer(state)
        return phase(state) == "live" and remote is not None and remote.picture

    def _forget(self) -> None:
        self._number = -1
        self._thaw()
        self.picture.set_image(None)
        self.controls.point(on=False)

    # ── pointing and keeping ─────────────────────────────────────────────────────────────────────────────────

    def _on_pointing(self, on: bool) -> None:
        self.picture.set_pointing(on)
        if not on and self._call:
            self._bridge.run(CallPoint())

    def _point(self, places: tuple[Place, ...]) -> None:
        self._bridge.run(CallPoint(places=places))

    def take_snapshot(self) -> None:
        """Keep the customer's picture; it stands still meanwhile."""
        if self.controls.snap.isEnabled():
            self.picture.freeze(on=True)
            self._keeping = True
            self._bridge.run(CallSnapshot(), self._kept)
            self._thawing.start()

    def _on_refused(self, _error: StudioError) -> None:
        if self._keeping:
            self._thaw()

    def _kept(self, path: object) -> None:
        self._keeping = False
        self.frozen.show_path(str(path))
        self._thawing.start()

    def _thaw(self) -> None:
        self._thawing.stop()
        self._keeping = False
        self.picture.freeze(on=False)
        self.frozen.hide()
