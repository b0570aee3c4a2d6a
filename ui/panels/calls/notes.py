"""What is to be remembered of a call. It is kept while one writes."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from studio.i18n import _
from studio.show.call import NOTES_MAX
from studio.state import State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_notes import NotesKeeper
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel, show_if


class NotesEdit(QPlainTextEdit):
    """A few lines high where there is room."""

    def sizeHint(self) -> QSize:
        return QSize(theme.px(200), theme.px(84))


class NotesField(QWidget):
    """A text field that the keeper stands behind; there may be several of the same."""

    def __init__(self, keeper: NotesKeeper) -> None:
        super().__init__()
        self._keeper = keeper
        self.edit = NotesEdit()
        self.edit.setAccessibleName(_("Notes"))
        self.edit.setPlaceholderText(_("Dry skin in winter, no perfume …"))
        self.edit.setToolTip(_("Colleagues see the notes; the customer may ask for them"))
        self.edit.setAccessibleDescription(self.edit.toolTip())
        self.edit.setTabChangesFocus(True)
        self.edit.setMinimumHeight(theme.px(52))
        self.edit.textChanged.connect(self._on_written)
        self.status = ElidedLabel("small")
        self.left_over = label("warn", wrap=True)
        self.copy = Button(_("Copy"), self._copy, kind="small", tip=_("Take the notes that could not be kept with you"))
        kept = QHBoxLayout()
        kept.setSpacing(theme.px(8))
        kept.addWidget(self.left_over, 1)
        kept.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(4))
        rows.addLayout(kept)
        rows.addWidget(self.edit, 1)
        rows.addWidget(self.status)
        keeper.changed.connect(self._show)
        self._show()

    def _on_written(self) -> None:
        text = self.edit.toPlainText()
        if len(text) > NOTES_MAX:
            cursor = self.edit.textCursor()
            at = min(cursor.position(), NOTES_MAX)
            self.edit.setPlainText(text[:NOTES_MAX])
            cursor.setPosition(at)
            self.edit.setTextCursor(cursor)
            return
        self._keeper.write(text)

    def _show(self) -> None:
        keeper = self._keeper
        if self.edit.toPlainText() != keeper.text:
            self.edit.setPlainText(keeper.text)
        self.edit.setEnabled(bool(keeper.call))
        unsaved = _("Not kept yet: tried again by itself") if keeper.failed else _("Being kept …")
        saved = _("Kept") if keeper.text else ""
        self.status.setText(saved if keeper.kept else unsaved)
        lost = keeper.left_over
        if lost is not None:
            self.left_over.setText(_("Your notes on {name} could not be kept.").format(name=lost[0]))
        show_if(self.left_over, lost is not None)
        show_if(self.copy, lost is not None)

    def _copy(self) -> None:
        if self._keeper.left_over is not None:
            QGuiApplication.clipboard().setText(self._keeper.left_over[1])
            self._keeper.forget_left_over()


class NotesPanel(Panel):
    """Beside the call; after it the notes stand in the middle."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__(_("Notes"))
        self._keeper = desk.notes
        self.field = NotesField(desk.notes)
        self.body.addWidget(self.field, 1)
        self.tools.addWidget(self.field.status)
        desk.notes.changed.connect(self._show)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        show_if(self, self._shown(state))

    def _shown(self, state: State) -> bool:
        return state.advising.status == "busy" or self._keeper.left_over is not None

    def _show(self) -> None:
        if self._keeper.left_over is not None:
            show_if(self, True)
