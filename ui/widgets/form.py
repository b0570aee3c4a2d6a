"""Controls for a form's fields. Plain Qt: a value in, a signal out."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QFocusEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QColorDialog,
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from ui import theme
from ui.widgets.button import Button
from ui.widgets.label import label

LIMIT = 1_000_000


class ColourButton(Button):
    """Shows a colour; a click opens the system's dialog. `#rrggbb`, or `#rrggbbaa` with `alpha`."""

    picked = Signal(str)

    def __init__(self, name: str, *, alpha: bool) -> None:
        super().__init__("", self._choose, tip=name)
        self._alpha, self._colour = alpha, "#000000"

    def set_colour(self, colour: str) -> None:
        """Show it."""
        self._colour = colour
        ink = "#000000" if QColor(colour[:7]).lightnessF() > 0.5 else "#ffffff"
        self.setText(colour)
        self.setStyleSheet(f"background: {colour[:7]}; color: {ink};")

    def _choose(self) -> None:
        now = QColor(self._colour[:7])
        if len(self._colour) == 9:
            now.setAlpha(int(self._colour[7:], 16))
        dialog = QColorDialog(now, self)
        dialog.setOption(QColorDialog.ColorDialogOption.ShowAlphaChannel, self._alpha)
        dialog.colorSelected.connect(self._on_selected)
        dialog.open()

    def _on_selected(self, colour: QColor) -> None:
        chosen = colour.name() + (f"{colour.alpha():02x}" if self._alpha else "")
        self.set_colour(chosen)
        self.picked.emit(chosen)


class PathField(QWidget):
    """A file's path, and a button that looks for it. `words`: of the button, and of the dialog's title."""

    picked = Signal(str)

    def __init__(self, name: str, words: tuple[str, str], kinds: str = "") -> None:
        super().__init__()
        self._words, self._kinds = words, kinds
        self.line = QLineEdit()
        self.line.setAccessibleName(name)
        self.line.editingFinished.connect(lambda: self.picked.emit(self.line.text()))
        self.browse = Button(words[0], self._choose, kind="small", tip=words[1])
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(self.browse)
        self.setFocusProxy(self.line)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self._words[1], self.line.text(), self._kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_selected)
        dialog.open()

    def _on_selected(self, path: str) -> None:
        self.line.setText(path)
        self.picked.emit(path)


class LinesField(QPlainTextEdit):
    """Words of more than one line; told when one leaves it."""

    finished = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setFixedHeight(theme.px(84))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.finished.emit(self.toPlainText())


class NoWheel(QComboBox):
    """A list that the wheel does not change in passing, and that keeps a value it has no entry for."""

    unknown_words = "(not in the list) {value}"
    """How such a value is shown; whoever speaks the person's language sets it."""

    def __init__(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self._choices: list[tuple[str, Any]] = []
        self._offer(choices)

    def wheelEvent(self, event: Any) -> None:
        event.ignore()

    def choose(self, value: Any) -> None:
        """Show `value`: in an entry of its own where there is none for it, so that it is neither lost nor another one shown."""
        at = self.findData(value)
        if at < 0 and value not in ("", None):
            self.addItem(self.unknown_words.format(value=value), value)
            at = self.count() - 1
        if at != self.currentIndex():
            self.setCurrentIndex(at)

    def fill(self, choices: Sequence[tuple[str, Any]], value: Any) -> None:
        """Other entries, with `value` chosen."""
        before = self.blockSignals(True)
        if list(choices) != self._choices:
            self.clear()
            self._offer(choices)
        self.choose(value)
        self.blockSignals(before)

    def _offer(self, choices: Sequence[tuple[str, Any]]) -> None:
        self._choices = list(choices)
        for words, value in choices:
            self.addItem(words, value)

    def name_entry(self, words: str, value: Any) -> None:
        """What `value` is called is known now; it gets an entry if it has none."""
        if (at := self.findData(value)) >= 0:
            self.setItemText(at, words)
        else:
            self.addItem(words, value)


def spin(name: str, value: float, low: float | None, high: float | None, *, whole: bool) -> QSpinBox | QDoubleSpinBox:
    """A number. Typing a value changes nothing until Enter or leaving the field."""
    box: QSpinBox | QDoubleSpinBox = QSpinBox() if whole else QDoubleSpinBox()
    least, most = -LIMIT if low is None else low, LIMIT if high is None else high
    if isinstance(box, QSpinBox):
        box.setRange(int(least), int(most))
        box.setValue(int(value))
    else:
        box.setDecimals(2 if most - least <= 50 else 1)
        box.setRange(least, most)
        box.setSingleStep(0.05 if most - least <= 4 else 0.5 if most - least <= 200 else 1)
        box.setValue(value)
    box.setKeyboardTracking(False)
    box.setAccessibleName(name)
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    box.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.UpDownArrows)
    box.setMinimumWidth(theme.px(84))
    box.wheelEvent = lambda event: event.ignore()  # type: ignore[method-assign]
    return box


class OwnWords(NoWheel):
    """A list in which one may also write what is not in it."""

    def __init__(self, name: str, choices: Sequence[tuple[str, Any]]) -> None:
        super().__init__(name, choices)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        if (line := self.lineEdit()) is not None:
            line.setAccessibleName(name)

    @property
    def value(self) -> str:
        """The entry's, or what is written."""
        at = self.findText(self.currentText())
        return str(self.itemData(at)) if at >= 0 else self.currentText().strip()

    def choose(self, value: Any) -> None:
        at = self.findData(value)
        if at >= 0:
            self.setCurrentIndex(at)
        else:
            self.setEditText(str(value))


class Form(QFormLayout):
    """Rows of labels and controls; `add` connects a control to what is told."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(theme.px(10))
        self.setVerticalSpacing(theme.px(6))
        self.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)

    def add(self, name: str, control: QWidget) -> None:
        """A row. Check boxes carry their own words."""
        if isinstance(control, QCheckBox):
            self.addRow(control)
        else:
            words = label("muted", name)
            words.setBuddy(control)
            self.addRow(words, control)


def control(
    kind: str,
    name: str,
    value: Any,
    tell: Callable[[Any], None],
    *,
    low: float | None = None,
    high: float | None = None,
    choices: Sequence[tuple[str, Any]] = (),
    length: int | None = None,
    alpha: bool = False,
    browse: tuple[str, str] = ("…", ""),
) -> QWidget:
    """The control of a field, showing `value`; `tell` is called with another."""
    if kind == "bool":
        check = QCheckBox(name)
        check.setChecked(bool(value))
        check.toggled.connect(tell)
        return check
    if kind in ("int", "float"):
        number = spin(name, value, low, high, whole=kind == "int")
        number.valueChanged.connect(tell)
        return number
    if kind == "choice":
        box = NoWheel(name, choices)
        box.choose(value)
        box.activated.connect(lambda index: tell(box.itemData(index)))
        return box
    if kind == "colour":
        button = ColourButton(name, alpha=alpha)
        button.set_colour(str(value))
        button.picked.connect(tell)
        return button
    if kind == "path":
        path = PathField(name, browse)
        path.line.setText(str(value))
        path.picked.connect(tell)
        return path
    return _lines(name, str(value), tell) if kind == "lines" else _line(name, str(value), tell, length)


def _lines(name: str, value: str, tell: Callable[[Any], None]) -> QWidget:
    words = LinesField(name)
    words.setPlainText(value)
    words.finished.connect(tell)
    return words


def _line(name: str, value: str, tell: Callable[[Any], None], length: int | None) -> QLineEdit:
    line = QLineEdit(value)
    line.setAccessibleName(name)
    if length is not None:
        line.setMaxLength(length)
    line.editingFinished.connect(lambda: _told(line, tell))
    return line


def _told(line: QLineEdit, tell: Callable[[Any], None]) -> None:
    line.setModified(False)
    tell(line.text())


def show_value(made: QWidget, value: Any, choices: Sequence[tuple[str, Any]] | None = None) -> None:
    """Show another value in a control of `control`, told to nobody. What one is writing in it stays; `choices` are the entries
    of a list now."""
    before = made.blockSignals(True)
    if isinstance(made, QCheckBox):
        made.setChecked(bool(value))
    elif isinstance(made, QAbstractSpinBox) and made.hasFocus():
        pass
    elif isinstance(made, QSpinBox):
        made.setValue(int(value))
    elif isinstance(made, QDoubleSpinBox):
        made.setValue(float(value))
    elif isinstance(made, NoWheel):
        if choices is not None:
            made.fill(choices, value)
        else:
            made.choose(value)
    elif isinstance(made, ColourButton):
        made.set_colour(str(value))
    elif isinstance(made, PathField):
        _show_line(made.line, str(value))
    elif isinstance(made, LinesField):
        if not made.hasFocus() and made.toPlainText() != str(value):
            made.setPlainText(str(value))
    elif isinstance(made, QLineEdit):
        _show_line(made, str(value))
    made.blockSignals(before)


def _show_line(line: QLineEdit, text: str) -> None:
    if line.text() == text or (line.hasFocus() and line.isModified()):
        return
    at = line.cursorPosition()
    line.setText(text)
    line.setCursorPosition(min(at, len(text)))
