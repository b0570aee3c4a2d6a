"""What happens here, or at the tool, while one of the two is being told."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from studio.commands import newsletter as ask
from studio.commands.relation import SegmentDelete, SegmentSave
from studio.errors import Unreachable
from studio.relation.condition import Did
from studio.relation.match import named
from studio.relation.names import PRODUCT_VIEWED
from studio.server.app import ShowServer
from studio.server.db import personal, tables
from studio.server.db.engine import writing
from studio.server.mail_tools import pusher
from studio.server.mail_tools.tool import KeyRefused, Person, Standing
from tests.fakes import until
from tests.server.fakes import PushedClock
from tests.server.mail_tools.conftest import RUN, Tool
from tests.server.mail_tools.vendors import Vendor
from tests.server.newsletter.readers import Readers
from tests.server.relation.shop import NewPage, order, rows, segment

ANNA, BO, CY = "anna@example.com", "bo@example.com", "cy@example.com"


async def forget(server: ShowServer, address: str, hands: PushedClock) -> None:
    subscribers = server.newsletters.subscribers
    async with writing(server.log._engine).begin() as connection:
        await personal.forget_address(connection, address, subscribers._visitors.forgotten, hands.wall_ms())
    subscribers.changed()


async def leave(server: ShowServer, readers: Readers, address: str) -> None:
    subscriber = next(one for one in await rows(server, tables.subscribers) if one["address"] == address)
    link = f"{server.url}/mail/leave/{server.newsletters.links.leave(subscriber['id'], 'news')}"
    assert (await readers.post(link, scope="topic"))[0] == 200


async def change(server: ShowServer, **values: Any) -> None:
    async with writing(server.log._engine).begin() as connection:
        await connection.execute(update(tables.told_people).values(values))


async def test_who_is_forgotten_while_the_tool_is_asked_is_deleted_there(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    there: Any = tool.pusher._tool
    real = there.standing

    async def slow(address: str) -> Standing:
        found: Standing = await real(address)
        await forget(server, ANNA, hands)
        return found

    monkeypatch.setattr(there, "standing", slow)
    await tool.settle()
    monkeypatch.undo()
    await tool.later()
    assert ANNA not in vendor.contacts
    assert await rows(server, tables.told_people) == []


async def test_who_is_suppressed_while_the_tool_is_told_is_taken_off(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    there: Any = tool.pusher._tool
    real = there.put

    async def slow(person: Person, standing: Standing, *, said_before: bool) -> None:
        await real(person, standing, said_before=said_before)
        await order(server, ask.AddressSuppress(address=ANNA))

    monkeypatch.setattr(there, "put", slow)
    await tool.settle()
    monkeypatch.setattr(there, "put", real)
    await tool.settle()
    assert not vendor.contacts[ANNA].written_to


async def test_what_was_said_to_it_while_it_was_stopped_is_heard(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    await tool.switch(on=False)
    hands.push(60)
    vendor.says_no(ANNA)
    hands.push(3600)
    await tool.switch()
    await tool.later()
    (yes,) = await rows(server, tables.subscriptions)
    assert yes["ended_ms"] is not None


async def test_a_no_that_comes_while_segments_are_told_is_not_lifted(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    hands.push(60)
    await change(server, digest="other segments", due_ms=1)
    there: Any = tool.pusher._tool
    real = there.standing

    async def slow(address: str) -> Standing:
        found: Standing = await real(address)
        vendor.says_no(address)
        return found

    monkeypatch.setattr(there, "standing", slow)
    await tool.settle()
    monkeypatch.undo()
    await tool.later()
    assert not vendor.contacts[ANNA].written_to


async def test_a_tool_that_does_its_work_later_is_looked_at_once_more(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    if vendor.kind != "klaviyo":
        pytest.skip("it answers when it is done")
    await tool.switch()
    await readers.subscribe(ANNA)
    await readers.subscribe(BO)
    jobs: list[Any] = []
    there: Any = tool.pusher._tool

    async def queued(*job: Any) -> None:
        jobs.append(job)

    monkeypatch.setattr(there, "_job", queued)
    await tool.settle()
    monkeypatch.undo()
    async with writing(server.log._engine).begin() as connection:  # of this topic alone: nothing is suppressed
        await connection.execute(update(tables.subscriptions).values(ended_ms=hands.wall_ms()))
    tool.pusher.stir()
    await tool.settle()
    for job in jobs:
        await there._job(*job)
    assert vendor.contacts[ANNA].written_to
    hands.push(pusher.SETTLES_MS / 1000)
    await tool.settle()
    assert not vendor.contacts[ANNA].written_to
    assert not vendor.contacts[BO].written_to


async def test_a_no_does_not_wait_behind_others_nor_for_what_was_refused(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pusher, "AT_ONCE", 2)
    await tool.switch()
    people = [f"reader{number}@example.com" for number in range(7)]
    for one in people:
        await readers.subscribe(one)
    await tool.settle()
    await change(server, digest="x", due_ms=1, tries=4)
    await leave(server, readers, people[-1])
    hands.push(pusher.LOOK_S)
    await tool.pusher.step()
    assert not vendor.contacts[people[-1]].written_to


async def test_one_that_cannot_be_deleted_holds_no_no_up(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tool.switch()
    for one in (ANNA, BO, CY):
        await readers.subscribe(one)
    await tool.settle()
    await forget(server, ANNA, hands)
    await forget(server, BO, hands)
    await leave(server, readers, CY)

    async def no_scope(address: str) -> None:
        raise KeyRefused

    monkeypatch.setattr(tool.pusher._tool, "erase", no_scope)
    with pytest.raises(KeyRefused):
        await tool.later()
    assert not vendor.contacts[CY].written_to
    gone = [one for one in await rows(server, tables.told_people) if one["state"] == "gone"]
    assert len(gone) == 2
    assert all(one["until_ms"] for one in gone), "a month, whether it answers or not"


async def test_a_no_to_everything_ends_what_is_older_alone(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    hands.push(60)
    vendor.says_no(ANNA, bounced=True)
    hands.push(60)
    (yes,) = await rows(server, tables.subscriptions)
    newer = dict(yes) | {"topic": "offers", "confirmed_ms": hands.wall_ms()}
    async with writing(server.log._engine).begin() as connection:
        await connection.execute(tables.subscriptions.insert().values(newer))
    await tool.later()
    ended = {one["topic"]: one["ended_ms"] for one in await rows(server, tables.subscriptions)}
    assert ended["news"] is not None
    assert ended["offers"] is None
    assert await rows(server, tables.suppressions) == []


async def test_a_segment_that_is_deleted_stops_nobody_from_stopping_it(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, new_page: NewPage
) -> None:
    await order(server, SegmentSave(segment=segment("looked", Did(match=named(PRODUCT_VIEWED)))))
    page = new_page()
    await page.did(PRODUCT_VIEWED, "serum")
    await readers.subscribe(ANNA, page)
    await tool.switch("looked")
    await tool.settle()
    assert vendor.contacts[ANNA].segments == {"Looked"}
    await order(server, SegmentDelete(segment="looked"))
    await tool.later()
    assert vendor.contacts[ANNA].segments == set(), "what it knew them by is taken back"
    await tool.switch("looked", on=False)
    assert not (await tool.pusher.now()).on


async def test_a_customer_who_was_never_asked_there_is_subscribed(
    vendor: Vendor, tool: Tool, readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    if vendor.kind != "mailchimp":
        pytest.skip("they have no such state")
    status = vendor._status  # type: ignore[attr-defined]
    monkeypatch.setattr(vendor, "_status", lambda one: status(one) if one.on_list else "transactional")
    vendor.person(ANNA)
    put: list[Any] = []
    wire: Any = tool.pusher._tool._wire  # type: ignore[union-attr]
    real = wire.ask

    async def spy(method: str, path: str, body: Any = None, **how: Any) -> Any:
        if method == "PUT":
            put.append(body)
        return await real(method, path, body, **how)

    monkeypatch.setattr(wire, "ask", spy)
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    assert put[0]["status"] == "subscribed"


async def test_who_says_wait_is_not_asked_sooner_by_whoever_is_woken(vendor: Vendor, tool: Tool, readers: Readers) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    vendor.refuses.extend([(429, {"Retry-After": "0"}, {})] * 1000)
    running = asyncio.create_task(RUN(tool.pusher))
    await until(lambda: len(vendor.refuses) < 1000)
    for _ in range(50):
        tool.pusher.stir()
        await asyncio.sleep(0.01)
    running.cancel()
    await asyncio.wait([running])
    assert len(vendor.refuses) == 999


async def test_a_no_goes_first_also_after_the_tool_was_away(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pusher, "AT_ONCE", 2)
    await tool.switch()
    people = [f"reader{number}@example.com" for number in range(7)]
    for one in people:
        await readers.subscribe(one)
    await tool.settle()
    await change(server, digest="x", due_ms=1)
    await leave(server, readers, people[-1])
    vendor.refuses.extend([(503, {}, "away")] * 2)
    hands.push(pusher.LOOK_S)
    with pytest.raises(Unreachable):
        await tool.pusher.step()
    hands.push(pusher.RETRY_MS[0] / 1000)
    await tool.pusher.step()
    assert not vendor.contacts[people[-1]].written_to


async def test_a_no_that_is_refused_is_tried_again_now_and_then(
    vendor: Vendor, server: ShowServer, tool: Tool, readers: Readers, hands: PushedClock
) -> None:
    await tool.switch()
    await readers.subscribe(ANNA)
    await tool.settle()
    await leave(server, readers, ANNA)
    vendor.refuses.append((400, {}, {"code": "invalid"}))
    await tool.settle()
    assert (await tool.pusher.now()).refused == 1
    read = vendor.read
    for _ in range(5):
        tool.pusher.stir()
        await tool.settle()
    assert vendor.read == read, "not at every look"
    hands.push(pusher.RETRY_MS[0] / 1000)
    await tool.settle()
    assert not vendor.contacts[ANNA].written_to
