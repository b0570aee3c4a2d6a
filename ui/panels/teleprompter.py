"""The teleprompter in the host's eye line: words a minute, pause, jump."""

from studio.i18n import _
from studio.state import State
from ui import theme
from ui.actions import key_of
from ui.bridge import Bridge
from ui.models.clock import left
from ui.models.prompter import Prompter
from ui.widgets.button import Button
from ui.widgets.panel import Panel, show_if
from ui.widgets.prompt_view import PromptView

STEP = 10


class TeleprompterPanel(Panel):
    """Hidden while the show has no script."""

    def __init__(self, bridge: Bridge, prompter: Prompter) -> None:
        super().__init__()
        self.setAccessibleName(_("Teleprompter"))
        self.tools.addWidget(self.words, 1)
        self.body.addLayout(self.tools)
        self._bridge = bridge
        self._prompter = prompter
        self.previous = Button("«", lambda: prompter.jump(-1), kind="tool", tip=_("Previous heading"))
        self.play = Button(_("Start"), prompter.toggle, kind="small")
        self.next = Button("»", lambda: prompter.jump(1), kind="tool", tip=_("Next heading"))
        self.slower = Button("−", lambda: prompter.faster(-STEP), kind="tool", tip=_("Slower"))
        self.faster = Button("+", lambda: prompter.faster(STEP), kind="tool", tip=_("Faster"))
        for widget in (self.slower, self.faster, self.previous, self.play, self.next):
            self.tools.addWidget(widget)
        self.view = PromptView(20, 2)
        self.view.setAccessibleName(_("Teleprompter"))
        self.body.addWidget(self.view, 1)
        self.body.setSpacing(theme.px(4))
        self.refresh(bridge.state)

    def refresh(self, state: State) -> None:
        """Show `state`."""
        self._prompter.load(state.rundown.script)
        self.play.set_key(key_of(state, "prompter"))
        self.view.set_text([(line.text, line.heading) for line in self._prompter.lines])
        show_if(self, bool(state.rundown.script))
        self.tick()

    def tick(self) -> None:
        """Move the text."""
        prompter = self._prompter
        self.view.set_position(prompter.at)
        self.play.setText(_("Pause") if prompter.running else _("Start"))
        words = _("{words} words a minute · {time} left")
        self.words.setText(words.format(words=prompter.words_a_minute, time=left(prompter.left_s)))
