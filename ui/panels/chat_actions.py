"""What can be done with the line of chat that is selected."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from studio.commands.base import Command
from studio.commands.chat import ChatPicture, ChatPin, ChatRelease, ChatRemove, VisitorBlock
from studio.i18n import N_, _
from studio.show.chat import ChatLine
from studio.state import Shop
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout

TIME_OUTS = (1, 5, 10, 60)


class ChatActions(QWidget):
    """Buttons for one line; `run` sends a command, `reply` begins an answer."""

    def __init__(self, run: Callable[[Command], None], reply: Callable[[ChatLine], None]) -> None:
        super().__init__()
        self._run = run
        self._line: ChatLine | None = None
        self._shop = Shop()
        self._reply = reply
        self.reply = Button(_("Reply"), self._on_reply, kind="small", tip=_("Answer this line"), key="R")
        self.release = Button(_("Show it"), self._release, kind="small", tip=_("Show this held line to everybody"))
        self.pin = Button(_("Pin"), self.pin_line, kind="small", key="P")
        self.picture = Button(_("On the picture"), self.picture_line, kind="small", key="O")
        self.remove = Button(_("Remove"), self.remove_line, kind="small", tip=_("Take this line away from everybody"), key="Del")
        self.more = Button(_("Writer …"), kind="small", tip=_("Keep the one who wrote this from writing"))
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self.more.setMenu(self.menu)
        row = FlowLayout(self, spacing=6)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.reply, self.release, self.pin, self.picture, self.remove, self.more):
            row.addWidget(button)
        for minutes in TIME_OUTS:
            words = _("Not for {minutes} min").format(minutes=minutes)
            self.menu.addAction(words).triggered.connect(partial(self._block, "timeout", minutes))
        ban = self.menu.addAction(_("Not in this show"))
        ban.setToolTip(_("By network and browser: in another browser they can write again"))
        ban.triggered.connect(partial(self._block, "ban", 1))
        self.menu.addAction(_("Shadow: only they see what they write")).triggered.connect(partial(self._block, "shadow", 1))
        self.show_line(None, Shop())

    def show_line(self, line: ChatLine | None, shop: Shop) -> None:
        """Another line is selected, or none."""
        self._line, self._shop = line, shop
        self.setVisible(line is not None and self.parentWidget() is not None)
        if line is None:
            return
        real, shown = not line.simulated, line.state == "shown" and not line.private
        pinned = shop.pinned_line is not None and shop.pinned_line.id == line.id
        pictured = shop.picture_line is not None and shop.picture_line.id == line.id
        self.pin.setText(_("Unpin") if pinned else _("Pin"))
        self.pin.set_tip(_("Keep this line above the chat"))
        self.picture.setText(_("Off the picture") if pictured else _("On the picture"))
        self.picture.set_tip(_("Shown where the scene has a chat message"))
        self.reply.setVisible(real)
        self.release.setVisible(line.state in ("held", "shadow"))
        self.pin.setVisible(real and shown)
        self.picture.setVisible(real and shown)
        self.remove.setVisible(real)
        self.more.setVisible(real and bool(line.visitor))

    def pin_line(self) -> None:
        """Pin the selected line, or unpin it."""
        if (line := self._line) is not None and self.pin.isVisibleTo(self):
            pinned = self._shop.pinned_line
            self._run(ChatPin(line="" if pinned is not None and pinned.id == line.id else line.id))

    def picture_line(self) -> None:
        """Put the selected line on the picture, or take it off."""
        if (line := self._line) is not None and self.picture.isVisibleTo(self):
            shown = self._shop.picture_line
            self._run(ChatPicture(line="" if shown is not None and shown.id == line.id else line.id))

    def remove_line(self) -> None:
        """Take the selected line away."""
        if self._line is not None and self.remove.isVisibleTo(self):
            self._run(ChatRemove(line=self._line.id))

    def _on_reply(self) -> None:
        if self._line is not None:
            self._reply(self._line)

    def _release(self) -> None:
        if self._line is not None:
            self._run(ChatRelease(line=self._line.id))

    def _block(self, kind: str, minutes: int, *_checked: bool) -> None:
        if self._line is not None and self._line.visitor:
            self._run(VisitorBlock(visitor=self._line.visitor, kind=kind, minutes=minutes))  # type: ignore[arg-type]


STATES = {"held": N_("held"), "shadow": N_("only its writer sees it")}
"""What stands beside a line that not everybody sees."""
