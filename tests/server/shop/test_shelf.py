"""Products of a show: pinned, priced, hidden, sold out, and told to the pages at once."""

import aiohttp
import msgspec
import pytest

from studio import wire
from studio.commands import Command, named
from studio.commands.chat import PollOpen
from studio.commands.product import (
    PinsSet,
    ProductAdd,
    ProductChange,
    ProductNext,
    ProductOrder,
    ProductPin,
    ProductPrice,
    ProductRemove,
    ProductSetAdd,
    ProductSetRemove,
    ProductSetSave,
    ProductUnpin,
    ShopSet,
)
from studio.commands.show import ShowCreate, ShowRehearse
from studio.errors import ChangedSince, InvalidValue, NotFound, WrongState
from studio.server.app import ShowServer
from studio.server.db import catalogue as catalogue_rows
from studio.server.db import planned as planned_rows
from studio.server.db.engine import writing
from studio.server.live.show import LiveShow
from studio.server.live.shows import in_catalogue
from studio.server.members import AudienceSocket
from studio.server.shop.product_changes import ProductChanges
from studio.server.shop.routes import product_sheet
from studio.show.price_claim import DAY_MS
from studio.show.product import CatalogueProduct, Offer, PricePoint, Variant
from studio.state import Product
from tests.fakes import until
from tests.server.conftest import BOTH_DATABASES, MakeDesktop, StartServer
from tests.server.fakes import Desktop, Page, page


def ids(room: LiveShow) -> list[str]:
    return [product.id for product in room.shelf.products]


@BOTH_DATABASES
async def test_a_pin_reaches_page_studio_and_log(shop: Desktop, visitor: Page, room: LiveShow) -> None:
    assert await shop.do(ProductPin(product="oil")) == "oil"
    assert (await visitor.next("products"))["pins"] == ["oil"]
    event = await visitor.event("product.pinned")
    assert (event["data"]["product"], event["data"]["price_minor"], event["data"]["currency"]) == ("oil", 24_900, "DKK")
    assert (await shop.branch("shop", lambda shop: shop["pins"] == ["oil"]))["products"][0]["id"] == "oil"
    assert room.shelf.pins == ("oil",)


async def test_a_fourth_pin_takes_the_place_of_the_oldest(shop: Desktop, room: LiveShow) -> None:
    for product in ("oil", "cream", "mask", "mist"):
        await shop.do(ProductPin(product=product))
    assert list(room.shelf.pins) == ["cream", "mask", "mist"]
    await shop.do(ProductPin(product="cream"))
    assert list(room.shelf.pins) == ["mask", "mist", "cream"]
    await shop.do(ProductUnpin(product="mist"))
    assert list(room.shelf.pins) == ["mask", "cream"]
    await shop.do(ProductUnpin())
    assert list(room.shelf.pins) == []


async def test_next_walks_through_the_show_and_says_where_it_ends(shop: Desktop, room: LiveShow) -> None:
    await shop.do(ProductChange(product="cream", hidden=True))
    for product in ("oil", "mask", "mist"):
        assert await shop.do(ProductNext()) == product
        assert room.shelf.pins == (product,)
    with pytest.raises(WrongState, match="last product"):
        await shop.do(ProductNext())


async def test_pins_are_put_back_unless_somebody_was_quicker(shop: Desktop, room: LiveShow) -> None:
    await shop.do(ProductPin(product="oil"))
    await shop.do(ProductPin(product="mist"))
    await shop.do(PinsSet(products=("oil",), expected=("oil", "mist")))
    assert list(room.shelf.pins) == ["oil"]
    with pytest.raises(ChangedSince):
        await shop.do(PinsSet(products=(), expected=("oil", "mist")))
    await shop.do(PinsSet(products=("mist", "oil", "cream")))
    assert list(room.shelf.pins) == ["mist", "oil", "cream"]


async def test_pins_are_taken_back_unless_somebody_else_has_pinned_since(shop: Desktop, room: LiveShow) -> None:
    async def did(command: Command) -> wire.TakesBack | None:
        return (await shop.connection.answered(*named(command))).undo

    first = await did(ProductPin(product="oil"))
    assert first is not None
    assert first.sentence == "Pins"
    second = await did(ProductNext())
    assert second is not None
    assert room.shelf.pins == ("cream",)
    assert await did(PinsSet(products=("cream",))) is None, "nothing was changed"
    again = (await shop.connection.answered(second.name, second.args)).undo
    assert room.shelf.pins == ("oil",)
    assert again is not None
    await shop.connection.answered(again.name, again.args)
    assert room.shelf.pins == ("cream",)
    with pytest.raises(ChangedSince):
        await shop.connection.answered(first.name, first.args)
    cleared = await did(ProductUnpin())
    assert cleared is not None
    assert cleared.args == {"products": ["cream"], "expected": []}


@pytest.mark.parametrize("code", ["5701234567899", "05701234567899", "oil"])
async def test_a_barcode_pins(shop: Desktop, code: str) -> None:
    assert await shop.do(ProductPin(code=code)) == "oil"


async def test_what_is_not_in_the_show_cannot_be_pinned(shop: Desktop) -> None:
    for wrong in (ProductPin(product="nothing"), ProductPin(code="4006381333931"), ProductUnpin(product="nothing")):
        with pytest.raises(NotFound):
            await shop.do(wrong)
    with pytest.raises(InvalidValue, match="Name a product or a barcode"):
        await shop.do(ProductPin())


async def test_a_hidden_product_is_nobodys_to_see(
    shop: Desktop, visitor: Page, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    await shop.do(ProductPin(product="oil"))
    await shop.do(ProductChange(product="oil", hidden=True))
    gone = await visitor.inbox.find(lambda m: m["t"] == "products" and m.get("order") == ["cream", "mask", "mist"])
    assert gone["pins"] == []
    with pytest.raises(WrongState, match="hidden"):
        await shop.do(ProductPin(product="oil"))
    async with http.get(f"{server.url}/api/shows/shop/products/oil") as response:
        assert response.status == 404
    async with http.get(f"{server.url}/api/shows/shop/products") as response:
        assert [product["id"] for product in (await response.json())["products"]] == ["cream", "mask", "mist"]


async def test_sold_out_is_told_at_once(shop: Desktop, visitor: Page) -> None:
    await shop.do(ProductChange(product="oil", sold_out=True))
    (oil,) = (await visitor.next("products"))["changed"]
    assert (oil["id"], oil["sold_out"]) == ("oil", True)
    assert (await visitor.event("product.sold_out"))["data"]["sold_out"] is True


async def test_a_before_price_that_nothing_proves_is_left_out(shop: Desktop, room: LiveShow, visitor: Page) -> None:
    oil, cream, *_ = room.shelf.products
    assert (oil.claim, oil.before_minor, oil.lowest_minor) == ("proved", 32_900, 32_900)
    assert (cream.claim, cream.before_minor, cream.claimed_minor) == ("unproved", None, 45_000)
    welcome = await visitor.next("welcome")
    told = {product["id"]: product for product in welcome["show"]["products"]}
    assert told["oil"]["before_minor"] == 32_900
    assert "before_minor" not in told["cream"]
    assert "claimed_minor" not in str(welcome)
    await shop.do(ShopSet(claims="off"))
    changed = await visitor.inbox.find(lambda m: m["t"] == "products" and m["changed"])
    assert [(product["id"], product["before_minor"]) for product in changed["changed"]] == [("cream", 45_000)]


async def test_a_show_price_is_spoken_until_a_cart_confirms_it_and_ends_by_itself(
    shop: Desktop, room: LiveShow, visitor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends = room.wall_ms + 60_000
    await shop.do(ProductPrice(product="mist", price_minor=9_900, until_ms=ends, code="AFTEN10"))
    mist = next(product for product in room.shelf.products if product.id == "mist")
    assert (mist.price_minor, mist.show_price and mist.show_price.price_minor) == (14_900, 9_900)
    (told,) = (await visitor.next("products"))["changed"]
    assert (told["price_minor"], told["code"], told["code_until_ms"]) == (14_900, "AFTEN10", ends)
    await shop.do(ShopSet(cart_confirms=True))
    await visitor.inbox.find(lambda m: m["t"] == "products" and [p["price_minor"] for p in m["changed"]] == [9_900])
    visitor.inbox.forget()
    monkeypatch.setattr(type(room), "wall_ms", property(lambda self: ends))
    (told,) = (await visitor.next("products"))["changed"]
    assert told["price_minor"] == 14_900


async def test_a_show_price_cannot_end_before_it_begins(shop: Desktop, room: LiveShow) -> None:
    with pytest.raises(InvalidValue) as caught:
        await shop.do(ProductPrice(product="mist", price_minor=1, until_ms=room.wall_ms - 1))
    assert caught.value.field == "until_ms"


async def test_order_add_and_remove(shop: Desktop, room: LiveShow, server: ShowServer, visitor: Page) -> None:
    await shop.do(ProductOrder(products=("mist", "oil")))
    assert ids(room) == ["mist", "oil", "cream", "mask"]
    assert (await visitor.next("products"))["order"] == ["mist", "oil", "cream", "mask"]
    await shop.do(ProductRemove(product="cream"))
    await shop.do(ProductAdd(products=("cream", "cream", "oil")))
    assert ids(room) == ["mist", "oil", "mask", "cream"]
    with pytest.raises(NotFound, match="nothing in the catalogue"):
        await shop.do(ProductAdd(products=("nothing",)))
    assert (await shop.event("products.planned"))["data"]["products"] == ["mist", "oil", "cream", "mask"]


async def test_a_set_is_kept_for_other_shows(shop: Desktop, server: ShowServer) -> None:
    await shop.do(ProductRemove(product="mask"))
    kept = await shop.do(ProductSetSave(name="Vinter"))
    assert await shop.do(ProductSetSave(name="VINTER")) == kept, "the same name is the same set"
    await shop.do(ShowCreate(id="next", title="Next"))
    room = await server.live_shows.get("next")
    await shop.do(ProductSetAdd(set=kept))
    assert ids(room) == ["oil", "cream", "mist"]
    await shop.do(ProductSetRemove(set=kept))
    with pytest.raises(NotFound):
        await shop.do(ProductSetAdd(set=kept))


async def test_everything_is_there_after_a_restart(shop: Desktop, server: ShowServer, start_server: StartServer) -> None:
    await shop.do(ProductOrder(products=("mist",)))
    await shop.do(ProductPin(product="cream"))
    await shop.do(ProductPin(product="mist"))
    await shop.do(ProductPrice(product="oil", price_minor=100, code="X"))
    await shop.do(ShopSet(cart_confirms=True))
    await shop.close()
    await server.close()
    room = await (await start_server()).live_shows.get("shop")
    assert ids(room) == ["mist", "oil", "cream", "mask"]
    assert room.shelf.pins == ("cream", "mist")
    assert next(product for product in room.shelf.products if product.id == "oil").price_minor == 100


async def test_a_page_that_comes_late_is_told_the_pins(shop: Desktop, server: ShowServer, http: aiohttp.ClientSession) -> None:
    await shop.do(ProductPin(product="mist"))
    async with page(http, server, show="shop") as late:
        welcome = await late.next("welcome")
        assert welcome["show"]["pins"] == ["mist"]
        assert [product["number"] for product in welcome["show"]["products"]] == [1, 2, 3, 4]


async def test_of_many_products_a_page_is_told_the_first_and_the_pinned(
    shop: Desktop, server: ShowServer, http: aiohttp.ClientSession
) -> None:
    many = tuple(Product(id=f"p{n}", title=f"Product {n}", price_minor=n) for n in range(300))
    await shop.do(ShowCreate(id="many", title="Many", products=many))
    await shop.do(ProductPin(product="p250"))
    async with page(http, server, show="many") as late:
        shown = (await late.next("welcome"))["show"]
        assert (len(shown["products"]), shown["more"], shown["products"][-1]["id"]) == (101, True, "p250")
    async with http.get(f"{server.url}/api/shows/many/products") as response:
        assert len((await response.json())["products"]) == 300


async def test_nothing_is_shown_that_could_not_be_stored(
    shop: Desktop, visitor: Page, room: LiveShow, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*args: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(planned_rows, "replace", full)
    with pytest.raises(Exception, match="server failed"):
        await shop.do(ProductPin(product="oil"))
    assert room.shelf.pins == ()
    monkeypatch.undo()
    await shop.do(ProductPin(product="mist"))
    assert (await visitor.next("products"))["pins"] == ["mist"]
    await until(lambda: room.shelf.pins == ("mist",))


async def test_the_largest_show_opens_and_a_pin_sends_what_changed(server: ShowServer, make_desktop: MakeDesktop) -> None:
    many = tuple(
        Product(id=f"p{n}", title=f"{n} " + "Æ" * 290, price_minor=n, url=f"https://shop.example/{n}?" + "u" * 1900)
        for n in range(2000)
    )
    engine = server.tokens.engine
    assert engine is not None
    async with writing(engine).begin() as connection:
        await catalogue_rows.put(connection, [in_catalogue(product) for product in many], 1)
    desktop = await make_desktop(show="big").connect()
    await desktop.do(ShowCreate(id="big", title="Big"))
    for start in range(0, 2000, 500):
        await desktop.do(ProductAdd(products=tuple(product.id for product in many[start : start + 500])))
    await desktop.branch("shop", lambda shop: len(shop["products"]) == 2000)
    late = await make_desktop(client="late", show="big", engine=False).connect()
    assert [product["id"] for product in late.welcome.state["shop"]["products"]] == [product.id for product in many]
    before = [product["title"] for product in late.welcome.state["shop"]["products"]]
    late.inbox.forget()
    await desktop.do(ProductPin(product="p1999"))
    shop = await late.branch("shop", lambda shop: shop["pins"] == ["p1999"])
    assert [product["title"] for product in shop["products"]] == before
    news = ProductChanges()
    news.changes(many)
    assert max(len(wire.encode(message)) for message in news.everything()) < wire.MAX_MESSAGE
    pinned = msgspec.structs.replace(many[7], pinned_ms=5)
    (change,) = news.changes((*many[:7], pinned, *many[8:]))
    assert (len(change.changed), change.order) == (1, None)
    assert news.changes((*many[:7], pinned, *many[8:])) == []


async def test_a_code_is_told_when_its_price_begins_and_no_longer(
    shop: Desktop, room: LiveShow, visitor: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    begins, ends = room.wall_ms + 1000, room.wall_ms + 2000
    await shop.do(ProductPrice(product="mist", price_minor=9_900, code="AFTEN10", from_ms=begins, until_ms=ends))
    assert "code" not in next(product for product in room.shelf.public() if product["id"] == "mist")
    monkeypatch.setattr(type(room), "wall_ms", property(lambda self: begins))
    await visitor.inbox.find(lambda m: m["t"] == "products" and [p.get("code") for p in m["changed"]] == ["AFTEN10"])
    monkeypatch.setattr(type(room), "wall_ms", property(lambda self: ends))
    await until(lambda: "code" not in next(product for product in room.shelf.public() if product["id"] == "mist"))


@BOTH_DATABASES
async def test_a_show_price_is_a_price_that_the_next_before_price_is_judged_by(
    shop: Desktop, room: LiveShow, server: ShowServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = room.wall_ms
    known = CatalogueProduct(
        id="balm",
        title="Balm",
        currency="DKK",
        offer=Offer(price_minor=24_900),
        history=(PricePoint(at_ms=now - 90 * DAY_MS, price_minor=24_900),),
    )
    engine = server.tokens.engine
    assert engine is not None
    async with writing(engine).begin() as connection:
        await catalogue_rows.put(connection, [known], now)
    await shop.do(ProductAdd(products=("balm",)))

    def balm() -> Product:
        return next(product for product in room.shelf.products if product.id == "balm")

    async def clock(at_ms: int) -> None:
        monkeypatch.setattr(type(room), "wall_ms", property(lambda self: at_ms))
        await room.shelf.tick(at_ms)

    await shop.do(ShopSet(cart_confirms=True))
    await shop.do(ProductPrice(product="balm", price_minor=14_900, until_ms=now + 3_600_000))
    await clock(now + 1000)
    assert (balm().price_minor, balm().before_minor) == (14_900, 24_900), "its own reduction does not count against it"
    await clock(now + 2 * DAY_MS)
    assert balm().price_minor == 24_900
    await shop.do(ProductPrice(product="balm", price_minor=19_900))
    await clock(now + 2 * DAY_MS + 1000)
    assert (balm().price_minor, balm().before_minor, balm().claim, balm().lowest_minor) == (19_900, None, "higher", 14_900)


async def test_what_is_rehearsed_is_not_told_and_not_counted(
    shop: Desktop, room: LiveShow, visitor: Page, http: aiohttp.ClientSession, server: ShowServer
) -> None:
    await shop.do(ShowRehearse())
    visitor.inbox.forget()
    async with page(http, server, show="shop", key=room.key) as guest:
        await shop.do(ProductPin(product="oil"))
        await shop.do(PollOpen(question="Hvilken?", answers=("A", "B")))
        await guest.inbox.find(lambda m: m["t"] == "products" and m["pins"] == ["oil"])
        await guest.inbox.find(lambda m: m["t"] == "poll" and m["poll"])
        await guest.event("poll.opened")
    async with page(http, server, show="shop", seq=1) as late:
        welcome = await late.next("welcome")
        assert (welcome["show"]["pins"], welcome["poll"]) == ([], None)
    await visitor.send(t="did", what="view", product="oil")
    assert (await visitor.say("Er der nogen?"))["line"]
    assert room.counters.numbers(0).views == 0
    assert not [m for m in visitor.inbox.all if m["t"] in ("products", "poll") or "poll" in str(m.get("event", ""))]
    await shop.do(ShowRehearse(on=False))
    await visitor.inbox.find(lambda m: m["t"] == "products" and m["pins"] == ["oil"])
    assert await room.journal.pinned(room.show.live_since_ms) == []


async def test_what_changes_while_a_page_catches_up_is_not_lost(
    shop: Desktop, room: LiveShow, server: ShowServer, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    catch_up = server.audience._catch_up

    async def slowly(room: LiveShow, member: AudienceSocket, seq: int) -> None:
        await catch_up(room, member, seq)
        await shop.do(ProductPin(product="mist"))

    monkeypatch.setattr(server.audience, "_catch_up", slowly)
    async with page(http, server, show="shop") as late:
        assert (await late.next("welcome"))["show"]["pins"] == []
        await late.inbox.find(lambda m: m["t"] == "products" and m["pins"] == ["mist"])
        await late.next("clock")


async def test_a_sheet_says_what_the_card_says_for_every_variant(room: LiveShow, server: ShowServer, shop: Desktop) -> None:
    small, large = Offer(price_minor=24_900, sku="S"), Offer(price_minor=34_900, sku="L")
    product = CatalogueProduct(
        id="serum",
        title="Serum",
        currency="DKK",
        offer=small,
        variants=(Variant(id="s", title="30 ml", offer=small), Variant(id="l", title="50 ml", offer=large)),
    )
    engine = server.tokens.engine
    assert engine is not None
    async with writing(engine).begin() as connection:
        await catalogue_rows.put(connection, [product], room.wall_ms)
    await shop.do(ProductAdd(products=("serum",)))
    await shop.do(ShopSet(cart_confirms=True))
    await shop.do(ProductPrice(product="serum", price_minor=19_900))
    told = product_sheet(room, "serum")
    assert told["price_minor"] == 19_900
    assert [option["price_minor"] for option in told["options"]] == [19_900, 34_900]
    assert not any("before_minor" in option for option in told["options"]), "known since a moment ago only"
    await shop.do(ShopSet(claims="off"))
    told = product_sheet(room, "serum")
    assert [option.get("before_minor") for option in told["options"]] == [24_900, None]
