"""Below the queue: the calls that are booked for today, and how many messages wait."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import BookingCancel
from studio.i18n import _
from studio.show.booking import Booking
from studio.state import Calls, State
from ui import theme
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.models.call_words import KINDS, topic_name
from ui.models.clock import clock_time
from ui.models.inbox_words import called, of_today
from ui.widgets.button import Button
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import show_if
from ui.widgets.pill import Pill
from ui.widgets.rows import match_rows


class _Line(QFrame):
    """A row with a line above it."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("call-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)


class BookingRow(_Line):
    """One booked call; `call_off` asks first."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._booking: Booking | None = None
        self.time = label("heading")
        self.time.setMinimumWidth(self.time.fontMetrics().horizontalAdvance("00:00") + theme.px(4))
        self.words = ElidedLabel("")
        self.call_off = Button("✕", self._ask, kind="tool")
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        row.setSpacing(theme.px(8))
        row.addWidget(self.time)
        row.addWidget(self.words, 1)
        row.addWidget(self.call_off)

    def show_booking(self, booking: Booking, calls: Calls) -> None:
        """What is booked."""
        self._booking = booking
        name, time = called(booking.name, booking.id), clock_time(booking.begins_ms)
        kind = _(KINDS[booking.kind]) if booking.kind != "video" else ""
        self.time.setText(time)
        self.words.setText(" · ".join(filter(None, (name, topic_name(calls, booking.topic), kind))))
        self.call_off.set_tip(_("Call off the appointment with {name} at {time} …").format(name=name, time=time))

    def _ask(self) -> None:
        if (booking := self._booking) is None:
            return
        name, time = called(booking.name, booking.id), clock_time(booking.begins_ms)
        question = _("Call off the appointment with {name} at {time}?").format(name=name, time=time)
        if contact := " ".join(booking.contact.split()):
            question += "\n" + _("Write to them: {contact}").format(contact=contact)
        told = self._bridge.state.calls.mails and "@" in booking.contact
        words = _("The time can be booked again.") + " "
        words += _("The customer gets an e-mail.") if told else _("Nobody tells the customer by itself.")
        command = partial(self._bridge.run, BookingCancel(booking=booking.id))
        ask_first(self.window(), question, words, (_("Keep it"), _("Call off")), command)


class InboxPart(QWidget):
    """`messages_asked`: the messages are to be read."""

    messages_asked = Signal()

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self.rows: dict[str, BookingRow] = {}
        self.booked = label("heading", _("Appointments today"))
        self.no_bookings = label("muted", wrap=True)
        self.unread = Pill()
        self.open = Button(_("Read"), self.messages_asked.emit, kind="small")
        self.left = label("muted", wrap=True)
        self._bookings = QVBoxLayout()
        self._bookings.setSpacing(0)
        first, second = _Line(), _Line()
        above = QVBoxLayout(first)
        above.addWidget(self.booked)
        above.addWidget(self.no_bookings)
        head = FlowLayout(spacing=8)
        head.addWidget(label("heading", _("Messages")))
        head.addWidget(self.unread)
        head.add_spring()
        head.addWidget(self.open)
        below = QVBoxLayout(second)
        below.addLayout(head)
        below.addWidget(self.left)
        for part in (above, below):
            part.setContentsMargins(theme.px(12), theme.px(9), theme.px(12), theme.px(9))
            part.setSpacing(theme.px(4))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, theme.px(10), 0, 0)
        whole.setSpacing(0)
        whole.addWidget(first)
        whole.addLayout(self._bookings)
        whole.addWidget(second)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        calls = state.calls
        self._show_bookings(calls)
        count = calls.unread
        self.unread.show_word(_("{count} new").format(count=count), "accent", "accent-ink")
        show_if(self.unread, count > 0)
        show_if(self.open, bool(calls.messages))
        self.open.set_tip(_("Read the messages that customers left"))
        self.left.setText(self._messages_words(calls))
        show_if(self.left, bool(self.left.text()))

    def show_time(self, now_ms: int) -> None:
        """Time has passed: what was booked is over, or it is another day."""
        if tuple(self.rows) != tuple(one.id for one in of_today(self._bridge.state.calls.bookings, now_ms)):
            self._show_bookings(self._bridge.state.calls)

    def _show_bookings(self, calls: Calls) -> None:
        today = of_today(calls.bookings, self._desk.clock.now_ms())
        self.no_bookings.setText(
            _("No call is booked for the rest of today.") if calls.rules.bookings else _("Calls cannot be booked now.")
        )
        show_if(self.no_bookings, not today)
        match_rows(self._bookings, self.rows, [one.id for one in today], lambda _id: BookingRow(self._bridge))
        for row, booking in zip(self.rows.values(), today, strict=True):
            row.show_booking(booking, calls)

    @staticmethod
    def _messages_words(calls: Calls) -> str:
        if calls.messages:
            return "" if calls.unread else _("All have been seen to.")
        return _("Nobody has left a message.") if calls.rules.messages else _("Customers cannot leave messages now.")
