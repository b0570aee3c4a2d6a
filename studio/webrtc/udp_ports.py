"""One range of UDP ports for all viewers, so that a firewall can be told. aioice always lets the system choose."""

import asyncio
import errno
import random
from typing import Any


def use_ports(loop: asyncio.AbstractEventLoop, ports: range) -> None:
    """From now on sockets of `loop` that are bound to any free UDP port get one of `ports`; `OSError` when all are taken."""
    create = loop.create_datagram_endpoint

    async def bound(factory: Any, local_addr: Any = None, **rest: Any) -> Any:
        if local_addr is None or local_addr[1] != 0:
            return await create(factory, local_addr, **rest)
        for port in random.sample(ports, len(ports)):
            try:
                return await create(factory, (local_addr[0], port), **rest)
            except OSError as error:
                if error.errno != errno.EADDRINUSE:
                    raise
        raise OSError(errno.EADDRINUSE, "every UDP port of the range is taken")

    loop.create_datagram_endpoint = bound  # type: ignore[assignment, method-assign]
