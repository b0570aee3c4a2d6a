"""Through a real TURN server: the advisor's own address is not told."""

import asyncio
import base64
import hashlib
import hmac
import inspect
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.webrtc.ice import IceServer
from tests.certificates import certificate
from tests.fakes import until
from tests.network import own_address
from tests.studio.calls.conftest import Browser
from tests.studio.calls.test_remote import Desktop
from tests.turn import Coturn, coturn

SECRET = "between us"


@pytest.fixture
def turn(tmp_path: Path) -> Iterator[Coturn]:
    chain, key = certificate(tmp_path, "DNS:localhost")
    with coturn(tmp_path, own_address(), SECRET, chain, key) as running:
        yield running


def of_aioice(task: asyncio.Task[Any]) -> bool:
    work = task.get_coro()
    return inspect.iscoroutine(work) and "aioice" in work.cr_code.co_filename


@pytest.fixture
async def desktop() -> AsyncIterator[Desktop]:
    desktop = Desktop()
    desktop.start()
    before = asyncio.all_tasks()
    yield desktop
    await desktop.close()
    # aioice gives its address back on its own, for a minute when nobody answers
    left = [task for task in asyncio.all_tasks() - before if of_aioice(task)]
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)


async def test_a_call_goes_through_turn_alone(desktop: Desktop, turn: Coturn) -> None:
    name = f"{round(time.time()) + 600}:test"
    password = base64.b64encode(hmac.digest(SECRET.encode(), name.encode(), hashlib.sha1)).decode()
    address = f"turn:{own_address()}:{turn.tcp_port}?transport=tcp"
    desktop.remote.servers = [IceServer(urls=[address], username=name, credential=password)]
    desktop.remote.relay = True
    browser = Browser()
    try:
        await desktop.answers(browser)
        answer = next(one["sdp"] for one in desktop.told if one["type"] == "answer")
        candidates = [line for line in answer.splitlines() if line.startswith("a=candidate:")]
        assert candidates
        assert all(" typ relay" in line for line in candidates), "nothing of the advisor's own network"
        await until(lambda: desktop.remote.seeing.frames > 5)
        await until(lambda: desktop.loudness() > 0.2)
        await until(lambda: len(browser.pictures) > 5)
        assert desktop.remote.state.relayed
    finally:
        await browser.close()
