"""What takes its time, in three queues: cutting, sending, copying. One may look on, and stop each of it."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

import msgspec

from studio.commands import Actor
from studio.commands import recording as ask
from studio.errors import NotFound, StudioError
from studio.i18n import _
from studio.recordings.stoppable import Progress
from studio.spine import Dispatcher, Store
from studio.state import State
from studio.state.recording import Work, WorkKind

log = logging.getLogger(__name__)

AT_ONCE = {"cut": 2, "send": 1, "copy": 1}
BESIDE_A_SHOW = {"cut": 1, "send": 1, "copy": 1}
"""No speed is promised then, but that nothing of it is seen in the picture."""
QUEUES: dict[WorkKind, str] = {
    "propose": "cut",
    "clip": "cut",
    "replay": "send",
    "publish": "send",
    "export": "copy",
    "proxy": "cut",
}

Job = Callable[[Progress], Awaitable[None]]
Failed = Callable[[str], None]


def is_on_air(state: State) -> bool:
    """Whether the programme is sent or recorded: what works beside it gives way."""
    return state.stream.status != "off" or state.recording.status != "off"


class Works:
    """On the studio's loop. `add` returns at once; what fails tells its owner the sentence, an empty one when somebody stopped
    it."""

    def __init__(self, store: Store, dispatcher: Dispatcher) -> None:
        self._store = store
        self._loop = asyncio.get_running_loop()
        self._under_way = dict.fromkeys(AT_ONCE, 0)
        self._ended = asyncio.Condition()
        self._tasks: dict[str, tuple[asyncio.Task[None], Failed]] = {}
        dispatcher.register(ask.WorkCancel, self._on_cancel)

    async def close(self) -> None:
        """Stop everything; what can go on another time will."""
        tasks = tuple(task for task, _failed in self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def add(self, kind: WorkKind, recording: str, clip: str, job: Job, failed: Failed, *, source: str = "") -> str:
        """Do `job` when its turn comes; the work's id. Of the same kind for the same clip or source there is one at a time."""
        for work in self._store.state.works:
            if (work.kind, work.recording, work.clip, work.source) == (kind, recording, clip, source):
                return work.id
        work = Work(id=secrets.token_hex(4), kind=kind, recording=recording, clip=clip, source=source)
        self._store.update(works=(*self._store.state.works, work))
        self._tasks[work.id] = self._loop.create_task(self._run(work, job, failed), name=f"work-{kind}"), failed
        return work.id

    async def stop(self, recording: str, clip: str | None = None) -> None:
        """Whatever is done for a recording, or for one of its clips."""
        for work in self._store.state.works:
            if work.recording == recording and clip in (None, work.clip):
                await self._cancel(work.id)

    async def forget(self, proxy: str) -> None:
        """Stop making a proxy."""
        for work in self._store.state.works:
            if (work.kind, work.clip) == ("proxy", proxy):
                await self._cancel(work.id)

    async def _on_cancel(self, command: ask.WorkCancel, by: Actor) -> None:
        if command.work not in self._tasks:
            raise NotFound("There is no work {work}", field="work", work=command.work)
        failed = self._tasks[command.work][1]
        await self._cancel(command.work)
        failed("")

    async def _cancel(self, work: str) -> None:
        if (known := self._tasks.get(work)) is not None:
            task = known[0]
            task.cancel()
            await asyncio.wait((task,))
            self._over(work)  # one that has never had its turn

    async def _run(self, work: Work, job: Job, failed: Failed) -> None:
        try:
            async with self._turn(QUEUES[work.kind]):
                self._tell(work.id, 0.0)
                await job(partial(self._told, work.id))
        except StudioError as error:
            log.warning("%s of %s failed: %s", work.kind, work.recording or work.source, error)
            failed(error.sentence(_))
        except Exception as error:  # a fault of ours must not leave somebody waiting
            log.exception("%s of %s failed", work.kind, work.recording or work.source)
            failed(str(error) or type(error).__name__)
        finally:
            self._over(work.id)

    @asynccontextmanager
    async def _turn(self, queue: str) -> AsyncIterator[None]:
        async with self._ended:
            await self._ended.wait_for(lambda: self._under_way[queue] < self._at_once()[queue])
            self._under_way[queue] += 1
        try:
            yield
        finally:
            self._under_way[queue] -= 1
            async with self._ended:
                self._ended.notify_all()

    def _at_once(self) -> dict[str, int]:
        return BESIDE_A_SHOW if is_on_air(self._store.state) else AT_ONCE

    def _over(self, work: str) -> None:
        self._tasks.pop(work, None)
        self._store.update(works=tuple(other for other in self._store.state.works if other.id != work))

    def _told(self, work: str, share: float) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self._tell, work, share)

    def _tell(self, work: str, share: float) -> None:
        share = round(min(1.0, max(0.0, share)), 2)
        works = self._store.state.works
        self._store.update(works=tuple(msgspec.structs.replace(one, progress=share) if one.id == work else one for one in works))
