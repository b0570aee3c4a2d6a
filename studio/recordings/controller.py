"""Runs the recording: with the show by itself, and by command. Whatever becomes of the stream, the server or a source, it
goes on; and whatever becomes of the disk, the stream does."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec

from studio.clock import NS_PER_S, Clock
from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import DeviceFailed, WrongState
from studio.events import Logged, ProductPinned
from studio.i18n import N_, _
from studio.media.encoder import Encoded
from studio.media.timed_ring import Samples, TimedRing, sample_index
from studio.outputs.encoding import Encoding
from studio.recordings import marks
from studio.recordings.chapters import chapters, shown
from studio.recordings.intake import Intake
from studio.recordings.isolated_track import IsolatedTrack
from studio.recordings.library import LibraryController
from studio.recordings.markers import NOTHING, Markers
from studio.recordings.recorder import LEAST_FREE, Trouble
from studio.recordings.run import Run
from studio.recordings.session import Film, RecordingSession
from studio.settings import Settings
from studio.spine import Dispatcher, Store
from studio.state import State
from studio.state.recording import Mark, Recorded, Recording
from studio.tasks import Tasks

log = logging.getLogger(__name__)

POLL_S = 1.0
NOTE_EVERY = 5
"""Looks between two notes of what is known of the film."""
RETRY_NS = 10 * NS_PER_S
"""A recording that ended by itself is begun again, unless it had only just begun."""
EVENTS_MAX = 2000
CLOCKS_MS = 60_000
"""The server's clock and ours may differ by so much."""
WORDS: dict[Trouble, str] = {
    "disk_full": N_("The disk is full: the recording has ended. Free some room and record again"),
    "disk_slow": N_("The disk took nothing for minutes: the recording has ended"),
    "gone": N_("The file was deleted or moved: the recording has ended"),
    "failed": N_("The recording has failed"),
}


class RecordingController:
    """On the studio's loop."""

    def __init__(
        self,
        store: Store,
        dispatcher: Dispatcher,
        clock: Clock,
        *,
        settings: Settings,
        intake: Intake,
        library: LibraryController,
    ) -> None:
        self._store, self._clock, self._settings = store, clock, settings
        self._intake, self._library = intake, library
        self._loop = asyncio.get_running_loop()
        self._lock = asyncio.Lock()
        self._run: Run | None = None
        self._by_hand = False
        """Somebody stopped it: it does not begin again by itself before the next show."""
        self._with_show = False
        """It was paused with the show, and goes on with it."""
        self._began_ns = -RETRY_NS
        self._tasks = Tasks(log)
        dispatcher.register(ask.RecordingStart, self._on_start)
        dispatcher.register(ask.RecordingStop, self._on_stop)
        dispatcher.register(ask.RecordingPause, self._on_pause)
        dispatcher.register(ask.RecordingResume, self._on_resume)
        dispatcher.register(ask.RecordingSplit, self._on_split)
        self._markers = Markers(store, dispatcher, clock, lambda: self._run)
        store.observe(self._on_state)

    async def run(self) -> None:
        """Look after the recording until cancelled."""
        looks = 0
        while True:
            await asyncio.sleep(POLL_S)
            looks += 1
            try:
                await self._look(note=looks % NOTE_EVERY == 0)
            except Exception:  # a disk that is away for a moment: the recorder itself says when it is for good
                log.exception("the recording could not be looked after")

    async def close(self) -> None:
        """End what is recorded."""
        self._by_hand = True
        async with self._lock:
            await self._stop()
        await self._tasks.finish()

    def happened(self, event: Logged) -> None:
        """An event of the show, for the film's log."""
        run = self._run
        if run is None:
            return
        if len(run.events) < EVENTS_MAX:
            run.events.append(event)
        if isinstance(event.data, ProductPinned) and (media_ms := self._intake.media_ms(self._clock.now_ns())) is not None:
            self._markers.pinned(event.data.product, media_ms - event.media_ms)

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    async def _on_start(self, command: ask.RecordingStart, by: Actor) -> str:
        self._by_hand = False
        async with self._lock:
            return await self._start()

    async def _on_stop(self, command: ask.RecordingStop, by: Actor) -> None:
        self._by_hand = True
        async with self._lock:
            self._need()
            await self._stop()

    async def _on_pause(self, command: ask.RecordingPause, by: Actor) -> None:
        self._with_show = False
        self._pause()

    async def _on_resume(self, command: ask.RecordingResume, by: Actor) -> None:
        self._resume()

    async def _on_split(self, command: ask.RecordingSplit, by: Actor) -> None:
        async with self._lock:
            self._need()
            if self._recording.status == "paused":
                raise WrongState(N_("The recording is paused"))
            await self._split()

    # ── with the show ────────────────────────────────────────────────────────────────────────────────────────

    def _on_state(self, old: State, new: State) -> None:
        self._markers.follow(old, new)
        if old.show.state == new.show.state and (old.stream.status == "off") == (new.stream.status == "off"):
            return
        state = new.show.state
        if state in ("draft", "rehearsal", "ended"):
            self._by_hand = False
        run = self._run
        if run is not None and run.auto and state in ("ended", "draft"):
            self._tasks.spawn(self._auto(self._stop), "end-recording")
        elif run is not None and state == "paused" and self._recording.status == "recording":
            self._with_show = True
            self._pause()
        elif run is not None and state == "live" and self._with_show and self._recording.status == "paused":
            self._resume()
        elif run is None and state == "live" and self._wanted(new):
            self._tasks.spawn(self._auto(self._start_auto), "begin-recording")

    def _wanted(self, state: State) -> bool:
        """Whether it is to begin by itself: where the show is sent from, and nobody has stopped it."""
        return state.stream.status != "off" and not self._by_hand and bool(self._settings["recording.auto"])

    async def _auto(self, step: Callable[[], Any]) -> None:
        async with self._lock:
            try:
                await step()
            except DeviceFailed as error:
                self._set(reason=error.sentence(_))
                log.error("the recording cannot begin: %s", error)

    async def _start_auto(self) -> None:
        if self._run is None and self._store.state.show.state == "live":
            await self._start()
            assert self._run is not None
            self._run.auto = True
            await self._catch_up()

    async def _catch_up(self) -> None:
        """What became of the show while it began."""
        state = self._store.state.show.state
        if state == "paused":
            self._with_show = True
            self._pause()
        elif state != "live":
            await self._stop()

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────────

    async def _start(self) -> str:
        if self._run is not None:
            raise WrongState(N_("It is being recorded already"))
        session, part = self._session()
        film = await self._film(session, part)
        microphones, filmed, cameras = self._isolated()
        sides = [*(side for side, _ring in microphones), *filmed]
        reel = RecordingSession(
            film=film,
            keyframe=lambda: run.encoding.request_keyframe(),
            media_ms=self._intake.media_ms,
            turned=lambda over: self._turned(run, over),
            frame_ns=NS_PER_S // self._intake.fps,
            sides=sides,
        )

        def seen(unit: Encoded) -> None:
            try:
                reel.video(unit)
            except Exception:  # the encoder's thread is the audience's
                log.exception("the recording has failed")
                reel.film.recorder.fail("failed")

        run = Run(session, reel, self._intake.encoding(seen), cameras)
        self._run = run
        self._began_ns = self._clock.now_ns()
        self._say_begun(film, part)
        for encoding in (run.encoding, *cameras):
            encoding.start()
            encoding.readers = 1

        run.remove = self._intake.mixer.add_sink(partial(_heard, reel, microphones))
        self._library.put(self._note(film, "recording"))
        return film.folder.path.name

    def _say_begun(self, film: Film, part: int) -> None:
        standing = tuple(marks.standing(self._store.state))
        self._set(
            status="recording", id=film.folder.path.name, since_ms=self._clock.wall_ms(), part=part,
            length_ms=0, written_ms=0, behind="", size=0,
            reason="", marks=standing, dropped=0,
        )  # fmt: skip

    def _session(self) -> tuple[str, int]:
        """What was recorded of this show before, as by a desktop that crashed, and this are one: whose part is this?"""
        show = self._store.state.show
        if show.state in ("live", "paused") and show.live_since_ms is not None:
            since_ms = show.live_since_ms - CLOCKS_MS
            before = [one for one in self._library.all if one.show == show.id and one.at_ms >= since_ms]
            if before:
                return before[0].session, 1 + max(one.part for one in before)
        return secrets.token_hex(4), 1

    def _isolated(self) -> tuple[list[tuple[IsolatedTrack, TimedRing]], list[IsolatedTrack], list[Encoding]]:
        """What is to be recorded by itself: microphones and what they hear, cameras and what encodes them."""
        microphones = [(IsolatedTrack(name), ring) for name, ring in self._intake.microphones().items()]
        cameras: list[IsolatedTrack] = []
        encodings: list[Encoding] = []
        for name, make in self._intake.cameras().items():
            asked: list[Encoding] = []
            cameras.append(IsolatedTrack(name, partial(_ask, asked)))
            asked.append(make(cameras[-1].put))
            encodings += asked
        return microphones, cameras, encodings

    async def _stop(self, trouble: Trouble = "") -> None:
        run, self._run = self._run, None
        if run is None:
            return
        self._with_show = False
        self._set(status="ending")
        try:
            run.remove()
            for encoding in (run.encoding, *run.cameras):
                await asyncio.to_thread(encoding.close)
            found = self._recording.marks
            for film in (*run.turned, *run.reel.end()):
                try:
                    await self._finish(film, run, found, trouble)
                except Exception:  # the next one must be ended all the same
                    log.exception("%s could not be ended", film.folder.path)
                if film in run.turned:  # it had ended a moment ago: what was shown goes on in the next one
                    found = tuple(msgspec.structs.replace(mark, at_ms=0) for mark in marks.standing(self._store.state))
        finally:
            reason = _(WORDS[trouble]) if trouble else ""
            self._store.update(recording=Recording(planned=self._recording.planned, reason=reason))

    async def _split(self) -> None:
        assert self._run is not None
        if self._run.turning is None:
            self._run.turning = await self._film(self._run.session, self._recording.part + 1)
            self._run.reel.split(self._run.turning)

    def _turned(self, run: Run, film: Film) -> None:
        """The first film is over; on the encoder's thread."""
        run.turned.append(film)
        self._loop.call_soon_threadsafe(self._after_split, run, film)

    def _after_split(self, run: Run, film: Film) -> None:
        if run is not self._run or run.turning is None:  # it is being stopped, which ends this film as well
            return
        run.turned.remove(film)
        before, turned = self._recording.marks, run.turning
        run.turning = None
        self._tasks.spawn(self._finish(film, run, before, ""), "finish-film")
        standing = tuple(msgspec.structs.replace(mark, at_ms=0) for mark in marks.standing(self._store.state))
        self._set(id=turned.folder.path.name, part=self._recording.part + 1, length_ms=0, written_ms=0, size=0, marks=standing)
        self._library.put(self._note(turned, "recording"))

    async def _film(self, session: str, part: int) -> Film:
        """A new one, started; raises `DeviceFailed` when the disk does not take it."""

        def make() -> Film:
            stamp = self._clock.wall_ms() // 1000
            folder = self._library.new(f"{stamp}-{session}-{part}")
            folder.make()
            try:
                film = Film(folder, self._clock.wall_ms(), session, part=part, ended=self._troubled)
                film.recorder.start()
            except OSError:
                folder.delete()
                raise
            return film

        try:
            return await asyncio.to_thread(make)
        except OSError as error:
            problem = error.strerror or str(error)
            raise DeviceFailed("The recording cannot begin: {problem}", problem=problem) from None

    async def _finish(self, film: Film, run: Run, found: tuple[Mark, ...], trouble: Trouble) -> None:
        """Close it; it is in the library."""
        recorder = film.recorder
        note = msgspec.structs.replace(self._note(film, "ending"), marks=found)
        self._library.put(note)
        titles = chapters(found, recorder.received_ms, note.title)
        await asyncio.to_thread(recorder.close, titles)
        for side in film.sides:
            await asyncio.to_thread(side.close)
        isolated = tuple(sorted(side.path.name for side in film.sides if side.path.exists()))
        await self._log(film, run)
        trouble = recorder.trouble or trouble
        words = _(WORDS[trouble]) if trouble else ""
        if recorder.unfinished:
            self._library.put(msgspec.structs.replace(note, problem=words))
            return
        broken = [side.path.name for side in film.sides if side.trouble]
        if broken and not words:
            words = _("Not all of it was recorded by itself: {names}").format(names=", ".join(broken))
        await self._library.finished(
            msgspec.structs.replace(
                self._note(film, "ready"),
                marks=found,
                isolated=isolated,
                products=shown(found),
                problem=words,
            )
        )

    def _troubled(self, film: Film, trouble: Trouble) -> None:
        """A film has ended by itself; on its thread."""
        self._loop.call_soon_threadsafe(lambda: self._tasks.spawn(self._after_trouble(film, trouble), "recording-again"))

    async def _after_trouble(self, film: Film, trouble: Trouble) -> None:
        async with self._lock:
            run = self._run
            if run is None or film is not run.reel.film:
                return
            auto, young = run.auto, self._clock.now_ns() - self._began_ns < RETRY_NS
            paused, with_show = self._recording.status == "paused", self._with_show
            await self._stop(trouble)
            if trouble == "disk_full" or young:
                return
            try:
                await self._start()
            except DeviceFailed as error:
                self._set(reason=error.sentence(_))
                return
            assert self._run is not None
            self._run.auto = auto
            if paused:
                self._with_show = with_show
                self._pause()
            self._set(reason=_("{problem}. Another one has begun").format(problem=_(WORDS[trouble])))

    def _pause(self) -> None:
        run = self._need()
        run.reel.pause(self._clock.now_ns())
        self._set(status="paused")

    def _resume(self) -> None:
        run = self._need()
        self._with_show = False
        run.reel.resume(self._clock.now_ns())
        self._set(status="recording")

    # ── looking after it ─────────────────────────────────────────────────────────────────────────────────────

    async def _look(self, *, note: bool) -> None:
        free = await asyncio.to_thread(self._library.free)
        kbps = max(1, self._intake.kbps())
        left_s = None if free is None else max(0, int((free - LEAST_FREE) * 8 / 1000 / kbps))
        async with self._lock:
            run = self._run
            if run is None:
                if self._recording.left_s != left_s:
                    self._set(left_s=left_s)
                return
            recorder = run.reel.film.recorder
            self._set(
                length_ms=recorder.received_ms, written_ms=recorder.length_ms, behind=recorder.behind, size=recorder.size,
                left_s=left_s, dropped=run.encoding.dropped,
            )  # fmt: skip
            minutes, gigabytes = self._settings["recording.split_minutes"], self._settings["recording.split_gb"]
            long = minutes and recorder.received_ms >= minutes * 60_000
            due = long or (gigabytes and recorder.size >= gigabytes << 30)
            if due and self._recording.status == "recording" and not run.unsplit:
                try:
                    await self._split()
                except DeviceFailed as error:  # the film goes on as it is
                    run.unsplit = True
                    self._set(reason=error.sentence(_))
            if note:
                film = run.reel.film
                await self._library.note(self._note(film, "recording"))
                await self._log(film, run)

    async def _log(self, film: Film, run: Run) -> None:
        events, run.events = run.events, []
        try:
            if events:
                await asyncio.to_thread(film.folder.log, events)
        except OSError as error:  # the folder is gone: the recorder says so
            log.warning("events cannot be written: %s", error)
            run.events = [*events, *run.events][-EVENTS_MAX:]

    def _note(self, film: Film, state: Any) -> Recorded:
        """What is known of a film now."""
        show, recorder = self._store.state.show, film.recorder
        width, height = self._intake.size()
        known = self._library.known(film.folder.path.name)
        title = show.title if film.part == 1 else _("{title}, part {number}").format(title=show.title, number=film.part)
        title = known.title if known is not None else title  # somebody may have given it another one
        return Recorded(
            id=film.folder.path.name,
            show=show.id,
            title=title,
            brand=show.brand,
            session=film.session,
            part=film.part,
            at_ms=film.begun_ms,
            length_ms=recorder.length_ms,
            size=recorder.size,
            width=width,
            height=height,
            state=state,
            spans=film.spans.spans,
            marks=self._recording.marks if state == "recording" else (),
            clips=known.clips if known is not None else (),
        )

    @property
    def _recording(self) -> Recording:
        return self._store.state.recording

    def _set(self, **fields: Any) -> None:
        self._store.update(recording=msgspec.structs.replace(self._recording, **fields))

    def _need(self) -> Run:
        if self._run is None:
            raise WrongState(NOTHING)
        return self._run


def _heard(reel: RecordingSession, microphones: list[tuple[IsolatedTrack, TimedRing]], block: Samples, pts_ns: int) -> None:
    try:
        for side, ring in microphones:
            side.put((ring.read(sample_index(pts_ns), len(block)), pts_ns))
        reel.sound(block, pts_ns)
    except Exception:  # the mixer's thread is the audience's
        log.exception("the recording has failed")
        reel.film.recorder.fail("failed")


def _ask(encoding: list[Encoding]) -> None:
    """For a keyframe, once there is an encoder to ask."""
    for one in encoding:
        one.request_keyframe()
