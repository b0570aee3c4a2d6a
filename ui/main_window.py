"""The window: state on top, the programme in the middle, scenes and microphone below."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from studio.errors import Confirm, StudioError
from studio.i18n import _
from studio.state import LOST, State
from ui import theme
from ui.actions import ACTIONS, Action
from ui.bridge import Bridge
from ui.panels.microphone import MicrophonePanel
from ui.panels.scene_row import SceneRow
from ui.panels.top_bar import TopBar
from ui.widgets.label import label
from ui.widgets.picture_view import PictureView

FRAME_MS = 33
NOTICE_MS = 6000


class MainWindow(QMainWindow):
    """Made once the studio has started."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._leaving = False
        state = bridge.state
        self.top = TopBar(bridge)
        canvas = state.scenes.canvas
        self.program = PictureView(theme.colour("bg").darker(130), canvas.width / canvas.height)
        self.program.setAccessibleName(_("Programme"))
        self.scenes = SceneRow(bridge)
        self.microphone = MicrophonePanel(bridge)
        self.notice = label("notice")
        self.notice.setWordWrap(True)
        self.notice.hide()
        self.page = QPushButton(_("Open the viewer page"))
        self.page.clicked.connect(self._open_page)
        self.health = QLabel()
        self._lay_out()
        self._bind_keys()
        bridge.changed.connect(self._on_changed)
        bridge.refused.connect(self._on_refused)
        self._frame = QTimer(self)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._on_frame)
        self._frame.start(FRAME_MS)
        self._hide_notice = QTimer(self)
        self._hide_notice.setSingleShot(True)
        self._hide_notice.timeout.connect(self.notice.hide)
        self.resize(1280, 820)
        self._refresh(state)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving while on air is asked about, with staying as the default."""
        if self._leaving or self._bridge.state.stream.status == "off":
            self._frame.stop()
            event.accept()
            return
        event.ignore()
        box = QMessageBox(self)
        box.setWindowTitle("Vitrine")
        box.setText(_("You are on air."))
        box.setInformativeText(_("If you leave, the audience sees “right back” until you return. The show does not end."))
        stay = box.addButton(_("Stay"), QMessageBox.ButtonRole.RejectRole)
        leave = box.addButton(_("Leave"), QMessageBox.ButtonRole.DestructiveRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        leave.clicked.connect(self._leave)
        box.open()

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    def _lay_out(self) -> None:
        middle = QVBoxLayout()
        middle.setContentsMargins(16, 16, 16, 16)
        middle.setSpacing(12)
        middle.addWidget(self.notice)
        middle.addWidget(self.program, 1)
        middle.addWidget(self.scenes)
        below = QHBoxLayout()
        below.addWidget(self.microphone, 1)
        below.addWidget(self.page, 0, Qt.AlignmentFlag.AlignVCenter)
        below.setSpacing(12)
        middle.addLayout(below)
        footer = QWidget()
        footer.setObjectName("statusbar")
        footer.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        line = QHBoxLayout(footer)
        line.setContentsMargins(16, 6, 16, 6)
        line.addWidget(self.health)
        line.addStretch(1)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.top)
        rows.addLayout(middle, 1)
        rows.addWidget(footer)
        self.setCentralWidget(whole)

    def _bind_keys(self) -> None:
        for action in ACTIONS:
            shortcut = QShortcut(QKeySequence(action.key), self)
            shortcut.activated.connect(partial(self._act, action))

    def _act(self, action: Action) -> None:
        command = action.command(self._bridge.state)
        if command is not None:
            self._bridge.run(command)

    def _on_changed(self, old: State, new: State) -> None:
        self._refresh(self._bridge.state)
        failed = {s.id for s in old.sources if s.status in LOST}
        for source in new.sources:
            if source.status in LOST and source.id not in failed:
                self.tell(f"{source.name}: {source.reason}")

    def _refresh(self, state: State) -> None:
        self.setWindowTitle(f"{state.show.title} — Vitrine")
        self.top.refresh(state)
        self.scenes.refresh(state)
        self.microphone.refresh(state)
        on_air = state.show.state == "live" and state.stream.status == "live"
        self.program.set_tally(theme.colour("air") if on_air else None)
        stream, scenes = state.stream, state.scenes
        words = [f"{scenes.canvas.width}×{scenes.canvas.height} · {scenes.fps} fps"]
        if stream.status == "live":
            dropped = _("Dropped: {network} network · {encoder} encoder · {render} render")
            words.append(
                dropped.format(network=stream.dropped_network, encoder=stream.dropped_encoder, render=stream.late_render)
            )
        self.health.setText("      ".join(words))

    def _on_refused(self, error: StudioError) -> None:
        if not isinstance(error, Confirm):
            self.tell(error.sentence(_))

    def tell(self, sentence: str) -> None:
        """Say something in the host's eye line for a while."""
        self.notice.setText(sentence)
        self.notice.show()
        self._hide_notice.start(NOTICE_MS)

    def _on_frame(self) -> None:
        if self.isMinimized():
            return
        image = self._bridge.picture(self.program.picture_size())
        if image is not None:
            self.program.set_image(image)
        self.microphone.tick()

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(self._bridge.state.link.viewer_url))
