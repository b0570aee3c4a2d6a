"""What customers said into messages: fetched, kept for this desktop's person alone while the window lives, and played by the
system's player."""

import contextlib
import shutil
import tempfile
import weakref
from collections.abc import Callable, Container
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from studio.errors import StudioError
from studio.i18n import _
from ui.bridge import Bridge, still_there

ENDINGS = (".webm", ".mp4", ".m4a", ".ogg")
Told = Callable[[str], None]


class Recordings(QObject):
    """The folder is this person's only, and goes with the program."""

    def __init__(self, bridge: Bridge) -> None:
        super().__init__()
        self._bridge = bridge
        self._folder: Path | None = None
        self._files: dict[str, Path] = {}

    def play(self, message: str, told: Told) -> None:
        """Fetch what is not here yet and have it played; `told` why it cannot be, or ''."""
        file = self._files.get(message)
        if file is not None and file.is_file():
            told(self._open(file))
        else:
            self._bridge.recording(message, self._place(), partial(self._came, message, told))

    def forget(self, message: str) -> None:
        """The message is gone: so is what was fetched of it."""
        file = self._files.pop(message, None)
        if file is not None:
            with contextlib.suppress(OSError):  # a player has it open: it goes with the folder
                file.unlink(missing_ok=True)

    def keep(self, messages: Container[str]) -> None:
        """Forget all but these."""
        for gone in [message for message in self._files if message not in messages]:
            self.forget(gone)

    def _came(self, message: str, told: Told, found: Path | StudioError) -> None:
        if isinstance(found, Path):
            self._files[message] = found
        if still_there(told):  # who closed the messages meanwhile wants to hear nothing
            told(self._open(found) if isinstance(found, Path) else found.sentence(_))

    def _open(self, file: Path) -> str:
        if file.suffix in ENDINGS and QDesktopServices.openUrl(QUrl.fromLocalFile(str(file))):
            return ""
        return _("No program of this computer plays {path}").format(path=file)

    def _place(self) -> Path:
        if self._folder is None or not self._folder.is_dir():
            self._folder = Path(tempfile.mkdtemp(prefix="vitrine-"))
            weakref.finalize(self, shutil.rmtree, str(self._folder), ignore_errors=True)
        return self._folder
