"""What the audience writes. It never runs away: who scrolls up stays there, and is told how many are new."""

import time
from collections import deque
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QTabBar

from studio.i18n import _
from studio.show.chat import ChatLine
from ui import theme
from ui.models.chat_log import KEPT, ChatLog
from ui.widgets.button import Button
from ui.widgets.label import label
from ui.widgets.panel import Panel

AT_ONCE = 200
"""Lines put into the window in one go; more wait their turn."""
MINUTE_MS = 60_000


class ChatPanel(Panel):
    """Writes what is new in the log at each `tick`."""

    def __init__(self, log: ChatLog) -> None:
        super().__init__(_("Chat"))
        self._log = log
        self._seen, self._began = log.count - len(log.lines), log.began
        self._asked = 0
        self._times: deque[int] = deque(maxlen=KEPT)
        self._unseen = 0
        self.tabs = QTabBar()
        self.tabs.setAccessibleName(_("Chat"))
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        self.tabs.addTab(_("All"))
        self.tabs.addTab(_("Questions"))
        self.tabs.currentChanged.connect(lambda _index: self._rewrite())
        self.view = QPlainTextEdit()
        self.view.setObjectName("log")
        self.view.setReadOnly(True)
        self.view.hide()
        self.view.setAccessibleName(_("Chat"))
        self.view.setMaximumBlockCount(KEPT)
        self.view.setUndoRedoEnabled(False)
        self.view.verticalScrollBar().valueChanged.connect(lambda _value: self._scrolled())
        self.newer = Button("", self._to_the_end, kind="primary")
        self.newer.hide()
        self.empty = label("muted", _("The audience's messages come here. In a rehearsal they are simulated."), wrap=True)
        self.body.addWidget(self.tabs)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.body.addWidget(self.empty, 1)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.newer)
        self.body.addStretch(0)

    def tick(self) -> None:
        """Write what came."""
        log = self._log
        if log.began != self._began:
            self._rewrite()
        fresh = log.since(self._seen, AT_ONCE) if log.count > self._seen else []
        if fresh:
            self._seen += len(fresh)
            self._times.extend(line.at_ms for line in fresh)
            questions = [line for line in fresh if line.question]
            self._count_questions(self._asked + len(questions))
            self._write(questions if self.tabs.currentIndex() else fresh)
        now_ms = int(time.time() * 1000)
        while self._times and self._times[0] < now_ms - MINUTE_MS:
            self._times.popleft()
        self.words.setText(_("{count} a minute").format(count=len(self._times)) if self._times else "")
        self.empty.setVisible(not log.lines)
        self.view.setVisible(bool(log.lines))

    def _count_questions(self, count: int) -> None:
        self._asked = count
        self.tabs.setTabText(1, _("Questions {count}").format(count=count) if count else _("Questions"))

    def _write(self, lines: Sequence[ChatLine]) -> None:
        bar = self.view.verticalScrollBar()
        following, kept = self._at_the_end, bar.value()
        cursor = QTextCursor(self.view.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.beginEditBlock()
        name, stamp, words = self._formats()
        apart = QTextBlockFormat()
        apart.setBottomMargin(theme.px(8))
        cursor.setBlockFormat(apart)
        for line in lines:
            if not self.view.document().isEmpty():
                cursor.insertBlock()
            cursor.insertText(line.name, name)
            cursor.insertText(time.strftime("  %H:%M", time.localtime(line.at_ms / 1000)), stamp)
            if line.simulated:
                cursor.insertText("  " + _("simulated"), stamp)
            cursor.insertText("\u2028" + line.text, words)
        cursor.endEditBlock()
        if following:
            bar.setValue(bar.maximum())
        else:
            bar.setValue(kept)
            self._unseen += len(lines)
            self.newer.setText(_("{count} new messages ↓").format(count=self._unseen))
            self.newer.set_tip(_("Go to the newest"))
            self.newer.show()

    @staticmethod
    def _formats() -> tuple[QTextCharFormat, QTextCharFormat, QTextCharFormat]:
        made = []
        for token, pixels, bold in (("accent", 13, True), ("muted", 12, False), ("text", 14, False)):
            look = QTextCharFormat()
            look.setFont(theme.font(pixels, bold=bold))
            look.setForeground(theme.colour(token))
            made.append(look)
        return made[0], made[1], made[2]

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

    def _rewrite(self) -> None:
        """All of it anew."""
        log = self._log
        self.view.clear()
        self._unseen = 0
        self.newer.hide()
        self._seen, self._began = log.count, log.began
        questions = log.questions()
        self._count_questions(len(questions))
        if not log.lines:
            self._times.clear()
        self._write(questions if self.tabs.currentIndex() else tuple(log.lines))
        self._to_the_end()
