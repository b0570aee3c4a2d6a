"""A link for a colleague in marketing: segments, rules and newsletters in any browser."""

from functools import partial

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QWidget

from studio.commands.console import ConsoleInvite
from studio.i18n import _
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.base import Dialog
from ui.dialogs.link_card import LinkCard, here_only
from ui.widgets.button import Button

NAME_MAX = 60


class ConsoleDialog(Dialog):
    """The link is good once, for a quarter of an hour."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Segments, rules, newsletters and one person at a time, in any browser: for colleagues without Vitrine.")
        super().__init__(parent, _("Audience in the browser"), words, size=(620, 420))
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
        self.link = LinkCard()
        self.open_ = Button(_("Open it here"), self._open, kind="small")
        self.link.buttons.insertWidget(1, self.open_)
        self.body.addLayout(ask)
        self.body.addWidget(self.link)
        self.body.addStretch(1)
        self.add_button(Button(_("Close"), self.accept))
        self.name.setFocus()

    def _invite(self) -> None:
        if not (name := self.name.text().strip()):
            self.name.setFocus()
            return
        self._bridge.run(ConsoleInvite(name=name), partial(self._show, name))

    def _show(self, name: str, link: str) -> None:
        told = _("It lets one browser in, once, within a quarter of an hour. That browser stays in for 30 days.")
        problem = _("This server is reached from this computer only; for others connect to a show server.")
        self.link.show_link(link, name, told=told, problem=problem if here_only(link) else "")

    def _open(self) -> None:
        """It is used up by that."""
        if QDesktopServices.openUrl(QUrl(self.link.link)):
            self.link.hide()
