"""The support staff's workspace: queue and inbox left, the call in the middle, what is known of the customer right."""

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallAnswer
from studio.i18n import _
from studio.state import State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.call_colleague import InviteDialog, TransferDialog
from ui.dialogs.call_takes import TakesDialog
from ui.models.call_words import rings
from ui.panels.alarm_bar import AlarmBar
from ui.panels.calls.bar import CallBar
from ui.panels.calls.card import CardPanel
from ui.panels.calls.cart import CartPanel
from ui.panels.calls.inbox import InboxPart
from ui.panels.calls.lines import LinesPanel
from ui.panels.calls.notes import NotesPanel
from ui.panels.calls.products import CallProducts
from ui.panels.calls.queue import QueuePanel
from ui.panels.calls.stage import CallStage
from ui.sounds import Sounds
from ui.widgets.panel import column, scrolled
from ui.widgets.snug_area import SnugArea
from ui.widgets.tabs import Tabs
from ui.workspaces.base import Follows, is_wide

WIDE = (1120, 560)
SECOND_MS = 200
"""How often clocks are looked at: a countdown that skips a second is noticed."""


class _Columns(QWidget):
    """Content with what room there is: else the whole workspace would scroll before a picture or a list grew smaller."""

    def hasHeightForWidth(self) -> bool:
        return False

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()


class SupportWorkspace(QWidget, Follows):
    """Its clocks go by the server's."""

    tiles = False

    def __init__(self, bridge: Bridge, sounds: Sounds, desk: AdvisorTools) -> None:
        QWidget.__init__(self)
        Follows.__init__(self)
        self._bridge, self._desk = bridge, desk
        self.alarms = AlarmBar(bridge, sounds)
        self.bar = CallBar(bridge, desk, self.open_takes)
        self.queue = QueuePanel(bridge, desk)
        self.inbox = InboxPart(bridge, desk)
        self.queue.add_below(self.inbox)
        self.stage = CallStage(bridge, desk)
        self.lines = LinesPanel(bridge, self.open_invite, self.open_transfer)
        self.card = CardPanel(bridge, desk)
        self.cart = CartPanel(bridge)
        self.products = CallProducts(bridge)
        self.notes = NotesPanel(bridge, desk)
        self.products.searched.connect(self.stage.call.card.searched)
        self.stage.phased.connect(lambda _phase: self._fit_lines())
        self.follow(self.alarms, self.bar, self.queue, self.inbox, self.stage, self.lines)
        self.follow(self.card, self.cart, self.products, self.notes)
        self._timed = (self.bar, self.queue, self.inbox, self.stage)
        self._wide: bool | None = None
        self._below: QWidget | None = None
        self._middle: QVBoxLayout | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._rows.addWidget(self.bar)
        self._clock = QTimer(self)
        self._clock.setInterval(SECOND_MS)
        self._clock.timeout.connect(lambda: self.show_time(self._desk.clock.now_ms()))
        self._clock.start()

    def refresh(self, state: State) -> None:
        """Show `state`."""
        super().refresh(state)
        self._fit_lines()

    def show_time(self, now_ms: int) -> None:
        """It is `now_ms` at the server."""
        if self.isVisible():
            for panel in self._timed:
                panel.show_time(now_ms)

    # ── what keys and buttons ask for ────────────────────────────────────────────────────────────────────────

    def answer(self) -> None:
        """Answer the call that rings here."""
        if (call := rings(self._bridge.state.advising)) is not None:
            self._bridge.run(CallAnswer(call=call.id))

    def open_invite(self) -> None:
        """Bring a colleague into the call."""
        InviteDialog(self._bridge, self).open()

    def open_transfer(self) -> None:
        """Pass the customer on."""
        TransferDialog(self._bridge, self, self._desk).open()

    def open_takes(self) -> None:
        """What rings here."""
        TakesDialog(self._bridge, self, self._desk).open()

    # ── arranging ────────────────────────────────────────────────────────────────────────────────────────────

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = is_wide(self, *WIDE)
        if wide != self._wide:
            self._wide = wide
            self._arrange()
        super().resizeEvent(event)

    def _arrange(self) -> None:
        old = self._below
        for panel in self._panels():
            panel.setParent(self)
        self._below = self._side_by_side() if self._wide else self._tabbed()
        self._rows.addWidget(self._below, 1)
        if old is not None:
            self._rows.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.stage.show()
        if self._wide:  # a tab that is not in front has been hidden
            self.queue.show()
            self.products.show()
        self.refresh(self._bridge.state)

    def _panels(self) -> tuple[QWidget, ...]:
        return self.alarms, self.queue, self.stage, self.lines, self.card, self.cart, self.products, self.notes

    def _centre(self) -> QWidget:
        centre = column(self.alarms, self.stage, self.lines, spacing=12)
        rows = centre.layout()
        assert isinstance(rows, QVBoxLayout)
        self._middle = rows
        return centre

    def _side_by_side(self) -> QWidget:
        made = _Columns()
        row = QHBoxLayout(made)
        row.setContentsMargins(*([theme.px(12)] * 4))
        row.setSpacing(theme.px(12))
        about = SnugArea(column(self.card, self.cart, spacing=12))
        right = QWidget()
        rows = QVBoxLayout(right)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(12))
        rows.addWidget(about, 0)
        rows.addWidget(self.products, 1)
        rows.addWidget(self.notes, 0)
        self.queue.setMinimumWidth(theme.px(250))
        right.setMinimumWidth(theme.px(290))
        row.addWidget(self.queue, 21)
        row.addWidget(self._centre(), 53)
        row.addWidget(right, 26)
        return made

    def _tabbed(self) -> QWidget:
        made = _Columns()
        row = QHBoxLayout(made)
        row.setContentsMargins(*([theme.px(8)] * 4))
        row.setSpacing(theme.px(8))
        self.queue.setMinimumWidth(0)
        tabs = Tabs(_("Panels"))
        about = QWidget()
        rows = QVBoxLayout(about)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self.card)
        rows.addWidget(self.cart)
        rows.addWidget(self.notes)
        rows.addStretch(1)
        for panel, name in ((self.queue, _("Queue")), (scrolled(about), _("Customer")), (self.products, _("Products"))):
            tabs.addTab(panel, name)
        row.addWidget(scrolled(self._centre()), 58)
        row.addWidget(tabs, 42)
        return made

    def _fit_lines(self) -> None:
        """Who writes needs room for words; whoever is seen needs room for a picture."""
        if (rows := self._middle) is None:
            return
        call = self._bridge.state.advising.call
        talks = call is not None and self._bridge.state.advising.status == "busy"
        self.lines.setVisible(talks)
        writes = call is not None and call.kind == "text"
        rows.setStretchFactor(self.stage, 2 if writes else 7)
        rows.setStretchFactor(self.lines, 5 if writes else 2)
