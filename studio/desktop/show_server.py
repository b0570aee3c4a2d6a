"""The show server that this desktop works with: one that was named, one that was left running here, or a child of our own."""

import asyncio
from pathlib import Path

from studio.errors import Held
from studio.link import spare_server
from studio.link.server_process import Endpoint, ServerProcess, running


class DesktopsServer:
    """`named` is a server elsewhere; without one there is one on this machine. On the studio's loop."""

    def __init__(self, named: Endpoint | None, port: int, database: Path | None, linger_s: float) -> None:
        self.named = named
        self._port = port
        self._database = database
        self._linger_s = linger_s
        self._process: ServerProcess | None = None
        self._starting: asyncio.Task[None] | None = None
        self._found: Endpoint | None = None

    async def look(self) -> None:
        """Look for one on this machine that a desktop has left behind; raises `Held` when another works with it."""
        self._found = None if self.named is not None or self._database is not None else await running()
        if self._found is not None and self._found.desktops:
            raise Held("A studio is already running on this machine (process {pid})", pid=self._found.pid)

    def begin(self) -> None:
        """Have one, beside what else is being opened."""
        self._starting = asyncio.create_task(self._begin(), name="server-start")

    async def ready(self) -> None:
        """Once it is there; raises the `StudioError` why it is not."""
        assert self._starting is not None
        await self._starting

    async def _begin(self) -> None:
        if self.named is not None or self._found is not None:
            await asyncio.to_thread(spare_server.drop)
            return
        self._process = ServerProcess(port=self._port, database=self._database, linger_s=self._linger_s)
        await self._process.start()

    async def find(self) -> Endpoint:
        """Where to connect to now; a dead child is started again."""
        if self.named is not None:
            return self.named
        if self._process is None:
            if (found := await running()) is not None:
                return found
            self._process = ServerProcess(port=self._port, linger_s=self._linger_s)
        if not self._process.alive:
            return await self._process.start()
        assert self._process.endpoint is not None
        return self._process.endpoint

    async def close(self) -> None:
        """End the child."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
        if self._process is not None:
            await self._process.close()
