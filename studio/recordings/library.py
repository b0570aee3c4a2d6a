"""What has been recorded: found again after whatever ended the program, repaired, named, thrown away, taken along."""

import asyncio
import contextlib
import logging
import shutil
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import IO, Any

import msgspec
from av.error import FFmpegError

from studio import paths
from studio.clock import Clock
from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import DeviceFailed, InvalidValue, NotFound, StudioError, WrongState
from studio.i18n import N_, _
from studio.recordings.backlog import left
from studio.recordings.chapters import chapters
from studio.recordings.cutting.pictures import picture
from studio.recordings.cutting.probe import facts
from studio.recordings.folder import ISOLATED, RecordingFolder
from studio.recordings.mend import mend
from studio.recordings.movie_file import compact
from studio.recordings.stoppable import on_thread
from studio.recordings.waiting_place import places
from studio.settings import Settings
from studio.show.film import Span, vtt
from studio.spine import Dispatcher, Inverse, Store
from studio.spine.edit import edit
from studio.state.recording import Clip, Library, Recorded, Replay

log = logging.getLogger(__name__)

DAY_MS = 24 * 3600 * 1000
POLL_S = 3600.0
POSTER_HEIGHT, PICTURE_HEIGHT = 360, 720
FIRST_LOOK_MS = 4000
"""A show begins with somebody who gets ready: its picture is taken a little later."""
BROKEN = N_("The film cannot be read")


class LibraryController:
    """On the studio's loop. `root` is made when it is needed."""

    def __init__(self, store: Store, dispatcher: Dispatcher, clock: Clock, settings: Settings, root: Path) -> None:
        self.root = root
        self.deleted: Callable[[str], Awaitable[None]] = _nobody
        """Told of a recording that is thrown away, and again before its files go."""
        self.ended: Callable[[Recorded], None] = lambda recorded: None
        """Told of a recording that is in the library now."""
        self._store, self._clock, self._settings = store, clock, settings
        self._lock: IO[bytes] | None = None
        self._dirty: set[str] = set()
        self._notes: dict[str, Recorded] = {}
        """What is known of those that grow, as it was noted last."""
        self._wake = asyncio.Event()
        self._writing = asyncio.Lock()
        dispatcher.register(ask.LibraryRename, self._on_rename)
        dispatcher.register(ask.LibraryRemove, self._on_remove)
        dispatcher.register(ask.LibraryRestore, self._on_restore)
        dispatcher.register(ask.LibraryEmpty, self._on_empty)

    async def open(self) -> None:
        """Look what is there. What cannot be read is left alone. A crash's films are repaired by `run`."""
        try:
            found = await asyncio.to_thread(self._read)
        except OSError as error:
            log.error("the library cannot be read: %s", error)
            return
        self._show(found)

    async def run(self) -> None:
        """Repair, keep, and tidy up until cancelled."""
        try:
            self._lock = self._take_lock()  # not on a thread: a cancelled wait would leave it held
            if self._lock is not None:
                await self._repair()
            while True:
                if self._lock is not None:
                    await self._tidy()
                due = asyncio.get_running_loop().time() + POLL_S
                while (left_s := due - asyncio.get_running_loop().time()) > 0:
                    try:
                        async with asyncio.timeout(left_s):
                            await self._wake.wait()
                    except TimeoutError:
                        break
                    self._wake.clear()
                    await self.flush()
        finally:
            if self._lock is not None:
                self._lock.close()

    async def flush(self) -> None:
        """Write what has changed. What cannot be written is tried again with the next change."""
        async with self._writing:
            dirty, self._dirty = self._dirty, set()
            known = {one.id: one for one in self._state.recordings}
            for recording in dirty & set(known):
                one = known[recording]
                if one.state == "recording" and (newer := self._notes.get(recording)) is not None:
                    one = msgspec.structs.replace(newer, title=one.title, clips=one.clips)
                try:
                    await asyncio.to_thread(self.folder(recording).write, one)
                except OSError as error:
                    log.warning("%s cannot be written: %s", self.folder(recording).path, error)
                    self._dirty.add(recording)

    # ── what others ask ──────────────────────────────────────────────────────────────────────────────────────

    def folder(self, recording: str) -> RecordingFolder:
        """Where a recording lies."""
        return RecordingFolder(self.root / recording)

    def new(self, recording: str) -> RecordingFolder:
        """The folder of a new one, which is not made yet. May block."""
        self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.folder(recording)

    @property
    def all(self) -> tuple[Recorded, ...]:
        """Everything, the newest first."""
        return self._state.recordings

    def known(self, recording: str) -> Recorded | None:
        """What is known of one that may not be here."""
        return next((one for one in self._state.recordings if one.id == recording), None)

    def get(self, recording: str) -> Recorded:
        """What is known of it; raises `NotFound`."""
        if (one := self.known(recording)) is not None:
            return one
        raise NotFound("There is no recording {recording}", field="recording", recording=recording)

    def usable(self, recording: str) -> Recorded:
        """The same of one whose film may be used; raises `WrongState` of another."""
        one = self.get(recording)
        if one.state in ("trash", "broken"):
            raise WrongState("{title} is in the trash, or broken", title=one.title)
        return one

    def clips(self, recording: str) -> tuple[Clip, ...]:
        """The clips of one that may not be here yet."""
        one = self.known(recording)
        return one.clips if one is not None else ()

    def parts(self, session: str) -> tuple[Recorded, ...]:
        """All that belongs to one recording."""
        return tuple(one for one in self._state.recordings if one.session == session)

    def target(self, folder: str) -> Path:
        """A folder that somebody chose; raises `InvalidValue`."""
        path = Path(folder).expanduser()
        if not path.is_dir():
            raise InvalidValue("{path} is not a folder", field="folder", path=folder)
        return path

    def put(self, recording: Recorded) -> None:
        """It is like this now."""
        others = tuple(one for one in self._state.recordings if one.id != recording.id)
        self._show((recording, *others))
        self._dirty.add(recording.id)
        self._wake.set()

    async def note(self, recording: Recorded) -> None:
        """What is known of one that grows: for the disk, and how long it is for the window."""
        self._notes[recording.id] = recording
        grown = (
            msgspec.structs.replace(one, length_ms=recording.length_ms, size=recording.size) if one.id == recording.id else one
            for one in self._state.recordings
        )
        self._show(tuple(grown))
        async with self._writing:
            try:
                await asyncio.to_thread(self.folder(recording.id).write, recording)
            except OSError as error:  # the recorder says what is wrong with the disk
                log.warning("%s cannot be written: %s", self.folder(recording.id).path, error)

    def change(self, recording: str, **fields: Any) -> None:
        """Change some of it, if it is still there."""
        if (one := self.known(recording)) is not None:
            self.put(msgspec.structs.replace(one, **fields))

    async def finished(self, recording: Recorded) -> None:
        """Its film has ended: look at it, and keep what is to be known."""
        self._notes.pop(recording.id, None)
        recording = await asyncio.to_thread(self._looked_at, recording)
        kept = self.clips(recording.id)
        if recording.state == "broken" and not kept and not await asyncio.to_thread(self.folder(recording.id).holds_anything):
            self._show(tuple(one for one in self._state.recordings if one.id != recording.id))
            await asyncio.to_thread(self.folder(recording.id).delete)  # not one picture came, or somebody has moved it away
            return
        self.put(msgspec.structs.replace(recording, clips=kept))
        await self.flush()
        self.ended(recording)

    def free(self) -> int | None:
        """Bytes left on the disk; None when that cannot be found out. May block."""
        for folder in (self.root, *self.root.parents):
            try:
                return shutil.disk_usage(folder).free
            except FileNotFoundError:
                continue
            except OSError:
                return None
        return None

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_rename(self, command: ask.LibraryRename, by: Actor) -> Inverse | None:
        self.get(command.recording)
        return edit(
            _("Rename a recording"),
            lambda: self.get(command.recording).title,
            lambda title: self.change(command.recording, title=title),
            command.title.strip(),
        )

    async def _on_remove(self, command: ask.LibraryRemove, by: Actor) -> Inverse | None:
        one = self.get(command.recording)
        if one.state in ("recording", "ending"):
            raise WrongState(N_("It is still being recorded"))
        if one.state == "trash":
            return None
        await self._throw_away(one)

        async def restore() -> Inverse | None:
            await self._on_restore(ask.LibraryRestore(recording=one.id), by)
            return Inverse(_("Throw a recording away"), lambda: self._on_remove(command, by))

        return Inverse(_("Throw a recording away"), restore)

    async def _throw_away(self, one: Recorded) -> None:
        await self.deleted(one.id)
        self.change(one.id, state="trash", trashed_ms=self._clock.wall_ms())

    async def _on_restore(self, command: ask.LibraryRestore, by: Actor) -> None:
        async with self._writing:  # it may be being deleted
            one = self.get(command.recording)
            if one.state == "trash":
                usable = await asyncio.to_thread(self.folder(one.id).film.exists)
                self.change(one.id, state="ready" if usable else "broken", trashed_ms=None)

    async def _on_empty(self, command: ask.LibraryEmpty, by: Actor) -> None:
        trash = [one for one in self._state.recordings if one.state == "trash" and command.recording in ("", one.id)]
        if command.recording and not trash:
            raise WrongState(N_("Only what is in the trash is deleted"))
        for one in trash:
            await self._delete(one)

    async def _delete(self, one: Recorded) -> None:
        await self.deleted(one.id)
        async with self._writing:
            if (now := self.known(one.id)) is None or now.state != "trash":  # somebody has taken it back
                return
            await asyncio.to_thread(self.folder(one.id).delete)
            self._dirty.discard(one.id)
            self._show(tuple(other for other in self._state.recordings if other.id != one.id))

    async def export(self, recording: str, target: Path, progress: Callable[[float], None]) -> None:
        """Copy it to a folder of its own in `target`, with everything that belongs to it. Raises a `StudioError`."""
        one = self.usable(recording)
        if one.state != "ready":
            raise WrongState(N_("It is still being recorded"))
        await on_thread(lambda told: self._export(one, target, told), progress)

    # ── work on the disk, beside the loop ────────────────────────────────────────────────────────────────────

    def _export(self, one: Recorded, parent: Path, progress: Callable[[float], None]) -> None:
        folder = self.folder(one.id)
        name = "".join(letter if letter.isalnum() or letter in " -_" else "_" for letter in one.title).strip()[:80] or one.id
        names = (name + (f" {number}" if number > 1 else "") for number in range(1, 1000))
        target = next(path for path in map(parent.joinpath, names) if not path.exists())
        part = parent / f".{target.name}.part"
        try:
            shutil.rmtree(part, ignore_errors=True)
            (part / "pictures").mkdir(parents=True)
            titles = chapters(one.marks, one.length_ms, one.title)
            (part / "chapters.vtt").write_text(vtt(titles, one.length_ms), encoding="utf-8")
            for number, chapter in enumerate(titles, start=1):
                (part / "pictures" / f"{number:02}.jpg").write_bytes(picture(folder.film, chapter.begins_ms, PICTURE_HEIGHT))
                progress(0.3 * number / len(titles))
            if folder.poster.exists():
                shutil.copyfile(folder.poster, part / "poster.jpg")
            events = [msgspec.to_builtins(event) for event in folder.events()]
            about = {"recording": one, "chapters": titles, "transcript": None, "events": events}
            (part / "show.json").write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=1))
            for clip in one.clips:
                if clip.file and folder.clip(clip.file).exists():
                    shutil.copyfile(folder.clip(clip.file), part / f"clip {clip.id}.mp4")
            _copy(folder.film, part / "film.mp4", lambda share: progress(0.3 + 0.6 * share))
            if titles:
                compact(part / "film.mp4", titles)
            part.rename(target)
        except (OSError, FFmpegError) as error:
            shutil.rmtree(part, ignore_errors=True)
            problem = error.strerror or str(error)
            raise DeviceFailed("{path} cannot be written: {problem}", path=str(target), problem=problem) from None

    def _read(self) -> list[Recorded]:
        if not self.root.is_dir():
            return []
        folders = (RecordingFolder(path) for path in sorted(self.root.iterdir()) if path.is_dir())
        return [one for folder in folders if (one := self._found(folder)) is not None]

    def _found(self, folder: RecordingFolder) -> Recorded | None:
        """What is known of a folder; a film without a note that can be read is a film all the same."""
        for joined in folder.path.glob("whole-*.mp4"):  # what was being sent when the program ended
            joined.unlink(missing_ok=True)
        one = folder.read()
        if one is not None:
            return one if one.id == folder.path.name else None
        if not folder.film.exists():
            return None
        at_ms = int(folder.film.stat().st_mtime * 1000)
        return Recorded(id=folder.path.name, title=folder.path.name, session=folder.path.name, at_ms=at_ms, state="ending")

    def _take_lock(self) -> IO[bytes] | None:
        """Another desktop of this user may be recording into the same folder: it looks after what is there."""
        try:
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            return paths.lock(self.root / ".lock")
        except OSError as error:
            log.info("the library is another program's to look after: %s", error)
            return None

    async def _repair(self) -> None:
        """What a crash has left: whole again, and offered like the rest."""
        for one in self._state.recordings:
            waits = any(left(place, self.folder(one.id).film.name) for place in places(self.folder(one.id).film))
            if (one.state not in ("recording", "ending", "broken") and not waits) or one.id == self._store.state.recording.id:
                continue
            if one.state == "broken" and not self.folder(one.id).film.exists():
                continue
            log.info("%s was not ended, and is repaired", one.id)
            try:
                self.put(msgspec.structs.replace(one, state="ending"))
                await self.finished(await asyncio.to_thread(self._repaired, one))
            except Exception:  # the others are to be repaired all the same
                log.exception("%s could not be repaired", one.id)

    def _repaired(self, one: Recorded) -> Recorded:
        film = self.folder(one.id).film
        with contextlib.suppress(OSError):
            film.with_name(f".{film.name}.spare").unlink(missing_ok=True)
        known_ms = one.length_ms
        try:
            mend(film)
            length_ms = facts(film).length_ms
            titles = chapters(one.marks, length_ms, one.title)
            if titles:
                compact(film, titles)
        except (OSError, FFmpegError, ValueError, StudioError) as error:
            log.warning("%s: %s", film, error)
            length_ms = known_ms
        isolated = self.folder(one.id).isolated()
        for name in isolated:
            try:
                mend(film.parent / ISOLATED / name, sound=False)
            except (OSError, FFmpegError, ValueError) as error:
                log.warning("%s of %s: %s", name, film, error)
        spans = one.spans
        if spans and spans[-1].film_ms + spans[-1].length_ms >= known_ms - 1000:  # it ran on until the crash
            last = spans[-1]
            ran = Span(film_ms=last.film_ms, media_ms=last.media_ms, length_ms=max(last.length_ms, length_ms - last.film_ms))
            spans = (*spans[:-1], ran)
        return msgspec.structs.replace(one, state="ready", recovered=True, spans=spans, isolated=isolated)

    def _looked_at(self, one: Recorded) -> Recorded:
        """With length, size and picture of its film."""
        folder = self.folder(one.id)
        try:
            found = facts(folder.film)
            poster = picture(folder.film, min(FIRST_LOOK_MS, found.length_ms // 2), POSTER_HEIGHT)
            if poster:
                paths.write_atomically(folder.poster, poster, mode=0o600)
        except (OSError, FFmpegError, ValueError, StudioError) as error:
            log.warning("%s: %s", folder.film, error)
            return msgspec.structs.replace(one, state="broken", problem=one.problem or _(BROKEN))
        return msgspec.structs.replace(one, length_ms=found.length_ms, width=found.width, height=found.height, size=folder.size())

    async def _tidy(self) -> None:
        """Throw away what has been kept for as long as it was to be; delete what has been in the trash for long, or for which
        there is no room."""
        now_ms, days, keep_days = self._clock.wall_ms(), self._settings["library.trash_days"], self._settings["library.keep_days"]
        for one in self._state.recordings:
            if keep_days and one.state in ("ready", "broken") and now_ms - one.at_ms > keep_days * DAY_MS and not is_public(one):
                await self._throw_away(one)
        trash = sorted((one for one in self._state.recordings if one.state == "trash"), key=lambda one: one.trashed_ms or 0)
        for one in trash:
            over = self._state.quota and self._state.used > self._state.quota
            if over or (one.trashed_ms is not None and now_ms - one.trashed_ms > days * DAY_MS):
                try:
                    await self._delete(one)
                except StudioError as error:
                    log.warning("the trash could not be emptied: %s", error)

    @property
    def _state(self) -> Library:
        return self._store.state.library

    def _show(self, recordings: Sequence[Recorded]) -> None:
        ordered = tuple(sorted(recordings, key=lambda one: (-one.at_ms, one.id)))
        quota = int(self._settings["library.quota_gb"]) << 30
        self._store.update(library=Library(recordings=ordered, used=sum(one.size for one in ordered), quota=quota))


def is_public(one: Recorded) -> bool:
    """Whether it, or a clip of it, is at a show server or on its way there."""
    published: tuple[Replay | Clip, ...] = (one.replay, *one.clips)
    return any(film.film or film.upload for film in published)


async def _nobody(recording: str) -> None:
    """Nobody is to be told."""


def _copy(source: Path, target: Path, progress: Callable[[float], None]) -> None:
    size, done = max(1, source.stat().st_size), 0
    with open(source, "rb") as reading, open(target, "wb") as writing:
        while piece := reading.read(8 << 20):
            writing.write(piece)
            done += len(piece)
            progress(done / size)
