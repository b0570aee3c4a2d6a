"""The window: menus and state on top, a workspace below. Language, colours and size of text change while it is open."""

import contextlib
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import shiboken6
from PySide6.QtCore import QSize, Qt, QTimer, QUrl
from PySide6.QtGui import QAction, QCloseEvent, QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QMainWindow,
    QMenu,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio import i18n
from studio.checks.show import missing
from studio.commands.show import ShowCopy
from studio.commands.stream import StreamStart
from studio.errors import Confirm, Held, StudioError
from studio.i18n import N_, _
from studio.settings import TABLE, Settings
from studio.show.chat import ChatLine
from studio.shows.session import Left
from studio.state import State
from ui import placing, theme
from ui.actions import BY_ID, key_of, preview_scene, take_scene, words_of
from ui.bridge import Bridge
from ui.call_desk import CallDesk
from ui.dialogs.ask import ask_first, ask_name
from ui.dialogs.assistant import Assistant
from ui.dialogs.audience import AudienceDialog
from ui.dialogs.base import Dialog
from ui.dialogs.call_rules import CallRulesDialog
from ui.dialogs.catalogue import CatalogueDialog
from ui.dialogs.chat_rules import ChatRulesDialog
from ui.dialogs.clip_editor import ClipEditor
from ui.dialogs.guests import GuestsDialog
from ui.dialogs.library import LibraryDialog
from ui.dialogs.markers import MarkersDialog
from ui.dialogs.messages import MessagesDialog
from ui.dialogs.missing import MissingFilesDialog
from ui.dialogs.poll import PollDialog
from ui.dialogs.preflight import PreflightDialog
from ui.dialogs.price import PriceDialog
from ui.dialogs.recover import RecoverDialog
from ui.dialogs.rundown import RundownDialog
from ui.dialogs.settings import SettingsDialog
from ui.dialogs.shows import ShowsDialog
from ui.films import Films
from ui.hotkeys import Hotkeys
from ui.models.chat_log import ChatLog
from ui.models.prompter import Prompter
from ui.models.recording_news import news
from ui.panels.calls.banner import CallBanner
from ui.panels.status_bar import StatusBar
from ui.panels.top_bar import TopBar
from ui.qt_words import speak_qt
from ui.ringing import Ringing
from ui.shows import open_show
from ui.sounds import Sounds
from ui.widgets.focus import RestsFocus, turn_to
from ui.widgets.label import label
from ui.widgets.panel import scrolled
from ui.widgets.state_frame import StateFrame
from ui.windows.base import ExtraWindow
from ui.windows.multiview import Multiview
from ui.windows.presenter import Presenter
from ui.windows.projector import Projector
from ui.workspaces.host import HostWorkspace
from ui.workspaces.producer import ProducerWorkspace
from ui.workspaces.support import SupportWorkspace

Workspace = HostWorkspace | ProducerWorkspace | SupportWorkspace
FRAME_MS = 33
USUAL = QSize(1360, 860)
NOTICE_MS = 7000
MENUS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (N_("&Show"), ("shows", "show.again", "", "rundown", "preflight", "page", "", "guests", "", "settings")),
    (N_("S&hop"), ("catalogue", "product.next", "product.unpin", "", "poll", "chat_rules", "", "audience")),
    (
        N_("&Recording"),
        (
            *("recording", "recording.pause", "recording.split", "", "marker", "markers", ""),
            *("clip.30", "clip.60", "clip.90", "", "library"),
        ),
    ),
    (N_("&Edit"), ("undo", "redo")),
    (N_("&View"), ("host", "producer", "support", "", "multiview", "presenter", "projector", "", "larger", "smaller")),
    (N_("&On air"), ("mute", "panic", "step", "cue", "prompter")),
    (
        N_("Ca&lls"),
        (
            *("call.answer", "call.pass", "", "call.mute", "call.camera", "call.hold", "call.snapshot", "", "call.end"),
            *("", "call.messages", "call.rules"),
        ),
    ),
)


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
        self.desk = CallDesk(bridge)
        self.ringing = Ringing(self, self.sounds)
        self.ringing.came.connect(self._to_the_call)
        self.workspace = settings["window.workspace"]
        self._workspaces: dict[str, Workspace] = {}
        """Made when they are first shown."""
        self.extra: dict[str, ExtraWindow] = {}
        """Windows beside this one, by name."""
        self._menu_actions: dict[str, QAction] = {}
        self._listed: object = None
        """What the menus say."""
        self._hotkeys = Hotkeys(self, lambda: bridge.state, bridge.run, self.act)
        self.rebuild()
        bridge.changed.connect(self._refresh)
        bridge.refused.connect(self._on_refused)
        settings.observe(self._on_setting)
        self._frame = QTimer(self)
        self._frame.setTimerType(Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._on_frame)
        self._frame.start(FRAME_MS)
        self._hide_notice = QTimer(self)
        self._hide_notice.setSingleShot(True)
        self._hide_notice.timeout.connect(lambda: self.notice.hide())
        if placing.put_back(self, settings["window.place"], USUAL):
            self.setWindowState(Qt.WindowState.WindowMaximized)

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
        self.banner.answered.connect(self.show_support)
        self._workspaces = {}
        self._areas: dict[str, QScrollArea] = {}
        self._stack = QStackedWidget()
        self.status = StatusBar(bridge)
        whole = QWidget()
        rows = QVBoxLayout(whole)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for widget, stretch in ((self.top, 0), (self.notice, 0), (self.banner, 0), (self._stack, 1), (self.status, 0)):
            rows.addWidget(widget, stretch)
        self.frame = StateFrame(whole)
        self.setCentralWidget(self.frame)
        self.frame.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.frame.setFocus()
        self._make_menus()
        for window in self.extra.values():
            window.rebuild()
        self.show_workspace(self.workspace)

    def _make_menus(self) -> None:
        bar = self.menuBar()
        for menu in bar.findChildren(QMenu):
            menu.deleteLater()
        bar.clear()
        self._menu_actions, self._listed = {}, None
        for title, entries in MENUS:
            menu = bar.addMenu(_(title))
            for name in entries:
                if not name:
                    menu.addSeparator()
                    continue
                entry = menu.addAction(words_of(name))
                entry.triggered.connect(partial(self._trigger, name))
                self._menu_actions[name] = entry
        for more in bar.findChildren(QToolButton):  # Qt shows it where not all menus have room
            more.setAccessibleName(_("More menus"))
        languages = bar.addMenu("&Sprog · Language")
        for code, name in (("da", "Dansk"), ("en", "English")):
            entry = languages.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(i18n.language() == code)
            entry.triggered.connect(partial(self._settings.set, "language", code))
        looks = bar.addMenu(_("&Colours"))
        for code, name in (("dark", _("Dark")), ("light", _("Light"))):
            entry = looks.addAction(name)
            entry.setCheckable(True)
            entry.setChecked(theme.mode() == code)
            entry.triggered.connect(partial(self._settings.set, "window.theme", code))

    def _trigger(self, name: str, *_checked: bool) -> None:
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
        for window in (self, *self.extra.values()):
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
            for window in self.extra.values():
                window.close()
            self.sounds.close()
            self._close_films()
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

    def _close_films(self) -> None:
        """What plays, and what is read."""
        for dialog in (*self.findChildren(LibraryDialog), *self.findChildren(ClipEditor)):
            dialog.close()
        self.films.close()

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
        self.top.setVisible(self.workspace != "support" or state.panic or state.stream.status != "off")
        self.banner.refresh(state)
        self.current.refresh(state)
        self.status.refresh(state)
        for window in self.extra.values():
            if window.isVisible():
                window.refresh(state)
        self.frame.show_state(*self._frame_of(state))
        self._tell_news(state)
        self._hotkeys.refresh()
        listed = (state.undo[-1:], state.redo[-1:], state.hotkeys)
        if listed == self._listed:
            return
        self._listed = listed
        for name, entry in self._menu_actions.items():
            words = words_of(name)
            if name == "undo" and state.undo:
                words = _("Undo: {what}").format(what=state.undo[-1])
            if name == "redo" and state.redo:
                words = _("Redo: {what}").format(what=state.redo[-1])
            entry.setText(f"{words}\t{key_of(state, name)}")
            entry.setEnabled(bool({"undo": state.undo, "redo": state.redo}.get(name, True)))

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
        self.open_preflight()

    def _on_chat(self, lines: Sequence[ChatLine]) -> None:
        self.chat.add(lines)

    def _on_frame(self) -> None:
        now_s = time.monotonic()
        self.prompter.advance(min(0.2, now_s - self._last_frame_s))
        self._last_frame_s = now_s
        if not self.isMinimized():
            self.current.tick()
        for window in self.extra.values():
            if window.isVisible():
                window.tick()

    def _on_refused(self, error: StudioError) -> None:
        if isinstance(error, Held) and self._bridge.state.stream.status == "off":
            self._ask_take_over(error)
        elif not isinstance(error, Confirm):
            self.tell(error.sentence(_))

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
        """Do what the table of actions names."""
        name, _colon, number = what.partition(":")
        if name == "scene":
            self._scene_key(int(number))
        else:
            getattr(self, name)()

    @property
    def current(self) -> Workspace:
        """The workspace that is shown."""
        if self.workspace == "support":
            return self.support
        return self.producer if self.workspace == "producer" else self.host

    @property
    def host(self) -> HostWorkspace:
        """The host's workspace."""
        found = self._workspaces.get("host")
        if not isinstance(found, HostWorkspace):
            found = HostWorkspace(self._bridge, self.sounds, self.prompter, self.chat, self._take)
            found.products.priced.connect(self.open_price)
            found.products.catalogue.connect(self.open_catalogue)
            self._add("host", found)
        return found

    @property
    def producer(self) -> ProducerWorkspace:
        """The producer's workspace."""
        found = self._workspaces.get("producer")
        if not isinstance(found, ProducerWorkspace):
            found = ProducerWorkspace(self._bridge, self._settings, self.sounds, self.tell)
            self._add("producer", found)
        return found

    @property
    def support(self) -> SupportWorkspace:
        """The support staff's workspace."""
        found = self._workspaces.get("support")
        if not isinstance(found, SupportWorkspace):
            found = SupportWorkspace(self._bridge, self.sounds, self.desk)
            found.inbox.messages_asked.connect(self.open_messages)
            self._add("support", found)
        return found

    def _add(self, name: str, workspace: Workspace) -> None:
        self._workspaces[name] = workspace
        self._areas[name] = scrolled(workspace)
        self._stack.addWidget(self._areas[name])

    def show_workspace(self, name: str) -> None:
        """`host`, `producer` or `support`."""
        self.workspace = name
        self.banner.seen = name == "support"
        self.current.show()
        turn_to(self._stack, self._areas[name])
        self._watch()
        self._refresh()

    def show_host(self) -> None:
        """The host's workspace."""
        self.show_workspace("host")

    def show_producer(self) -> None:
        """The producer's workspace."""
        self.show_workspace("producer")

    def show_support(self) -> None:
        """The support staff's workspace."""
        self.show_workspace("support")

    def take(self) -> None:
        """Put the preview on air in the workspace that shows it, or answer in the one that shows who rings."""
        if self.workspace == "producer":
            self.producer.take()
        elif self.workspace == "support":
            self.support.answer()

    # ── calls ────────────────────────────────────────────────────────────────────────────────────────────────

    def answer_call(self) -> None:
        """Answer the call that rings, whatever is shown."""
        self.banner.answer_call()

    def end_call(self) -> None:
        """End the call, once it has been said again."""
        if self._bridge.state.advising.status == "busy":
            self.show_support()
            self.support.stage.ask_end()

    def toggle_pointer(self) -> None:
        """Take the pointer, or put it away."""
        if self.workspace == "support":
            controls = self.support.stage.call.controls
            controls.point(on=not controls.points)

    def call_snapshot(self) -> None:
        """Keep the customer's picture."""
        if self.workspace == "support":
            self.support.stage.call.take_snapshot()

    def _to_the_call(self) -> None:
        """Somebody clicked on what says that it rings."""
        self.show_support()
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    def _take(self, number: int) -> None:
        if (command := take_scene(self._bridge.state, number)) is not None:
            self._bridge.run(command)

    def _scene_key(self, number: int) -> None:
        """A scene's key takes it in the host's workspace, and puts it in preview in the producer's."""
        command = (preview_scene if self.workspace == "producer" else take_scene)(self._bridge.state, number)
        if command is not None:
            self._bridge.run(command)

    def toggle_prompter(self) -> None:
        """Start or pause the teleprompter."""
        self.prompter.toggle()

    def prompter_faster(self) -> None:
        """Ten words a minute more."""
        self.prompter.faster(10)

    def prompter_slower(self) -> None:
        """Ten words a minute less."""
        self.prompter.faster(-10)

    def prompter_next(self) -> None:
        """To the next heading."""
        self.prompter.jump(1)

    def prompter_previous(self) -> None:
        """To the previous heading."""
        self.prompter.jump(-1)

    def larger_text(self) -> None:
        """25 % more."""
        self._resize_text(25)

    def smaller_text(self) -> None:
        """25 % less."""
        self._resize_text(-25)

    def _resize_text(self, by: int) -> None:
        row = TABLE["window.text_percent"]
        low, high = int(row.low or 0), int(row.high or 0)
        self._settings.set("window.text_percent", min(high, max(low, self._settings["window.text_percent"] + by)))

    # ── dialogs and windows ──────────────────────────────────────────────────────────────────────────────────

    def open_settings(self) -> None:
        """Settings and keys."""
        SettingsDialog(self._bridge, self._settings, self).open()

    def open_preflight(self) -> None:
        """Look before going on air."""
        dialog = PreflightDialog(self._bridge, self)
        dialog.again_asked.connect(self.new_from_this)
        dialog.open()

    def open_catalogue(self) -> None:
        """Read feeds, choose products."""
        CatalogueDialog(self._bridge, self).open()

    def open_price(self, product: str) -> None:
        """A price for this show."""
        found = next((one for one in self._bridge.state.shop.products if one.id == product), None)
        if found is not None:
            PriceDialog(self._bridge, self, found).open()

    def open_poll(self) -> None:
        """Ask the audience."""
        PollDialog(self._bridge, self).open()

    def open_chat_rules(self) -> None:
        """How the audience may write."""
        ChatRulesDialog(self._bridge, self).open()

    def open_audience(self) -> None:
        """Who watches and buys; the report."""
        AudienceDialog(self._bridge, self).open()

    def open_messages(self) -> None:
        """What customers left when nobody answered."""
        self._open_once(MessagesDialog, lambda: MessagesDialog(self._bridge, self, self.desk))

    def open_guests(self) -> None:
        """Who is brought into the show by a link."""
        self._open_once(GuestsDialog, lambda: GuestsDialog(self._bridge, self))

    def open_markers(self) -> None:
        """Marks in what is recorded."""
        self._open_once(MarkersDialog, lambda: MarkersDialog(self._bridge, self))

    def open_library(self) -> None:
        """What has been recorded."""
        self._open_once(LibraryDialog, self._library)

    def _library(self) -> LibraryDialog:
        made = LibraryDialog(self._bridge, self, self.films, self._settings["audio.monitor"])
        made.clips_asked.connect(self.open_clips)
        return made

    def open_clips(self, recording: str) -> None:
        """Cut clips out of a recording."""
        for dialog in self.findChildren(ClipEditor):
            if dialog.isVisible() and dialog.recording != recording:
                dialog.close()
        speaker = self._settings["audio.monitor"]
        there = (one for one in self.findChildren(ClipEditor) if one.isVisible())
        (next(there, None) or ClipEditor(self._bridge, self, self.films, recording, speaker)).open()

    def open_call_rules(self) -> None:
        """How the brand answers."""
        self._open_once(CallRulesDialog, lambda: CallRulesDialog(self._bridge, self))

    def _open_once(self, kind: type[Dialog], make: Callable[[], Dialog]) -> None:
        """Bring the one to the front that is open, or open one."""
        there = (dialog for dialog in self.findChildren(kind) if dialog.isVisible())
        (next(there, None) or make()).open()

    def open_rundown(self) -> None:
        """Write rundown and teleprompter."""
        RundownDialog(self._bridge, self).open()

    def open_shows(self) -> None:
        """The shows of this machine."""
        ShowsDialog(self._bridge, self).open()

    def new_from_this(self) -> None:
        """The show that is open, to be held again: its title is asked for, then it is opened."""
        words = _("Scenes, products and rundown come along.\nChat and sales stay with this show.")
        title = self._bridge.state.show.title
        ask_name(self, _("New show from this one"), words, title, self._hold_again, 200)

    def _hold_again(self, title: str) -> None:
        self._bridge.run(ShowCopy(title=title), self._held_again)

    def _held_again(self, path: str) -> None:
        try:
            open_show(self._bridge, Path(path))
        except StudioError as error:
            self.tell(error.sentence(_))

    def open_assistant(self, step: int = 0) -> None:
        """The first run."""
        restart = partial(QTimer.singleShot, 50, self)
        Assistant(self._bridge, self._settings, self, lambda again: restart(partial(self.open_assistant, again)), step).open()

    def check_files(self) -> None:
        """Ask about films and pictures that are missing."""
        if gone := missing(self._bridge.state):
            MissingFilesDialog(self._bridge, self, gone).open()

    def recover(self, left: Left) -> RecoverDialog:
        """After a crash."""
        dialog = RecoverDialog(self._bridge, self, left)
        dialog.open()
        return dialog

    def open_multiview(self) -> None:
        """All scenes in a window."""
        self._open("multiview", lambda: Multiview(self._bridge, self._settings))

    def open_presenter(self) -> None:
        """What the host reads from afar."""
        self._open("presenter", lambda: Presenter(self._bridge, self.prompter))

    def open_projector(self) -> None:
        """The programme on a whole screen."""
        self._open("projector", lambda: Projector(self._bridge))

    def _open(self, name: str, make: Callable[[], ExtraWindow]) -> None:
        """Open a window, or close it when it is open."""
        window = self.extra.get(name)
        if window is not None and window.isVisible():
            window.close()
        else:
            if window is None:
                self.extra[name] = window = make()
                window.closed.connect(self._watch)
            window.refresh(self._bridge.state)
            window.place(self)
            window.show()
        self._watch()

    def _watch(self) -> None:
        multiview = self.extra.get("multiview")
        many = multiview is not None and multiview.isVisible()
        self._bridge.watch(tiles=self.current.tiles or many, preview=self.current.preview or many)

    def open_page(self) -> None:
        """The viewer page in the browser."""
        QDesktopServices.openUrl(QUrl(self._bridge.state.link.viewer_url))
