"""A page of the brand's shop, a browser each, over the real wire."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import aiohttp
from sqlalchemy import select

from studio.commands import Actor, Command
from studio.relation.condition import AnyCondition
from studio.relation.rule import Rule, Variant
from studio.relation.segment import Segment
from studio.server.app import ShowServer
from tests.server.fakes import PushedClock

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
ALL = {"analytics": True, "personalisation": True, "marketing": True}
SHOP = "the-shop's-token"
BY = Actor("desk", "marketer", "Desk")


class Page:
    """One browser. `clock` is ours; its own is `fast_ms` ahead."""

    def __init__(self, http: aiohttp.ClientSession, server: ShowServer, clock: PushedClock, device: str = "desktop") -> None:
        self.token = ""
        self.agent = CHROME
        self.choices: dict[str, bool] | None = ALL
        self.chosen_ms = clock.wall_ms()
        self.device = device
        self._http, self._server, self._clock = http, server, clock

    @property
    def visitor(self) -> str:
        return self.token.partition(".")[0]

    @property
    def _headers(self) -> dict[str, str]:
        return {"User-Agent": self.agent} | ({"Authorization": f"Visitor {self.token}"} if self.token else {})

    def one(self, name: str, *products: str, **fields: Any) -> dict[str, Any]:
        """A behaviour as the page says it."""
        items = [{"product_id": product, "category": "Skincare"} for product in products]
        return {"id": uuid4().hex, "name": name, "at": self._clock.wall_ms(), "products": items} | fields

    def batch(self, *behaviours: dict[str, Any], **fields: Any) -> dict[str, Any]:
        now = self._clock.wall_ms()
        said: dict[str, Any] = {"sent_at": now, "behaviours": list(behaviours), "device": self.device}
        if self.choices is not None:
            said["choices"] = self.choices | {"at": self.chosen_ms}
        return said | fields

    async def post(self, path: str, body: Any, headers: dict[str, str] | None = None) -> tuple[int, dict[str, Any]]:
        async with self._http.post(
            f"{self._server.url}/relation/v1/{path}", json=body, headers=headers or self._headers
        ) as answer:
            return answer.status, await answer.json(content_type=None)

    async def send(self, *behaviours: dict[str, Any], **fields: Any) -> dict[str, Any]:
        """Tell the server; what it answers."""
        status, said = await self.post("behaviours", self.batch(*behaviours, **fields))
        assert status == 202, said
        self.token = said.get("visitor", self.token)
        return said

    async def did(self, name: str, *products: str, **fields: Any) -> dict[str, Any]:
        return await self.send(self.one(name, *products, **fields))

    async def choose(self, **choices: bool) -> None:
        """Answer the consent question."""
        self.choices = {name: choices.get(name, False) for name in ALL}
        self.chosen_ms = self._clock.wall_ms()
        status, said = await self.post("consent", {"choices": self.choices, "where": "/home"})
        assert status == 200, said
        self.token = said.get("visitor", self.token)

    async def decide(self, *slots: str, **fields: Any) -> dict[str, Any]:
        status, said = await self.post("decide", {"slots": list(slots)} | fields)
        assert status == 200, said
        decisions: dict[str, Any] = said["decisions"]
        return decisions

    async def held(self) -> dict[str, Any]:
        async with self._http.get(f"{self._server.url}/api/visitor", headers=self._headers) as answer:
            found: dict[str, Any] = await answer.json()
            return found

    async def forget(self) -> int:
        async with self._http.delete(f"{self._server.url}/api/visitor", headers=self._headers) as answer:
            return answer.status


NewPage = Callable[..., Page]


async def rows(server: ShowServer, table: Any) -> list[Any]:
    async with server.log._engine.connect() as connection:
        return list((await connection.execute(select(table))).mappings())


async def order(server: ShowServer, command: Command) -> Any:
    """Marketing staff do something."""
    return await server.link.brand.execute(command, BY)


def segment(name: str, condition: AnyCondition, **fields: Any) -> Segment:
    return Segment(id=name, name=name.capitalize(), condition=condition, **fields)


def rule(name: str, action: Any, *, slot: str = "banner", of: str = "", **fields: Any) -> Rule:
    return Rule(id=name, name=name.capitalize(), slot=slot, segment=of, variants=(Variant(id="a", action=action),), **fields)
