"""What visitors do: counted for everybody, kept only with consent, shown and forgotten on demand."""

import asyncio

import aiohttp
import msgspec
import pytest
from sqlalchemy import func, select

from studio.commands.chat import ChatPicture, ChatPin, ChatSay
from studio.server.app import ShowServer
from studio.server.config import Retention
from studio.server.db import numbers, tables
from studio.server.live.show import LiveShow
from studio.server.members import Origin
from studio.server.retention import forget
from studio.server.visitors import Visitors
from studio.show.price_claim import DAY_MS
from tests.fakes import TIMEOUT_S, until
from tests.server.conftest import BOTH_DATABASES
from tests.server.fakes import Desktop, Page, page

ORIGIN = Origin("a network", "a house", "1.2.3.4")


async def rows(server: ShowServer, name: str) -> int:
    engine = server.tokens.engine
    assert engine is not None
    async with engine.connect() as connection:
        return int((await connection.execute(select(func.count()).select_from(tables.metadata.tables[name]))).scalar_one())


def bearer(visitor: Page) -> dict[str, str]:
    return {"Authorization": f"Visitor {visitor.visitor}"}


@BOTH_DATABASES
async def test_without_consent_only_counts_are_kept(visitor: Page, room: LiveShow, server: ShowServer) -> None:
    for _ in range(3):
        await visitor.send(t="did", what="view", product="oil")
    await visitor.send(t="did", what="cart", product="oil")
    await visitor.send(t="did", what="view", product="nothing of ours")
    await visitor.say("Hej")
    await until(lambda: room.counters.numbers(0).carted == 1)
    assert room.counters.numbers(0).views == 1, "a look is counted once"
    await room.counters.store()
    assert (await rows(server, "visitors"), await rows(server, "visits")) == (0, 0)
    assert await rows(server, "tallies") >= 2
    assert (await visitor.event("chat.said"))["data"]["consent"] == "---"


@BOTH_DATABASES
async def test_with_consent_it_is_kept_and_carries_the_consent(visitor: Page, room: LiveShow, server: ShowServer) -> None:
    await visitor.send(t="consent", analytics=True, marketing=True)
    await visitor.send(t="did", what="view", product="oil", media_ms=0)
    await until(lambda: room.counters.numbers(0).views == 1)
    async with asyncio.timeout(TIMEOUT_S):
        while await rows(server, "visits") != 1:  # it is counted before it is stored  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    assert await rows(server, "visitors") == 1
    await visitor.say("Hej")
    assert (await visitor.event("chat.said"))["data"]["consent"] == "a-m"
    await visitor.send(t="consent")
    await until(lambda: room.pages.members and not next(iter(room.pages.members)).consent.analytics)
    await visitor.say("Nej")
    assert (await rows(server, "visitors"), await rows(server, "visits")) == (0, 0), "a no takes along what a yes allowed"


async def test_consent_is_known_again_by_the_token(
    visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await visitor.send(t="consent", analytics=True)
    await until(lambda: next(iter(room.pages.members)).consent.analytics)
    async with page(http, server, show="shop", visitor=visitor.visitor) as back:
        assert back.visitor == visitor.visitor
        assert (await back.next("welcome"))["consent"]["analytics"] is True


async def test_a_forged_visitor_is_nobody(visitor: Page, server: ShowServer, http: aiohttp.ClientSession) -> None:
    name, _, signature = visitor.visitor.partition(".")
    for forged in (f"{name}.{'A' * len(signature)}", f"{name[:-1]}X.{signature}", "\ud800.x", "a.b.c", "", "." + signature):
        async with page(http, server, show="shop", visitor=forged.encode(errors="replace").decode()) as stranger:
            assert stranger.visitor.partition(".")[0] != name
        headers = {"Authorization": f"Visitor {forged.encode(errors='replace').decode()}"}
        async with http.get(f"{server.url}/api/visitor", headers=headers) as response:
            assert response.status in (404, 429)


@BOTH_DATABASES
async def test_show_me_and_forget_me(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await visitor.send(t="consent", analytics=True)
    await visitor.send(t="did", what="view", product="oil")
    await visitor.say("Jeg hedder Sofie", name="Sofie")
    await until(lambda: room.counters.numbers(0).views == 1)
    async with http.get(f"{server.url}/api/visitor", headers=bearer(visitor)) as response:
        held = await response.json()
    assert (held["chat"][0]["text"], held["visits"][0]["name"]) == ("Jeg hedder Sofie", "view")
    async with http.get(f"{server.url}/api/visitor?readable&lang=da", headers=bearer(visitor)) as response:
        sections = {section["title"]: section["rows"] for section in (await response.json())["sections"]}
    assert {"label": "Tekst", "text": "Jeg hedder Sofie"} in sections["Hvad du har skrevet i chatten"][0]
    async with http.delete(f"{server.url}/api/visitor", headers=bearer(visitor)) as response:
        assert await response.json() == {"ok": True, "lines": 1}
    forgotten = await visitor.next("forgotten")
    assert len(forgotten["lines"]) == 1
    assert [await rows(server, name) for name in ("visitors", "visits", "chat_lines")] == [0, 0, 0]
    async with page(http, server, show="shop", seq=1) as late:
        await late.next("clock")
        assert "Sofie" not in str(late.inbox.all)


async def test_where_one_part_cannot_forget_the_others_do_and_it_is_said(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[str] = []

    async def fails(who: str) -> None:
        asked.append(who)
        if len(asked) == 1:
            raise OSError(28, "No space left on device")

    async def works(who: str) -> None:
        asked.append(who)

    server.audience.visits.forgetters += [fails, works]
    await visitor.say("Jeg hedder Sofie", name="Sofie")
    async with http.delete(f"{server.url}/api/visitor", headers=bearer(visitor)) as response:
        assert response.status == 507
    await visitor.next("forgotten")
    assert len(asked) == 2
    assert "not all of a visitor was forgotten" in caplog.text
    async with http.delete(f"{server.url}/api/visitor", headers=bearer(visitor)) as response:
        assert response.status == 200, "the second time all of it is gone"


@BOTH_DATABASES
async def test_who_is_forgotten_leaves_picture_log_and_events(
    shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    line = (await visitor.say("Jeg hedder Sofie", name="Sofie"))["line"]["id"]
    await shop.do(ChatPin(line=line))
    await shop.do(ChatPicture(line=line))
    await shop.do(ChatSay(text="Skriv til os, Sofie", reply_to=line, private=True))
    await shop.branch("shop", lambda shop: shop["picture_line"])
    shop.inbox.forget()
    async with http.delete(f"{server.url}/api/visitor", headers=bearer(visitor)) as response:
        assert (await response.json())["ok"]
    await shop.branch("shop", lambda shop: shop["picture_line"] is None and shop["pinned_line"] is None)
    assert (await shop.event("chat.removed"))["data"]["line"] == line
    await visitor.inbox.find(lambda m: m["t"] == "chat" and m["pinned"] is None)
    assert await rows(server, "chat_lines") == 0, "what was answered to them alone is theirs too"
    who = visitor.visitor.partition(".")[0]
    engine = server.tokens.engine
    assert engine is not None
    async with engine.connect() as connection:
        kept = (await connection.execute(select(tables.events.c.actor, tables.events.c.data))).all()
    assert not [row for row in kept if who in row.actor or who in row.data]


async def test_a_no_holds_on_all_pages_at_once_however_often_it_was_asked(
    visitor: Page, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    async with page(http, server, show="shop", visitor=visitor.visitor) as tab:
        for _ in range(6):
            await visitor.ask(t="consent", analytics=True, personalisation=True)
        assert (await visitor.ask(t="consent", analytics=True, personalisation=True))["refused"] == "slow"
        assert all(member.consent.analytics for member in room.pages.members)
        assert (await visitor.ask(t="consent", personalisation=True))["ok"]
        assert [member.consent.flags for member in room.pages.members] == ["-p-", "-p-"]
        await tab.send(t="did", what="view", product="oil")
        assert (await visitor.ask(t="consent"))["ok"]
        await tab.send(t="did", what="view", product="cream")
        await until(lambda: room.counters.numbers(0).views == 2)
    assert (await rows(server, "visitors"), await rows(server, "visits")) == (0, 0)


async def test_the_peak_is_what_was_seen_while_the_show_clock_stands_still(
    visitor: Page, room: LiveShow, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = msgspec.structs.replace(room.show, state="live")
    monkeypatch.setattr(type(room), "show", property(lambda self: live))
    for second in range(60):
        if room.counters.second(500 - second):
            await room.counters.store()
    await room.counters.store()
    engine = server.tokens.engine
    assert engine is not None
    async with engine.connect() as connection:
        counted = await numbers.tallies(connection, "shop")
    assert [row["count"] for row in counted if row["name"] == "viewers"] == [496]


async def test_reactions_are_bounded_and_told_once_a_second(visitor: Page, room: LiveShow) -> None:
    for _ in range(8):
        await visitor.send(t="react", times=10)
    await visitor.next("reactions")
    await visitor.say("stadig her")
    assert room.counters.numbers(0).reactions == 30


async def test_who_said_no_is_counted_once_a_day(
    server: ShowServer, shop: Desktop, http: aiohttp.ClientSession, room: LiveShow
) -> None:
    for browser in ("one", "one", "two"):
        async with page(http, server, show="shop", browser=browser):
            pass
    assert room.counters.numbers(0).unique == 2


async def test_the_salt_of_yesterday_is_gone(server: ShowServer) -> None:
    engine = server.tokens.engine
    assert engine is not None
    visitors = Visitors()
    await visitors.open(engine, 10 * DAY_MS)
    first = visitors.today(ORIGIN)
    await visitors.new_day(11 * DAY_MS)
    assert visitors.today(ORIGIN) != first
    again = Visitors()
    await again.open(engine, 11 * DAY_MS)
    assert again.today(ORIGIN) == visitors.today(ORIGIN), "a restart changes nothing"
    async with engine.connect() as connection:
        names = (await connection.execute(select(tables.keys.c.name))).scalars().all()
    assert sorted(name for name in names if name not in ("bookings", "guests", "newsletters")) == ["salt-11", "visitors"]


async def test_retention_is_kept(shop: Desktop, visitor: Page, room: LiveShow, server: ShowServer) -> None:
    await visitor.send(t="consent", analytics=True)
    await visitor.send(t="did", what="view", product="oil")
    await visitor.say("Hej")
    await until(lambda: room.counters.numbers(0).views == 1)
    engine = server.tokens.engine
    assert engine is not None
    rules = Retention(events_days=0, chat_days=30, visitors_days=30)
    assert (await forget(engine, rules, room.wall_ms))["visits"] == 0
    gone = await forget(engine, rules, room.wall_ms + 31 * DAY_MS)
    assert (gone["visits"], gone["visitors"], gone["chat_lines"]) == (1, 1, 0), "the show goes on: its chat stays"


@pytest.mark.parametrize("message", [{"t": "did", "what": "hack"}, {"t": "vote", "n": 1, "answer": 99}, {"t": "say", "n": -1}])
async def test_what_is_not_on_the_list_ends_the_socket(visitor: Page, message: dict[str, object]) -> None:
    await visitor.send(**message)
    assert await visitor.inbox.end() == 1008


async def test_a_megabyte_ends_the_socket(visitor: Page) -> None:
    await visitor.send(t="say", n=1, text="x" * 1_000_000)
    assert await visitor.inbox.end() == 1009
