"""When nobody answers: messages and recordings; and how the brand sets its hours."""

import asyncio
import json
import os
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from studio.commands.call import CallAsk, CallRulesSet, MessageDone, MessageRemove
from studio.errors import Forbidden, InvalidValue, NotFound
from studio.server.app import ShowServer
from studio.server.calls import inbox
from studio.show.call import CannedReply, Topic
from studio.show.call_rules import CallRules
from studio.show.opening_hours import DAY_MS, OpeningHours, Span
from tests.fakes import until
from tests.server.calls.conftest import MovedClock, answered, caller
from tests.server.conftest import BOTH_DATABASES, MakeDesktop
from tests.server.fakes import TOKEN, Desktop

WEBM = b"\x1a\x45\xdf\xa3" + b"x" * 1000
ALWAYS = OpeningHours(week=((Span(0, 1440),),) * 7)


@pytest.fixture
async def host(make_desktop: MakeDesktop) -> Desktop:
    return await make_desktop(show="").connect()


def form(message: dict[str, Any] | bytes, recording: bytes | None = None, mime: str = "video/webm") -> aiohttp.FormData:
    data = aiohttp.FormData(default_to_multipart=True)
    text = message.decode() if isinstance(message, bytes) else json.dumps(message)
    data.add_field("message", text, content_type="application/json")
    if recording is not None:
        data.add_field("recording", recording, filename="../../evil.webm", content_type=mime)
    return data


async def leave(http: aiohttp.ClientSession, server: ShowServer, data: Any) -> tuple[int, dict[str, Any]]:
    async with http.post(f"{server.url}/api/calls/messages", data=data) as response:
        return response.status, await response.json()


def files(server: ShowServer) -> list[Path]:
    return sorted((server.config.data_dir / "messages").glob("*"))


@BOTH_DATABASES
async def test_a_message_is_kept_seen_to_and_deleted(server: ShowServer, http: aiohttp.ClientSession, host: Desktop) -> None:
    words = {"contact": "a@example.com", "name": "Anne", "text": "<b>Is it back?</b>", "language": "da"}
    status, answer = await leave(http, server, form(words, WEBM))
    assert (status, answer["ok"]) == (200, True)
    told = await host.branch("calls", lambda calls: calls["unread"] == 1)
    (message,) = told["messages"]
    assert (message["kind"], message["name"], message["text"], message["size"]) == (
        "video",
        "Anne",
        "<b>Is it back?</b>",
        len(WEBM),
    )
    async with http.get(f"{server.url}/studio/messages/{answer['id']}") as response:
        assert response.status == 401
    headers = {"Authorization": f"Bearer {TOKEN}"}
    async with http.get(f"{server.url}/studio/messages/{answer['id']}", headers=headers) as response:
        assert await response.read() == WEBM
    await host.do(MessageDone(message=answer["id"]))
    await host.branch("calls", lambda calls: calls["messages"] and calls["messages"][0]["state"] == "done")
    await host.do(MessageRemove(message=answer["id"]))
    assert files(server) == []
    with pytest.raises(NotFound):
        await host.do(MessageDone(message=answer["id"]))


@pytest.mark.parametrize(
    ("words", "recording", "mime"),
    [
        ({"contact": "a@b.dk"}, None, ""),
        ({"text": "Hi"}, None, ""),
        ({"contact": "x" * 300, "text": "Hi"}, None, ""),
        ({"contact": "a@b.dk", "text": "x" * 3000}, None, ""),
        (b"not json", None, ""),
        (b"[" * 20_000, None, ""),
        ({"contact": "a@b.dk"}, b"<svg onload=alert(1)>", "image/svg+xml"),
        ({"contact": "a@b.dk"}, b"<script>", "video/webm"),
        ({"contact": "a@b.dk"}, b"", "video/webm"),
    ],
)
async def test_what_cannot_be_kept_is_refused_and_leaves_nothing(
    server: ShowServer, http: aiohttp.ClientSession, words: Any, recording: bytes | None, mime: str
) -> None:
    status, answer = await leave(http, server, form(words, recording, mime or "video/webm"))
    assert status == 400, answer
    assert files(server) == []
    assert server.calls.inbox.messages == ()


async def test_a_recording_that_never_ends_is_cut(
    server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inbox, "RECORDING_MAX", 100_000)
    status, _ = await leave(http, server, form({"contact": "a@b.dk"}, WEBM + b"x" * 200_000))
    assert status == 400
    assert files(server) == []


async def test_messages_are_deleted_when_their_time_is_up(
    server: ShowServer, http: aiohttp.ClientSession, clock: MovedClock, host: Desktop
) -> None:
    await leave(http, server, form({"contact": "a@b.dk"}, WEBM))
    stray = server.config.data_dir / "messages" / "half.webm"
    stray.write_bytes(WEBM)
    os.utime(stray, (0, 0))
    clock.later_ms += 91 * DAY_MS
    keeping = asyncio.create_task(server.calls.inbox.purge_loop(90))
    try:
        await until(lambda: server.calls.inbox.messages == () and files(server) == [])
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def test_rules_are_kept_and_checked(server: ShowServer, host: Desktop, advisor: Desktop) -> None:
    rules = CallRules(
        ring_s=30, hours=ALWAYS, topics=(Topic(id="skin", name="Hud"),), replies=(CannedReply(title="Hej", text="Hej!"),)
    )
    await host.do(CallRulesSet(rules=rules))
    told = await host.branch("calls", lambda calls: calls["topics"])
    assert (told["topics"][0]["name"], told["replies"][0]["text"], told["open"]) == ("Hud", "Hej!", True)
    with pytest.raises(Forbidden):
        await advisor.do(CallRulesSet(rules=rules))
    with pytest.raises(InvalidValue, match=r"rules.topics"):
        await host.do(CallRulesSet(rules=CallRules(topics=(Topic(id="a", name="A"), Topic(id="a", name="B")))))
    with pytest.raises(InvalidValue, match="zone"):
        await host.do(CallRulesSet(rules=CallRules(hours=OpeningHours(zone="Moon/Base"))))


async def test_outside_the_hours_nobody_gets_into_the_line(
    server: ShowServer, http: aiohttp.ClientSession, host: Desktop, advisor: Desktop
) -> None:
    await host.do(CallRulesSet(rules=CallRules(hours=OpeningHours(week=((),) * 7))))
    async with caller(http, server) as page:
        assert not (await page.next("welcome"))["desk"]["open"]
        assert (await page.ring("text"))["refused"] == "closed"


async def test_forget_me_reaches_messages_and_bookings(server: ShowServer, http: aiohttp.ClientSession, host: Desktop) -> None:
    await host.do(CallRulesSet(rules=CallRules(hours=ALWAYS, bookings=True)))
    async with caller(http, server) as page:
        token = page.visitor
    await leave(http, server, form({"contact": "a@b.dk", "visitor": token}, WEBM))
    slot = (await server.calls.bookings.slots())["slots"][0]
    wish = {"begins_ms": slot, "contact": "a@b.dk", "visitor": token}
    async with http.post(f"{server.url}/api/calls/bookings", json=wish) as response:
        assert response.status == 200
    headers = {"Authorization": f"Visitor {token}"}
    async with http.get(f"{server.url}/api/visitor", headers=headers) as response:
        held = await response.json()
    assert (len(held["messages"]), len(held["bookings"])) == (1, 1)
    async with http.delete(f"{server.url}/api/visitor", headers=headers) as response:
        assert response.status == 200
    assert (server.calls.inbox.messages, server.calls.bookings.booked, files(server)) == ((), (), [])


MP4 = b"\x00\x00\x00\x1cftypisom" + b"x" * 1000


@BOTH_DATABASES
async def test_a_recorded_call_is_kept_with_a_yes_and_goes_with_its_customer(
    server: ShowServer, http: aiohttp.ClientSession, advisor: Desktop, host: Desktop
) -> None:
    headers = {"Authorization": "Bearer the-supporter's-token"}

    async def keep(call: str, film: bytes = MP4) -> int:
        async with http.post(f"{server.url}/studio/calls/{call}/recording", headers=headers, data=film) as response:
            return response.status

    async with caller(http, server) as page:
        await page.ring("text", name="Camilla")
        await answered(advisor, page)
        assert await keep(page.id) == 409, "nobody asked"
        await advisor.do(CallAsk(ask="recording"))
        assert await keep(page.id) == 409, "nobody said yes"
        await page.send(t="agree", ask="recording", yes=True)
        await advisor.branch("advising", lambda a: a["asked"] and a["asked"][0]["yes"])
        assert await keep(page.id, b"<script>") == 400
        assert await keep(page.id) == 200
        told = await host.branch("calls", lambda calls: calls["messages"])
        assert (told["messages"][0]["kind"], told["messages"][0]["name"], told["unread"]) == ("call", "Camilla", 0)
        await page.send(t="agree", ask="recording", yes=False)
        await advisor.branch("advising", lambda a: a["asked"] and a["asked"][0]["yes"] is False)
        await until(lambda: files(server) == [])  # what there was is gone
        assert await keep(page.id) == 409, "they have taken it back"
        await page.send(t="agree", ask="recording", yes=True)
        await until(lambda: server.calls.desk.queue.rows[page.id].asked[0].yes)
        assert await keep(page.id) == 200
        assert await keep(page.id) == 409, "the answer was lost on its way back"
        assert len(files(server)) == 1
        assert await keep("0000") == 404
        visitor = {"Authorization": f"Visitor {page.visitor}"}
        async with http.delete(f"{server.url}/api/visitor", headers=visitor) as response:
            assert response.status == 200
    assert files(server) == []
    async with http.post(f"{server.url}/studio/calls/x/recording", data=MP4) as response:
        assert response.status == 401
