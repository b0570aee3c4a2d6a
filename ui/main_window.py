"""The window: menus and state on top, a workspace below. Language, colours and size of text change while it is open."""

import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QVBoxLayout, QWidget

from studio import i18n
from studio.commands.stream import StreamStart
from studio.errors import Confirm, Held, StudioError
from studio.i18n import _
from studio.settings import TABLE, Settings
from studio.show.chat import ChatLine
from studio.state import State
from ui import placing, theme
from ui.actions import BY_ID, preview_scene, take_scene
from ui.advisor_tools import AdvisorTools
from ui.bridge import Bridge
from ui.dialog_table import Dialogs, Lent
from ui.dialogs.ask import ask_first
from ui.extra_windows import ExtraWindows
from ui.films import Films
from ui.hotkeys import Hotkeys
from ui.menus import Menus
from ui.models.chat_log import ChatLog
from ui.models.prompter import Prompter
from ui.models.recording_news import news
from ui.panels.calls.banner import CallBanner
from ui.panels.status_bar import StatusBar
from ui.panels.top_bar import TopBar
from ui.qt_words import speak_qt
from ui.ringing import Ringing
from ui.sounds import Sounds
from ui.widgets.focus import RestsFocus
from ui.widgets.label import label
from ui.widgets.state_frame import StateFrame
from ui.workspace_stack import WorkspaceStack

FRAME_MS = 33
USUAL = QSize(1360, 860)
NOTICE_MS = 7000


class MainWindow(RestsFocus, QMainWindow):
    """Made once the studio has started; `rebuild` makes it anew in place when the show, language or look changes."""

    def __init__(self, bridge: Bridge, settings: Settings) -> None:
        super().__init__()
        self._bridge, self._settings = bridge, settings
        self._leaving = False
        self._last_frame_s = time.monotonic()
        self.sounds = Sounds(on=settings["window.sounds"])
        self.chat = ChatLog()
        self.films = Films()
        self._told = bridge.state
        """Whose recordings and clips the person knows of."""
        bridge.chatted.connect(self._on_chat)
        bridge.line_removed.connect(self.chat.remove)
        self._show = ""
        self.prompter = Prompter(settings["teleprompter.words_a_minute"])
        self.desk = AdvisorTools(bridge)
        self.ringing = Ringing(self, self.sounds)
        self.ringing.came.connect(self._to_the_call)
        self._lent = Lent(bridge, settings, self.films, self.desk, self.tell)
        self.dialogs = Dialogs(self, self._lent)
        self.extra = ExtraWindows(self, bridge, settings, self.prompter, self._watch)
        self.menus = Menus(self.menuBar(), settings, self._trigger)
        self._acts = self._make_acts()
        """What the table of actions may ask of the window, by the word before the colon."""
        self.workspaces: WorkspaceStack
        self._shown: str = settings["window.workspace"]
        """The workspace that is shown, also when all are made anew."""
        self._hotkeys = Hotkeys(self, lambda: bridge.state, bridge.run, self.act)
        self.rebuild()
        bridge.changed.connect(self._refresh)
        bridge.refused.connect(self._on_refused)
        settings.observe(self._on_setting)
        self._begin_to_tick()
        if placing.put_back(self, settings["window.place"], USUAL):
            self.setWindowState(Qt.WindowState.WindowMaximized)

    def _begin_to_tick(self) -> None:
        self._frame = QTimer(self)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._on_frame)
        self._frame.start(FRAME_MS)
        self._hide_notice = QTimer(self)
        self._hide_notice.setSingleShot(True)
        self._hide_notice.timeout.connect(lambda: self.notice.hide())

    def _make_acts(self) -> dict[str, Callable[[str], None]]:
        return {
            "dialog": self.dialogs.open,
            "window": self.extra.toggle,
            "workspace": self.show_workspace,
            "copy": lambda _none: self.dialogs.copy_show(),
            "scene": self._scene_key,
            "take": lambda _none: self.take(),
            "call": self._act_on_call,
            "prompter": self._move_prompter,
            "text": self._resize_text,
            "page": lambda _none: self._open_page(),
        }

    # ── building ─────────────────────────────────────────────────────────────────────────────────────────────

    def rebuild(self) -> None:
        """Make everything anew, in the language and look of now. What is being done goes on: all of it is state."""
        bridge = self._bridge
        self.top = TopBar(bridge)
        self.top.blocked.connect(self._on_blocked)
        self.top.asked.connect(self._trigger)
        self.notice = label("notice", wrap=True)
        self.notice.hide()
        self.banner = CallBanner(bridge, self.desk)
        self.banner.answered.connect(partial(self.show_workspace, "support"))
        told = self.prompter, self.chat
        self.workspaces = WorkspaceStack(self._lent, self.dialogs, self.sounds, told, self._take)
        self.status = StatusBar(bridge)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget, stretch in ((self.top, 0), (self.notice, 0), (self.banner, 0), (self.workspaces, 1), (self.status, 0)):
            rows.addWidget(widget, stretch)
        self.frame = StateFrame(whole)
        self.setCentralWidget(self.frame)
        self.frame.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.frame.setFocus()
        self.menus.rebuild()
        self.extra.rebuild()
        self.show_workspace(self._shown)

    def _trigger(self, name: str) -> None:
        action = BY_ID[name]
        if action.window:
            self.act(action.window)
        elif action.press is not None and (command := action.press(self._bridge.state)) is not None:
            self._bridge.run(command)

    def _on_setting(self, name: str, value: object) -> None:
        """A setting was changed, perhaps on the studio's thread: what concerns the look is done here."""
        if name in ("language", "window.theme", "window.text_percent"):
            QTimer.singleShot(0, self, self._dress)
        elif name == "window.sounds":
            self.sounds.on = bool(value)
        elif name == "teleprompter.words_a_minute" and isinstance(value, int):
            self.prompter.words_a_minute = value

    def _dress(self) -> None:
        settings = self._settings
        i18n.use(settings["language"] or i18n.preferred())
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        speak_qt(app)
        if (old := self.centralWidget()) is not None:  # else the style sheet would be worked out for it once more
            self.setFocus()
            shiboken6.delete(old)
        theme.apply(app, settings["window.theme"], settings["window.text_percent"])
        self.rebuild()
        for window in (self, *self.extra.visible):
            if window.isVisible():
                placing.keep_inside(window)

    # ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leaving while on air or in a call is asked about, with staying as the default."""
        on_air, in_call = self._bridge.state.stream.status != "off", self._bridge.state.advising.status == "busy"
        if self._leaving or not (on_air or in_call):
            self._frame.stop()
            self.desk.notes.flush()
            self.ringing.stop()
            self.extra.close()
            self.sounds.close()
            self.dialogs.close_films()
            self.films.close()
            self.remember_place()
            event.accept()
            return
        event.ignore()
        question = _("You are on air.") if on_air else _("You are in a call.")
        back = _("If you leave, the audience sees “right back” until you return. The show does not end.")
        words = back if on_air else _("If you leave, the customer neither sees nor hears you until you return.")
        ask_first(self, question, words, (_("Stay"), _("Leave")), self._leave)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        placing.keep_inside(self)

    def remember_place(self) -> None:
        """Where it stands, for the next time."""
        place = placing.place_of(self)
        if place != self._settings["window.place"]:
            with contextlib.suppress(OSError):  # it stands in the middle then
                self._settings.set("window.place", place)

    def _leave(self) -> None:
        self._leaving = True
        self.close()

    # ── following ────────────────────────────────────────────────────────────────────────────────────────────

    def _refresh(self) -> None:
        state = self._bridge.state
        self.desk.follow(state)
        self.ringing.refresh(state)
        self.setWindowTitle(f"{self.ringing.words or state.show.title} — Vitrine")
        if state.show.id != self._show:
            self._show = state.show.id
            self.chat.clear()
        if state.show.state != "rehearsal":
            self.chat.end_rehearsal()
        self.top.refresh(state)
        self.top.setVisible(self.workspaces.name != "support" or state.panic or state.stream.status != "off")
        self.banner.refresh(state)
        self.workspaces.current.refresh(state)
        self.status.refresh(state)
        self.extra.refresh(state)
        self.frame.show_state(*self._frame_of(state))
        self._tell_news(state)
        self._hotkeys.refresh()
        self.menus.refresh(state)

    def _tell_news(self, state: State) -> None:
        old, self._told = self._told, state
        if (old.recording is not state.recording or old.library is not state.library) and (words := news(old, state)):
            self.tell(words)

    @staticmethod
    def _frame_of(state: State) -> tuple[str, str, str]:
        if state.show.state == "rehearsal":
            words = _("REHEARSAL: nobody sees this, the audience is simulated")
            return "warn", "warn-ink", words
        if state.show.state == "live" and state.stream.status == "live":
            return ("warn", "warn-ink", "") if state.panic else ("air", "air-ink", "")
        return "", "", ""

    def _on_blocked(self) -> None:
        self.tell(_("The preflight found what must be put right first; look again when it is."))
        self.dialogs.open("preflight")

    def _on_chat(self, lines: Sequence[ChatLine]) -> None:
        self.chat.add(lines)

    def _on_frame(self) -> None:
        now_s = time.monotonic()
        self.prompter.advance(min(0.2, now_s - self._last_frame_s))
        self._last_frame_s = now_s
        if not self.isMinimized():
            self.workspaces.current.tick()
        self.extra.tick()

    def _on_refused(self, error: StudioError) -> None:
        if isinstance(error, Held) and self._bridge.state.stream.status == "off":
            self._ask_take_over(error)
        elif not isinstance(error, Confirm):
            self.tell(error.sentence(_))
            self._refresh()  # a button that was pressed in vain shows again how it is

    def _ask_take_over(self, error: Held) -> None:
        """Another desktop sends this show: taking it over is done on purpose."""
        words = _("If you take over, the other desktop stops sending.")
        take_over = partial(self._bridge.run, StreamStart(take_over=True))
        ask_first(self, error.sentence(_), words, (_("Leave it there"), _("Take over")), take_over)

    def tell(self, sentence: str) -> None:
        """Say something in the host's eye line for a while."""
        self.notice.setText(sentence)
        self.notice.show()
        self._hide_notice.start(NOTICE_MS)

    # ── what keys and menus ask of the window ────────────────────────────────────────────────────────────────

    def act(self, what: str) -> None:
        """Do what the table of actions names: a word of `_acts`, and after a colon what it is about."""
        name, _colon, about = what.partition(":")
        self._acts[name](about)

    def show_workspace(self, name: str) -> None:
        """`host`, `producer`, `support` or `relation`."""
        self._shown = name
        self.banner.seen = name == "support"
        self.workspaces.turn_to(name)
        self._watch()
        self._refresh()

    def take(self) -> None:
        """Put the preview on air in the workspace that shows it, or answer in the one that shows who rings."""
        if self.workspaces.name == "producer":
            self.workspaces.producer.take()
        elif self.workspaces.name == "support":
            self.workspaces.support.answer()

    def _act_on_call(self, what: str) -> None:
        """`answer` whatever is shown; `end`, once it has been said again; `pointer` and `snapshot` where the call is seen."""
        seen = self.workspaces.name == "support"
        if what == "answer":
            self.banner.answer_call()
        elif what == "end" and self._bridge.state.advising.status == "busy":
            self.show_workspace("support")
            self.workspaces.support.stage.ask_end()
        elif what == "pointer" and seen:
            controls = self.workspaces.support.stage.call.controls
            controls.point(on=not controls.points)
        elif what == "snapshot" and seen:
            self.workspaces.support.stage.call.take_snapshot()

    def _to_the_call(self) -> None:
        """Somebody clicked on what says that it rings."""
        self.show_workspace("support")
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _take(self, number: int) -> None:
        if (command := take_scene(self._bridge.state, number)) is not None:
            self._bridge.run(command)

    def _scene_key(self, number: str) -> None:
        """A scene's key takes it in the host's workspace, and puts it in preview in the producer's."""
        make = preview_scene if self.workspaces.name == "producer" else take_scene
        if (command := make(self._bridge.state, int(number))) is not None:
            self._bridge.run(command)

    def _move_prompter(self, how: str) -> None:
        """`toggle`, ten words a minute `faster` or `slower`, to the `next` or `previous` heading."""
        match how:
            case "toggle":
                self.prompter.toggle()
            case "faster" | "slower":
                self.prompter.faster(10 if how == "faster" else -10)
            case "next" | "previous":
                self.prompter.jump(1 if how == "next" else -1)

    def _resize_text(self, by: str) -> None:
        """By so many percent."""
        row = TABLE["window.text_percent"]
        low, high = int(row.low or 0), int(row.high or 0)
        self._settings.set("window.text_percent", min(high, max(low, self._settings["window.text_percent"] + int(by))))

    def _watch(self) -> None:
        """Have composed what somebody sees."""
        many, shown = self.extra.show_all_scenes, self.workspaces.current
        self._bridge.watch(tiles=shown.tiles or many, preview=shown.preview or many)

    def _open_page(self) -> None:
        """The viewer page in the browser."""
        QDesktopServices.openUrl(QUrl(self._bridge.state.link.viewer_url))
