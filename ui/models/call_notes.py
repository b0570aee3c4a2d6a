"""Notes of a call: kept while they are written, never lost."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal

from studio.commands.base import Command
from studio.commands.call import CallNotes
from studio.errors import StudioError
from studio.state import Advising
from ui.models.call_words import name_of

PAUSE_MS = 800
Attempt = Callable[[Command, Callable[[StudioError | None], None]], None]


class NotesKeeper(QObject):
    """The text as it stands here. It is sent after a pause in writing, and again once the server is back when it could not be;
    what came too late for its call is given back in `left_over`. `changed` when any of it did."""

    changed = Signal()

    def __init__(self, attempt: Attempt) -> None:
        super().__init__()
        self._attempt = attempt
        self._call, self._name = "", ""
        self._kept = ""
        self._on_its_way: str | None = None
        self._connected = False
        self.text = ""
        self.failed = False
        """The last attempt to keep it did not succeed."""
        self.left_over: tuple[str, str] | None = None
        """Whose notes could not be kept, and what they were."""
        self._after: list[Callable[[], None]] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._send)

    @property
    def call(self) -> str:
        """The call that they are about; empty: none."""
        return self._call

    @property
    def kept(self) -> bool:
        """Whether the server has all of it."""
        return self.text == self._kept

    def follow(self, advising: Advising, *, connected: bool) -> None:
        """Another state."""
        call = advising.call if advising.status in ("busy", "wrap_up") else None
        back, self._connected = connected and not self._connected, connected
        if (call.id if call is not None else "") != self._call:
            self._begin(call.id if call is not None else "", name_of(call) if call is not None else "", advising.notes)
        elif advising.notes != self._kept and self.kept:
            self.text = self._kept = advising.notes
            self.changed.emit()
        if self.failed and back:
            self._send()

    def write(self, text: str) -> None:
        """Somebody writes."""
        if text != self.text and self._call:
            self.text = text
            self._pause.start()
            self.changed.emit()

    def flush(self, after: Callable[[], None] | None = None) -> None:
        """Keep it now; `after` that, unless it cannot be kept."""
        if after is not None:
            self._after.append(after)
        self._send()

    def forget_left_over(self) -> None:
        """It has been taken."""
        self.left_over = None
        self.changed.emit()

    def _begin(self, call: str, name: str, notes: str) -> None:
        if self._call and not self.kept and self.text.strip() and self.text != self._on_its_way:
            self.left_over = (self._name, self.text)
        self._pause.stop()
        self._after.clear()
        self._call, self._name, self._on_its_way, self.failed = call, name, None, False
        self.text = self._kept = notes if call else ""
        self.changed.emit()

    def _send(self) -> None:
        self._pause.stop()
        if self._on_its_way is not None:  # it is sent again when that has come back
            return
        if self.kept or not self._call:
            self._go_on()
            return
        self._on_its_way = self.text
        self._attempt(CallNotes(text=self.text), partial(self._came_back, self._call, self.text))

    def _came_back(self, call: str, text: str, error: StudioError | None) -> None:
        if call != self._call:
            if error is not None and text.strip():
                self.left_over = (self._name, text)
                self.changed.emit()
            return
        self._on_its_way, self.failed = None, error is not None
        if error is not None:
            self._after.clear()
        else:
            self._kept = text
            if not self.kept and self._after:
                self._send()
            elif self.kept:
                self._go_on()
        self.changed.emit()

    def _go_on(self) -> None:
        after, self._after = self._after, []
        for step in after:
            step()
