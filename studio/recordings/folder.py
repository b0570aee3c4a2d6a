"""One recording on the disk: a folder with the film, what is known of it, its event log, its picture, its clips."""

import contextlib
import logging
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

import msgspec

from studio.errors import DeviceFailed
from studio.events import Logged
from studio.paths import write_atomically
from studio.recordings.backlog import waiting
from studio.recordings.waiting_place import elsewhere, places
from studio.state.recording import Recorded

log = logging.getLogger(__name__)

NOTE, FILM, POSTER, EVENTS, CLIPS, ISOLATED = "recording.json", "film.mp4", "poster.jpg", "events.jsonl", "clips", "isolated"
VERSION = 1


class _Note(msgspec.Struct, frozen=True, kw_only=True):
    """What stands in the file."""

    version: int = VERSION
    recording: Recorded


class RecordingFolder:
    """`path` need not be there yet."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.film = path / FILM
        self.poster = path / POSTER

    def make(self) -> None:
        """Make it. Raises `OSError`."""
        (self.path / CLIPS).mkdir(parents=True, mode=0o700)

    def clip(self, file: str) -> Path:
        """Where a clip's film, or its picture, lies."""
        return self.path / CLIPS / file

    def read(self) -> Recorded | None:
        """What is known of it; None when nothing is."""
        try:
            return msgspec.json.decode((self.path / NOTE).read_bytes(), type=_Note).recording
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s cannot be read: %s", self.path / NOTE, error)
            return None

    def write(self, recording: Recorded) -> None:
        """Keep what is known of it. Raises `OSError`."""
        data = msgspec.json.format(msgspec.json.encode(_Note(recording=recording)), indent=1)
        write_atomically(self.path / NOTE, data, mode=0o600)

    def log(self, events: Iterable[Logged]) -> None:
        """Add to the event log. Raises `OSError`."""
        handle = os.open(self.path / EVENTS, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as file:
            file.write(b"".join(msgspec.json.encode(event) + b"\n" for event in events))

    def events(self) -> list[Logged]:
        """The event log; a line that was cut off is left out."""
        found: dict[int, Logged] = {}
        with contextlib.suppress(FileNotFoundError):
            for line in (self.path / EVENTS).read_bytes().splitlines():
                with contextlib.suppress(msgspec.DecodeError):
                    event = msgspec.json.decode(line, type=Logged)
                    found[event.seq] = event
        return [found[seq] for seq in sorted(found)]

    def holds_anything(self) -> bool:
        """Whether something was recorded into it: the film, a camera by itself, what happened."""
        return any(path.exists() for path in (self.film, self.path / ISOLATED, self.path / EVENTS))

    def isolated(self) -> tuple[str, ...]:
        """Files beside the film with one camera or one microphone each; those too that wait to be written."""
        folder, names = self.path / ISOLATED, set[str]()
        with contextlib.suppress(FileNotFoundError):
            names |= {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        return tuple(sorted(names | {name for place in places(folder / "any") for name in waiting(place)}))

    def size(self) -> int:
        """Bytes of everything in it."""
        total = 0
        for file in self.path.rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                total += file.stat().st_size if file.is_file() else 0
        return total

    def delete(self) -> None:
        """For good. Raises `DeviceFailed`."""
        for folder in (self.path, self.path / ISOLATED):
            shutil.rmtree(elsewhere(folder), ignore_errors=True)
        try:
            shutil.rmtree(self.path)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise DeviceFailed("{path} cannot be deleted: {problem}", path=str(self.path), problem=error.strerror) from None
