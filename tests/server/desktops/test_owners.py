"""Who acts is a token's: what a client says of itself makes nobody a colleague, and the log names the token."""

import asyncio
import re
import time
from typing import Any

import aiohttp
import msgspec
import pytest
from sqlalchemy import select

from studio import wire
from studio.commands import Command, tag_of
from studio.commands.call import CallAnswer, CallAvailable, CallHangUp, CallRulesSet, CallSay
from studio.commands.show import ShowCreate, ShowRename
from studio.errors import Forbidden, Held, StudioError
from studio.queries import ASKED
from studio.server.app import ShowServer
from studio.server.db import tables, tokens
from studio.server.desktops.session import NAME_MAX
from studio.show.call_rules import CallRules
from studio.wire import SESSION_HEADER
from tests.fakes import TIMEOUT_S, until
from tests.server import strangers
from tests.server.calls.conftest import answered, available, caller
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop

SUPPORT = "the-supporter's-token"
OURS = "belongs to another token"


async def made(server: ShowServer, role: Any = "producer") -> tuple[str, str]:
    """The id of a new token in the database, and the token."""
    engine = server.tokens.engine
    assert engine is not None
    return await tokens.create(engine, role, role, round(time.time() * 1000), None)


async def refused(http: aiohttp.ClientSession, server: ShowServer, hello: dict[str, Any], token: str = SUPPORT) -> str:
    """What somebody is told who is not let in."""
    headers = {"Authorization": f"Bearer {token}"}
    async with http.ws_connect(f"{server.url}/studio", headers=headers) as socket, asyncio.timeout(TIMEOUT_S):
        await socket.send_json({"t": "hello", "protocol": wire.PROTOCOL, "app": "x", "client": "c-1"} | hello)
        told = await socket.receive_json()
        assert (await socket.receive()).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == 1002
    assert told["t"] == "reply", told
    return str(told["error"]["message"])


@BOTH_DATABASES
async def test_a_desktop_belongs_to_the_token_it_came_with_first(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False)
    identity, first = await made(server)
    _, second = await made(server)
    anna = await Desktop(http, server.url, client="anna-pc-1", token=first).connect()
    assert OURS in await refused(http, server, {"client": "anna-pc-1"}, second)
    assert OURS in await refused(http, server, {"client": "anna-pc-1"}), "a support token is no other way in"
    await anna.close()
    assert OURS in await refused(http, server, {"client": "anna-pc-1"}, second), "nor is it free while she is away"
    again = await Desktop(http, server.url, client="anna-pc-1", token=first).connect()
    await again.close()
    await server.close()
    server = await start_server(embedded=False)
    assert OURS in await refused(http, server, {"client": "anna-pc-1"}, second), "nor after a restart"
    assert server.tokens.engine is not None
    await tokens.revoke(server.tokens.engine, identity)
    heir = await Desktop(http, server.url, client="anna-pc-1", token=second).connect()
    await heir.close()


async def test_two_desktops_of_one_token_and_two_sessions_of_one_desktop_are_welcome(
    make_desktop: MakeDesktop, server: ShowServer
) -> None:
    for client in ("desk-1", "desk-2", "desk-1"):
        await make_desktop(client=client).connect()
    assert server.link.engines == 3


async def test_the_lease_is_not_taken_with_a_colleagues_name(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await desktop.take()
    _, other = await made(server)
    assert OURS in await refused(http, server, {"client": desktop.client, "show": "demo", "studio": True}, other)
    thief = await Desktop(http, server.url, client="desk-2", token=other).connect()
    with pytest.raises(Held):
        await thief.take()
    await thief.close()


async def test_a_supporter_is_not_in_a_colleagues_call(
    server: ShowServer, http: aiohttp.ClientSession, make_desktop: MakeDesktop
) -> None:
    anna = await available(make_desktop(client="anna-pc-1", show=""), name="Anna")
    async with caller(http, server) as customer:
        await customer.ring("text", name="Zebra")
        await answered(anna, customer)
        assert OURS in await refused(http, server, {"client": "anna-pc-1", "studio": True})
        eve = await make_desktop(client="eve-pc-1", show="", token=SUPPORT).connect()
        assert not eve.welcome.state["advising"]["call"]
        for command in (CallSay(text="as Anna"), CallHangUp()):
            with pytest.raises(StudioError):
                await eve.do(command)
        await anna.do(CallSay(text="Hej"))
        line = await customer.next("line")
        assert line["line"]["name"] == "Anna"
        assert not [said for said in customer.inbox.all if said["t"] == "line" and "as Anna" in str(said)]


@pytest.mark.parametrize("client", ["", "a\nb", "a\0b", " a", "a\u200bb", "a\u202eb", "x" * 65, "\ud800"])
async def test_a_desktops_id_is_one_plain_word(server: ShowServer, http: aiohttp.ClientSession, client: str) -> None:
    assert await refused(http, server, {"client": client})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("x" * 900, "x" * NAME_MAX),
        ("Anna\nERROR everything burns", "Anna ERROR everything burns"),
        ("A\u202enna\u200b\0", "Anna"),
        ("", "desk-7"),
        ("\u200b", "desk-7"),
    ],
)
async def test_what_a_desktop_calls_itself_is_bounded_and_one_line(
    server: ShowServer, make_desktop: MakeDesktop, name: str, shown: str
) -> None:
    await make_desktop(client="desk-7", name=name).connect()
    (session,) = server.link.sessions_of("desk-7")
    assert session.name == shown
    assert session.actor.name == shown


@BOTH_DATABASES
async def test_an_advisor_with_the_longest_name_answers_calls(
    server: ShowServer, http: aiohttp.ClientSession, make_desktop: MakeDesktop
) -> None:
    advisor = await available(make_desktop(client="ida-1", name="😀" * 400, show="", token=SUPPORT))
    async with caller(http, server) as customer:
        await customer.ring("text")
        await answered(advisor, customer)


async def test_packets_come_over_the_same_token_as_words(
    desktop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    _, other = await made(server)
    for token, status in ((SUPPORT, 404), (other, 404), ("guess", 401)):
        headers = {"Authorization": f"Bearer {token}", SESSION_HEADER: desktop.welcome.session}
        async with http.get(f"{server.url}/studio/media", headers=headers) as response:
            assert response.status == status
    await desktop.take()


@BOTH_DATABASES
async def test_the_log_names_the_token(server: ShowServer, http: aiohttp.ClientSession, make_desktop: MakeDesktop) -> None:
    identity, token = await made(server, "host")
    ours = await make_desktop(client="desk-1").connect()
    await ours.do(ShowCreate(id="demo", title="Demo"))
    theirs = await make_desktop(client="desk-2", token=token, engine=False).connect()
    await theirs.do(ShowRename(title="Theirs"))
    await ours.do(ShowRename(title="Ours"))
    engine = server.tokens.engine
    assert engine is not None
    columns = tables.events.c
    async with engine.connect() as connection:
        found = select(columns.actor, columns.token).where(columns.type == "show.renamed").order_by(columns.seq)
        rows = [tuple(row) for row in await connection.execute(found)]
    own = await server.tokens.bearer(ours.token)
    assert own is not None
    assert rows == [("desk-2", identity), ("desk-1", own.id)]
    assert not any(secret in str(rows) for secret in (token, ours.token, own.digest))


# ── a command line beside a desktop is that desktop's hand, of the same token only ───────────────────────────


def relayed(desktop: Desktop) -> list[str]:
    """What the desktop was asked to do."""
    return [message.name for message in desktop.inbox.all if isinstance(message, wire.CommandMessage)]


async def test_a_supporter_beside_the_hosts_desktop_acts_for_nobody_else(
    desktop: Desktop, make_desktop: MakeDesktop, http: aiohttp.ClientSession, server: ShowServer
) -> None:
    await desktop.do(CallAvailable())
    eve = await make_desktop(client="eve-1", token=SUPPORT, engine=False).connect()
    with pytest.raises(Forbidden):
        await eve.do(CallRulesSet(rules=CallRules()))
    async with caller(http, server) as customer:
        await customer.ring("text")
        await eve.do(CallAnswer(call=customer.id))
        await customer.call(state="live")
        assert server.calls.desk.queue.rows[customer.id].advisor == "eve-1", "she may take it herself, and is not the host"
    await eve.connection.ping()
    await until(lambda: eve.connection.rtt_ms > 0)
    assert relayed(desktop) == []
    assert server.link.desktop_beside(server.link.sessions_of("eve-1")[0]) is None


async def test_the_hosts_own_command_line_answers_nothing_through_the_desktop(
    desktop: Desktop, make_desktop: MakeDesktop, http: aiohttp.ClientSession, server: ShowServer
) -> None:
    hand = await make_desktop(client="line-1", engine=False).connect()
    assert server.link.desktop_beside(server.link.sessions_of("line-1")[0]) is server.link.sessions_of(desktop.client)[0]
    async with caller(http, server) as customer:
        await desktop.do(CallAvailable())
        await customer.ring("video")
        for command in (CallAnswer(call=customer.id), CallAvailable(on=False)):
            with pytest.raises(Forbidden, match="only possible at the desktop itself"):
                await hand.do(command)
    assert relayed(desktop) == []
    await hand.do(CallSay(text="Hej"))
    assert relayed(desktop) == ["call.say"]


DELETES = [
    kind
    for kind in ASKED.values()
    if kind.owner == "studio" and re.search(r"\.(remove|empty|withdraw|delete|forget)$", tag_of(kind))
]


@pytest.mark.parametrize("kind", DELETES, ids=tag_of)
async def test_what_deletes_is_never_relayed(desktop: Desktop, make_desktop: MakeDesktop, kind: type[Command]) -> None:
    hand = await make_desktop(client="line-1", engine=False).connect()
    args = strangers.good(msgspec.inspect.type_info(kind))
    with pytest.raises(Forbidden, match="only possible at the desktop itself"):
        await hand.connection.request(tag_of(kind), args)
    assert relayed(desktop) == []


def test_there_are_deletes() -> None:
    assert {"library.remove", "library.empty", "clip.remove", "replay.withdraw"} <= set(map(tag_of, DELETES))
