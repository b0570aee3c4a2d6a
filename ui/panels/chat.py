"""What the audience writes. It never runs away: who scrolls up stays there, and is told how many are new."""

import time
from collections import deque
from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QTextBlock, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLineEdit, QPlainTextEdit, QTabBar, QTextEdit

from studio.commands.chat import ChatAnswering, ChatSay
from studio.errors import StudioError
from studio.i18n import _
from studio.show.chat import TEXT_MAX, ChatLine
from studio.state import Shop, State
from ui import theme
from ui.bridge import Bridge
from ui.models.chat_log import KEPT, ChatLog, asks
from ui.panels.chat_actions import STATES, ChatActions
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel

AT_ONCE = 200
"""Lines put into the window in one go; more wait their turn."""
MINUTE_MS = 60_000
ALL, QUESTIONS, HELD = range(3)
Numbered = tuple[int, ChatLine]


class ChatPanel(Panel):
    """Writes what is new in the log at each `tick`. A click, or the arrow keys, select a line to do something with."""

    def __init__(self, bridge: Bridge, log: ChatLog) -> None:
        super().__init__(_("Chat"))
        self._bridge = bridge
        self._log = log
        self._shop = Shop()
        self._seen, self._began, self._revision = 0, log.began, log.revision
        self._times: deque[int] = deque(maxlen=KEPT)
        self._unseen = 0
        self._selected = 0
        self._answers: str = ""
        """The line that is being answered."""
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Chat"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        for name in (_("All"), _("Questions"), _("Held")):
            self.tabs.addTab(name)
        self.tabs.currentChanged.connect(lambda _index: self._rewrite())
        self.pinned = ElidedLabel("muted")
        self.pinned.hide()
        self._make_view()
        self.newer = Button("", self._to_the_end, kind="primary")
        self.newer.hide()
        self.empty = label("muted", _("The audience's messages come here. In a rehearsal they are simulated."), wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.actions_ = ChatActions(bridge.run, self._reply)
        self.input = QLineEdit()
        self.input.setMaxLength(TEXT_MAX)
        self.input.setAccessibleName(_("Write to the audience"))
        self.input.returnPressed.connect(self._send)
        self.input.installEventFilter(self)
        self.private = QCheckBox(_("Only to them"))
        self.private.setToolTip(_("A private answer: nobody else sees it"))
        self.send = Button(_("Send"), self._send, kind="primary")
        self._lay_out()
        self._begin_answer(None)
        self.refresh(bridge.state)

    def _lay_out(self) -> None:
        writing = QHBoxLayout()
        writing.setSpacing(theme.px(6))
        writing.addWidget(self.input, 1)
        writing.addWidget(self.send)
        for widget in (self.tabs, self.pinned, self.empty, self.view, self.newer, self.actions_, self.private):
            self.body.addWidget(widget, 1 if widget in (self.empty, self.view) else 0)
        self.body.addLayout(writing)
        self.body.addStretch(0)

    def _make_view(self) -> None:
        self.view = QPlainTextEdit()
        self.view.setObjectName("log")
        self.view.setReadOnly(True)
        self.view.hide()
        self.view.setAccessibleName(_("Chat"))
        self.view.setMaximumBlockCount(KEPT)
        self.view.setUndoRedoEnabled(False)
        self.view.setTabChangesFocus(True)
        self.view.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.view.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())
        self.view.viewport().installEventFilter(self)
        self.view.installEventFilter(self)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        shop = state.shop
        if shop is not self._shop and (shop.answering, shop.pinned_line, shop.picture_line) != (
            self._shop.answering,
            self._shop.pinned_line,
            self._shop.picture_line,
        ):
            marked = {entry.line for entry in (*shop.answering, *self._shop.answering)}
            self._shop = shop
            for line in marked:
                self._log_changed(line)
        self._shop = shop
        pinned = shop.pinned_line
        self.pinned.setText(_("Pinned: {text}").format(text=pinned.text) if pinned is not None else "")
        self.pinned.setVisible(pinned is not None)
        self._show_actions()
        open_ = state.link.status == "connected" and state.show.state != "ended"
        self.input.setEnabled(open_)
        self.send.setEnabled(open_)

    def tick(self) -> None:
        """Write what came."""
        log = self._log
        if log.began != self._began:
            self._rewrite()
        if log.revision != self._revision:
            self._rewrite_changed()
        fresh = log.since(self._seen, AT_ONCE) if log.count > self._seen else []
        if fresh:
            self._seen = fresh[-1][0]
            self._times.extend(line.at_ms for _serial, line in fresh)
            self._count_tabs()
            self._write([item for item in fresh if self._belongs(item[1])])
        now_ms = int(time.time() * 1000)
        while self._times and self._times[0] < now_ms - MINUTE_MS:
            self._times.popleft()
        self.words.setText(_("{count} a minute").format(count=len(self._times)) if self._times else "")
        self.empty.setVisible(not len(log))
        self.view.setVisible(bool(len(log)))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clicks and keys in the list of lines; Escape in the input."""
        if watched is self.view.viewport() and isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease:
            self._select(self.view.cursorForPosition(event.position().toPoint()).block().userState())
        elif isinstance(event, QKeyEvent) and event.type() in (QEvent.Type.KeyPress, QEvent.Type.ShortcutOverride):
            if watched is self.input and event.key() == Qt.Key.Key_Escape and self._answers:
                if event.type() == QEvent.Type.KeyPress:
                    self._begin_answer(None)
                event.accept()
                return event.type() == QEvent.Type.KeyPress
            if watched is self.view and self._key(event, press=event.type() == QEvent.Type.KeyPress):
                event.accept()
                return event.type() == QEvent.Type.KeyPress
        return super().eventFilter(watched, event)

    # ── a line ───────────────────────────────────────────────────────────────────────────────────────────────

    def _key(self, event: QKeyEvent, *, press: bool) -> bool:
        """Whether the key is the list's; done when it goes down."""
        keys = Qt.Key
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        if event.key() in (keys.Key_Up, keys.Key_Down):
            if press:
                self._move(-1 if event.key() == keys.Key_Up else 1)
            return True
        line = self._log.get(self._selected)
        if line is None:
            return False
        does: dict[int, Callable[[], None]] = {
            keys.Key_R: partial(self._reply, line),
            keys.Key_Return: partial(self._reply, line),
            keys.Key_P: self.actions_.pin_line,
            keys.Key_O: self.actions_.picture_line,
            keys.Key_Delete: self.actions_.remove_line,
            keys.Key_Escape: partial(self._select, 0),
        }
        deed = does.get(event.key())
        if deed is None:
            return False
        if press:
            deed()
        return True

    def _move(self, step: int) -> None:
        block = self._block(self._selected) if self._selected else None
        if block is None or not block.isValid():
            block = self.view.document().lastBlock() if step < 0 else self.view.document().firstBlock()
        else:
            block = block.previous() if step < 0 else block.next()
        if block.isValid():
            self._select(block.userState())
            self.view.setTextCursor(QTextCursor(block))
            self.view.ensureCursorVisible()

    def _select(self, serial: int) -> None:
        self._selected = serial if self._log.get(serial) is not None else 0
        self._show_actions()

    def _show_actions(self) -> None:
        line = self._log.get(self._selected)
        self.actions_.show_line(line, self._shop)
        marks = []
        block = self._block(self._selected) if line is not None else None
        if block is not None and block.isValid():
            mark = QTextEdit.ExtraSelection()
            mark.cursor = QTextCursor(block)
            mark.cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            look = QTextCharFormat()
            look.setBackground(theme.colour("hover"))
            look.setProperty(QTextCharFormat.Property.FullWidthSelection, True)
            mark.format = look
            marks = [mark]
        self.view.setExtraSelections(marks)

    def _reply(self, line: ChatLine) -> None:
        self._begin_answer(line)
        self.input.setFocus()

    def _begin_answer(self, line: ChatLine | None) -> None:
        if self._answers and (line is None or line.id != self._answers):
            self._bridge.run(ChatAnswering(line=self._answers, on=False))
        self._answers = line.id if line is not None else ""
        if line is not None:
            self._bridge.run(ChatAnswering(line=line.id))
        everyone = _("Reply to everyone …")
        self.input.setPlaceholderText(_("Answer {name} …").format(name=line.name or _("Guest")) if line is not None else everyone)
        self.private.setChecked(False)
        self.private.setVisible(line is not None and bool(line.visitor) and self.private.parentWidget() is not None)

    def _send(self) -> None:
        text = self.input.text().strip()
        if text and self.input.isEnabled():
            command = ChatSay(text=text, reply_to=self._answers, private=self.private.isChecked())
            self._answers = ""  # the server knows that it has been answered
            self.input.clear()
            self._begin_answer(None)
            self._bridge.attempt(command, partial(self._sent, command))

    def _sent(self, command: ChatSay, error: StudioError | None) -> None:
        if error is None or self.input.text():
            return
        self.input.setText(command.text)  # nobody's words are lost; what has been begun meanwhile stays
        if command.reply_to:  # nor do they go to others than they were meant for
            if (line := self._log.find(command.reply_to)) is not None:
                self._begin_answer(line)
            self._answers = command.reply_to
            self.private.setVisible(self.private.isVisible() or command.private)
            self.private.setChecked(command.private)

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────

    def _belongs(self, line: ChatLine) -> bool:
        tab = self.tabs.currentIndex()
        return tab == ALL or (asks(line) if tab == QUESTIONS else line.state == "held")

    def _count_tabs(self) -> None:
        asked, held = self._log.asked, self._log.held
        self.tabs.setTabText(QUESTIONS, _("Questions {count}").format(count=asked) if asked else _("Questions"))
        self.tabs.setTabText(HELD, _("Held {count}").format(count=held) if held else _("Held"))

    def _write(self, lines: Sequence[Numbered]) -> None:
        if not lines:
            return
        bar = self.view.verticalScrollBar()
        following, kept = self._at_the_end, bar.value()
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        for serial, line in lines:
            if not self.view.document().isEmpty():
                cursor.insertBlock()
            self._put(cursor, serial, line)
        cursor.endEditBlock()
        if following:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(kept)
            self._unseen += len(lines)
            self.newer.setText(_("{count} new messages ↓").format(count=self._unseen))
            self.newer.set_tip(_("Go to the newest"))
            self.newer.show()

    def _put(self, cursor: QTextCursor, serial: int, line: ChatLine) -> None:
        """Write a line into the block where the cursor stands."""
        name, stamp, words, staff, mark, apart = self._formats()
        cursor.block().setUserState(serial)
        cursor.insertText(line.name or _("Guest"), staff if line.staff else name)
        cursor.insertText(time.strftime("  %H:%M", time.localtime(line.at_ms / 1000)), stamp)
        notes = [_("simulated")] if line.simulated else []
        if line.state in STATES:
            notes.append(_(STATES[line.state]))
        if line.private:
            notes.append(_("private answer"))
        notes += [_("{name} is answering").format(name=held.name) for held in self._shop.answering if held.line == line.id]
        if notes:
            cursor.insertText("  " + " · ".join(notes), mark if not line.simulated else stamp)
        asked = self._log.find(line.reply_to) if line.reply_to else None
        if asked is not None:
            cursor.insertText("\u2028↳ " + _("to {name}").format(name=asked.name or _("Guest")), stamp)
        cursor.insertText("\u2028" + line.text, words)
        cursor.insertText("\u2028", apart)  # plain text knows no margins: a low line keeps the messages apart

    @staticmethod
    def _formats() -> tuple[QTextCharFormat, ...]:
        made = []
        kinds = (
            ("accent", 13, True),
            ("muted", 12, False),
            ("text", 14, False),
            ("ok", 13, True),
            ("warn", 12, True),
            ("text", 6, False),
        )
        for token, pixels, bold in kinds:
            look = QTextCharFormat()
            look.setFont(theme.font(pixels, bold=bold))
            look.setForeground(theme.colour(token))
            made.append(look)
        return tuple(made)

    @property
    def _at_the_end(self) -> bool:
        bar = self.view.verticalScrollBar()
        return bar.value() >= bar.maximum() - 1

    def _scrolled(self) -> None:
        if self._at_the_end and self._unseen:
            self._unseen = 0
            self.newer.hide()

    def _to_the_end(self) -> None:
        bar = self.view.verticalScrollBar()
        bar.setValue(bar.maximum())

    def _block(self, serial: int) -> QTextBlock | None:
        """The block of a line; looked for from the end, where what people do something with is."""
        block = self.view.document().lastBlock()
        while block.isValid() and block.userState() > serial:
            block = block.previous()
        return block if block.isValid() and block.userState() == serial else None

    def _log_changed(self, identity: str) -> None:
        """Something that is written beside a line is another."""
        for serial, line in self._log.all():
            if line.id == identity and serial <= self._seen:
                self._rewrite_one(serial)

    def _rewrite_changed(self) -> None:
        try:
            changed = self._log.changed_since(self._revision)
        except LookupError:
            self._rewrite()
            return
        self._revision = self._log.revision
        for serial in changed:
            if serial <= self._seen:
                self._rewrite_one(serial)
        self._count_tabs()
        if self._log.get(self._selected) is None:
            self._select(0)

    def _rewrite_one(self, serial: int) -> None:
        line = self._log.get(serial)
        block = self._block(serial)
        if block is None:
            if line is not None and self._belongs(line):  # it was not on this tab, and is now
                self._rewrite()
            return
        cursor = QTextCursor(block)
        cursor.beginEditBlock()
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if line is not None and self._belongs(line):
            self._put(cursor, serial, line)
        else:  # it becomes one with its neighbour, whose number Qt would forget
            beside = block.next() if block.next().isValid() else block.previous()
            number = beside.userState()
            cursor.deleteChar() if block.next().isValid() else cursor.deletePreviousChar()
            cursor.block().setUserState(number)
        cursor.endEditBlock()

    def _rewrite(self) -> None:
        """All of it anew."""
        log = self._log
        self.view.clear()
        self._unseen = 0
        self.newer.hide()
        self._seen, self._began, self._revision = log.count, log.began, log.revision
        self._count_tabs()
        if not len(log):
            self._times.clear()
        self._select(0)
        self._write([item for item in log.all() if self._belongs(item[1])])
        self._to_the_end()
