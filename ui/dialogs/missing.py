"""Files that are not where the show says: look for them in a folder, or go on without."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.source import SourceSet
from studio.i18n import _
from studio.shows.missing import search
from studio.state import Source
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.label import ElidedLabel, label


class MissingFilesDialog(Dialog):
    """What is found is put into the show at once."""

    def __init__(self, bridge: Bridge, parent: QWidget, missing: list[Source]) -> None:
        words = _("These films and pictures are not where the show says. Until they are found, a slate takes their place.")
        super().__init__(parent, _("Missing files"), words, size=(620, 440))
        self._bridge = bridge
        self._missing = {source.id: source for source in missing}
        self.rows: dict[str, QWidget] = {}
        for source in missing:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            names = QVBoxLayout()
            names.addWidget(label("heading", source.name))
            names.addWidget(ElidedLabel("muted", str(source.settings["path"])))
            line.addLayout(names, 1)
            find = Button(_("Choose …"), partial(self._choose, source.id), kind="small")
            find.setAutoDefault(False)
            line.addWidget(find)
            self.rows[source.id] = row
            self.body.addWidget(row)
        self.told = label("muted", wrap=True)
        self.body.addWidget(self.told)
        self.body.addStretch(1)
        self.look = self.add_button(Button(_("Look in a folder …"), self._ask_folder))
        self.add_button(Button(_("Go on without"), self.reject), default=True)

    def _ask_folder(self) -> None:
        dialog = QFileDialog(self, _("Look in a folder"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(lambda folder: self.search(Path(folder)))
        dialog.open()

    def search(self, folder: Path) -> None:
        """Look for all of them below `folder`."""
        paths = [str(source.settings["path"]) for source in self._missing.values()]
        found = search(folder, paths)
        for source in list(self._missing.values()):
            if path := found.get(str(source.settings["path"])):
                self._put(source.id, path)
        words = _("{found} of {count} found there").format(found=len(found), count=len(paths))
        self.told.setText(words)

    def _choose(self, source: str) -> None:
        dialog = QFileDialog(self, _("Choose a file"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(partial(self._put, source))
        dialog.open()

    def _put(self, source: str, path: str) -> None:
        self._bridge.run(SourceSet(source=source, settings={"path": path}))
        self._missing.pop(source, None)
        self.rows[source].hide()
        if not self._missing:
            self.accept()
