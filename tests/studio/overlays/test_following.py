"""Overlays that follow the shop: they come, change in place, and go."""

import threading
from typing import Any

import cv2
import numpy as np
import pytest

from studio.clock import NS_PER_MS
from studio.overlays import following, shop_data
from studio.overlays.card_paint import wrapped
from studio.overlays.chat_message import ChatMessageSettings, ChatMessageSource
from studio.overlays.kinds import all_kinds
from studio.overlays.painter import OverlayPainter, ensure_gui
from studio.overlays.poll import PollSettings, PollSource
from studio.overlays.product_card import ProductCardSettings, ProductCardSource
from studio.overlays.shop_data import ShopData
from studio.show.chat import ChatLine, ChatRules
from studio.show.poll import Poll
from studio.show.shelf import Product
from studio.sources.base import SourceContext, checked_settings
from studio.state import Shop
from tests.fakes import ManualClock

OIL = Product(id="oil", title="Ansigtsolie med rose", price_minor=24_900, before_minor=32_900, stock=41)
CREAM = Product(id="cream", title="Fugtighedsbevarende overnatningscreme til meget tør hud", price_minor=37_950, stock=3)
GONE = Product(id="gone", title="Serum", price_minor=44_900, sold_out=True, stock=0)
MS = NS_PER_MS


class AtOnce(OverlayPainter):
    """Draws as soon as it is asked to, on this thread."""

    def submit(self, key: object, job: Any) -> None:
        job()


@pytest.fixture
def data() -> ShopData:
    ensure_gui()
    made = ShopData()
    made.shop = Shop(products=(OIL, CREAM, GONE))
    return made


def card(data: ShopData, **settings: Any) -> ProductCardSource:
    return ProductCardSource(AtOnce(), data, ProductCardSettings(**settings), SourceContext(clock=ManualClock()))


def pin(data: ShopData, *products: str) -> None:
    data.shop = Shop(products=data.shop.products, pins=products)


def test_without_a_pin_nothing_is_seen(data: ShopData) -> None:
    source = card(data)
    assert source.picture(0) is None
    assert source.motion(0).opacity == 0


def test_a_pin_comes_from_below_and_stands(data: ShopData) -> None:
    source = card(data)
    pin(data, "oil")
    assert source.picture(0) is not None
    first, middle, last = (source.motion(at) for at in (0, 100 * MS, following.IN_NS))
    assert (first.opacity, last.opacity, last.rise) == (0, 1, 0)
    assert 0 < middle.opacity < 1
    assert first.rise > middle.rise > 0


def test_another_price_changes_in_place_another_product_goes_and_comes(data: ShopData) -> None:
    source = card(data)
    pin(data, "oil")
    before = source.picture(0)
    dearer = Product(id="oil", title="Ansigtsolie med rose", price_minor=29_900)
    data.shop = Shop(products=(dearer, CREAM, GONE), pins=("oil",))
    after = source.picture(1000 * MS)
    assert after is not before
    assert source.motion(1000 * MS).opacity == 1, "no movement for a price"
    pin(data, "cream")
    assert source.picture(2000 * MS) is after, "the old one goes first"
    assert source.motion(2100 * MS).opacity < 1
    assert source.picture(2000 * MS + following.OUT_NS) is not after
    assert source.motion(2000 * MS + following.OUT_NS).opacity == 0
    pin(data)
    source.picture(5000 * MS)
    assert source.picture(5000 * MS + following.OUT_NS) is None


def test_a_pin_that_leaves_before_it_was_drawn_is_never_seen(data: ShopData) -> None:
    waiting: list[Any] = []

    class Slow(OverlayPainter):
        def submit(self, key: object, job: Any) -> None:
            waiting.append(job)

    source = ProductCardSource(Slow(), data, ProductCardSettings(), SourceContext())
    pin(data, "oil")
    assert source.picture(0) is None
    pin(data)
    source.picture(10 * MS)
    waiting[0]()
    assert source.picture(20 * MS) is None


@pytest.mark.parametrize("layout", ["card", "tall", "price", "banner"])
@pytest.mark.parametrize("product", ["oil", "cream", "gone"])
def test_every_layout_draws_every_product(data: ShopData, layout: Any, product: str) -> None:
    picture = card(data, layout=layout, product=product).picture(0)
    assert picture is not None
    assert picture.alpha is not None
    assert picture.alpha.max() > 200


def test_places_follow_the_order_of_pins(data: ShopData) -> None:
    pin(data, "oil", "cream")
    shown = [card(data, place=place).content(0) for place in (1, 2, 3)]
    assert [content.thing if content else None for content in shown] == ["cream", "oil", None]


def test_a_hidden_product_is_not_on_the_picture(data: ShopData) -> None:
    hidden = Product(id="oil", title="Olie", price_minor=1, hidden=True)
    data.shop = Shop(products=(hidden,), pins=("oil",))
    assert card(data).content(0) is None


def test_pictures_are_asked_for_once_and_drawn_when_they_come(data: ShopData) -> None:
    import cv2
    import numpy as np

    asked: list[str] = []
    data.want = asked.append
    pictured = Product(id="oil", title="Olie", price_minor=1, image="/pictures/a.webp")
    data.shop = Shop(products=(pictured,), pins=("oil",))
    source = card(data)
    before = source.picture(0)
    source.picture(10 * MS)
    assert asked == ["/pictures/a.webp"]
    red = np.zeros((40, 40, 3), np.uint8)
    red[:] = (0, 0, 255)
    data.brought("/pictures/a.webp", cv2.imencode(".png", red)[1].tobytes())
    after = source.picture(20 * MS)
    assert after is not None
    assert before is not None
    assert after.v.max() > before.v.max() + 40, "it is red where the picture is"
    data.brought("/other", b"no picture")
    assert data.picture("/other") is None


# ── chat and poll ────────────────────────────────────────────────────────────────────────────────────────────


def line(number: int, at_ms: int, **fields: Any) -> ChatLine:
    return ChatLine(id=f"l{number}", at_ms=at_ms, name="Sofie", text=f"Nummer {number}", **fields)


def test_the_newest_line_waits_and_can_be_taken_back(data: ShopData) -> None:
    clock = ManualClock(wall_ms=100_000)
    source = ChatMessageSource(AtOnce(), data, ChatMessageSettings(show="newest"), SourceContext(clock=clock))
    data.shop = Shop(rules=ChatRules(delay_s=5))
    data.chatted([line(1, 90_000), line(2, 96_000), line(3, 90_500, state="held"), line(4, 90_600, staff=True)])
    content = source.content(0)
    assert content is not None
    assert content.thing == "l1", "number 2 is too young; held lines and our own are not shown by themselves"
    data.removed("l2")
    clock.advance(ms=10_000)
    content = source.content(0)
    assert content is not None
    assert content.thing == "l1", "it was taken back in time"
    data.chatted([line(1, 90_000, state="removed")])
    assert source.content(0) is None


def test_the_chosen_line_is_shown(data: ShopData) -> None:
    source = ChatMessageSource(AtOnce(), data, ChatMessageSettings(), SourceContext())
    assert source.picture(0) is None
    data.shop = Shop(picture_line=line(7, 1))
    assert source.picture(0) is not None


def test_a_poll_changes_with_the_votes(data: ShopData) -> None:
    source = PollSource(AtOnce(), data, PollSettings(), SourceContext())
    data.shop = Shop(poll=Poll(id="p", question="Hvilken duft?", answers=("Rose", "Lavendel"), votes=(0, 0)))
    first = source.picture(0)
    data.shop = Shop(poll=Poll(id="p", question="Hvilken duft?", answers=("Rose", "Lavendel"), votes=(3, 1)))
    second = source.picture(1000 * MS)
    assert first is not None
    assert second is not first
    assert source.motion(1000 * MS).opacity == 1


@pytest.mark.parametrize(
    "words", ["", "one", "Fugtighedsbevarende overnatningscreme", "x" * 500, "a b c d e f g h i j k l m n o p", "æøå " * 200]
)
def test_words_never_leave_their_lines(words: str) -> None:
    ensure_gui()
    from PySide6.QtGui import QFontMetricsF

    from studio.overlays.base import font

    face = font(30)
    lines = wrapped(words, face, 220, 3)
    assert len(lines) <= 3
    assert all(QFontMetricsF(face).horizontalAdvance(line) <= 222 for line in lines)


def test_shop_data_is_read_on_any_thread(data: ShopData) -> None:
    stop = threading.Event()
    faults: list[BaseException] = []

    def read() -> None:
        try:
            while not stop.is_set():
                data.newest_line(10**15)
                data.picture("/a")
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for number in range(2000):
        data.chatted([line(number, number)])
        data.removed(f"l{number - 3}")
        data.brought(f"/{number}", b"")
    stop.set()
    for thread in threads:
        thread.join()
    assert faults == []


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("product_card", {"layout": "round"}),
        ("product_card", {"place": 4}),
        ("chat_message", {"show": "all"}),
        ("poll", {"scale": 9}),
    ],
)
def test_bad_settings_are_refused(kind: str, settings: dict[str, Any]) -> None:
    from studio.errors import InvalidValue

    with pytest.raises(InvalidValue):
        checked_settings(all_kinds(OverlayPainter()), kind, settings)


def test_the_picture_on_air_stays_however_many_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    encoded = cv2.imencode(".png", np.zeros((100, 100, 3), np.uint8))[1].tobytes()
    monkeypatch.setattr(shop_data, "PICTURES_BYTES", 10 * 100 * 100 * 4)
    data = ShopData()
    wanted: list[str] = []
    data.want = wanted.append
    data.picture("/on-air")
    data.brought("/on-air", encoded)
    for number in range(50):
        data.picture(f"/{number}")
        data.brought(f"/{number}", encoded)
        assert data.picture("/on-air") is not None
    assert wanted.count("/on-air") == 1
    assert data.picture("/0") is None
    assert data.picture("/49") is not None
    data.brought("/never asked for", encoded)
    assert data.picture("/never asked for") is None
