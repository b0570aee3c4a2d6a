"""The shows of this machine: open, begin from a template, copy, bring in, take along."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from studio import show_file
from studio.commands.show import ShowBring, ShowExport
from studio.errors import InvalidValue, StudioError
from studio.i18n import _
from studio.shows import bundle
from studio.shows.library import Entry, ShowLibrary
from studio.shows.templates import TEMPLATES, make
from studio.state import CANVASES
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.shows import open_show
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.form import Form, NoWheel
from ui.widgets.label import label, plain_tip
from ui.widgets.tabs import Tabs


class ShowsDialog(Dialog):
    """Opening another show is refused while one is on air."""

    def __init__(self, bridge: Bridge, parent: QWidget, *, new: bool = False) -> None:
        super().__init__(parent, _("Shows"), size=(680, 620))
        self._bridge = bridge
        self._library = ShowLibrary(bridge.kinds)
        self._entries: list[Entry] = []
        self.problem = label("bad", wrap=True)
        self.problem.hide()
        self.tabs = Tabs(_("Shows"))
        self.tabs.addTab(self._list_page(), _("My shows"))
        self.tabs.addTab(self._new_page(), _("New show"))
        self.body.addWidget(self.problem)
        self.body.addWidget(self.tabs, 1)
        self.add_button(Button(_("Close"), self.reject))
        self._fill()
        if new or not self._entries:
            self.tabs.setCurrentIndex(1)

    def _list_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        self.list = QListWidget()
        self.list.setAccessibleName(_("Shows"))
        self.list.itemActivated.connect(lambda _row: self._open())
        self.list.currentRowChanged.connect(lambda _row: self._refresh())
        rows.addWidget(self.list, 1)
        tools = FlowLayout()
        self.open_button = Button(_("Open"), self._open, kind="primary")
        self.copy_button = Button(_("Duplicate"), self._duplicate)
        self.import_button = Button(_("Bring in …"), self._bring, tip=_("A show file, or a bundle from another machine"))
        self.export_button = Button(
            _("Take along …"), self._export, tip=_("The open show with its films and pictures as one file")
        )
        for button in (self.open_button, self.copy_button, self.import_button, self.export_button):
            button.setAutoDefault(False)
            tools.addWidget(button)
        rows.addLayout(tools)
        return page

    def _new_page(self) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        form = Form()
        self.title = QLineEdit(_("My show"))
        self.title.setMaxLength(200)
        self.title.setAccessibleName(_("Title"))
        form.add(_("Title"), self.title)
        shapes = {1920: _("Wide (16:9)"), 1080: _("Upright (9:16), as on a phone")}
        sizes = [(shapes[c.width] if c.width != c.height else _("Square"), number) for number, c in enumerate(CANVASES)]
        self.canvas = NoWheel(_("Shape"), sizes)
        form.add(_("Shape"), self.canvas)
        rows.addLayout(form)
        self.templates: dict[str, Button] = {}
        for template, (name, about, _make) in TEMPLATES.items():
            button = Button(_(name), partial(self._new, template), tip=_(about))
            button.setAutoDefault(False)
            rows.addWidget(button)
            rows.addWidget(label("muted", _(about), wrap=True))
            rows.addSpacing(theme.px(6))
            self.templates[template] = button
        rows.addStretch(1)
        return page

    def _fill(self) -> None:
        self._entries = self._library.entries()
        self.list.clear()
        for entry in self._entries:
            detail = entry.problem or _("{count} scenes").format(count=entry.scenes)
            row = QListWidgetItem(f"{entry.title}\n{detail}")
            row.setToolTip(plain_tip(str(entry.path)))
            if entry.problem:
                row.setForeground(theme.colour("warn"))
            self.list.addItem(row)
        if self._entries:
            self.list.setCurrentRow(0)
        self._refresh()

    def _refresh(self) -> None:
        entry = self._entry()
        self.open_button.setEnabled(entry is not None and not entry.problem)
        self.copy_button.setEnabled(entry is not None and not entry.problem)

    def _entry(self) -> Entry | None:
        row = self.list.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def _tell(self, error: Exception) -> None:
        self.problem.setText(error.sentence(_) if isinstance(error, StudioError) else str(error))
        self.problem.show()

    def _open(self) -> None:
        if (entry := self._entry()) is not None and not entry.problem:
            self._open_path(entry.path)

    def _open_path(self, path: Path) -> None:
        try:
            open_show(self._bridge, path)
        except (StudioError, OSError) as error:
            self._tell(error)
        else:
            self.accept()

    def _duplicate(self) -> None:
        if (entry := self._entry()) is not None:
            try:
                self._library.duplicate(entry.path)
            except (StudioError, OSError) as error:
                self._tell(error)
            self._fill()

    def _new(self, template: str) -> None:
        title = self.title.text().strip() or _("My show")
        try:
            path = self._library.add(make(template, title, CANVASES[self.canvas.currentData()]))
        except (InvalidValue, OSError) as error:
            self._tell(error)
        else:
            self._open_path(path)

    def _bring(self) -> None:
        dialog = QFileDialog(self, _("Bring in a show"), "", f"{_('Shows')} (*{bundle.SUFFIX} *.show.json)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._brought)
        dialog.open()

    def _brought(self, path: str) -> None:
        self._bridge.attempt(ShowBring(path=path), self._on_brought, alone=True)

    def _on_brought(self, problem: StudioError | None) -> None:
        if problem is not None:
            self._tell(problem)
        self._fill()

    def _export(self) -> None:
        name = show_file.slug(self._bridge.state.show.title) + bundle.SUFFIX
        dialog = QFileDialog(self, _("Take the show along"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(bundle.SUFFIX.lstrip("."))
        dialog.fileSelected.connect(lambda path: self._bridge.run(ShowExport(path=path), self._exported))
        dialog.open()

    def _exported(self, missing: list[str]) -> None:
        if missing:
            self._tell(InvalidValue("Taken along, but these files were missing: {names}", names=", ".join(missing)))
