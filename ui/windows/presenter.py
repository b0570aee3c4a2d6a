"""The presenter view: what the host reads from three metres. Programme, cue, present and next step, clock, teleprompter."""

import time

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.i18n import N_, _
from studio.show.money import price
from studio.state import State
from ui import theme
from ui.bridge import Bridge
from ui.models.air import air_word
from ui.models.clock import elapsed, left
from ui.models.prompter import Prompter
from ui.panels.program import BusView
from ui.panels.rundown import step_left_s
from ui.widgets.panel import column
from ui.widgets.prompt_view import PromptView
from ui.windows.base import ExtraWindow

AT_THREE_METRES = 0.05
"""Letters of a twentieth of the screen's height are read at three metres from a laptop's or a larger screen."""


class Huge(QLabel):
    """Words as large as there is room for, up to `largest` of the window's height."""

    def __init__(self, largest: float, ink: str = "text") -> None:
        super().__init__()
        self._largest, self._ink = largest, ink
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def fit(self, height: int, ink: str = "", ground: str = "") -> None:
        """Choose the letters for a window of `height` pixels."""
        pixels = max(14, round(height * self._largest))
        back = f"background: {theme.token(ground)}; border-radius: 12px; padding: 8px 16px;" if ground else ""
        sheet = f"color: {theme.token(ink or self._ink)}; font-size: {pixels}px; font-weight: 700; {back}"
        if self.styleSheet() != sheet:
            self.setStyleSheet(sheet)

    def letters(self) -> int:
        """The height of its letters in pixels."""
        self.ensurePolished()
        return QFontMetrics(self.font()).height()


class Presenter(ExtraWindow):
    """Follows the state; the teleprompter is the main window's."""

    def __init__(self, bridge: Bridge, prompter: Prompter) -> None:
        self._prompter = prompter
        super().__init__(bridge, N_("Presenter view"))

    def make(self) -> QWidget:
        self.view = BusView(self._bridge, "program")
        self.state = Huge(AT_THREE_METRES)
        self.clock = Huge(0.07)
        self.cue = Huge(0.075, "warn-ink")
        self.now = Huge(0.07)
        self.notes = Huge(AT_THREE_METRES, "muted")
        self.next = Huge(AT_THREE_METRES, "muted")
        self.product = Huge(AT_THREE_METRES, "accent")
        self.prompt = PromptView(34, 5)
        self.prompt.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.prompt.setAccessibleName(_("Teleprompter"))
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(*([theme.px(20)] * 4))
        row.setSpacing(theme.px(24))
        side = column(self.state, self.clock, self.view, self.product, spacing=12)
        words = column(self.cue, self.now, self.notes, self.prompt, self.next, spacing=14)
        for holder, grows in ((side, self.view), (words, self.prompt)):
            rows = holder.layout()
            assert isinstance(rows, QVBoxLayout)
            rows.setStretchFactor(grows, 1)
            row.addWidget(holder, 1)
        return made

    def refresh(self, state: State) -> None:
        """Show `state`."""
        rundown = state.rundown
        height = self.height()
        words, ground, ink = air_word(state)
        self.state.setText(words)
        self.state.fit(height, "text" if ground == "raised" else ink, ground)
        self.cue.setText(rundown.cue.text)
        self.cue.setVisible(bool(rundown.cue.text))
        self.cue.fit(height, "warn-ink", "warn")
        ids = [step.id for step in rundown.steps]
        at = ids.index(rundown.current) if rundown.current in ids else -1
        step = rundown.steps[at] if at >= 0 else None
        following = rundown.steps[at + 1] if at + 1 < len(ids) else None
        self.now.setText(step.title if step is not None else "")
        self.notes.setText(step.notes if step is not None else "")
        self.notes.setVisible(bool(self.notes.text()))
        self.next.setText(_("Next: {step}").format(step=following.title) if following is not None else "")
        self.product.setText(self._next_product(state))
        self._prompter.load(rundown.script)
        self.prompt.set_text([(line.text, line.heading) for line in self._prompter.lines])
        self.prompt.set_pixels(max(18.0, height * 0.055) / theme.scale())
        self.prompt.setEnabled(bool(rundown.script))
        for shown in (self.now, self.notes, self.next, self.product):
            shown.fit(height)
        self.tick()

    def tick(self) -> None:
        self.view.tick()
        self.prompt.set_position(self._prompter.at)
        state = self._bridge.state
        since = state.show.live_since_ms if state.show.state in ("live", "paused") else None
        parts = [elapsed(time.time() - since / 1000) if since else time.strftime("%H:%M:%S")]
        left_s = step_left_s(state.rundown)
        if left_s is not None:
            parts.append(left(left_s))
        words = "  ·  ".join(parts)
        if self.clock.text() != words:
            self.clock.setText(words)
        self.clock.fit(self.height(), "warn" if left_s is not None and left_s < 0 else "text")

    @staticmethod
    def _next_product(state: State) -> str:
        """The product of the next step that has one."""
        rundown = state.rundown
        ids = [step.id for step in rundown.steps]
        at = ids.index(rundown.current) if rundown.current in ids else -1
        wanted = next((step.product for step in rundown.steps[at + 1 :] if step.product), "")
        product = next((product for product in state.shop.products if product.id == wanted), None)
        return f"{product.title} · {price(product.price_minor, product.currency)}" if product is not None else ""
