"""The films of all shows: on their way here, public, withdrawn.

A film lies in the data folder under its id and the beginning of its SHA-256, so that a new one never overwrites the one
that is being watched: `….part` while it comes, `….mp4` once it is whole. How far an upload has come is how long its part is.
One with a `src` lies elsewhere: we only know of it, and keep its poster.
"""

import asyncio
import contextlib
import errno
import hashlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Container, Iterator
from pathlib import Path

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from studio import paths
from studio.clock import Clock
from studio.errors import InvalidValue, NotFound, WrongState
from studio.events import FilmPublished, FilmWithdrawn
from studio.i18n import N_
from studio.server.config import FilmRules
from studio.server.db import films as rows
from studio.server.db.engine import writing
from studio.server.faults import DiskFull, leave_floor, place_of
from studio.server.live.show import LiveShow
from studio.server.live.shows import LiveShows
from studio.server.reading import TooLarge
from studio.show.film import FilmOffer, origin_of
from studio.show.opening_hours import DAY_MS
from studio.show.product import TITLE_MAX

log = logging.getLogger(__name__)

PART_KEPT_MS = 7 * DAY_MS
EVERY_S = 3600.0
POSTER_MAX = 1 << 20


class Uploading(WrongState):
    """Somebody else is sending this very film."""

    code = "uploading"


class Mismatch(InvalidValue):
    """What arrived is not what was promised."""

    code = "checksum"


class Film(FilmOffer, frozen=True, kw_only=True):
    """A film of a show. `at_ms`: when it was published, or offered; `unlisted`: its show is."""

    show: str
    at_ms: int
    unlisted: bool = False

    @property
    def stem(self) -> str:
        """What its file is called, without the ending."""
        return f"{self.id}.{self.sha256[:16]}"

    @property
    def row(self) -> rows.Row:
        """As the database keeps it, without its state."""
        row: rows.Row = msgspec.to_builtins(self)
        del row["unlisted"]
        return row


class Films:
    """Keeps films; on the server's loop. What is public is in memory: pages ask for it all the time."""

    def __init__(self, engine: AsyncEngine, clock: Clock, live_shows: LiveShows, folder: Path, rules: FilmRules) -> None:
        self.public: dict[str, Film] = {}
        """The newest last."""
        self.uploading: dict[str, Film] = {}
        self._engine = engine
        self._clock = clock
        self._live_shows = live_shows
        self._folder = folder
        self._most = rules.gigabytes * 10**9
        self._stores = frozenset(origin_of(store) for store in rules.stores)
        self._posters: set[str] = set()
        self._busy: set[str] = set()
        self._changing = asyncio.Lock()
        """Held while files and rows move together."""

    async def start(self) -> None:
        """Read what there is, and clear away what nobody will ask for."""
        async with self._engine.connect() as connection:
            found = await rows.every(connection)
        for row in found:
            film = msgspec.convert(row, Film)
            (self.public if row["state"] == "public" else self.uploading)[film.id] = film
        await asyncio.to_thread(self._look)
        await self.sweep()

    def _look(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for film in self.uploading.values():  # the power went while it was published
            public = self.public.get(film.id)
            if self._whole(film).is_file() and (public is None or public.src or public.sha256 != film.sha256):
                self._whole(film).replace(self._part(film))
        for film in [film for film in self.public.values() if not film.src and not self._whole(film).is_file()]:
            log.error("the film %s is not where it was: %s", film.id, self._whole(film))
            del self.public[film.id]
        self._posters = {path.stem for path in self._folder.glob("*.jpg")}

    async def purge_loop(self) -> None:
        """Clear away once an hour, until it is cancelled."""
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self.sweep()
            except Exception as error:  # the database or disk is away: the next hour will do
                log.error("old uploads could not be deleted: %s", place_of(error))

    async def sweep(self) -> None:
        """Delete uploads that nobody went on with for a week, and files of no film."""
        async with self._changing:
            before_ms = self._clock.wall_ms() - PART_KEPT_MS
            old = [film for film in self.uploading.values() if film.id not in self._busy]
            old = [film for film in old if await asyncio.to_thread(self._touched_ms, film) < before_ms]
            for film in old:
                await self._drop(film)
            async with self._engine.connect() as connection:
                known = {row["id"] for row in await rows.every(connection)}
            await asyncio.to_thread(self._clear, known)

    def _touched_ms(self, film: Film) -> float:
        try:
            return max(film.at_ms, self._part(film).stat().st_mtime * 1000)
        except OSError:
            return film.at_ms

    def _clear(self, known: set[str]) -> None:
        """`known`: films that the database has. One of them whose file is gone keeps its poster."""
        wanted = {self._whole(film) for film in self.public.values() if not film.src}
        wanted |= {self._part(film) for film in self.uploading.values()} | {self._poster(film) for film in known}
        for path in self._folder.iterdir():
            if path not in wanted and path.is_file():
                with contextlib.suppress(OSError):
                    path.unlink()

    def register(self, live: LiveShow) -> None:
        """A show is opened: it knows its replay."""
        live.replay = self.replay_of(live.show.id)

    def replay_of(self, show: str) -> str:
        """The newest public film of a whole show; empty when there is none."""
        found = (film.id for film in reversed(self.public.values()) if film.show == show and film.kind == "replay")
        return next(found, "")

    def path(self, film: str) -> Path:
        """Where a public film lies that lies here; raises `NotFound`."""
        return self._whole(self.get(film))

    def poster(self, film: str) -> Path:
        """Where its poster lies; raises `NotFound`."""
        if not self.has_poster(self.get(film).id):
            raise NotFound(N_("This film has no poster"))
        return self._poster(film)

    def has_poster(self, film: str) -> bool:
        """Whether there is one."""
        return film in self._posters

    def get(self, film: str) -> Film:
        """A public film; raises `NotFound`."""
        if (found := self.public.get(film)) is None:
            raise NotFound(N_("There is no such film"))
        return found

    def _whole(self, film: Film) -> Path:
        return self._folder / f"{film.stem}.mp4"

    def _part(self, film: Film) -> Path:
        return self._folder / f"{film.stem}.part"

    def _poster(self, film: str) -> Path:
        return self._folder / f"{film}.jpg"

    # ── uploads ──────────────────────────────────────────────────────────────────────────────────────────────

    async def offer(self, show: str, offer: FilmOffer) -> tuple[int, bool]:
        """A desktop wants to send a film: how much of it is here, and whether it is new. Words that are others now are taken.
        Raises `WrongState` or `Uploading`."""
        _check(offer, self._stores)
        live = await self._live_shows.get(show)
        film = msgspec.convert(
            msgspec.structs.asdict(offer) | {"show": show, "at_ms": self._clock.wall_ms(), "unlisted": live.unlisted}, Film
        )
        async with self._changing:
            known = [kept for states in (self.public, self.uploading) if (kept := states.get(film.id)) is not None]
            if any((kept.show, kept.kind) != (show, film.kind) for kept in known):
                raise WrongState(N_("There is another film of this name"), field="id")
            same = next((kept for kept in known if _place(kept) == _place(film)), None)
            if film.id in self._busy and (same is None or same is not self.uploading.get(film.id)):
                raise Uploading(N_("This film is being sent already"))
            if same is None and film.src:
                await self._point(film)
                return film.size, True
            if same is None:
                await self._begin(film)
                return 0, True
            await self._reword(same, film)
            if film.id not in self.uploading:  # it is public
                return film.size, False
            offset = await asyncio.to_thread(self._size, film)
            if offset < film.size:
                await self._leave_room(film.size - offset)
        if offset == film.size:  # we were stopped just before the end; or it is looked at now, and not public yet
            with self._hold(film.id):
                await self._finish(film)
        return offset, False

    async def _begin(self, film: Film) -> None:
        before = self.uploading.get(film.id)
        others = [kept for kept in (*self.public.values(), *self.uploading.values()) if kept is not before]
        if sum(kept.size for kept in others if not kept.src) + film.size > self._most:
            problem = N_("The films would take more than the {gigabytes} GB that they may")
            raise TooLarge(problem, field="size", gigabytes=self._most // 10**9)
        await self._leave_room(film.size - (await asyncio.to_thread(self._size, before) if before is not None else 0))
        async with writing(self._engine).begin() as connection:
            await rows.put(connection, film.row | {"state": "uploading"})
        self.uploading[film.id] = film
        if before is not None:
            await asyncio.to_thread(_delete, self._part(before))

    async def _leave_room(self, wanted: int) -> None:
        """Raises `DiskFull` when so much more would leave too little."""
        await asyncio.to_thread(leave_floor, self._folder, wanted)

    async def _reword(self, known: Film, film: Film) -> None:
        """The same film: only what is said of it may be different."""
        public = known is self.public.get(film.id)
        kept = msgspec.structs.replace(film, at_ms=known.at_ms)
        async with writing(self._engine).begin() as connection:
            await rows.put(connection, kept.row | {"state": "public" if public else "uploading"})
        (self.public if public else self.uploading)[film.id] = kept
        if public and (other := self.uploading.get(film.id)) is not None:  # it is wanted as it was
            await self._drop(other)

    async def _drop(self, film: Film) -> None:
        """An upload that nobody wants any more."""
        async with writing(self._engine).begin() as connection:
            await rows.remove(connection, film.id, "uploading")
        self.uploading.pop(film.id, None)
        await asyncio.to_thread(_delete, self._part(film))

    def _size(self, film: Film) -> int:
        try:
            return self._part(film).stat().st_size
        except FileNotFoundError:
            return 0

    async def reached(self, film: str) -> tuple[int, int]:
        """How much of a film is here, and how much it will be; raises `NotFound`."""
        if (upload := self.uploading.get(film)) is not None:
            return await asyncio.to_thread(self._size, upload), upload.size
        size = self.get(film).size
        return size, size

    async def receive(self, film: str, offset: int, length: int | None, pieces: AsyncIterator[bytes]) -> int:
        """More of a film, from `offset` on, `length` bytes if that was said; how far it is then. Whole, it is public.
        Raises `WrongState` or `TooLarge`."""
        with self._hold(film):
            reached, size = await self.reached(film)
            if offset != reached:
                raise WrongState("The upload stands at {reached}", field="Upload-Offset", reached=reached)
            if length is not None and offset + length > size:
                raise TooLarge(N_("That is more than the film's size"), field="Content-Length")
            upload = self.uploading.get(film)
            if upload is None:
                return reached
            reached = await self._write(upload, reached, pieces)
            if reached == size:
                await self._finish(upload)
            return reached

    @contextlib.contextmanager
    def _hold(self, film: str) -> Iterator[None]:
        if film in self._busy:
            raise Uploading(N_("This film is being sent already"))
        self._busy.add(film)
        try:
            yield
        finally:
            self._busy.discard(film)

    async def _write(self, film: Film, reached: int, pieces: AsyncIterator[bytes]) -> int:
        """What has come is kept, whatever happens."""
        try:
            with await asyncio.to_thread(self._part(film).open, "ab", buffering=0) as file:
                async for piece in pieces:
                    self._wanted(film)
                    if reached + len(piece) > film.size:
                        raise TooLarge(N_("That is more than the film's size"))
                    await asyncio.to_thread(_write, file.fileno(), piece)
                    reached += len(piece)
        except OSError as error:
            raise _full(error) from None
        return reached

    def _wanted(self, film: Film) -> Film:
        """What is said by now of an upload; raises `NotFound` when it was called off, or another film takes its place."""
        now = self.uploading.get(film.id)
        if now is None or now.stem != film.stem:
            raise NotFound(N_("There is no such film"))
        return now

    async def _finish(self, film: Film) -> None:
        """It is all here: look whether it is what was promised, and publish it."""
        part = self._part(film)
        problem = await asyncio.to_thread(_fault, part, film.sha256)
        async with self._changing:
            now = self._wanted(film)
            if problem == NO_FILM:
                await self._drop(now)
            elif problem:
                await asyncio.to_thread(_delete, part)
            if problem:
                raise Mismatch(problem, field="sha256")
            await self._publish(now)

    async def _publish(self, film: Film) -> None:
        film = msgspec.structs.replace(film, at_ms=self._clock.wall_ms())

        async def change(connection: AsyncConnection) -> None:
            if not await rows.publish(connection, film.id, film.sha256, film.at_ms):
                raise NotFound(N_("There is no such film"))

        await asyncio.to_thread(_move, self._part(film), self._whole(film))
        try:
            await self._announce(film, change)
        except Exception:  # it is tried again when the desktop asks how far it is
            await asyncio.to_thread(os.replace, self._whole(film), self._part(film))
            raise

    async def _point(self, film: Film) -> None:
        """It lies in a store: nothing needs to come, and what was here of it is not needed any more."""

        async def change(connection: AsyncConnection) -> None:
            await rows.remove(connection, film.id)
            await rows.put(connection, film.row | {"state": "public"})

        upload = self.uploading.get(film.id)
        await self._announce(film, change)
        if upload is not None:
            await asyncio.to_thread(_delete, self._part(upload))

    async def _announce(self, film: Film, change: Callable[[AsyncConnection], Awaitable[None]]) -> None:
        """From now on it is public, in the place of what was."""
        live = await self._live_shows.get(film.show)
        await live.append("", [FilmPublished(film=film.id, kind=film.kind)], change)
        before = self.public.pop(film.id, None)
        self.public[film.id] = film
        self.uploading.pop(film.id, None)
        self.register(live)
        if before is not None and not before.src:
            await asyncio.to_thread(_delete, self._whole(before))

    async def keep_poster(self, film: str, picture: bytes) -> None:
        """A film's poster, a JPEG; raises `InvalidValue` for anything else."""
        if not picture.startswith(b"\xff\xd8"):
            raise InvalidValue(N_("The poster must be a JPEG"))
        async with self._changing:
            if film not in self.public and film not in self.uploading:
                raise NotFound(N_("There is no such film"))
            try:
                await asyncio.to_thread(paths.write_atomically, self._poster(film), picture)
            except OSError as error:
                raise _full(error) from None
            self._posters.add(film)

    async def withdraw(self, film: str) -> None:
        """Nobody can watch it any more, nor go on sending it. Raises `NotFound`."""
        async with self._changing:
            public, upload = self.public.get(film), self.uploading.get(film)

            async def change(connection: AsyncConnection) -> None:
                await rows.remove(connection, film)

            if public is not None:
                live = await self._live_shows.get(public.show)
                await live.append("", [FilmWithdrawn(film=film, kind=public.kind)], change)
                del self.public[film]
                self.register(live)
            else:  # also one whose file was lost: it must not come back with it
                async with writing(self._engine).begin() as connection:
                    await change(connection)
            if public is None and upload is None:
                raise NotFound(N_("There is no such film"))
            self.uploading.pop(film, None)
            self._posters.discard(film)
            gone = [self._poster(film), *([self._part(upload)] if upload else [])]
            if public is not None and not public.src:
                gone.append(self._whole(public))
            for path in gone:
                await asyncio.to_thread(_delete, path)


NO_FILM = N_("This is no MP4 film")
OTHER = N_("What arrived is not what was sent: its SHA-256 is another")


def _place(film: Film) -> tuple[str, int, str]:
    """Two films with the same are the same film."""
    return film.sha256, film.size, film.src


def _check(offer: FilmOffer, stores: Container[str]) -> None:
    """What the types do not say; raises `InvalidValue`. `stores`: origins where films may lie."""
    if offer.src:
        _check_src(offer.src, stores)
    last_ms = 0
    for number, span in enumerate(offer.spans):
        if not last_ms <= span.film_ms <= 2**53 or not 0 <= span.length_ms <= 2**53 or abs(span.media_ms) > 2**53:
            raise InvalidValue(N_("The spans must follow each other"), field=f"spans[{number}]")
        last_ms = span.film_ms
    last_ms = 0
    for number, chapter in enumerate(offer.chapters):
        if not last_ms <= chapter.begins_ms <= 2**53 or len(chapter.title) > TITLE_MAX:
            raise InvalidValue(N_("The chapters must follow each other, with short titles"), field=f"chapters[{number}]")
        last_ms = chapter.begins_ms


def _check_src(src: str, stores: Container[str]) -> None:
    try:
        found = origin_of(src)
    except InvalidValue as error:
        raise InvalidValue(error.message, field="src", **error.params) from None
    if found not in stores:
        raise InvalidValue("{origin} is not among the stores of this server ([films] stores)", field="src", origin=found)


def _fault(path: Path, sha256: str) -> str:
    """What is wrong with a whole film; empty: nothing."""
    try:
        with path.open("rb") as file:
            begins = file.read(12)
            file.seek(0)
            if hashlib.file_digest(file, "sha256").hexdigest() != sha256:
                return OTHER
    except FileNotFoundError:  # it was called off
        return OTHER
    return "" if begins[4:8] == b"ftyp" else NO_FILM


def _move(part: Path, whole: Path) -> None:
    """Publish a file: after a power cut it is there, or the part still is."""
    with part.open("rb+") as file:
        os.fsync(file.fileno())
    os.replace(part, whole)
    if os.name == "posix":
        handle = os.open(whole.parent, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _write(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def _delete(path: Path) -> None:
    """What cannot be deleted now, such as on Windows while it is watched, is swept later."""
    with contextlib.suppress(OSError):
        path.unlink()


def _full(error: OSError) -> Exception:
    return DiskFull(N_("There is no room on the server's disk")) if error.errno in (errno.ENOSPC, errno.EDQUOT) else error
