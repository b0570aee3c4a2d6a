"""The program thread: one tick a frame, newest pictures in, one composed frame out."""

import contextlib
import functools
import logging
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple, cast

import cv2
import msgspec

from studio.clock import NS_PER_MS, NS_PER_S, Clock
from studio.media.frames import FramePool, Lease, Picture
from studio.media.worker import TICKING, Worker
from studio.scenes.compositor import Layer, compose
from studio.scenes.geometry import Affine, Box, Frame, Placement, canvas_frame, for_copy, nested_frame, place
from studio.scenes.transitions import TRANSITIONS, Blend, progress
from studio.sources.base import Glanced, Moving, Source
from studio.state import Canvas, Direction, Transform, TransitionKind

log = logging.getLogger(__name__)

SWITCH_INTERVAL_S = 0.0005
"""How long a Python thread keeps the GIL from others; the default of 5 ms makes ticks late (measured p99 30 → 17 ms)."""


PROGRAM, PREVIEW, OLD = "program", "preview", "old"
"""Buses: on air, before it goes on air, and what a transition leaves."""
TILE = "tile:"
TILES_A_SECOND = 5
TILE_SHORT_SIDE = 144
SPARED, TILES_SPARED = 3, 5
"""With too much to do, a third of the previews and a fifth of the tiles are composed."""
OVER_ALL = Transform(fit="stretch")
"""A stinger covers the canvas, whatever size it was made in."""


@functools.cache
def _moves(kind: type) -> bool:
    """Whether sources of this type are `Moving`: asking a Protocol takes longer than what is asked for."""
    return issubclass(kind, Moving)


@functools.cache
def _glanced(kind: type) -> bool:
    return issubclass(kind, Glanced)


def tile_canvas(canvas: Canvas) -> Canvas:
    """The size of the small pictures of scenes."""
    share = TILE_SHORT_SIDE / canvas.short_side
    return Canvas(round(canvas.width * share / 2) * 2, round(canvas.height * share / 2) * 2)


class PlannedItem(NamedTuple):
    """A visible item, bottom first: a source, or the items of a scene that is nested here."""

    source: Source | None
    transform: Transform
    inner: "Plan" = ()


Plan = tuple[PlannedItem, ...]


class ProgramFrame:
    """One composed picture. `pts_ns` is its tick on the media clock; frames of the same `content` show the same picture, the
    newest content has the highest. Hold a frame to use it after the call, then release."""

    __slots__ = ("_lease", "content", "picture", "pts_ns")

    def __init__(self, picture: Picture, lease: Lease | None, pts_ns: int, content: int) -> None:
        self.picture = picture
        self.pts_ns = pts_ns
        self.content = content
        self._lease = lease

    def again(self, pts_ns: int) -> "ProgramFrame":
        """The same picture at another tick, held once."""
        self.hold()
        return ProgramFrame(self.picture, self._lease, pts_ns, self.content)

    def hold(self) -> "ProgramFrame":
        """Keep the picture from being composed over."""
        if self._lease is not None:
            self._lease.hold()
        return self

    def release(self) -> None:
        """Let go."""
        if self._lease is not None:
            self._lease.release()


@dataclass(slots=True)
class ProgramStats:
    """Counters since the start; `compose_cpu_s` is the thread's own processor time."""

    ticks: int = 0
    late: int = 0
    failed: int = 0
    faults: int = 0
    """Pictures that a source failed to give."""
    compose_cpu_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Stinger:
    """A film with transparency played over a cut, which it hides at `cut_ms`."""

    film: Source
    cut_ms: int


@dataclass(frozen=True, slots=True)
class _Transition:
    old: Plan
    kind: TransitionKind
    start_ns: int
    duration_ms: int
    direction: Direction = "left"
    stinger: Stinger | None = None


class _Drawn(NamedTuple):
    """What a frame was composed of: the same layers make the same picture, and are not composed again."""

    layers: list[Layer]
    frame: ProgramFrame
    """Held."""


class Program:
    """Composes the plan on air at `fps` and hands each frame to the outputs; also feeds the windows' mailboxes.

    `show` may be called from any thread and takes effect at the next tick. A tick that could not be finished within
    its own slot is counted as late, and missed slots are skipped, so that time never stretches.
    """

    def __init__(self, canvas: Canvas, fps: int, clock: Clock) -> None:
        self.canvas = canvas
        self.fps = fps
        self.period_ns = NS_PER_S // fps
        self.stats = ProgramStats()
        self.watch_preview = False
        """Compose the preview too; only while a window shows it."""
        self.spare_windows = False
        """Compose for windows less often: the computer has too much to do."""
        self.every = 1
        """Only each so manieth tick is composed and sent."""
        self.tile_canvas = tile_canvas(canvas)
        self._tile_frame = Frame(
            Affine(self.tile_canvas.width / canvas.width, 0, 0, self.tile_canvas.height / canvas.height),
            Box(0, 0, self.tile_canvas.width, self.tile_canvas.height),
        )
        self._tile_pool = FramePool(self.tile_canvas.width, self.tile_canvas.height)
        self._tiles: tuple[tuple[str, Plan], ...] = ()
        self._newest: dict[str, ProgramFrame] = {}
        self._newest_lock = threading.Lock()
        self._drawn: dict[str, _Drawn] = {}
        """By bus, what was composed last; the program thread's own."""
        self._contents = 0
        self._clock = clock
        self._pool = FramePool(canvas.width, canvas.height)
        self._plan: Plan = ()
        self._preview: Plan = ()
        self._transition: _Transition | None = None
        self._tbar: tuple[float, TransitionKind, Direction] = (0.0, "fade", "left")
        self._sinks: tuple[Callable[[ProgramFrame], None], ...] = ()
        self._placements: dict[tuple[Transform, int, int, tuple[int, int] | None, Frame | None], Placement | None] = {}
        self._start_ns = 0
        self._worker = Worker("program", self._run, nice=TICKING)

    def start(self) -> None:
        """Begin to tick."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        cv2.setNumThreads(1)  # its helpers spin between calls: half a millisecond a picture on two cores, more on eight
        self._start_ns = self._clock.now_ns()
        self._worker.start()

    def close(self) -> None:
        """Stop after the present tick."""
        self._worker.close()

    def add_sink(self, sink: Callable[[ProgramFrame], None]) -> Callable[[], None]:
        """Call `sink` with every frame, on the program thread; it must not wait. Returns the function that ends it."""
        self._sinks = (*self._sinks, sink)

        def remove() -> None:
            self._sinks = tuple(other for other in self._sinks if other is not sink)

        return remove

    def show(
        self,
        plan: Plan,
        kind: TransitionKind = "cut",
        duration_ms: int = 0,
        direction: Direction = "left",
        stinger: Stinger | None = None,
    ) -> None:
        """Put `plan` on air, through a transition; a stinger without its film is a cut."""
        if duration_ms > 0 and (TRANSITIONS[kind] is not None or stinger is not None):
            start_ns = self.next_tick_ns(self._clock.now_ns())
            self._transition = _Transition(self._plan, kind, start_ns, duration_ms, direction, stinger)
        else:
            self._transition = None
        self._plan = plan

    def push(self, position: float, kind: TransitionKind, direction: Direction) -> None:
        """The T-bar stands at `position` from program to preview; with a cut or a stinger it fades."""
        self._tbar = (position, kind if TRANSITIONS[kind] is not None else "fade", direction)

    def update(self, plan: Plan) -> None:
        """The scene on air changed in place (an item moved); a running transition goes on."""
        self._plan = plan

    def preview(self, plan: Plan) -> None:
        """Put `plan` in preview."""
        self._preview = plan

    def watch_tiles(self, plans: Mapping[str, Plan]) -> None:
        """Compose these scenes as small pictures too, each at most five times a second; an empty mapping ends it.

        They appear as `newest("tile:" + name)`. At most one is made in a tick, so that they cost no tick its time.
        """
        self._tiles = tuple(plans.items())
        with self._newest_lock:
            gone = [bus for bus in self._newest if bus.startswith(TILE) and bus.removeprefix(TILE) not in plans]
            frames = [self._newest.pop(bus) for bus in gone]
        for frame in frames:
            frame.release()

    def newest(self, bus: str = PROGRAM) -> ProgramFrame | None:
        """The newest frame of `program` or `preview`, held for the caller, who must release it. Any thread."""
        with self._newest_lock:
            frame = self._newest.get(bus)
            return frame.hold() if frame is not None else None

    def _publish(self, bus: str, frame: ProgramFrame) -> None:
        with self._newest_lock:
            old = self._newest.get(bus)
            self._newest[bus] = frame
        if old is not None:
            old.release()

    def next_tick_ns(self, now_ns: int) -> int:
        """When the first tick after `now_ns` is due."""
        return self._start_ns + ((now_ns - self._start_ns) // self.period_ns + 1) * self.period_ns

    def _run(self, stop: threading.Event) -> None:
        number = 0
        while True:
            due = self._start_ns + number * self.period_ns
            if not self._clock.wait_until(due, stop):
                break
            try:
                self._show_tick(due, number)
            except Exception:  # one bad frame must not end the programme: the last good one stands, the log says why
                self.stats.failed += 1
                if self.stats.failed % self.fps == 1:
                    log.exception("frame %d could not be composed", number)
            number += self.every * (1 + self._count_late(due))

    def _show_tick(self, due: int, number: int) -> None:
        frame = self.tick(due)
        for sink in self._sinks:
            sink(frame)
        self._publish(PROGRAM, frame)
        self.glimpse(due, number)

    def _count_late(self, due: int) -> int:
        """Count a tick that outlasted its slot; returns how many whole slots must be skipped."""
        behind = (self._clock.now_ns() - due) // (self.period_ns * self.every)
        if behind > 0:
            self.stats.late += behind
        return max(0, behind - 1)

    def tick(self, now_ns: int) -> ProgramFrame:
        """Compose the frame of the tick at `now_ns`; the caller holds it once."""
        begun = time.thread_time()
        frame = self._compose(now_ns)
        self.stats.ticks += 1
        self.stats.compose_cpu_s += time.thread_time() - begun
        return frame

    def glimpse(self, now_ns: int, number: int = 0) -> None:
        """Compose what only windows see. After the programme is on its way: it neither waits for this nor fails with it."""
        begun = time.thread_time()
        turn = number // self.every
        if not self.watch_preview:
            self._forget(PREVIEW)
        elif not (self.spare_windows and turn % SPARED):
            self._publish(PREVIEW, self._draw(PREVIEW, self._preview, now_ns))
        self._compose_tile(now_ns, turn)
        self.stats.compose_cpu_s += time.thread_time() - begun

    def _compose(self, now_ns: int) -> ProgramFrame:
        transition = self._transition
        position, kind, direction = self._tbar
        if transition is None:
            if position > 0:
                return self._mix(self._plan, self._preview, TRANSITIONS[kind], mixed=position, now_ns=now_ns, direction=direction)
            self._forget(OLD)
            return self._draw(PROGRAM, self._plan, now_ns)
        if now_ns >= transition.start_ns + transition.duration_ms * NS_PER_MS:
            if self._transition is transition:
                self._transition = None
            return self._draw(PROGRAM, self._plan, now_ns)
        if transition.stinger is not None:
            return self._draw_stinger(transition, transition.stinger, now_ns)
        mixed = progress(now_ns, transition.start_ns, transition.duration_ms)
        return self._mix(
            transition.old, self._plan, TRANSITIONS[transition.kind], mixed=mixed, now_ns=now_ns, direction=transition.direction
        )

    def _mix(
        self, old_plan: Plan, new_plan: Plan, blend: Blend | None, *, mixed: float, now_ns: int, direction: Direction
    ) -> ProgramFrame:
        assert blend is not None
        with contextlib.ExitStack() as sides:
            new = self._draw(PROGRAM, new_plan, now_ns)
            sides.callback(new.release)
            old = self._draw(OLD, old_plan, now_ns)
            sides.callback(old.release)
            out = self._pool.take()
            blend(old.picture, new.picture, mixed, out.picture, direction)
        return ProgramFrame(out.picture, out, now_ns, self._next_content())

    def _draw_stinger(self, transition: _Transition, stinger: Stinger, now_ns: int) -> ProgramFrame:
        """The film lies over the old scene until its cut, over the new one after it."""
        hidden = now_ns < transition.start_ns + stinger.cut_ms * NS_PER_MS
        return self._draw(PROGRAM, (*(transition.old if hidden else self._plan), PlannedItem(stinger.film, OVER_ALL)), now_ns)

    def _draw(self, bus: str, plan: Plan, now_ns: int) -> ProgramFrame:
        """Compose `plan` for `bus`, held once for the caller; where nothing has changed, the frame that was."""
        layers: list[Layer] = []
        self._collect(plan, now_ns, None, 1.0, layers)
        return self._drawn_of(bus, layers, now_ns, self._pool)

    def _drawn_of(self, bus: str, layers: list[Layer], now_ns: int, pool: FramePool, *, whole: bool = False) -> ProgramFrame:
        drawn = self._drawn.get(bus)
        if drawn is not None and drawn.layers == layers:  # pictures are equal only when they are the same
            return drawn.frame.again(now_ns)
        self._forget(bus)
        lease = pool.take()
        try:
            picture = compose(lease.picture, layers, whole=whole)
        except BaseException:
            lease.release()
            raise
        kept: Lease | None = lease
        if picture is not lease.picture:  # a source's own picture is the whole frame
            lease.release()
            kept = None
        frame = ProgramFrame(picture, kept, now_ns, self._next_content())
        self._drawn[bus] = _Drawn(layers, frame)
        return frame.again(now_ns)

    def _forget(self, bus: str) -> None:
        if (drawn := self._drawn.pop(bus, None)) is not None:
            drawn.frame.release()

    def _next_content(self) -> int:
        self._contents += 1
        return self._contents

    def _compose_tile(self, now_ns: int, number: int) -> None:
        tiles = self._tiles
        for bus in [bus for bus in self._drawn if bus.startswith(TILE) and bus not in self._newest]:
            self._forget(bus)
        pause = self.fps // (TILES_A_SECOND * self.every) * (TILES_SPARED if self.spare_windows else 1)
        turn = number % max(len(tiles), pause)
        if turn >= len(tiles):
            return
        name, plan = tiles[turn]
        layers: list[Layer] = []
        self._collect(plan, now_ns, self._tile_frame, 1.0, layers, glance=True)
        self._publish(TILE + name, self._drawn_of(TILE + name, layers, now_ns, self._tile_pool, whole=True))

    def _collect(
        self, plan: Plan, now_ns: int, outer: Frame | None, opacity: float, layers: list[Layer], *, glance: bool = False
    ) -> None:
        for source, transform, inner in plan:
            shown = opacity * transform.opacity
            if inner:
                frame = nested_frame(transform, self.canvas, outer or canvas_frame(self.canvas))
                if frame is not None:
                    self._collect(inner, now_ns, frame, shown, layers, glance=glance)
            elif source is not None and (picture := self._picture(source, now_ns, glance=glance)) is not None:
                if _moves(type(source)):
                    motion = cast("Moving", source).motion(now_ns)
                    shown *= motion.opacity
                    if motion.rise:
                        transform = msgspec.structs.replace(transform, y=transform.y + motion.rise)
                placement = self._place(transform, picture, outer) if shown > 0 else None
                if placement is not None:
                    layers.append(Layer(picture, placement, shown))

    def _picture(self, source: Source, now_ns: int, *, glance: bool = False) -> Picture | None:
        try:
            if glance and _glanced(type(source)):
                return cast("Glanced", source).glance(now_ns)
            return source.picture(now_ns)
        except Exception:  # one source must not cost the others their place in the picture
            self.stats.faults += 1
            if self.stats.faults % (10 * self.fps) == 1:
                log.exception("a source has no picture")
            return None

    def _place(self, transform: Transform, picture: Picture, outer: Frame | None) -> Placement | None:
        width, height, full = picture.width, picture.height, picture.stands_for
        key = (transform, width, height, full, outer)
        if key not in self._placements:
            if len(self._placements) > 512:
                self._placements.clear()
            meant = transform if full is None else for_copy(transform, full, width, height)
            self._placements[key] = place(meant, width, height, self.canvas, outer)
        return self._placements[key]
