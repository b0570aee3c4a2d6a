"""The middle after a call: what came of it, and whether one is free again."""

from functools import partial
from typing import get_args

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallWrapUp
from studio.errors import StudioError
from studio.i18n import _
from studio.show.call import Outcome
from studio.state import State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import ENDINGS, OUTCOMES, duration, name_of
from ui.panels.calls.notes import NotesField
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label

WIDTH = 540


class WrapUpPage(QWidget):
    """Sends the notes first, and then the outcome."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self._call = ""
        self.outcome: Outcome | None = None
        self.heading = label("huge", wrap=True)
        self.ending = label("muted", wrap=True)
        for words in (self.heading, self.ending):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.outcomes: dict[str, Button] = {}
        choices = FlowLayout(spacing=8, centred=True)
        for outcome in get_args(Outcome):
            button = Button(_(OUTCOMES[outcome]), partial(self._choose, outcome))
            button.setCheckable(True)
            choices.addWidget(button)
            self.outcomes[outcome] = button
        self.notes = NotesField(desk.notes)
        desk.notes.changed.connect(self._on_notes)
        self.hint = label("small", _("Choose what came of the call."), wrap=True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        stay, leave = partial(self._done, True), partial(self._done, False)
        self.free = Button(_("Ready for the next call"), stay, kind="large", tip=_("Keep this, and let the next call ring here"))
        self.rest = Button(_("Take a break"), leave, tip=_("Keep this, and take no more calls until you say so"))
        self._lay_out(choices)
        self.refresh(bridge.state)

    def _lay_out(self, choices: FlowLayout) -> None:
        buttons = FlowLayout(spacing=10, centred=True)
        buttons.addWidget(self.free)
        buttons.addWidget(self.rest)
        inner = QWidget()
        inner.setMaximumWidth(theme.px(WIDTH))
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(12))
        rows.addWidget(self.heading)
        rows.addWidget(self.ending)
        rows.addSpacing(theme.px(4))
        rows.addLayout(choices)
        rows.addSpacing(theme.px(4))
        rows.addWidget(self.notes)
        rows.addWidget(self.hint)
        rows.addLayout(buttons)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(inner, 12)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*([theme.px(24)] * 4))
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        call = state.advising.call if state.advising.status == "wrap_up" else None
        if call is None:
            self._call = ""
            return
        if call.id != self._call:
            self._call, self.outcome = call.id, None
            self._show_outcome()
        self.heading.setText(_("How did it go with {name}?").format(name=name_of(call)))
        words = [_(ENDINGS[call.ending])] if call.ending is not None else []
        if call.answered_ms is not None and call.state == "ended":
            words.append(_("You spoke for {time}.").format(time=duration(call.since_ms - call.answered_ms)))
        self.ending.setText(" ".join(words))
        self.ending.setVisible(bool(words))

    def _choose(self, outcome: Outcome) -> None:
        self.outcome = outcome
        self._show_outcome()

    def _show_outcome(self) -> None:
        for outcome, button in self.outcomes.items():
            button.setChecked(outcome == self.outcome)
        for button in (self.free, self.rest):
            button.setEnabled(self.outcome is not None)
        self.hint.setVisible(self.outcome is None and self.hint.parentWidget() is not None)

    def _done(self, stay: bool) -> None:
        if self.outcome is not None:
            command = CallWrapUp(outcome=self.outcome, stay=stay)
            for button in (self.free, self.rest):
                button.setEnabled(False)
            self._desk.notes.flush(partial(self._bridge.attempt, command, self._came_back))

    def _on_notes(self) -> None:
        """What could not be kept keeps the rest from being sent; it can be tried again."""
        if self._desk.notes.failed:
            self._show_outcome()

    def _came_back(self, error: StudioError | None) -> None:
        if error is not None:
            self._show_outcome()
