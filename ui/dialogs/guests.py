"""Guests: a link for somebody far away, or for one's own phone as a camera; who is there, and into the picture with them."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from studio.commands.guest import GuestInvite, GuestLink, GuestRemove
from studio.commands.scene import ItemAdd
from studio.commands.source import SourceAdd
from studio.i18n import _
from studio.scenes.nesting import guest_sources, in_program
from studio.show.call import NAME_MAX
from studio.show.guest import Guest
from studio.state import State, Transform
from ui import theme
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.dialogs.base import Dialog
from ui.dialogs.link_card import LinkCard, here_only
from ui.models.labels import free_name
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel
from ui.widgets.pill import Pill

PICTURE, LOOK_MS = QSize(128, 72), 200


class GuestsDialog(Dialog):
    """Follows the state for as long as it is open."""

    def __init__(self, bridge: Bridge, parent: QWidget) -> None:
        words = _("Who has a link comes into the green room. They are seen and heard once you show them in a scene.")
        super().__init__(parent, _("Guests"), words, size=(620, 640))
        self._bridge = bridge
        self._rows: dict[str, GuestRow] = {}
        self._shown = ""
        """Whose link stands there."""
        self.name = QLineEdit()
        self.name.setMaxLength(NAME_MAX)
        self.name.setPlaceholderText(_("Who comes? A name, or: my phone"))
        self.name.setAccessibleName(_("Name of the guest"))
        self.name.returnPressed.connect(self._invite)
        self.invite = Button(_("Make a link"), self._invite, kind="primary")
        self.invite.setAutoDefault(False)
        ask = QHBoxLayout()
        ask.setSpacing(theme.px(8))
        ask.addWidget(self.name, 1)
        ask.addWidget(self.invite)
        self.link = LinkCard()
        self.link.hide()
        self.empty = label("muted", _("Nobody is invited yet."), wrap=True)
        self.list = QVBoxLayout()
        self.list.setSpacing(theme.px(8))
        self.body.addLayout(ask)
        self.body.addWidget(self.link)
        self.body.addSpacing(theme.px(4))
        self.body.addWidget(self.empty)
        self.body.addLayout(self.list)
        self.body.addStretch(1)
        self.add_button(Button(_("Close"), self.accept))
        bridge.changed.connect(self.follow)
        self._look = QTimer(self)
        self._look.timeout.connect(self._show_pictures)
        self._look.start(LOOK_MS)
        self.follow()
        self.name.setFocus()

    def follow(self) -> None:
        """The state has changed."""
        state = self._bridge.state
        here = {guest.id: guest for guest in state.guests}
        for guest in [guest for guest in self._rows if guest not in here]:
            row = self._rows.pop(guest)
            row.hide()
            row.deleteLater()
            if guest == self._shown:
                self.link.hide()
        for guest, one in here.items():
            if guest not in self._rows:
                self._rows[guest] = GuestRow(self._bridge, one, self.show_link)
                self.list.addWidget(self._rows[guest])
            self._rows[guest].show_guest(one, state)
        self.empty.setVisible(not here)

    def _show_pictures(self) -> None:
        for row in self._rows.values():
            row.tick()

    def show_link(self, guest: str, name: str, link: str) -> None:
        """Bring a link to the front."""
        self._shown = guest
        self.link.show_link(
            link,
            name,
            told=_("Point a phone's camera at the code, or send the link. It is theirs alone."),
            problem=_problem(link),
        )
        self.area.ensureWidgetVisible(self.link)

    def _invite(self) -> None:
        if not (name := self.name.text().strip()):
            self.name.setFocus()
            return
        self._bridge.run(GuestInvite(name=name), partial(self._invited, name))

    def _invited(self, name: str, link: str) -> None:
        self.name.clear()
        self.show_link(link.partition("#")[2].partition(".")[0], name, link)


class GuestRow(Panel):
    """One guest."""

    def __init__(self, bridge: Bridge, guest: Guest, show_link: Callable[[str, str, str], None]) -> None:
        super().__init__()
        self._bridge, self._guest = bridge, guest
        self._show_link = show_link
        self._number = -1
        self.picture = label("")
        self.picture.setFixedSize(theme.px(PICTURE.width()), theme.px(PICTURE.height()))
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.hide()
        self.name = ElidedLabel("heading")
        self.status = Pill()
        self.quality = label("muted", wrap=True)
        self.show_in = Button(_("Show in preview"), self._show_in, kind="small", tip=_("Put them into the scene in preview"))
        self.link = Button(_("Link"), self._ask_link, kind="small", tip=_("Show the link and its code again"))
        self.remove = Button(_("Send away …"), self._remove, kind="small")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.name, 1)
        head.addWidget(self.status)
        buttons = FlowLayout(spacing=8)
        for button in (self.show_in, self.link, self.remove):
            button.setAutoDefault(False)
            buttons.addWidget(button)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        right.addLayout(head)
        right.addWidget(self.quality)
        right.addLayout(buttons)
        across = QHBoxLayout()
        across.setSpacing(theme.px(12))
        across.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        across.addLayout(right, 1)
        self.body.addLayout(across)

    def show_guest(self, guest: Guest, state: State) -> None:
        """As they are now."""
        self._guest = guest
        self.name.setText(guest.name)
        sources = guest_sources(state, guest.id)
        on_air = in_program(state, guest.id)
        media = next((one for one in state.guest_media if one.peer == guest.id), None)
        connected = media is not None and media.status == "connected"
        if on_air and connected:
            self.status.show_word("● " + _("In the programme"), "air", "air-ink")
        elif connected:
            self.status.show_word(_("Green room"), "preview", "preview-ink")
        elif media is not None or guest.status == "here":
            self.status.show_word(_("Coming …"), "raised", "text")
        else:
            self.status.show_word(_("Not here"), "raised", "muted")
        facts = []
        if media is not None and connected:
            size = f"{media.size[0]} × {media.size[1]}" if media.picture else _("no picture")
            facts = [size, f"{media.kbps_in} kbit/s", f"{media.rtt_ms} ms"]
            if media.quality == "poor":
                facts.append(_("poor connection"))
        self.picture.setVisible(connected and media is not None and media.picture)
        self.picture.setAccessibleName(_("What {name} shows").format(name=guest.name))
        self.quality.setText(" · ".join(facts))
        self.quality.setVisible(bool(facts))
        scene = next((one for one in state.scenes.scenes if one.id == state.scenes.preview), None)
        there = scene is not None and any(item.source in sources for item in scene.items)
        self.show_in.setVisible(not there)
        self.show_in.setAccessibleName(_("Show {name} in preview").format(name=guest.name))
        self.link.setAccessibleName(_("Link of {name}").format(name=guest.name))
        self.remove.setAccessibleName(_("Send {name} away").format(name=guest.name))

    def tick(self) -> None:
        """Show their newest picture."""
        newer = self._bridge.mailboxes.guest_picture(self._guest.id, self._number, self.picture.size() * self.devicePixelRatioF())
        if newer is not None:
            self._number, image = newer
            image.setDevicePixelRatio(self.devicePixelRatioF())
            self.picture.setPixmap(QPixmap.fromImage(image))

    def _show_in(self) -> None:
        state = self._bridge.state
        if known := sorted(guest_sources(state, self._guest.id)):
            self._into(known[0])
            return
        name = free_name(self._guest.name, (source.name for source in state.sources))
        self._bridge.run(SourceAdd(kind="guest", name=name, settings={"guest": self._guest.id}), self._into)

    def _into(self, source: str) -> None:
        self._bridge.run(ItemAdd(scene=self._bridge.state.scenes.preview, source=source, transform=Transform(fit="fill")))

    def _ask_link(self) -> None:
        guest = self._guest
        self._bridge.run(GuestLink(guest=guest.id), lambda link: self._show_link(guest.id, guest.name, link))

    def _remove(self) -> None:
        name = self._guest.name
        ask_first(
            self.window(),
            _("Send {name} away?").format(name=name),
            _("They are removed at once, and their link stops working."),
            (_("Keep them"), _("Send away")),
            partial(self._bridge.run, GuestRemove(guest=self._guest.id)),
        )


def _problem(link: str) -> str:
    """What stands in the way of a guest; empty: nothing."""
    if here_only(link):
        return _("This server is reached from this computer only. For guests elsewhere connect to a show server.")
    if not link.startswith("https:"):
        return _("Browsers give camera and microphone to https pages only: this server has no certificate.")
    return ""
