"""A desktop that records: a real programme, mixer, encoder and disk; a show and a server that the test plays."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from studio.audio.mixer import Mixer
from studio.clock import NS_PER_MS, MonotonicClock
from studio.commands import Actor, Command
from studio.errors import NotFound, Unreachable
from studio.events import Logged, ProductPinned
from studio.media.encoder import X264
from studio.media.timed_ring import TimedRing
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.outputs.shared_encoder import Emit, SharedEncoder, Tap
from studio.outputs.source_encoder import SourceEncoder
from studio.recordings.clips import ClipController
from studio.recordings.controller import RecordingController
from studio.recordings.intake import Intake
from studio.recordings.library import LibraryController
from studio.recordings.publisher import Publisher
from studio.recordings.works import Works
from studio.scenes.program import PlannedItem, Program
from studio.settings import Settings
from studio.show.film import FilmOffer
from studio.show.shelf import Product
from studio.spine import Dispatcher, Store
from studio.state import Canvas, Scene, Scenes, Shop, Show, State, Stream, Transform
from studio.state.recording import Recorded, Recording
from tests.fakes import RED, FakeSource, solid, until

CANVAS = Canvas(320, 180)
HOST = Actor("desktop", "host", local=True)
OIL = Product(id="oil", title="Rose <Oil>", price_minor=24900)
CREAM = Product(id="cream", title="Natcreme", price_minor=37900)


class FakeFilmServer:
    """Keeps films as a show server does; `away` for so many requests, `cut` after so many bytes of the next upload."""

    def __init__(self) -> None:
        self.address = ""
        self.offers: dict[str, tuple[str, FilmOffer]] = {}
        self.kept: dict[str, bytes] = {}
        self.posters: dict[str, bytes] = {}
        self.away = 0
        self.cut: int | None = None
        self.asked: list[tuple[str, int]] = []
        self.hold = asyncio.Event()
        self.hold.set()

    async def offer(self, show: str, offer: FilmOffer) -> int:
        if self.away:
            self.away -= 1
            raise Unreachable("The show server does not answer")
        known = self.offers.get(offer.id)
        if known is None or known[1].sha256 != offer.sha256:
            self.kept[offer.id] = bytes(offer.size) if offer.src else b""
        self.offers[offer.id] = show, offer
        self.asked.append((offer.id, len(self.kept[offer.id])))
        return len(self.kept[offer.id])

    async def send(self, film: str, path: Path, offset: int, sent: Callable[[int], None]) -> None:
        data = path.read_bytes()[offset:]
        if self.cut is not None:
            self.kept[film] += data[: self.cut]
            self.cut = None
            raise Unreachable("The show server does not answer")
        await self.hold.wait()
        self.kept[film] += data
        sent(len(self.kept[film]))

    async def poster(self, film: str, picture: bytes) -> None:
        self.posters[film] = picture

    async def withdraw(self, film: str) -> None:
        if self.kept.pop(film, None) is None:
            raise NotFound("There is no such film")


class Room:
    """From `opened` on it runs; `restarted` is the same machine after a crash or a restart."""

    def __init__(self, root: Path, settings: Settings) -> None:
        self.root, self.settings = root, settings
        self.clock = MonotonicClock()
        scenes = Scenes(canvas=CANVAS, fps=30, scenes=(Scene(id="a", name="Oversigt"), Scene(id="b", name="Nær")), program="a")
        show = Show(id="spring", title="Forår", brand="Butik", state="draft")
        self.store = Store(State(show=show, scenes=scenes, shop=Shop(products=(OIL, CREAM))))
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.server = FakeFilmServer()
        self.origin_ns: int | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self.program = Program(CANVAS, 30, self.clock)
        self.source = FakeSource(solid(320, 180, RED))
        self.program.show((PlannedItem(self.source, Transform(fit="fill")),))
        self.mixer = Mixer(self.clock)
        self.best = SharedEncoder(self.program, self._encoder)
        self.library = LibraryController(self.store, self.dispatcher, self.clock, settings, root)
        self.cameras: dict[str, Any] = {}
        """Sources that are recorded by themselves."""
        self.microphones: dict[str, TimedRing] = {}
        intake = Intake(
            mixer=self.mixer,
            fps=30,
            encoding=self._tap,
            size=lambda: (320, 180),
            media_ms=self._media_ms,
            kbps=lambda: 500,
            cameras=lambda: {name: partial(self._camera, source) for name, source in self.cameras.items()},
            microphones=lambda: self.microphones,
        )
        self.board = RecordingController(
            self.store, self.dispatcher, self.clock, settings=settings, intake=intake, library=self.library
        )
        self.works = Works(self.store, self.dispatcher)
        self.clips = ClipController(self.store, self.dispatcher, self.library, self.works)
        self.bucket: dict[str, bytes] = {}
        self.elsewhere = False
        self.publisher = Publisher(
            self.dispatcher,
            self.library,
            self.clips,
            works=self.works,
            server=lambda: self.server,
            store=lambda: self,
            elsewhere=lambda: self.elsewhere,
        )
        self.library.ended = self.clips.ended
        self.library.deleted = self.works.stop

    async def put(self, path: Path, key: str, kind: str, sent: Callable[[int], None]) -> str:
        """As a store does."""
        self.bucket[key] = path.read_bytes()
        sent(len(self.bucket[key]))
        return f"https://films.example.com/{key}"

    async def remove(self, key: str) -> None:
        """As a store does."""
        del self.bucket[key]

    def _encoder(self, emit: Emit) -> RenditionEncoder:
        return RenditionEncoder(CANVAS, 180, 30, kbps=300, preset="ultrafast", emit=emit)

    def _tap(self, emit: Emit) -> Tap:
        return self.best.tap(emit)

    def _camera(self, source: FakeSource, emit: Emit) -> SourceEncoder:
        return SourceEncoder(lambda: source, CANVAS, 30, kbps=300, clock=self.clock, codec=X264, emit=emit)

    def _media_ms(self, pts_ns: int) -> int | None:
        return None if self.origin_ns is None else (pts_ns - self.origin_ns) // NS_PER_MS

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator["Room"]:
        await self.library.open()
        self.publisher.go_on()
        self.program.start()
        self.mixer.start()
        self._tasks = [asyncio.create_task(self.library.run()), asyncio.create_task(self.board.run())]
        try:
            yield self
        finally:
            await self.board.close()
            await self.works.close()
            for task in self._tasks:
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
            await self.library.flush()
            await asyncio.to_thread(self.mixer.close)
            await asyncio.to_thread(self.program.close)

    async def do(self, command: Command, by: Actor = HOST) -> Any:
        return await self.dispatcher.execute(command, by)

    @property
    def now(self) -> Recording:
        return self.store.state.recording

    @property
    def status(self) -> str:
        """Whether it records. A plain word: of a literal, mypy believes that it still is what it was compared with last."""
        return self.now.status

    @property
    def recordings(self) -> tuple[Recorded, ...]:
        return self.store.state.library.recordings

    async def recorded(self, ms: int) -> None:
        """Until so much of the present film is on the disk."""
        await until(lambda: self.now.length_ms >= ms, 20, lambda: str(self.now))

    async def ready(self, count: int = 1) -> Recorded:
        """Until so many are in the library; the newest."""
        await until(lambda: sum(one.state == "ready" for one in self.recordings) >= count, 20, lambda: str(self.recordings))
        return self.recordings[0]

    async def worked(self) -> None:
        """Until nothing is being made."""
        await until(lambda: not self.store.state.works, 30, lambda: str(self.store.state.works))

    def show(self, state: str, *, sent: bool = True) -> None:
        """The show is in that state, and sent from here."""
        if state == "live" and self.origin_ns is None:
            self.origin_ns = self.clock.now_ns()
        self.store.update(
            show=msgspec.structs.replace(self.store.state.show, state=state), stream=Stream(status="live" if sent else "off")
        )

    def pin(self, *products: str) -> None:
        """Show these, and no others."""
        self.store.update(shop=msgspec.structs.replace(self.store.state.shop, pins=products))
        for product in products:
            data = ProductPinned(product=product, price_minor=1, currency="DKK")
            seq = 1 + len(self.board._run.events) if self.board._run else 1
            media_ms = self._media_ms(self.clock.now_ns()) or 0
            self.board.happened(Logged(seq=seq, at_ms=self.clock.wall_ms(), media_ms=media_ms, actor="host", data=data))

    def take(self, scene: str) -> None:
        self.store.update(scenes=msgspec.structs.replace(self.store.state.scenes, program=scene))
