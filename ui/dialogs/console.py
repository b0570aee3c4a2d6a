"""A link for a colleague in marketing: segments, rules and newsletters in any browser."""

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.commands.console import ConsoleInvite
from studio.i18n import _
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.widgets.button import Button
from ui.widgets.label import label

NAME_MAX = 60


class ConsoleDialog(Dialog):
    """The link is good once, for a quarter of an hour."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Segments, rules, newsletters and one person at a time, in any browser: for colleagues without Vitrine.")
        super().__init__(parent, _("Audience in the browser"), words, size=(560, 300))
        self._bridge = bridge
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_MAX)
        self.name.setAccessibleName(_("For whom"))
        self.name.setPlaceholderText(_("For whom? A name, or: this computer"))
        self.name.returnPressed.connect(self._invite)
        self.invite = Button(_("Make a link"), self._invite, kind="primary")
        self.invite.setAutoDefault(False)
        ask = QHBoxLayout()
        ask.setSpacing(theme.px(8))
        ask.addWidget(self.name, 1)
        ask.addWidget(self.invite)
        self.body.addLayout(ask)
        self.told = label("muted", wrap=True)
        self.link = QLineEdit()
        self.link.setReadOnly(True)
        self.link.setAccessibleName(_("The link"))
        self.copy = Button(_("Copy the link"), self._copy, kind="small")
        self.open_ = Button(_("Open it here"), self._open, kind="small")
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for widget in (self.copy, self.open_):
            row.addWidget(widget)
        row.addStretch(1)
        self.body.addWidget(self.told)
        self.body.addWidget(self.link)
        self.body.addLayout(row)
        self.body.addStretch(1)
        self.add_button(Button(_("Close"), self.accept))
        self._show("")
        self.name.setFocus()

    def _invite(self) -> None:
        if not (name := self.name.text().strip()):
            self.name.setFocus()
            return
        self._bridge.run(ConsoleInvite(name=name), self._show)

    def _show(self, link: str) -> None:
        words = _("It lets one browser in, once, within a quarter of an hour. That browser stays in for 30 days.")
        if link.startswith(("http://127.", "http://[::1]", "http://localhost")):
            words += " " + _("This server is reached from this computer only; for others connect to a show server.")
        self.told.setText(words)
        self.link.setText(link)
        self.link.setCursorPosition(0)
        self.copy.setText(_("Copy the link"))
        for widget in (self.told, self.link, self.copy, self.open_):
            widget.setVisible(bool(link))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.link.text())
        self.copy.setText(_("Copied"))

    def _open(self) -> None:
        """It is used up by that."""
        if QDesktopServices.openUrl(QUrl(self.link.text())):
            self._show("")
