"""Every command, sent by every role from every place to a real server: it is forbidden exactly where `reach` says so.

The desktop is a `Studio` without its engine: it decides as that does, and what it may do it does not do.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable
from typing import Any, get_args

import aiohttp
import msgspec
import pytest
from msgspec import inspect

from studio import wire
from studio.commands import CONTROL, Actor, Command, Role, tag_of
from studio.commands.chat import TALK
from studio.commands.show import ShowCreate
from studio.commands.stream import StreamStart
from studio.desktop.server_commands import ServerCommands
from studio.desktop.studio import LOCAL, Studio, StudioOptions
from studio.errors import Confirm, Forbidden, StudioError, Unreachable, WrongState
from studio.queries import ASKED
from studio.queries.reach import PLACES, ROLES, SERVER_AGREES, Answer, Place, reach
from studio.server.app import ShowServer
from studio.server.config import Limits
from studio.server.db import tokens
from studio.show_file import ShowFile, ShowInfo
from studio.spine import Dispatcher, Store
from tests.server.conftest import StartServer
from tests.server.fakes import Desktop
from tests.server.films.conftest import FILM

WORDS = ("a", "demo", "a1b2c3d4", "http://127.0.0.1:9/")
"""Of these, one fits every pattern."""
Send = Callable[[str, dict[str, Any]], Awaitable[Any]]


def least(kind: inspect.Type) -> Any:
    """The smallest value of a type that it lets pass."""
    match kind:
        case inspect.StrType():
            word = "x" * (kind.min_length or 0)
            return next((fit for fit in (word, *WORDS) if re.search(kind.pattern or "", fit)), word)
        case inspect.IntType() | inspect.FloatType():
            low = kind.ge if kind.ge is not None else kind.gt + 1 if kind.gt is not None else 0
            return min(low, kind.le) if kind.le is not None else low
        case inspect.BoolType():
            return False
        case inspect.LiteralType() | inspect.EnumType():
            return kind.values[0] if isinstance(kind, inspect.LiteralType) else next(iter(kind.cls)).value
        case inspect.TupleType():
            return [least(item) for item in kind.item_types]
        case inspect.VarTupleType() | inspect.ListType() | inspect.SetType() | inspect.FrozenSetType():
            return [least(kind.item_type) for _ in range(kind.min_length or 0)]
        case inspect.DictType():
            return {}
        case inspect.StructType():
            fields = {field.encode_name: least(field.type) for field in kind.fields if field.required}
            return fields | ({kind.tag_field: kind.tag} if kind.tag_field else {})
        case inspect.UnionType():
            return least(kind.types[0])
    raise AssertionError(f"what is the least {kind}?")


def least_args(cls: type[Command]) -> dict[str, Any]:
    """Arguments that make the command, and as little else as can be."""
    info = inspect.type_info(cls)
    assert isinstance(info, inspect.StructType)
    return {field.encode_name: least(field.type) for field in info.fields if field.required}


class Window(Studio):
    """A desktop, and who sits at it, as far as they decide who may do what."""

    def __init__(self, desktop: Desktop, *, server_url: str) -> None:  # not Studio's: there is nothing to start
        self.options = StudioOptions(ShowFile(show=ShowInfo(id="demo", title="Demo")), server_url=server_url)
        self.store = Store()
        self.dispatcher = Dispatcher("studio", lambda: self.store.state.show)
        self.link = desktop.connection  # type: ignore[assignment] # all that is asked of it
        self.ran: list[str] = []
        self._desktop = desktop
        for cls in ASKED.values():
            if cls.owner == "studio":
                self.dispatcher.register(cls, self._ask_server if cls in SERVER_AGREES else self._do_nothing)
        ServerCommands(self.dispatcher, desktop.connection, self._ended)  # type: ignore[arg-type]
        desktop.answer = self._answer
        self.answering: set[Any] = set()

    async def _ended(self) -> None:
        """It sends nothing."""

    async def _do_nothing(self, command: Command, by: Actor) -> None:
        self.ran.append(tag_of(command))

    async def _ask_server(self, command: Command, by: Actor) -> None:
        """As the desktop does: for the lease, and for films."""
        desktop = self._desktop
        if isinstance(command, StreamStart):
            await desktop.connection.lease(wire.Lease(action="take", show=desktop.show, take_over=True))
            return
        method, path = ("POST", "shows/demo/films") if "publish" in tag_of(command) else ("DELETE", f"films/{FILM}")
        headers = {"Authorization": f"Bearer {desktop.token}", "Tus-Resumable": "1.0.0"}
        async with desktop.http.request(method, f"{desktop.url}/studio/{path}", headers=headers, data=b"{}") as response:
            assert response.status in (400, 403, 404), await response.text()
            if response.status == 403:
                raise Forbidden("the server does not agree")

    def _answer(self, message: wire.CommandMessage) -> None:
        task = asyncio.create_task(self._say(message))
        self.answering.add(task)
        task.add_done_callback(self.answering.discard)

    async def _say(self, message: wire.CommandMessage) -> None:
        try:
            reply = wire.Reply(id=message.id, ok=await self.relayed(message))
        except StudioError as error:
            reply = wire.Reply(id=message.id, error=wire.wire_error(error))
        await self._desktop.connection.send(reply)

    async def press(self, name: str, args: dict[str, Any]) -> Any:
        """What is done at the window itself."""
        return await self.execute(msgspec.convert(args, ASKED[name]), LOCAL)


async def answered(send: Send, cls: type[Command]) -> Answer:
    """What somebody is answered. Whatever else may be wrong with a command, it was not who sent it."""
    guarded = "confirm" in cls.__struct_fields__
    try:
        await send(tag_of(cls), least_args(cls))
    except Forbidden:
        return "no"
    except (Confirm, WrongState):  # a state that does not fit is looked at before the code
        return "confirm" if guarded else "yes"
    except Unreachable:
        if cls.owner == "studio":  # there is a desktop, in every place
            raise
    except StudioError:
        pass
    assert not guarded, "it ran without its code"
    return "yes"


async def token_for(server: ShowServer, role: Role) -> str:
    assert server.tokens.engine is not None
    return (await tokens.create(server.tokens.engine, role, role, 1, None))[1]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("role", ROLES)
async def test_who_may_do_what_from_where(
    start_server: StartServer, http: aiohttp.ClientSession, role: Role, place: Place
) -> None:
    afar = place in ("beside_afar", "afar")
    server = await start_server(embedded=not afar)
    open_ones: list[Desktop] = []

    async def come(client: str, token: str, *, engine: bool) -> Desktop:
        open_ones.append(await Desktop(http, server.url, client=client, token=token, engine=engine).connect())
        return open_ones[-1]

    try:
        theirs = await token_for(server, role)
        host = await come("host", await token_for(server, "host"), engine=True)
        await host.do(ShowCreate(id="demo", title="Demo"))
        windows = [Window(host, server_url=server.url if afar else "")]
        if place in ("here", "beside", "beside_afar"):
            windows.append(Window(await come("desk", theirs, engine=True), server_url=server.url if afar else ""))
        send: Send = windows[-1].press
        if place != "here":
            send = (await come("hand", theirs, engine=False)).connection.request
        said = {name: await answered(send, cls) for name, cls in ASKED.items()}
    finally:
        for one in open_ones:
            await one.close()
    assert said == {name: reach(cls, role, place) for name, cls in ASKED.items()}
    assert {name for window in windows for name in window.ran} <= {name for name, answer in said.items() if answer == "yes"}
    if not afar:  # there it is the desktop that refuses
        asked = {word.name for one in open_ones for word in one.inbox.all if isinstance(word, wire.CommandMessage)}
        assert asked <= {name for name, answer in said.items() if answer != "no"}, "the server passes on what nobody may"


@pytest.mark.parametrize("role", ROLES)
async def test_a_desktop_looks_again_at_what_the_server_hands_it(desktop: Desktop, role: Role) -> None:
    window = Window(desktop, server_url="")

    async def hand(name: str, args: dict[str, Any]) -> Any:
        return await window.relayed(wire.CommandMessage(id=1, name=name, args=args, actor="somebody", role=role))

    for name, cls in ASKED.items():
        assert (await answered(hand, cls) == "no") == (role not in cls.may or not cls.relayed), name
    assert set(window.ran) <= {name for name, cls in ASKED.items() if role in cls.may and cls.relayed}


DOORS: dict[str, frozenset[Role]] = {
    "/metrics": frozenset({"admin"}),
    "/studio": TALK | {"marketer"},
    "/studio/media": TALK,
    "/studio/uplink": TALK,
    "/studio/catalogue": TALK,
    "/studio/shows/{show}/chat.csv": TALK,
    "/studio/messages/{message}": TALK,
    "/studio/calls/{call}/recording": TALK,
    "/studio/import": CONTROL,
    "/studio/shows/{show}/report.{kind}": CONTROL,
    "/studio/shows/{show}/films": CONTROL,
    "/studio/films": CONTROL,
    "/studio/films/{film}": CONTROL,
    "/studio/films/{film}/poster": CONTROL,
}
"""Whose token opens what else of the server."""
WORDS_OF_PATHS = {"show": "demo", "message": "none", "call": "none", "kind": "html", "film": FILM}


async def test_whose_token_opens_which_door(start_server: StartServer, http: aiohttp.ClientSession) -> None:
    server = await start_server(embedded=False, limits=Limits(wrong_tokens_a_minute=1000))
    assert server.app is not None
    found = ((route.method, route.resource.canonical) for route in server.app.router.routes() if route.resource is not None)
    doors = [(method, door) for method, door in found if door.startswith(("/studio", "/metrics"))]
    assert {door for _, door in doors} == set(DOORS)
    tokens_of: dict[Role, str] = {role: await token_for(server, role) for role in get_args(Role)}

    async def status(method: str, path: str, token: str = "", **headers: str) -> int:
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        async with http.request(method, server.url + path, headers=headers) as response:
            return response.status

    for method, door in doors:
        path = door.format(**WORDS_OF_PATHS)
        assert (await status(method, path), await status(method, path, "guessed")) == (401, 401), (method, door)
        for role, token in tokens_of.items():
            said = await status(method, path, token)
            assert (said == 403) == (role not in DOORS[door]), (role, method, door, said)
            assert said not in (401, 429, 500), (role, method, door)
            if door != "/metrics":  # a browser never, whatever it shows
                assert await status(method, path, token, Origin=server.url) == 403, (role, method, door)


def test_the_least_arguments_make_every_command() -> None:
    for cls in ASKED.values():
        msgspec.convert(least_args(cls), cls, strict=True)
