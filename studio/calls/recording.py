"""A call as a film: the customer large, what they saw of us in the corner, and everybody's voice. Only while both know of it and
the customer says yes; when they take that back nothing is kept."""

import asyncio
import contextlib
import errno
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path

from av.error import FFmpegError

from studio.audio.mixer import Mixer, MixMinus
from studio.calls.remote import Remote
from studio.clock import Clock
from studio.errors import StudioError
from studio.media.encoder import Codec
from studio.media.frames import Picture
from studio.media.timed_ring import Samples, sample_index
from studio.outputs.rendition_encoder import RenditionEncoder
from studio.recordings.mend import mend
from studio.recordings.movie_file import compact, is_whole
from studio.recordings.recorder import Recorder
from studio.scenes.program import PlannedItem, Program, ProgramFrame
from studio.sources.base import SilentSource
from studio.state import Canvas, Transform

log = logging.getLogger(__name__)

CANVAS, FPS, KBPS = Canvas(1280, 720), 15, 1200
"""Faces need no more, and whoever talks has the processor."""
CORNER = Transform(x=920, y=500, width=336, height=189, fit="fill")
KEPT_FRAMES = 3
"""A frame may be composed over once the next ones have come."""
RETRY_S = 60.0
GROWS = ".mp4.part"
"""How a film is called while it is made."""
LEFT_S = 120.0
"""A file that has not grown for so long was left by a crash."""

Upload = Callable[[str, Path], Awaitable[None]]


class CallRecording:
    """One film of one call, from `start` to `close`."""

    def __init__(self, path: Path, remote: Remote, engine: tuple[Program, Mixer], clock: Clock, codec: Codec) -> None:
        self.recorder = Recorder(path)
        self.minus = MixMinus()
        """The customer, where they are in the mix as well: their own voice is added to it here."""
        self.paused = False
        """On hold nobody is in it: neither heard nor seen."""
        self.heard = True
        """Whoever sits here is heard by the customer, and so in the film; the same for `seen`."""
        self._others: tuple[Remote, ...] = ()
        self._outer, self._mixer = engine
        self._corner = _Corner()
        self._encoder = RenditionEncoder(
            CANVAS, CANVAS.height, FPS, kbps=KBPS, preset="superfast", emit=self.recorder.video, codec=codec
        )
        self._program = Program(CANVAS, FPS, clock)
        picture = PlannedItem(_Shown(remote), Transform(fit="fit"))
        self._program.show((picture, PlannedItem(self._corner, CORNER)))
        self._remove: list[Callable[[], None]] = []

    def start(self) -> None:
        """Begin. Raises `OSError` when there is no room on the disk."""
        self.recorder.start()
        self._encoder.start()
        self._encoder.readers = 1
        self._program.start()
        self._remove = [
            self._program.add_sink(self._frame),
            self._outer.add_sink(self._corner.put),
            self._mixer.add_sink(self._block, self.minus),
        ]

    def hear(self, remotes: Sequence[Remote]) -> None:
        """Whose voices belong into it, beside the mix."""
        self._others = tuple(remotes)

    def seen(self, *, on: bool) -> None:
        """Whether the programme is in the corner."""
        self._corner.on = on

    def stop(self) -> None:
        """Take nothing more in; where sinks are added as well."""
        for remove in self._remove:
            remove()
        self._remove = []

    def close(self) -> Path:
        """End it once it is stopped; the file. May take a moment."""
        self._program.close()
        self._encoder.close()
        self._corner.close()
        self.recorder.close()
        return self.recorder.path

    def _block(self, block: Samples, pts_ns: int) -> None:
        if self.paused:  # silence takes its place
            return
        if not self.heard:
            block = block * 0
        index = sample_index(pts_ns)
        for remote in self._others:
            block = block + remote.ring.read(index - remote.later, len(block))  # as late as they are seen
        self.recorder.sound(block.clip(-1, 1), pts_ns)

    def _frame(self, frame: ProgramFrame) -> None:
        if not self.paused:
            self._encoder.put(frame)


class _Shown(SilentSource):
    """What the customer shows."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def start(self) -> None:
        pass

    def close(self) -> None:
        pass

    def picture(self, now_ns: int) -> Picture | None:
        picture: Picture | None = self._remote.picture.peek() if self._remote.shows else None
        return picture


class _Corner(SilentSource):
    """The newest picture of a programme, held until it can be over."""

    def __init__(self) -> None:
        self.on = True
        self._frames: list[ProgramFrame] = []
        self._shown: tuple[int, Picture] | None = None
        """The newest content as a picture of its own: the programme composes over its frames, and the same one again would say
        that nothing had changed."""

    def start(self) -> None:
        pass

    def put(self, frame: ProgramFrame) -> None:
        """On the programme's thread."""
        self._frames.append(frame.hold())
        if len(self._frames) > KEPT_FRAMES:
            self._frames.pop(0).release()
        if self._shown is None or self._shown[0] != frame.content:
            picture = frame.picture
            self._shown = frame.content, Picture(picture.y, picture.u, picture.v, frame=picture.frame)

    def close(self) -> None:
        self._shown = None
        frames, self._frames = self._frames, []
        for frame in frames:
            frame.release()

    def picture(self, now_ns: int) -> Picture | None:
        shown = self._shown
        return shown[1] if self.on and shown is not None else None


class CallRecordings:
    """Keeps films until the show server has them, over restarts of everything. On the studio's loop."""

    def __init__(self, folder: Path, upload: Upload) -> None:
        self.folder = folder
        self._upload = upload
        self._wake = asyncio.Event()

    def path(self, call: str) -> Path:
        """Where a call's film lies while it is made; made anew after an interruption it gets a number."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        stems = (call, *(f"{call}-{number}" for number in range(2, 100)))
        free = (stem for stem in stems if not any((self.folder / f"{stem}{ending}").exists() for ending in (GROWS, ".mp4")))
        return self.folder / f"{next(free)}{GROWS}"

    def kept(self, path: Path) -> None:
        """It is to be sent."""
        with contextlib.suppress(FileNotFoundError):  # not one picture came
            path.rename(path.with_name(path.name.removesuffix(GROWS) + ".mp4"))
        self._wake.set()

    def dropped(self, path: Path) -> None:
        """It is to be forgotten."""
        path.unlink(missing_ok=True)

    async def run(self) -> None:
        """Send what there is, until it is cancelled: also what an earlier run of this program left."""
        left = tuple(self.folder.glob("*"))  # one that is made in this run may rest on hold for long
        while True:
            self._wake.clear()
            try:
                await asyncio.to_thread(_sweep, left)
                for path in sorted(self.folder.glob("*.mp4")):
                    await self._send(path)
            except Exception:  # a disk that is away: the next round will do
                log.exception("recorded calls could not be sent")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(RETRY_S):
                    await self._wake.wait()

    async def _send(self, path: Path) -> None:
        try:
            if not await asyncio.to_thread(is_whole, path):
                await asyncio.to_thread(compact, path)
        except FileNotFoundError:
            return
        except (OSError, FFmpegError, ValueError) as error:
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                return  # another time
            log.warning("a recorded call cannot be read and is deleted: %s", error)
            path.unlink(missing_ok=True)
            return
        try:
            await self._upload(path.stem.partition("-")[0], path)
        except StudioError as error:
            if error.code not in ("not_found", "wrong_state"):  # the server is away: it is kept and tried again
                log.info("a recorded call waits: %s", error)
                return
            log.info("a recorded call is not wanted any more: %s", error)
        path.unlink(missing_ok=True)


def _sweep(left: Iterable[Path]) -> None:
    """What an earlier run has left: films that it did not come to end are to be sent, the rest is of no use. One that still
    grows is another program's."""
    films = [path for path in left if path.name.endswith(GROWS) and not path.name.startswith(".")]
    for path in films:
        with contextlib.suppress(FileNotFoundError):
            if _stands(path):
                with contextlib.suppress(OSError, FFmpegError, ValueError):  # it is looked at once more before it is sent
                    mend(path)
                path.rename(path.with_name(path.name.removesuffix(GROWS) + ".mp4"))
    for path in left:
        with contextlib.suppress(FileNotFoundError):
            if path not in films and path.suffix != ".mp4" and _stands(path):
                path.unlink()


def _stands(path: Path) -> bool:
    return time.time() - path.stat().st_mtime >= LEFT_S
