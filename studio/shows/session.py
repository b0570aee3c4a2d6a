"""What is open now, written down: after a crash the note is still there, and says where one was."""

import json
import logging
import os
from pathlib import Path

import msgspec
from msgspec import Struct

from studio import paths

log = logging.getLogger(__name__)


class Left(Struct, frozen=True, kw_only=True):
    """What an unclean exit left: the show's file, and whether it was on air."""

    show: str
    pid: int
    on_air: bool = False
    panic: bool = False
    at_ms: int = 0
    boot: str = ""
    """Which start of the machine it was: process numbers are used again."""


class Session:
    """One note per user. Errors of the disk are logged: the note is a help, no condition."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or paths.data_dir() / "session.json"

    def left(self) -> Left | None:
        """What the last Vitrine left when it did not end as it should; None when it did, or is still running."""
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=Left)
        except (OSError, msgspec.DecodeError):
            return None
        return None if found.boot == _boot() and _alive(found.pid) else found

    def write(self, show: Path | None, *, on_air: bool, at_ms: int, panic: bool = False) -> None:
        """This is open now. A note of another Vitrine that runs is left alone."""
        if self._is_anothers():
            return
        if show is None:
            self.end()
            return
        note = Left(show=str(show), pid=os.getpid(), on_air=on_air, panic=panic, at_ms=at_ms, boot=_boot())
        try:
            paths.write_atomically(self._path, json.dumps(msgspec.to_builtins(note)).encode())
        except OSError as error:
            log.warning("the session's note could not be written: %s", error)

    def end(self) -> None:
        """It ends as it should."""
        if self._is_anothers():
            return
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            log.warning("the session's note could not be removed: %s", error)

    def _is_anothers(self) -> bool:
        try:
            found = msgspec.json.decode(self._path.read_bytes(), type=Left)
        except (OSError, msgspec.DecodeError):
            return False
        return found.pid != os.getpid() and found.boot == _boot() and _alive(found.pid)


def _boot() -> str:
    """This start of the machine (Linux; proc(5)); elsewhere the pid alone must do."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _alive(pid: int) -> bool:
    if pid == os.getpid():
        return False  # our own number: from another start of the machine
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
