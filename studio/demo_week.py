"""A week of made-up visitors for the demo, so that segments and rules are alive in the first minute. They are told to the demo's
own server over the wire, as pages tell of real ones; its database goes when the demo ends."""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from studio import paths
from studio.commands import Command
from studio.commands.newsletter import TopicSave
from studio.commands.relation import RuleSave, SegmentSave
from studio.errors import StudioError
from studio.i18n import _
from studio.relation import names
from studio.relation.action import ShowInformation, ShowMessage
from studio.relation.condition import Affinity, All, AnyCondition, Did
from studio.relation.days import DAY_MS
from studio.relation.match import Match
from studio.relation.newsletter import Topic
from studio.relation.rule import MESSAGE, Rule, Variant
from studio.relation.segment import Segment

log = logging.getLogger(__name__)

VISITORS, SEED = 60, 7
AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SERUMS, SERUM = "Ansigt > Serum", "vitamin-c"
BANNER, LIVE = "banner", "/demo/shop/live.html"
TIMEOUT = aiohttp.ClientTimeout(total=30)
MINUTE_MS = 60_000
Execute = Callable[[Command], Awaitable[Any]]


@dataclass
class MadeUp:
    """Somebody, with what they agreed to and what they did: `(ms ago, name, fields)`."""

    name: str
    device: str
    choices: dict[str, bool]
    source: str
    did: list[tuple[int, str, dict[str, Any]]] = field(default_factory=list)


async def tell(url: str, execute: Execute, now_ms: int) -> bool:
    """Fill the relation of the server at `url`: what people did first, so that segments are counted as they are made. Whether all
    of it was told."""
    try:
        async with aiohttp.ClientSession(url, timeout=TIMEOUT, cookie_jar=aiohttp.DummyCookieJar()) as http:
            here = [await _told(http, one, now_ms) for one in visitors(products())]
            for command in made():
                await execute(command)
            seen = 0
            for token in here:
                seen += await _look_at_home(http, token, now_ms, follows=seen % 3 == 0)
    except (aiohttp.ClientError, TimeoutError, StudioError) as error:  # the demo goes on without it
        log.warning("the demo's week could not be told: %s", type(error).__name__)
        return False
    return True


def products() -> list[dict[str, Any]]:
    """Those of the demo's shop."""
    file = paths.assets() / "demo" / "shop" / "products.json"
    found: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))["products"]
    return [one | {"price": float(one.get("price") or 149)} for one in found]


def visitors(shop: list[dict[str, Any]]) -> Iterator[MadeUp]:
    """The same ones each time. Every third cares for serums; one in six buys; one in ten agrees to nothing personal."""
    chance = random.Random(SEED)
    serum = next(one for one in shop if one["id"] == SERUM)
    for number in range(VISITORS):
        personal = number % 10 != 9
        choices = {"analytics": True, "personalisation": personal, "marketing": personal and number % 3 == 0}
        source = chance.choice(["", "newsletter", "instagram", "google"])
        one = MadeUp(f"week-{number}", chance.choice(["phone", "phone", "desktop", "tablet"]), choices, source)
        liked = [serum] if number % 3 == 0 else chance.sample(shop, 2)
        for _visit in range(chance.randint(1, 4)):
            ago_ms = int(chance.uniform(0.02, 6.5) * DAY_MS)
            one.did.append((ago_ms, names.PAGE_VIEWED, {"page": "/demo/shop/"}))
            for step in range(chance.randint(1, 3)):
                item = chance.choice(liked if chance.random() < 0.75 else shop)
                one.did.append((ago_ms - (step + 1) * MINUTE_MS, names.PRODUCT_VIEWED, {"products": [_item(item)]}))
        if number % 4 == 1:
            one.did.append((9 * MINUTE_MS, names.PRODUCT_ADDED, {"products": [_item(liked[0])]}))
        if number % 6 == 1:
            order = {"order_id": f"demo-{number}", "value": liked[0]["price"], "currency": "DKK", "products": [_item(liked[0])]}
            one.did.append((5 * MINUTE_MS, names.ORDER_COMPLETED, order))
        one.did.sort(key=lambda deed: -deed[0])
        yield one


def made() -> Iterator[Command]:
    """Segments, rules and a topic such as a marketer makes on the first day."""
    looked = Did(match=Match(names=(names.PRODUCT_VIEWED,), categories=(SERUMS,)), times=2, days=7)
    bought = Match(names=(names.ORDER_COMPLETED,))
    none = Did(match=bought, compare="exactly", times=0, days=7)
    cart = Did(match=Match(names=(names.PRODUCT_ADDED,)), days=3)
    yield _segment("serum", _("Looked at serums twice, bought nothing"), All(of=(looked, none)))
    yield _segment("cart", _("Left something in the cart"), All(of=(cart, none)))
    yield _segment("bought", _("Bought this week"), Did(match=bought, days=7))
    yield _segment("body", _("Likes care of the body"), Affinity(of="category", value="Krop"))
    show = ShowInformation(
        title=_("The serum you looked at"), text=_("Tonight in the show"), link=LIVE, link_text=_("See the show")
    )
    home = Variant(id="a", action=show)
    yield RuleSave(
        rule=Rule(
            id="serum-home",
            name=_("Serum on the home page"),
            slot=BANNER,
            segment="serum",
            variants=(home,),
            holdback=20,
            goal="cart",
        )
    )
    line = Variant(id="a", action=ShowMessage(title=_("Thank you for your order"), text=_("Ask us about it in the chat")))
    yield RuleSave(rule=Rule(id="thanks", name=_("Thanks in the show"), slot=MESSAGE, segment="bought", variants=(line,)))
    yield TopicSave(topic=Topic(id="news", name=_("News"), text=_("Once a week: what is new, and when the next show is.")))


def _segment(id_: str, name: str, condition: AnyCondition) -> SegmentSave:
    return SegmentSave(segment=Segment(id=id_, name=name, condition=condition))


async def _told(http: aiohttp.ClientSession, one: MadeUp, now_ms: int) -> str:
    """Tell what somebody did; the token that they are known by from now on."""
    behaviours = [
        {"id": f"{one.name}-{number}", "name": name, "at": now_ms - ago_ms, **fields}
        for number, (ago_ms, name, fields) in enumerate(one.did)
    ]
    touch = {"source": one.source} if one.source else None
    choices = one.choices | {"at": now_ms - 7 * DAY_MS}
    said = {"sent_at": now_ms, "behaviours": behaviours[:50], "device": one.device, "choices": choices, "touch": touch}
    return str((await _post(http, "behaviours", said)).get("visitor", ""))


async def _look_at_home(http: aiohttp.ClientSession, token: str, now_ms: int, *, follows: bool) -> bool:
    """They open the shop again; whether a rule showed them something. Who follows it puts the serum into the cart, so that there
    is something to measure."""
    decision = (await _post(http, "decide", {"slots": [BANNER]}, token))["decisions"][BANNER]
    shown = [decision] if decision.get("action") else []
    behaviours = []
    for each in (*shown, *decision.get("held", ())):
        props = {name: each[name] for name in ("decision", "rule", "version", "variant")} | {"slot": BANNER}
        behaviours.append({"id": f"shown-{each['decision']}", "name": names.RULE_SHOWN, "at": now_ms - 2000, "props": props})
        if each in shown and follows:
            clicked = {"id": f"clicked-{each['decision']}", "name": names.RULE_CLICKED, "at": now_ms - 1000, "props": props}
            cart = {
                "id": f"cart-{each['decision']}",
                "name": names.PRODUCT_ADDED,
                "at": now_ms,
                "products": [{"product_id": SERUM}],
            }
            behaviours += [clicked, cart]
    if behaviours:
        await _post(http, "behaviours", {"sent_at": now_ms, "behaviours": behaviours}, token)
    return bool(shown)


async def _post(http: aiohttp.ClientSession, path: str, said: dict[str, Any], token: str = "") -> dict[str, Any]:
    headers = {"User-Agent": AGENT} | ({"Authorization": f"Visitor {token}"} if token else {})
    async with http.post(f"/relation/v1/{path}", json=said, headers=headers) as answer:
        answer.raise_for_status()
        told: dict[str, Any] = await answer.json()
    await asyncio.sleep(0)  # whoever speaks to the window comes first
    return told


def _item(product: dict[str, Any]) -> dict[str, Any]:
    return {"product_id": product["id"], "category": product["category"], "brand": product["brand"], "price": product["price"]}
