"""What an advisor sees of the customer in their call: what the brand knows, and the customer lets it use."""

import aiohttp
import pytest

from studio.commands import Actor
from studio.commands.relation import SegmentSave
from studio.errors import WrongState
from studio.queries.call import CallCustomer
from studio.queries.call import Caller as Known
from studio.relation.condition import Did
from studio.relation.match import Match
from studio.relation.names import PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.db import tables
from tests.server.calls.conftest import MovedClock, answered, caller
from tests.server.fakes import Desktop, PushedClock
from tests.server.relation.shop import Page, rows, segment
from tests.server.relation.test_weekly import fill

IDA = Actor("ida-1", "support", "Ida")


async def looked(server: ShowServer, by: Actor = IDA) -> Known:
    found = await server.link.brand.execute(CallCustomer(language="en"), by)
    assert isinstance(found, Known)
    return found


async def test_the_advisor_sees_segments_and_likes_of_who_agreed_and_nothing_of_who_took_it_back(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, clock: MovedClock
) -> None:
    viewed = Did(match=Match(names=(PRODUCT_VIEWED,)), times=2, days=7)
    await server.link.brand.execute(SegmentSave(segment=segment("fans", viewed)), Actor("desk", "host", "Desk"))
    page = Page(http, server, PushedClock())
    for _ in range(2):
        await page.did(PRODUCT_VIEWED, "serum")
    async with caller(http, server, visitor=page.token) as customer:
        assert "ok" in await customer.ring()
        with pytest.raises(WrongState):
            await looked(server, Actor("somebody", "support", "Somebody"))
        await answered(advisor, customer)
        known = await looked(server)
        assert (known.known, known.segments, known.visits, known.orders, known.likes) == (True, ("Fans",), 1, 0, ("skincare",))
        (entry,) = await rows(server, tables.looks)
        assert (entry["actor"], entry["what"]) == ("ida-1", "in a call")
        await page.choose(analytics=True)
        assert await looked(server) == Known(known=False)


async def test_of_a_stranger_nothing_is_known(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, clock: MovedClock
) -> None:
    async with caller(http, server) as customer:
        assert "ok" in await customer.ring()
        await answered(advisor, customer)
        assert await looked(server) == Known(known=False)


async def test_a_no_in_the_call_itself_holds_at_once(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, clock: MovedClock
) -> None:
    page = Page(http, server, PushedClock())
    await page.did(PRODUCT_VIEWED, "serum")
    async with caller(http, server, visitor=page.token) as customer:
        assert "ok" in await customer.ring()
        with pytest.raises(WrongState):  # while it rings nobody needs to know
            await looked(server)
        await answered(advisor, customer)
        assert (await looked(server)).known
        assert (await looked(server)).known
        assert len(await rows(server, tables.looks)) == 1, "one look, however often it is asked again"
        await customer.send(t="consent", analytics=False, personalisation=False, marketing=False)
        await advisor.branch("advising", lambda a: a["call"] and a["call"]["consent"] == "---")
        assert await looked(server) == Known(known=False)


async def test_what_is_popular_is_nobodys_own(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, clock: MovedClock
) -> None:
    await fill(server)
    for _ in range(3):
        await Page(http, server, PushedClock()).did(PRODUCT_VIEWED, "p1")
    page = Page(http, server, PushedClock())
    await page.did(PRODUCT_VIEWED, "p2")
    _, popular = await page.post("for-you", {"language": "en"})
    assert popular["items"]
    assert not popular["personal"]
    async with caller(http, server, visitor=page.token) as customer:
        assert "ok" in await customer.ring()
        await answered(advisor, customer)
        known = await looked(server)
        assert (known.known, known.list) == (True, ())
