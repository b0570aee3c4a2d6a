"""A burst from one address is answered in turn, and nobody else waits for it."""

import asyncio

from studio.server.turns import Turns
from tests.fakes import until


async def test_few_of_one_address_at_a_time_and_nobody_else_waits() -> None:
    turns, inside, most = Turns(2), 0, 0
    go_on = asyncio.Event()

    async def answered(address: str) -> None:
        nonlocal inside, most
        async with turns.turn(address):
            inside += address == "burst"
            most = max(most, inside)
            await (go_on.wait() if address == "burst" else asyncio.sleep(0))
            inside -= address == "burst"

    burst = [asyncio.create_task(answered("burst")) for _ in range(20)]
    await until(lambda: inside == 2)
    await asyncio.wait_for(answered("somebody else"), 10)
    go_on.set()
    await asyncio.gather(*burst)
    assert most == 2
    assert turns._gates == {}


async def test_who_gives_up_waiting_takes_nobodys_turn() -> None:
    turns, go_on = Turns(1), asyncio.Event()

    async def answered() -> None:
        async with turns.turn("a"):
            await go_on.wait()

    first, second = asyncio.create_task(answered()), asyncio.create_task(answered())
    await until(lambda: turns._gates.get("a", (None, 0))[1] == 2)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    third = asyncio.create_task(answered())
    go_on.set()
    await asyncio.wait_for(asyncio.gather(first, third), 10)
    assert turns._gates == {}


async def test_without_a_number_all_go_at_once() -> None:
    turns, go_on, inside = Turns(0), asyncio.Event(), 0

    async def answered() -> None:
        nonlocal inside
        async with turns.turn("a"):
            inside += 1
            await go_on.wait()

    tasks = [asyncio.create_task(answered()) for _ in range(5)]
    await until(lambda: inside == 5)
    go_on.set()
    await asyncio.gather(*tasks)
