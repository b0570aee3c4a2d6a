"""The middle: nobody, who rings, the call, and what came of it."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.commands.call import CallBlock, CallHangUp
from studio.i18n import _
from studio.state import State
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialogs.ask import ask_first
from ui.models.call_words import in_call, name_of, phase
from ui.panels.calls.idle import IdlePage
from ui.panels.calls.in_call import InCallPage
from ui.panels.calls.ringing import RingingPage
from ui.panels.calls.wrap_up import WrapUpPage
from ui.widgets.focus import turn_to
from ui.widgets.panel import Panel, scrolled


class CallStage(QWidget):
    """Shows one page at a time; `phased` when it is another."""

    phased = Signal(str)

    def __init__(self, bridge: Bridge, desk: AdvisorTools) -> None:
        super().__init__()
        self._bridge = bridge
        self._phase = ""
        self.idle = IdlePage(bridge, desk)
        self.ringing = RingingPage(bridge, desk)
        self.call = InCallPage(bridge, desk)
        self.wrap_up = WrapUpPage(bridge, desk)
        self.call.end.connect(self.ask_end)
        self.call.block.connect(self.ask_block)
        self._stack = QStackedWidget()
        self._pages: dict[str, QWidget] = {}
        for name, page in (("idle", self.idle), ("ringing", self.ringing), ("wrap_up", self.wrap_up)):
            framed = Panel()
            framed.body.setContentsMargins(0, 0, 0, 0)
            framed.body.addWidget(scrolled(page))
            self._pages[name] = framed
        self._pages["call"] = self.call
        for shown in self._pages.values():
            self._stack.addWidget(shown)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(self._stack)
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        now = phase(state)
        shown = now if now in self._pages else "call"
        for page in (self.idle, self.ringing, self.call, self.wrap_up):
            page.refresh(state)
        turn_to(self._stack, self._pages[shown])
        if now != self._phase:
            self._phase = now
            self.phased.emit(now)

    def show_time(self, now_ms: int) -> None:
        """Time has passed."""
        self.ringing.show_time(now_ms)
        self.call.show_time(now_ms)

    def tick(self) -> None:
        """A frame has passed."""
        self.call.tick()

    # ── what is asked about first ────────────────────────────────────────────────────────────────────────────

    def ask_end(self) -> None:
        """End the call, once the advisor has said so again."""
        if (call := in_call(self._bridge.state.advising)) is None:
            return
        question = _("End the call with {name}?").format(name=name_of(call))
        words = _("It ends for everybody in it.")
        ask_first(self, question, words, (_("Stay in the call"), _("End call")), partial(self._bridge.run, CallHangUp()))

    def ask_block(self) -> None:
        """Block the visitor, once the advisor has said so again."""
        if (call := in_call(self._bridge.state.advising)) is None:
            return
        words = _("The call ends, and neither this visitor nor their network can ring for a day.")
        question, deeds = _("Block {name}?").format(name=name_of(call)), (_("Stay in the call"), _("End and block"))
        ask_first(self, question, words, deeds, partial(self._bridge.run, CallBlock()))
