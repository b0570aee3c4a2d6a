"""What is written in a call, and the line below the picture: write, answer with a ready reply, bring or pass to a colleague."""

import time
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QMenu, QPlainTextEdit, QWidget

from studio.commands.call import CallSay
from studio.errors import StudioError
from studio.i18n import _
from studio.show.call import LINE_MAX, CallLine
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.call_words import in_call, name_of
from ui.models.offered import known
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label, plain_tip
from ui.widgets.panel import Panel

INPUT_LEAST = 150


class _Log(QPlainTextEdit):
    """Leaves the room to the picture."""

    def sizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(66))


class LinesPanel(Panel):
    """`invite` and `transfer` open their dialogs."""

    def __init__(self, bridge: Bridge, invite: Callable[[], None], transfer: Callable[[], None]) -> None:
        super().__init__()
        self.setAccessibleName(_("Written in the call"))
        self._bridge = bridge
        self._call = ""
        self._lines: tuple[CallLine, ...] = ()
        self.view = _Log()
        self.view.setObjectName("log")
        self.view.setReadOnly(True)
        self.view.setAccessibleName(_("Written in the call"))
        self.view.setTabChangesFocus(True)
        self.view.setUndoRedoEnabled(False)
        self.view.setMinimumHeight(theme.px(44))
        self.empty = label("muted", wrap=True)
        self.input = QLineEdit()
        self.input.setMaxLength(LINE_MAX)
        self.input.setAccessibleName(_("Write to the customer"))
        self.input.setMinimumWidth(theme.px(INPUT_LEAST))
        self.input.returnPressed.connect(self._send)
        self.send = Button(_("Send"), self._send, kind="primary", tip=_("Write to the customer"), key="↵")
        self.replies = Button(
            _("Replies"), tip=_("Answers that are needed again and again; you can change one before you send it")
        )
        self.menu = QMenu(self)
        self.replies.setMenu(self.menu)
        self.invite = Button(_("Invite colleague"), invite, tip=_("Bring a free colleague into this call"))
        self.transfer = Button(_("Transfer"), transfer, tip=_("Pass the customer on, to a colleague or a topic"))
        self._lay_out()
        self._known_replies: object = None
        self.refresh(bridge.state)

    def _lay_out(self) -> None:
        writing = QHBoxLayout()
        writing.setSpacing(theme.px(8))
        writing.addWidget(self.input, 1)
        writing.addWidget(self.send)
        self._deeds = QWidget()
        deeds = FlowLayout(self._deeds, spacing=8)
        for button in (self.replies, self.invite, self.transfer):
            deeds.addWidget(button)
        self._grid = QGridLayout()
        self._grid.setSpacing(theme.px(8))
        self._grid.setColumnStretch(0, 1)
        self._grid.addLayout(writing, 0, 0)
        self._grid.addWidget(self._deeds, 1, 0)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.empty, 1)
        self.body.addLayout(self._grid)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        call = in_call(state.advising)
        identity = state.advising.call.id if state.advising.call is not None else ""
        if identity != self._call:
            self._call = identity
            self.input.clear()
        lines = state.advising.lines if state.advising.call is not None else ()
        if lines != self._lines:
            self._write(lines, state)
        open_ = call is not None and state.link.status == "connected"
        for widget in (self.input, self.send, self.replies, self.invite, self.transfer):
            widget.setEnabled(open_)
        self.input.setPlaceholderText(_("Write to {name} …").format(name=name_of(call)) if call is not None else "")
        self.view.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        self.empty.setText(_("Nothing has been written yet."))
        self.replies.setVisible(bool(state.calls.replies))
        if state.calls.replies != self._known_replies:
            self._known_replies = state.calls.replies
            self.menu.clear()
            for reply in state.calls.replies:
                entry = self.menu.addAction(reply.title.replace("&", "&&"))
                entry.setToolTip(plain_tip(reply.text))
                entry.triggered.connect(partial(self._take, reply.text))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= self._deeds.sizeHint().width() + theme.px(INPUT_LEAST + 110)
        self._grid.removeWidget(self._deeds)
        self._grid.addWidget(self._deeds, 0 if beside else 1, 1 if beside else 0)

    def _take(self, text: str, *_checked: bool) -> None:
        """Put a ready reply where one writes: what is there already stays."""
        written = self.input.text().strip()
        self.input.setText(f"{written} {text}".strip())
        self.input.setFocus()

    def _send(self) -> None:
        text = self.input.text().strip()
        if text and self.input.isEnabled():
            self.input.clear()
            self._bridge.attempt(CallSay(text=text), partial(self._sent, self._call, text))

    def _sent(self, call: str, text: str, error: StudioError | None) -> None:
        if error is not None and call == self._call and not self.input.text():
            self.input.setText(text)

    # ── the lines ────────────────────────────────────────────────────────────────────────────────────────────

    def _write(self, lines: tuple[CallLine, ...], state: State) -> None:
        """What came is added; only other lines than were there are written anew."""
        known_lines = self._lines
        begun = lines[: len(known_lines)] == known_lines
        if not begun:
            self.view.clear()
        self._lines = lines
        bar = self.view.verticalScrollBar()
        following = not begun or bar.value() >= bar.maximum() - 1
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        for line in lines[len(known_lines) if begun else 0 :]:
            if not self.view.document().isEmpty():
                cursor.insertBlock()
            self._put(cursor, line, state)
        if following:
            bar.setValue(bar.maximum())

    @staticmethod
    def _put(cursor: QTextCursor, line: CallLine, state: State) -> None:
        who = line.name or (_("Customer") if line.author == "customer" else _("Advisor"))
        cursor.insertText(who, _look("accent" if line.author == "customer" else "ok", 13, bold=True))
        cursor.insertText(time.strftime("  %H:%M  ", time.localtime(line.at_ms / 1000)), _look("muted", 12))
        if line.product:
            cursor.insertText(_("showed {product}").format(product=known(state, line.product).title), _look("muted", 13))
        if line.text:
            cursor.insertText(("  " if line.product else "") + line.text, _look("text", 14))


def _look(token: str, pixels: int, *, bold: bool = False) -> QTextCharFormat:
    look = QTextCharFormat()
    look.setFont(theme.font(pixels, bold=bold))
    look.setForeground(theme.colour(token))
    return look
