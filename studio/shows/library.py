"""Which shows there are on this machine: those in Vitrine's folder, and those opened from elsewhere."""

import json
import logging
import os
import secrets
import shutil
from pathlib import Path

import msgspec
from msgspec import Struct

from studio import paths, show_file
from studio.errors import InvalidValue, NotFound
from studio.i18n import _
from studio.show_file import ShowFile
from studio.shows import bundle
from studio.sources.base import SourceKind

log = logging.getLogger(__name__)

SUFFIX = ".show.json"
RECENT = 30


class Entry(Struct, frozen=True):
    """A show of the list; `problem` says why it cannot be opened."""

    path: Path
    title: str
    scenes: int = 0
    changed_ms: int = 0
    problem: str = ""


class ShowLibrary:
    """Touches the disk: not on the window's thread for long lists."""

    def __init__(self, kinds: dict[str, SourceKind], folder: Path | None = None) -> None:
        self.folder = folder or paths.data_dir() / "shows"
        self._kinds = kinds

    def entries(self) -> list[Entry]:
        """All shows, the latest opened first, then the latest changed."""
        recent = [path for path in self._recent() if path.exists()]
        own = sorted(self.folder.glob(f"*{SUFFIX}"), key=lambda path: -path.stat().st_mtime) if self.folder.is_dir() else []
        return [self._entry(path) for path in dict.fromkeys([*recent, *own])]

    def last(self) -> Path | None:
        """The show that was open last, when it is still there."""
        return next((path for path in self._recent() if path.exists()), None)

    def opened(self, path: Path) -> None:
        """Remember that `path` was opened."""
        recent = [path.resolve(), *(other for other in self._recent() if other != path.resolve())][:RECENT]
        data = json.dumps([str(one) for one in recent], indent=1, ensure_ascii=False).encode()
        try:
            paths.write_atomically(self._note, data)
        except OSError as error:  # the list is a convenience: the show opens all the same
            log.warning("the list of shows could not be written: %s", error)

    def add(self, file: ShowFile) -> Path:
        """Write a new show into the folder; its id and file name get a number where they are taken."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self._free(file.show.id)
        show_file.save(path, with_id(file, path))
        return path

    def duplicate(self, path: Path, title: str = "") -> Path:
        """A copy under another id, before its first broadcast."""
        file = show_file.load(path, self._kinds)
        named = title or _("{title} (copy)").format(title=file.show.title)
        return self.add(fresh(file, named))

    def bring(self, source: Path) -> Path:
        """Take a show file or a bundle into the folder. Raises `InvalidValue` with what is wrong in it."""
        if not source.exists():
            raise NotFound("There is no show file {path}", path=str(source))
        self.folder.mkdir(parents=True, exist_ok=True)
        if source.suffix == bundle.SUFFIX:
            folder = self.folder / f"{source.stem[:60]}-{secrets.token_hex(3)}"
            try:
                path = bundle.unpack(source, folder)
                show_file.load(path, self._kinds)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            self.opened(path)
            return path
        return self.add(show_file.load(source, self._kinds))

    def _entry(self, path: Path) -> Entry:
        try:
            changed_ms = int(path.stat().st_mtime * 1000)
            file = show_file.decode(path.read_bytes())
        except (OSError, InvalidValue) as error:
            return Entry(path, path.name.removesuffix(SUFFIX), problem=str(error))
        return Entry(path, file.show.title, len(file.scenes), changed_ms)

    @property
    def _note(self) -> Path:
        return paths.data_dir() / "recent.json"

    def _recent(self) -> list[Path]:
        try:
            stored = json.loads(self._note.read_bytes())
        except (OSError, ValueError):
            return []
        return [Path(one) for one in stored if isinstance(one, str)] if isinstance(stored, list) else []

    def _free(self, name: str) -> Path:
        names = [name, *(f"{name[:56]}-{number}" for number in range(2, 1000))]
        return next(path for one in names if not (path := self.folder / f"{one}{SUFFIX}").exists())


def with_id(file: ShowFile, path: Path) -> ShowFile:
    """The show under the id its file is named for."""
    name = os.path.basename(path).removesuffix(SUFFIX)
    return msgspec.structs.replace(file, show=msgspec.structs.replace(file.show, id=name))


def fresh(file: ShowFile, title: str) -> ShowFile:
    """The same show to be held again: another title and id, no date."""
    info = msgspec.structs.replace(file.show, id=show_file.slug(title), title=title, starts_at_ms=None)
    return msgspec.structs.replace(file, show=info)
