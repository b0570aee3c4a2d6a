"""Has clips cut, and proxies made, by another process, so that an encoder's memory, time and faults are not the show's."""

import asyncio
import contextlib
import logging
import os
import sys
from collections.abc import Callable

import msgspec

from studio.errors import DeviceFailed, from_wire
from studio.i18n import N_
from studio.recordings.cutting.job import Done, Job, Line, ProxyJob
from studio.recordings.cutting.output import part_of

log = logging.getLogger(__name__)

END_S = 5.0
CLIP_FAILED = N_("The clip could not be made: {problem}")
LAST_WORDS = 4096


class Exporter:
    """Runs one job at a time for each call; whoever wants a queue keeps one."""

    async def run(self, job: Job | ProxyJob, progress: Callable[[float], None] = lambda share: None) -> Done:
        """Make it and wait for it; `progress` is told the share (0…1) on this loop. Raises `StudioError`. When the task is
        cancelled the process ends, and nothing is left of the clip."""
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "studio.recordings.cutting", "proxy" if isinstance(job, ProxyJob) else "clip"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        )
        assert child.stderr is not None
        complaints = asyncio.create_task(child.stderr.read(), name="cutting-log")
        try:
            return await self._follow(child, job, progress, complaints)
        finally:
            await asyncio.shield(_ended(child, complaints))
            part_of(job.target).unlink(missing_ok=True)

    async def _follow(
        self,
        child: asyncio.subprocess.Process,
        job: Job | ProxyJob,
        progress: Callable[[float], None],
        complaints: "asyncio.Task[bytes]",
    ) -> Done:
        assert child.stdin is not None
        assert child.stdout is not None
        with contextlib.suppress(ConnectionError):
            child.stdin.write(msgspec.json.encode(job))
            await child.stdin.drain()
        child.stdin.close()
        while words := await child.stdout.readline():
            line = msgspec.json.decode(words, type=Line)
            if line.done is not None:
                await child.wait()
                return line.done
            if line.error is not None:
                raise from_wire(line.error.code, line.error.message, None, line.error.params)
            progress(line.progress or 0.0)
        last = (await complaints)[-LAST_WORDS:].decode(errors="replace").strip()
        log.error("the cutting process ended with %s: %s", await child.wait(), last)
        what = N_("The smaller copy could not be made: {problem}") if isinstance(job, ProxyJob) else CLIP_FAILED
        raise DeviceFailed(what, problem=(last.splitlines() or ["it ended by itself"])[-1])


async def _ended(child: asyncio.subprocess.Process, complaints: "asyncio.Task[bytes]") -> None:
    if child.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            child.terminate()
        try:
            async with asyncio.timeout(END_S):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
    await complaints
