"""A connection to the studio that is measured."""

import asyncio
import threading
import time
from typing import Any

import aiohttp

from studio.commands import Command
from studio.link.connection import connect, hello
from studio.link.server_process import Endpoint, running

WAIT_S = 60.0


class StudioClient:
    """Knows its state and runs commands, as `vitrine state` and `do` would; a process for each would be measured too."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self.state: dict[str, Any] = {}
        self.endpoint: Endpoint
        """The show server."""

    def __enter__(self) -> "StudioClient":
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._do(self._open())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def server_pid(self) -> int:
        """The show server's process; only one on this machine has one."""
        assert self.endpoint.pid is not None
        return self.endpoint.pid

    def execute(self, command: Command) -> Any:
        """Run it."""
        return self._do(self._connection.execute(command))

    def until(self, branch: str, fits: Any, what: str, wait_s: float = WAIT_S) -> Any:
        """A branch of the state, once it fits."""
        end = time.monotonic() + wait_s
        while not fits(self.state.get(branch)):
            if time.monotonic() > end:
                raise TimeoutError(f"waited in vain for {what}: {self.state.get(branch)}")
            time.sleep(0.005)
        return self.state[branch]

    def _do(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    async def _open(self) -> None:
        endpoint = await running()
        assert endpoint is not None
        self.endpoint = endpoint
        self._http = aiohttp.ClientSession()
        self._connection = await connect(self._http, endpoint.url, endpoint.token, hello("bench", "bench", "", studio=False))
        self.state.update(self._connection.welcome.state)
        self._reader = asyncio.create_task(self._connection.run(self._handle))

    async def _handle(self, message: Any) -> None:
        if getattr(message, "branch", ""):
            self.state[message.branch] = message.value

    async def _close(self) -> None:
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._connection.close()
        await self._http.close()
