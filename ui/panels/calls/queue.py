"""The line of customers, and the calls that colleagues have."""

from collections.abc import Callable
from functools import partial
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallAnswer, CallPass
from studio.i18n import _
from studio.show.call import Call
from studio.state import Calls, State
from ui import theme
from ui.actions import key_of
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import KINDS, PERMISSIONS, details, duration, left, name_of, needs_help, rings, waited
from ui.models.clock import clock_time
from ui.widgets.button import Button, restyle
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import ElidedLabel, label
from ui.widgets.panel import Panel, scrolled
from ui.widgets.pill import Pill
from ui.widgets.rows import match_rows

Place = Literal["here", "waits", "elsewhere", "live"]
"""Rings here; waits; rings at a colleague; a colleague has it."""
NOTE_SHOWN = 140


class CallRow(QFrame):
    """One call. `answer(id)` and `pass_on()` are asked for with its buttons."""

    def __init__(self, answer: Callable[[str], None], pass_on: Callable[[], None]) -> None:
        super().__init__()
        self.setObjectName("call-row")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._call: Call | None = None
        self._place: Place = "waits"
        self.name = ElidedLabel("heading")
        self.kind = Pill()
        self.time = label("muted")
        self.details = label("small", wrap=True)
        self.note = label("small", wrap=True)
        self.back = label("warn")
        self.answer = Button("", lambda: answer(self._call.id if self._call is not None else ""))
        self.pass_on = Button(_("Pass on"), pass_on, tip=_("Let it ring at somebody else"))
        head = FlowLayout(spacing=8)
        head.addWidget(self.name)
        head.addWidget(self.kind)
        head.add_spring()
        head.addWidget(self.time)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(theme.px(8))
        self._buttons.addWidget(self.answer, 1)
        self._buttons.addWidget(self.pass_on)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(theme.px(12), theme.px(9), theme.px(12), theme.px(10))
        rows.setSpacing(theme.px(5))
        rows.addLayout(head)
        for words in (self.back, self.details, self.note):
            rows.addWidget(words)
        rows.addLayout(self._buttons)

    def show_call(self, call: Call, calls: Calls, place: Place, *, may_answer: bool) -> None:
        """Another call, or another state of it."""
        if call.kind != (self._call.kind if self._call is not None else ""):
            self.kind.show_word(_(KINDS[call.kind]), "raised", "muted")
        self._call, self._place = call, place
        name, here = name_of(call), place == "here"
        self.name.setText(name)
        self.details.setText(self._details(call, calls, place))
        self.details.setVisible(bool(self.details.text()))
        note = " ".join(call.note.split())
        short = note if len(note) <= NOTE_SHOWN else note[:NOTE_SHOWN] + "…"
        self.note.setText(_("Note: {text}").format(text=short) if note else "")
        self.note.setToolTip("")
        self.note.setVisible(bool(note))
        self.back.setText(_("Came back into the line") if call.again and place != "live" else "")
        self.back.setVisible(bool(self.back.text()))
        self.answer.setText(_("Answer") + ("  ↵" if here else ""))
        self.answer.set_kind("primary" if here else "small")
        self.answer.set_tip(_("Answer this call"))
        self.answer.setAccessibleName(_("Answer {name}").format(name=name))
        self.answer.setVisible(may_answer)
        self._buttons.setAlignment(self.answer, Qt.AlignmentFlag(0) if here else Qt.AlignmentFlag.AlignLeft)
        self.pass_on.setVisible(here)
        if self.property("place") != place:
            self.setProperty("place", place)
            self.time.setObjectName("warn" if here else "muted")
            restyle(self)

    def set_keys(self, answer: str, pass_on: str) -> None:
        """The keys that do the same as the buttons."""
        self.answer.set_key(answer)
        self.answer.setAccessibleName(_("Answer {name}").format(name=self.name.text()))
        self.pass_on.set_key(pass_on)

    @staticmethod
    def _details(call: Call, calls: Calls, place: Place) -> str:
        if place == "live":
            return _("with {advisor}").format(advisor=call.advisor_name)
        words = [_("Appointment at {time}").format(time=clock_time(call.booked_ms))] if call.booked_ms is not None else []
        words.append(details(call, calls))
        if place == "elsewhere" and call.advisor_name:
            words.append(_("Rings at {advisor}").format(advisor=call.advisor_name))
        microphone = call.card.microphone
        if call.kind in ("video", "sound") and needs_help(microphone):
            words.append(_("Microphone: {permission}").format(permission=_(PERMISSIONS[microphone])))
        return "\n".join(filter(None, words))

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        if (call := self._call) is None:
            return
        if self._place == "here":
            self.time.setText(_("Answer in {time}").format(time=left(call.until_ms, now_ms)))
        elif self._place == "live":
            self.time.setText(duration(now_ms - (call.answered_ms or call.since_ms)))
        else:
            self.time.setText(waited(call, now_ms))
            self.time.setAccessibleName(_("Waits {time}").format(time=self.time.text()))


class QueuePanel(Panel):
    """In the server's order."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__(_("Queue"))
        self._bridge, self._desk = bridge, desk
        self.body.setContentsMargins(theme.px(1), theme.px(10), theme.px(1), theme.px(1))
        self.tools.setContentsMargins(theme.px(11), 0, theme.px(11), 0)
        self.rows: dict[str, CallRow] = {}
        self.live_rows: dict[str, CallRow] = {}
        self.empty = label("muted", wrap=True)
        self.more = label("small", wrap=True)
        self.live = label("heading", _("With colleagues"))
        for words in (self.empty, self.more, self.live):
            words.setContentsMargins(theme.px(12), theme.px(6), theme.px(12), theme.px(6))
        inner = QWidget()
        self._column = QVBoxLayout(inner)
        self._column.setContentsMargins(0, 0, 0, theme.px(8))
        self._column.setSpacing(0)
        self._waiting, self._talking = QVBoxLayout(), QVBoxLayout()
        for part in (self._waiting, self._talking):
            part.setSpacing(0)
        self._column.addWidget(self.empty)
        self._column.addLayout(self._waiting)
        self._column.addWidget(self.more)
        self._column.addWidget(self.live)
        self._column.addLayout(self._talking)
        self._column.addStretch(1)
        self.area = scrolled(inner)
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.area.setAccessibleName(_("Queue"))
        self.body.addWidget(self.area, 1)
        self.refresh(bridge.state)

    def add_below(self, part: QWidget) -> None:
        """What follows the queue, and scrolls with it: however much it is, it takes no room from who waits."""
        self._column.insertWidget(self._column.count() - 1, part)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        calls, advising = state.calls, state.advising
        here = rings(advising)
        queue = calls.queue
        if here is not None and all(call.id != here.id for call in queue):
            queue = (here, *queue)
        mine = advising.call.id if advising.call is not None else ""
        talking = tuple(call for call in calls.live if call.id != mine)
        self._match(self.rows, self._waiting, queue)
        self._match(self.live_rows, self._talking, talking)
        keys = (f"↵, {key_of(state, 'call.answer')}", key_of(state, "call.pass"))
        for call in queue:
            place: Place = "here" if here is not None and call.id == here.id else "waits"
            if call.state == "ringing" and place != "here":
                place = "elsewhere"
            shown = here if here is not None and place == "here" else call
            may_answer = place == "here" or (place == "waits" and advising.status in ("off", "free"))
            self.rows[call.id].show_call(shown, calls, place, may_answer=may_answer)
            self.rows[call.id].set_keys(*(keys if place == "here" else ("", "")))
        for call in talking:
            self.live_rows[call.id].show_call(call, calls, "live", may_answer=False)
        waiting = max(calls.waiting, len(queue))
        self.words.setText(_("{count} waiting").format(count=waiting) if waiting else "")
        self.empty.setText(self._empty(state))
        self.empty.setVisible(not queue)
        self.more.setText(_("… and {count} more").format(count=waiting - len(queue)))
        self.more.setVisible(waiting > len(queue))
        self.live.setVisible(bool(talking))
        self.show_time(self._desk.clock.now_ms())

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        for row in (*self.rows.values(), *self.live_rows.values()):
            row.show_time(now_ms)

    @staticmethod
    def _empty(state: State) -> str:
        if not state.calls.open:
            return _("The shop does not answer now, so nobody can get into the line.")
        return _("Nobody waits. Customers who ring from the shop stand here, the longest waiting first.")

    def _match(self, rows: dict[str, CallRow], layout: QVBoxLayout, calls: tuple[Call, ...]) -> None:
        """As many rows as calls, in their order."""
        wanted = [call.id for call in calls]
        match_rows(layout, rows, wanted, lambda _call: CallRow(self._answer, partial(self._bridge.run, CallPass())))

    def _answer(self, call: str) -> None:
        self._bridge.run(CallAnswer(call=call))
