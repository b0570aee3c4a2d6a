"""The middle while it rings: the customer's card before the picture, and a large *Answer*."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.commands.call import CallAnswer, CallPass
from studio.i18n import _
from studio.show.call import Call
from studio.state import Calls, State
from ui import theme
from ui.actions import key_of
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.models.call_words import (
    KINDS,
    PERMISSIONS,
    cart_sum,
    language_name,
    left,
    looks_at,
    name_of,
    needs_help,
    rings,
    topic_name,
    waited,
)
from ui.models.clock import clock_time
from ui.widgets.button import Button
from ui.widgets.facts import Fact, Facts
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.label import label
from ui.widgets.pill import Pill

WIDTH = 400


class RingingPage(QWidget):
    """Who rings."""

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge, self._desk = bridge, desk
        self._call: Call | None = None
        self._kind = ""
        self.countdown = label("countdown")
        self.name = label("huge", wrap=True)
        self.kind = Pill()
        self.back = label("warn", _("Came back into the line"))
        self.facts = Facts(large=True)
        self.note = label("heading", wrap=True)
        self.answer = Button(_("Answer") + "  ↵", self._answer, kind="large", tip=_("Answer the call that rings"))
        self.pass_on = Button(_("Pass on"), lambda: bridge.run(CallPass()), tip=_("Let it ring at somebody else"))
        self._lay_out()
        self.refresh(bridge.state)

    def _lay_out(self) -> None:
        about = FlowLayout(spacing=10, centred=True)
        about.addWidget(self.kind)
        about.addWidget(self.back)
        buttons = FlowLayout(spacing=10, centred=True)
        buttons.addWidget(self.answer)
        buttons.addWidget(self.pass_on)
        inner = QWidget()
        inner.setMaximumWidth(theme.px(WIDTH))
        rows = QVBoxLayout(inner)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(theme.px(12))
        for words in (self.countdown, self.name, self.note):
            words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        rows.addWidget(self.countdown)
        rows.addWidget(self.name)
        rows.addLayout(about)
        rows.addSpacing(theme.px(4))
        rows.addWidget(self.note)
        rows.addWidget(self.facts)
        rows.addSpacing(theme.px(8))
        rows.addLayout(buttons)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(inner, 12)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(*([theme.px(24)] * 4))
        whole.addStretch(2)
        whole.addLayout(across)
        whole.addStretch(3)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._call = call = rings(state.advising)
        if call is None:
            return
        name = name_of(call)
        self.name.setText(name)
        if call.kind != self._kind:
            self._kind = call.kind
            self.kind.show_word(_(KINDS[call.kind]), "raised", "text")
        self.back.setVisible(call.again)
        note = " ".join(call.note.split())
        self.note.setText(_("Note: {text}").format(text=note) if note else "")
        self.note.setVisible(bool(note))
        self.answer.set_key(f"↵, {key_of(state, 'call.answer')}")
        self.answer.setAccessibleName(_("Answer {name}").format(name=name))
        self.pass_on.set_key(key_of(state, "call.pass"))
        self.show_time(self._desk.clock.now_ms())

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        if (call := self._call) is not None:
            self.countdown.setText(_("Answer in {time}").format(time=left(call.until_ms, now_ms)))
            self.facts.show_facts(self._facts(call, self._bridge.state.calls, now_ms))

    @staticmethod
    def _facts(call: Call, calls: Calls, now_ms: int) -> list[Fact]:
        card = call.card
        count = sum(product.quantity for product in card.cart)
        cart = " · ".join(filter(None, (_("{count} in the cart").format(count=count) if count else "", cart_sum(call))))
        facts: list[Fact] = [
            (_("Appointment"), clock_time(call.booked_ms) if call.booked_ms is not None else "", "value"),
            (_("Has waited"), waited(call, now_ms), "value"),
            (_("Asks about"), topic_name(calls, call.topic), "value"),
            (_("Looks at"), looks_at(call), "value"),
            (_("Cart"), cart, "value"),
            (_("Language"), language_name(call.language), "value"),
        ]
        if call.kind == "video":
            facts.append((_("Camera"), _(PERMISSIONS[card.camera]), "warn" if needs_help(card.camera) else "value"))
        if call.kind in ("video", "sound"):
            look = "warn" if needs_help(card.microphone) else "value"
            facts.append((_("Microphone"), _(PERMISSIONS[card.microphone]), look))
        return [fact for fact in facts if fact[1]]

    def _answer(self) -> None:
        if self._call is not None:
            self._bridge.run(CallAnswer(call=self._call.id))
