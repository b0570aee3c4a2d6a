"""What can be said of a product in a call: from the show, else the catalogue, else the customer's page, else its id."""

import pytest

from studio import i18n
from studio.show.call import CardProduct
from studio.show.product import Offer, Variant
from studio.state import State
from tests.ui.calling import ANNE, BALM, CARD, MIST, PRODUCTS, calm, of, talking
from ui.models.offered import Offered, image_of, known, of_card, of_catalogue, of_show


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


def test_the_show_knows_best() -> None:
    assert known(calm(), "p4", (of(MIST, title="Something else"),)) == of_show(PRODUCTS[3])
    assert of_show(PRODUCTS[3]).words == "DKK 149 · 60 left"


def test_then_what_was_searched_then_the_customers_page_then_the_id() -> None:
    without = of(talking(), shop=State().shop)
    assert known(without, "p7", (BALM,)).title == "Læbepomade"
    assert known(without, "p2") == Offered("p2", "Hydra Natcreme", "50 ml · DKK 379"), "the cart says more than what was seen"
    assert known(without, "p3") == Offered("p3", "Lermaske")
    assert known(without, "gone") == Offered("gone", "gone")
    assert known(of(calm(), shop=State().shop), "p2") == Offered("p2", "p2"), "without a call there is no page"


def test_a_choice_is_offered_where_there_is_one() -> None:
    offered = of_catalogue(BALM)
    assert offered.variants == (("p7-r", "Rose"), ("p7-h", "Honning & mælk"))
    assert (offered.words, offered.sold_out) == ("DKK 79 · 4 left", False)
    assert of_catalogue(of(BALM, variants=BALM.variants[:1])).variants == ()
    assert of_catalogue(MIST).variants == ()


@pytest.mark.parametrize(
    ("stocks", "words", "sold_out"),
    [((0, 0), "DKK 79 · SOLD OUT", True), ((0, None), "DKK 79", False), ((2, 3), "DKK 79 · 5 left", False)],
)
def test_a_product_is_sold_out_when_all_of_it_is(stocks: tuple[int | None, ...], words: str, sold_out: bool) -> None:
    variants = tuple(Variant(id=f"v{n}", offer=Offer(price_minor=7900, stock=stock)) for n, stock in enumerate(stocks))
    offered = of_catalogue(of(BALM, variants=variants))
    assert (offered.words, offered.sold_out) == (words, sold_out)
    assert offered.variants == (("v0", "v0"), ("v1", "v1")), "a variant without words has its id"


def test_a_sale_that_is_over_is_not_the_price() -> None:
    over = Offer(price_minor=14900, sale_minor=9900, sale_until_ms=1, stock=None)
    assert of_catalogue(of(MIST, offer=over)).words == "DKK 149"
    assert of_catalogue(of(MIST, offer=of(over, sale_until_ms=None))).words == "DKK 99"


def test_a_page_that_tells_little_is_not_made_to_tell_more() -> None:
    assert of_card(CardProduct(id="p9"), "DKK") == Offered("p9", "p9")
    assert of_card(CardProduct(id="p9", title="Creme", price_minor=0), "") == Offered("p9", "Creme")
    currencyless = talking(of(ANNE, card=of(CARD, currency="")))
    assert "379" not in known(of(currencyless, shop=State().shop), "p2").words


def test_a_picture_is_the_shows_own() -> None:
    shown = of(calm(), shop=of(calm().shop, products=(of(PRODUCTS[0], image="oil.jpg"),)))
    assert (image_of(shown, "p1"), image_of(shown, "p2")) == ("oil.jpg", "")
