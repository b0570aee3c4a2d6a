"""Words in the middle of the customer's picture: what is wrong, and what can be done about it."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QVBoxLayout

from studio.commands.base import Command
from studio.commands.call import CallAsk, CallHold, CallKindAsk
from studio.i18n import _
from studio.show.call import Call
from studio.state import State
from ui import theme
from ui.models.call_words import PERMISSIONS, customer, left, name_of, needs_help, no_picture, phase
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.panel import show_if

WIDTH = 520


class Said(NamedTuple):
    """A heading, a sentence, and what can be done: words, a command, and what it does."""

    heading: str
    words: str = ""
    deeds: tuple[tuple[str, Command, str], ...] = ()


class Message(QFrame):
    """Hidden while all is well."""

    def __init__(self, run: Callable[[Command], None]) -> None:
        super().__init__()
        self.setObjectName("over")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._run = run
        self._said: Said | None = None
        self.heading = label("title", wrap=True)
        self.words = label("over-muted", wrap=True)
        for words in (self.heading, self.words):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.buttons: list[Button] = []
        self._row = FlowLayout(spacing=8, centred=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        rows.setSpacing(theme.px(8))
        rows.addWidget(self.heading)
        rows.addWidget(self.words)
        rows.addLayout(self._row)
        self.setMaximumWidth(theme.px(WIDTH))

    @property
    def said(self) -> Said | None:
        """What it says."""
        return self._said

    def show_state(self, state: State, now_ms: int) -> None:
        """Say what must be said about the call."""
        said = what_to_say(state, now_ms)
        show_if(self, said is not None)
        if said is None or said == self._said:
            self._said = said
            return
        same = self._said is not None and said.deeds == self._said.deeds
        self._said = said
        self.heading.setText(said.heading)
        self.words.setText(said.words)
        self.words.setVisible(bool(said.words))
        self.setAccessibleName(f"{said.heading}. {said.words}")
        if not same:
            self._make_buttons(said)
        self.updateGeometry()

    def _make_buttons(self, said: Said) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = [Button(words, partial(self._run, command), tip=tip) for words, command, tip in said.deeds]
        for button in self.buttons:
            self._row.addWidget(button)


def what_to_say(state: State, now_ms: int) -> Said | None:
    """What stands in the picture's place, if anything must."""
    call, remote, now = state.advising.call, customer(state), phase(state)
    if call is None:
        return None
    name = name_of(call)
    if now == "away":
        back = _("They may come back within {time}. Notes and cart are kept.").format(time=left(call.until_ms, now_ms))
        return Said(_("{name} has gone").format(name=name), back)
    if now == "held":
        words = _("Neither of you sees or hears the other. {name} can read what you write.").format(name=name)
        return Said(_("On hold"), words, ((_("Go on"), CallHold(on=False), _("See and hear each other again")),))
    if now == "failed":
        words = state.call_media.problem or _("Their network or yours lets no picture and sound through.")
        write = (_("Go on in writing"), CallKindAsk(kind="text"), _("Without pictures and sound"))
        return Said(_("No picture and no sound"), words, (write,))
    if now == "connecting":
        return Said(_("Connecting …"), _("Pictures and sound of {name} are on their way.").format(name=name))
    if remote is not None and remote.status == "reconnecting":
        return Said(_("The connection is interrupted"), _("It is tried again by itself. What you write arrives."))
    return None if remote is not None and remote.picture else _unseen(call)


def _unseen(call: Call) -> Said:
    camera = call.card.camera
    words = []
    deeds: list[tuple[str, Command, str]] = []
    if call.kind == "video":
        words.append(_("Camera: {permission}").format(permission=_(PERMISSIONS[camera])))
        tip = _("Shows them on their page how to turn the camera on")
        deeds.append((_("Help them with the camera"), CallAsk(ask="camera"), tip))
    if call.kind in ("video", "sound") and needs_help(call.card.microphone):
        words.append(_("Microphone: {permission}").format(permission=_(PERMISSIONS[call.card.microphone])))
        tip = _("Shows them on their page how to turn the microphone on")
        deeds.append((_("Help them with the microphone"), CallAsk(ask="microphone"), tip))
    return Said(no_picture(call), " · ".join(words), tuple(deeds))
