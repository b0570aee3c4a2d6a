"""A dialog of something that the server keeps."""

from PySide6.QtWidgets import QWidget

from studio.errors import StudioError
from studio.i18n import _
from ui.dialogs.base import Dialog
from ui.widgets.label import label


class KeptDialog(Dialog):
    """It closes once the server has kept it; what was refused is said where one sees it, and nothing typed is lost."""

    def __init__(self, parent: QWidget, title: str, *, size: tuple[int, int]) -> None:
        super().__init__(parent, title, size=size)
        self.problem = label("warn", wrap=True)
        self.problem.hide()
        self.column.insertWidget(self.column.count() - 1, self.problem)  # over the buttons: seen wherever one has scrolled to

    def _done(self, error: StudioError | None) -> None:
        if error is None:
            self.accept()
        else:
            self._say(error.sentence(_))

    def _say(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.show()
