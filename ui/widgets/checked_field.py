"""A control with room below it for what is wrong with it."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui import theme
from ui.widgets.form import Form
from ui.widgets.label import label

LARGE = 1.4


class CheckedField(QWidget):
    """`say` what is wrong, or '' for nothing."""

    def __init__(self, control: QWidget) -> None:
        super().__init__()
        self.control = control
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(3))
        rows.addWidget(control)
        rows.addWidget(self.problem)
        self.setFocusProxy(control)

    def add_to(self, form: Form, name: str) -> None:
        """A row of a form; below its name where letters are large."""
        if theme.scale() > LARGE:
            form.setRowWrapPolicy(Form.RowWrapPolicy.WrapAllRows)
        form.add(name, self)

    def say(self, problem: str) -> None:
        """Beside the control, and to a screen reader."""
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.control.setAccessibleDescription(problem)
