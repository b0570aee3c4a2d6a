"""The top line: whether one is there for customers, until when the shop answers, how today went."""

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from studio.i18n import _
from studio.state import State
from studio.state.source import LOST
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import figures_words, hours_words, language_name, topic_name
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel, label, plain_tip
from ui.widgets.pill import Pill


class CallBar(QFrame):
    """`choose` opens what one takes."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools, choose: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("topbar")
        self._bridge, self._desk = bridge, desk
        self._on = False
        self._word = ("", "", "")
        self._all_well = True
        self.title = label("title", _("Customer calls"))
        self.pill = Pill()
        self.hours = label("muted")
        self.ready = ElidedLabel("muted", _("Camera, microphone and server are ready"))
        self.not_ready = ElidedLabel("warn")
        self.today = ElidedLabel("muted")
        self.takes = Button("", choose, tip=_("Which topics and languages ring here, and the name customers are told"))
        self.switch = Button("", self._switch)
        self._row = row = FlowLayout(self, spacing=14)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        self.fine = QWidget()
        fine = QHBoxLayout(self.fine)
        fine.setContentsMargins(0, 0, 0, 0)
        fine.setSpacing(theme.px(6))
        fine.addWidget(label("ok", "●"))
        fine.addWidget(self.ready, 1)
        for words in (self.title, self.pill, self.hours, self.fine, self.not_ready):
            row.addWidget(words)
        row.add_spring()
        for widget in (self.today, self.takes, self.switch):
            row.addWidget(widget)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._on = state.advising.status != "off"
        word = self._status(state)
        if word != self._word:
            self._word = word
            self.pill.show_word(*word)
        self.switch.setText(_("Take a break") if self._on else _("Be available"))
        self.switch.set_kind("" if self._on else "primary")
        talks = state.advising.status in ("busy", "wrap_up")
        later = _("No more calls ring here until you say so") if not talks else _("First end the call and say what came of it")
        self.switch.set_tip(later if self._on else _("From now on calls ring here"))
        self.switch.setEnabled(state.link.status == "connected" and not talks)
        self.takes.setText(self._takes(state).replace("&", "&&"))
        self.today.setText(figures_words(state.calls.today))
        problem = not_ready(state)
        self._all_well = not problem
        self._fit()
        self.not_ready.setText(f"▲ {problem}" if problem else "")
        self.not_ready.setVisible(bool(problem))
        self.show_time(self._desk.clock.now_ms())

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        self.hours.setText(hours_words(self._bridge.state.calls, now_ms))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """One row where it can be: that all is well need not be said, and the figures are in the tooltip too."""
        always = (self.title, self.pill, self.hours, self.takes, self.switch, *(() if self._all_well else (self.not_ready,)))
        room = self.width() - theme.px(32) - sum(widget.sizeHint().width() + self._row.spacing() for widget in always)
        for widget, wanted in ((self.today, True), (self.fine, self._all_well)):
            needed = widget.sizeHint().width() + self._row.spacing()
            shown = wanted and needed <= room
            room -= needed if shown else 0
            if widget.isHidden() == shown:
                widget.setVisible(shown)
        self.pill.setToolTip(plain_tip(self.today.text()))

    @staticmethod
    def _status(state: State) -> tuple[str, str, str]:
        advising = state.advising
        if advising.status == "off":
            missed = advising.why == "missed"
            return (_("Away: a call was missed"), "warn", "warn-ink") if missed else (_("Not available"), "raised", "muted")
        words = {"free": _("Available"), "ringing": _("It rings"), "busy": _("In a call"), "wrap_up": _("After the call")}
        ink = {"free": "ok", "busy": "ok"}.get(advising.status, "warn")
        return f"● {words[advising.status]}", "raised", ink

    def _takes(self, state: State) -> str:
        _name, topics, languages = self._desk.profile
        named = [topic_name(state.calls, topic) for topic in topics] + [language_name(code) for code in languages]
        words = named[0] if len(named) == 1 else _("{count} chosen").format(count=len(named)) if named else _("everything")
        return _("Takes: {what}").format(what=words)

    def _switch(self) -> None:
        self._bridge.run(self._desk.available(on=not self._on))


def not_ready(state: State) -> str:
    """What keeps one from being seen and heard; empty when all is well."""
    if state.link.status != "connected":
        return _("No connection to the server: nobody can ring")
    for kind, missing, lost in (
        ("camera", _("No camera: customers see what the programme shows"), _("The camera is lost")),
        ("microphone", _("No microphone: customers cannot hear you"), _("The microphone is lost")),
    ):
        sources = [source for source in state.sources if source.kind == kind]
        if not sources:
            return missing
        if all(source.status in LOST for source in sources):
            return lost
    return ""
