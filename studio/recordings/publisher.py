"""Sends replays and clips to the show server, goes on where it was cut off, also after a restart, and takes them back."""

import asyncio
import contextlib
import hashlib
import logging
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Protocol, TypedDict

import msgspec

from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import NotFound, StudioError, Unreachable, WrongState
from studio.i18n import N_, _
from studio.recordings.chapters import chapters
from studio.recordings.clips import ClipController
from studio.recordings.cutting.cut import cut
from studio.recordings.cutting.job import Job
from studio.recordings.cutting.join import join
from studio.recordings.cutting.pictures import picture
from studio.recordings.cutting.probe import facts
from studio.recordings.library import POSTER_HEIGHT, LibraryController
from studio.recordings.stoppable import Progress, on_thread
from studio.recordings.works import Works
from studio.show.film import TITLE_MAX, FilmOffer, Span
from studio.spine import Dispatcher
from studio.state.recording import Clip, Mark, Recorded, Replay
from studio.tasks import Tasks

log = logging.getLogger(__name__)

RETRY_S = (1.0, 2.0, 5.0, 10.0, 30.0)
"""Pauses while the server is away; the last one repeats."""
BEFORE_MS = 1500
"""So much before and after the show may stay in its replay."""
PREPARED = 0.1
"""The share of the work that is done when sending begins."""


class FilmServer(Protocol):
    """Where films are published. Everything raises a `StudioError`: `Unreachable` when it may work another time."""

    @property
    def address(self) -> str:
        """Which server it is; empty: this computer's own."""

    async def offer(self, show: str, offer: FilmOffer) -> int:
        """Say what is to come; how many bytes of it are there already."""

    async def send(self, film: str, path: Path, offset: int, sent: Callable[[int], None]) -> None:
        """Send the rest; `sent` is told how far it is."""

    async def poster(self, film: str, picture: bytes) -> None:
        """Its picture, a JPEG."""

    async def withdraw(self, film: str) -> None:
        """Take it back."""


class FilmStore(Protocol):
    """Where the files may lie instead. It raises as a `FilmServer` does."""

    async def put(self, path: Path, key: str, kind: str, sent: Callable[[int], None]) -> str:
        """Send a file of that media type; the address at which everybody finds it. What is there already is not sent again."""

    async def remove(self, key: str) -> None:
        """Delete it."""


class _There(TypedDict):
    """Where a film lies now, as `Clip` and `Replay` say it."""

    elsewhere: bool
    server: str


class Publisher:
    """On the studio's loop. `store` is where files lie when they do not lie at the show server; `elsewhere()` says whether they
    are to."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        library: LibraryController,
        clips: ClipController,
        *,
        works: Works,
        server: Callable[[], FilmServer],
        store: Callable[[], FilmStore],
        elsewhere: Callable[[], bool],
    ) -> None:
        self._library, self._clips, self._works, self._server = library, clips, works, server
        self._store, self._elsewhere = store, elsewhere
        self._tasks = Tasks(log)
        dispatcher.register(ask.ReplayPublish, self._on_publish)
        dispatcher.register(ask.ReplayWithdraw, self._on_withdraw)
        dispatcher.register(ask.ClipPublish, self._on_clip_publish)
        dispatcher.register(ask.ClipWithdraw, self._on_clip_withdraw)
        dispatcher.register(ask.LibraryExport, self._on_export)

    def go_on(self) -> None:
        """Send what an earlier run of this program did not come to send."""
        for one in self._library.all:
            if one.state != "ready":
                continue
            if one.replay.upload:
                self._publish(one.id)
            for clip in one.clips:
                if clip.upload:
                    self._publish_clip(one.id, clip.id)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_publish(self, command: ask.ReplayPublish, by: Actor) -> str:
        one = self._library.usable(command.recording)
        if one.state != "ready":
            raise WrongState(N_("It is still being recorded"))
        if not one.show:
            raise WrongState(N_("This recording belongs to no show"))
        if not any(part.spans for part in self._parts(one)):
            raise WrongState(N_("Nothing of this recording was live"))
        return self._publish(self._parts(one)[0].id)

    async def _on_withdraw(self, command: ask.ReplayWithdraw, by: Actor) -> None:
        one = self._library.get(command.recording)
        one = next((part for part in self._parts(one) if part.replay.film or part.replay.upload), one)
        await self._works.stop(one.id, "")
        replay = self._library.get(one.id).replay
        await self._take_back_all(replay)
        self._library.change(one.id, replay=Replay())

    async def _on_clip_publish(self, command: ask.ClipPublish, by: Actor) -> str:
        self._library.usable(command.recording)
        self._clips.get(command.recording, command.clip)
        return self._publish_clip(command.recording, command.clip)

    async def _on_clip_withdraw(self, command: ask.ClipWithdraw, by: Actor) -> None:
        await self._works.stop(command.recording, command.clip)
        clip = self._clips.get(command.recording, command.clip)
        await self._take_back_all(clip)
        self._clips.change(command.recording, clip.id, film="", upload="", problem="", elsewhere=False, server="")

    async def _on_export(self, command: ask.LibraryExport, by: Actor) -> str:
        def failed(problem: str) -> None:
            self._library.change(command.recording, problem=problem)

        recording, folder = self._library.usable(command.recording).id, self._library.target(command.folder)
        return self._works.add("export", recording, "", lambda told: self._library.export(recording, folder, told), failed)

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────

    def _publish(self, recording: str) -> str:
        def change(**fields: str | bool) -> None:
            if (one := self._library.known(recording)) is not None:  # it may be deleted by now
                self._library.change(recording, replay=msgspec.structs.replace(one.replay, **fields))

        upload = self._library.get(recording).replay.upload or f"replay-{secrets.token_hex(8)}"
        change(upload=upload, problem="")

        async def work(progress: Progress) -> None:
            self._library.usable(recording)  # it may have been thrown away while this waited
            folder = self._library.folder(recording)
            joined = folder.path / f"whole-{secrets.token_hex(4)}.mp4"
            try:
                path, whole = await on_thread(lambda told: self._whole(recording, joined, told))
                titles = chapters(whole.marks, whole.length_ms, whole.title)
                offer = await asyncio.to_thread(_offer, upload, "replay", path, whole.title)
                offer = msgspec.structs.replace(offer, spans=whole.spans, chapters=titles)
                there = await self._send(
                    whole.show,
                    offer,
                    path,
                    poster=folder.poster,
                    progress=progress,
                    waits=lambda problem: change(problem=problem),
                )
            finally:
                joined.unlink(missing_ok=True)
            before = self._library.get(recording).replay
            change(film=upload, upload="", problem="", **there)
            if before.film != upload:
                await self._take_back(before.film, elsewhere=before.elsewhere, server=before.server)

        def failed(problem: str) -> None:
            if problem:  # what is there already is not sent again
                change(problem=problem)
                return
            change(problem="", upload="")
            self._forget(upload)

        return self._works.add("replay", recording, "", work, failed)

    def _publish_clip(self, recording: str, clip: str) -> str:
        one = self._clips.get(recording, clip)
        upload = one.upload or f"clip-{secrets.token_hex(8)}"
        self._clips.change(recording, clip, upload=upload, problem="", proposed=False)

        def failed_for_now(problem: str) -> None:
            self._clips.change(recording, clip, problem=problem)

        async def work(progress: Progress) -> None:
            self._library.usable(recording)
            if not self._clips.get(recording, clip).file:
                await self._clips.make(recording, clip, lambda share: progress(PREPARED * share))
            now, recorded = self._clips.get(recording, clip), self._library.get(recording)
            folder = self._library.folder(recording)
            path = folder.clip(now.file)
            offer = await asyncio.to_thread(_offer, upload, "clip", path, now.title or recorded.title)
            offer = msgspec.structs.replace(offer, products=(now.product,) if now.product else ())
            poster = folder.clip(f"{clip}.jpg")
            if shown := await asyncio.to_thread(picture, path, 0, 2 * POSTER_HEIGHT):
                poster.write_bytes(shown)
            there = await self._send(recorded.show, offer, path, poster=poster, progress=progress, waits=failed_for_now)
            self._clips.change(recording, clip, film=upload, upload="", problem="", **there)
            if now.film != upload:
                await self._take_back(now.film, elsewhere=now.elsewhere, server=now.server)

        def failed(problem: str) -> None:
            if problem:
                self._clips.change(recording, clip, problem=problem)
                return
            self._clips.change(recording, clip, problem="", upload="")
            self._forget(upload)

        return self._works.add("publish", recording, clip, work, failed)

    async def _send(
        self, show: str, offer: FilmOffer, path: Path, *, poster: Path, progress: Progress, waits: Callable[[str], None]
    ) -> "_There":
        """Until it is there: a server that is away comes back, and `waits` is told why it is not there yet."""

        def sent(offset: int) -> None:
            progress(PREPARED + (1 - PREPARED) * offset / offer.size)

        for attempt in range(1 << 30):
            try:
                server, elsewhere = self._server(), self._elsewhere()
                if elsewhere:
                    offer = msgspec.structs.replace(offer, src=await self._store().put(path, key_of(offer.id), "video/mp4", sent))
                offset = await server.offer(show, offer)
                waits("")
                sent(offset)
                if poster.exists():
                    await server.poster(offer.id, await asyncio.to_thread(poster.read_bytes))
                if offset < offer.size:
                    await server.send(offer.id, path, offset, sent)
                return _There(elsewhere=elsewhere, server=server.address)
            except Unreachable as error:
                waits(error.sentence(_))
                await asyncio.sleep(RETRY_S[min(attempt, len(RETRY_S) - 1)])
        raise AssertionError("it is tried for ever")

    def _forget(self, film: str) -> None:
        """Somebody wants it no more: what the server has of it goes as well, if it can be told."""

        async def take_back() -> None:
            try:
                await self._take_back(film, elsewhere=self._elsewhere(), server=self._server().address)
            except StudioError as error:
                log.warning("%s could not be taken back: %s", film, error)

        self._tasks.spawn(take_back(), "take-back")

    async def _take_back_all(self, published: Replay | Clip) -> None:
        """What is public, and what is on its way there."""
        await self._take_back(published.film, elsewhere=published.elsewhere, server=published.server)
        await self._take_back(published.upload, elsewhere=self._elsewhere(), server=self._server().address)

    async def _take_back(self, film: str, *, elsewhere: bool, server: str) -> None:
        if film:
            if server != self._server().address:
                where = server or _("this computer")
                raise WrongState("It is still at {server}: work with that show server to take it back", server=where)
            with contextlib.suppress(NotFound):
                await self._server().withdraw(film)
            if elsewhere:
                await self._store().remove(key_of(film))

    def _parts(self, one: Recorded) -> list[Recorded]:
        """Everything that is there of its recording, in order: a replay is all of it."""
        parts = [part for part in self._library.parts(one.session) if part.state == "ready"]
        return sorted(parts, key=lambda part: part.part) if one.session else [one]

    def _whole(self, recording: str, target: Path, told: Progress) -> tuple[Path, Recorded]:
        """The film of a recording with all its parts, from the moment it was live to the end of that, and what is known of it;
        at `target` when it had to be made. May block; what `told` raises ends it."""
        path, whole = self._joined(recording, target, told)
        begins_ms, ends_ms = whole.spans[0].film_ms, whole.spans[-1].film_ms + whole.spans[-1].length_ms
        if begins_ms < BEFORE_MS and whole.length_ms - ends_ms < BEFORE_MS:
            return path, whole
        part = target.with_name(f"whole-{secrets.token_hex(4)}.mp4")  # nobody is to see what was before and after the show
        try:
            job = Job(source=str(path), target=str(part), begins_ms=begins_ms, ends_ms=min(ends_ms, whole.length_ms))
            done = cut(job, told)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
        spans = tuple(msgspec.structs.replace(span, film_ms=span.film_ms - begins_ms) for span in whole.spans)
        shown = (mark for mark in whole.marks if (mark.until_ms is None or mark.until_ms > begins_ms) and mark.at_ms < ends_ms)
        marks = tuple(msgspec.structs.replace(mark, at_ms=max(0, mark.at_ms - begins_ms)) for mark in shown)
        return target, msgspec.structs.replace(whole, length_ms=done.length_ms, spans=spans, marks=marks)

    def _joined(self, recording: str, target: Path, told: Progress) -> tuple[Path, Recorded]:
        one = self._library.get(recording)
        parts = [part for part in self._parts(one) if part.spans]  # a rehearsal's, or a talk's after the show, are not the show
        if len(parts) == 1:
            return self._library.folder(parts[0].id).film, parts[0]
        begins = join([self._library.folder(part.id).film for part in parts], target, progress=told)
        spans: list[Span] = []
        marks: list[Mark] = []
        for begin_ms, part in zip(begins, parts, strict=True):
            spans += [msgspec.structs.replace(span, film_ms=span.film_ms + begin_ms) for span in part.spans]
            first = begin_ms == 0
            kept = (mark for mark in part.marks if first or mark.at_ms > 0 or mark.kind == "marker")
            marks += [msgspec.structs.replace(mark, at_ms=mark.at_ms + begin_ms) for mark in kept]
        length_ms = begins[-1] + parts[-1].length_ms
        return target, msgspec.structs.replace(one, length_ms=length_ms, spans=tuple(spans), marks=tuple(marks))


def key_of(film: str) -> str:
    """What a film is called in a store."""
    return f"{film}.mp4"


def _offer(film: str, kind: str, path: Path, title: str) -> FilmOffer:
    """What is sent; reads all of it for its checksum."""
    found = facts(path)
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return FilmOffer(
        id=film,
        kind="replay" if kind == "replay" else "clip",
        title=title[:TITLE_MAX],
        length_ms=found.length_ms,
        width=found.width,
        height=found.height,
        size=path.stat().st_size,
        sha256=digest.hexdigest(),
    )
