"""Who rings, above whatever else is done now: a presenting host sees it too."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallAnswer, CallPass
from studio.errors import StudioError
from studio.i18n import _
from studio.show.call import Call
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import KINDS, details, left, name_of, rings
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel
from ui.widgets.panel import show_if

LOOK_MS = 200


class CallBanner(QWidget):
    """Hidden while nothing rings, and where the queue is `seen`. `answered` when it was answered from here."""

    answered = Signal()

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self._call: Call | None = None
        self.seen = False
        self.frame = QFrame()
        self.frame.setObjectName("ring")
        self.frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.words = ElidedLabel("ring-words")
        self.answer = Button(_("Answer"), self.answer_call, kind="ring", tip=_("Answer the call that rings"))
        self.pass_on = Button(_("Pass on"), lambda: bridge.run(CallPass()), kind="ring", tip=_("Let it ring at somebody else"))
        row = QHBoxLayout(self.frame)
        row.setContentsMargins(theme.px(14), theme.px(6), theme.px(8), theme.px(6))
        row.setSpacing(theme.px(8))
        row.addWidget(self.words, 1)
        row.addWidget(self.answer)
        row.addWidget(self.pass_on)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), 0)
        rows.addWidget(self.frame)
        self._clock = QTimer(self)
        self._clock.setInterval(LOOK_MS)
        self._clock.timeout.connect(lambda: self.show_time(desk.clock.now_ms()))
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._call = rings(state.advising)
        self.answer.set_key(key_of(state, "call.answer"))
        self.pass_on.set_key(key_of(state, "call.pass"))
        self.show_time(self._desk.clock.now_ms())
        shown = self._call is not None and not self.seen
        show_if(self, shown)
        if shown != self._clock.isActive():
            self._clock.start() if shown else self._clock.stop()

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        if (call := self._call) is None:
            return
        rings_ = _("{name} rings").format(name=name_of(call))
        count = _("Answer in {time}").format(time=left(call.until_ms, now_ms))
        about = (rings_, _(KINDS[call.kind]), count, details(call, self._bridge.state.calls))
        self.words.setText(" · ".join(filter(None, about)))
        self.setAccessibleName(rings_)
        self.answer.setAccessibleName(_("Answer {name}").format(name=name_of(call)))

    def answer_call(self) -> None:
        """Answer the call that rings."""
        if (call := rings(self._bridge.state.advising)) is not None:
            self._bridge.attempt(CallAnswer(call=call.id), self._came_back)

    def _came_back(self, error: StudioError | None) -> None:
        if error is None:
            self.answered.emit()
