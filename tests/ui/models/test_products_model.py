"""The list of products: what is searched is found, what is dragged arrives, and rows stay while only their content changes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, Qt

from studio import i18n
from studio.state import Product
from tests.ui.calling import of
from ui.models.products_model import NUMBER, PINNED, PRODUCT, ProductsModel, claim_words, stock_words

HOUR_MS = 3_600_000
OIL = Product(id="oil", title="Ansigtsolie", price_minor=24900, stock=12, gtin="5701234567899")
CLAY = Product(id="clay-9", title="Grøn LERMASKE <b>", price_minor=19900, sold_out=True)
MIST = Product(id="mist", title="Ærteblomst mist", price_minor=14900, gone=True, claim="unproved", claimed_minor=20000)


@pytest.fixture
def model(qapp: object) -> ProductsModel:
    i18n.use("en")
    made = ProductsModel()
    made.show((OIL, CLAY, MIST))
    return made


def found(model: ProductsModel) -> list[str]:
    return [model.index(row).data(PRODUCT).id for row in range(model.rowCount())]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("", ["oil", "clay-9", "mist"]),
        ("lermaske grøn", ["clay-9"]),
        ("ÆRTE", ["mist"]),
        ("2", ["oil", "clay-9"]),
        ("9 clay", ["clay-9"]),
        ("olie maske", []),
        ("   ", ["oil", "clay-9", "mist"]),
    ],
)
def test_all_words_are_looked_for_wherever_they_stand(model: ProductsModel, words: str, ids: list[str]) -> None:
    model.search(words)
    assert found(model) == ids


def test_the_number_is_the_shows_whatever_is_searched(model: ProductsModel) -> None:
    model.search("mist")
    index = model.index(0)
    assert (index.data(NUMBER), index.data()) == (3, "3 Ærteblomst mist")
    assert (model.row_of("mist"), model.row_of("oil")) == (0, -1)


def test_rows_stay_while_only_what_is_in_them_changes(model: ProductsModel) -> None:
    resets, changes = list[int](), list[int]()
    model.modelReset.connect(lambda: resets.append(1))
    model.dataChanged.connect(lambda *_where: changes.append(1))
    model.show((of(OIL, stock=3), CLAY, MIST), ("mist",))
    assert (resets, len(changes)) == ([], 2)
    assert model.index(2).data(PINNED) is True
    model.show((of(OIL, stock=3), CLAY, MIST), ("mist",))
    assert len(changes) == 2, "nothing is new"
    model.show((CLAY, MIST), ("mist",))
    assert (resets, found(model)) == ([1], ["clay-9", "mist"])


def test_another_title_is_found_by_its_new_words(model: ProductsModel) -> None:
    model.search("serum")
    assert found(model) == []
    model.show((OIL, of(CLAY, title="Serum"), MIST))
    assert found(model) == ["clay-9"]


@pytest.mark.parametrize("code", ["oil", "5701234567899", "05701234567899"])
def test_a_code_finds_its_product_also_while_something_else_is_searched(model: ProductsModel, code: str) -> None:
    model.search("mist")
    assert model.by_code(code) == OIL
    assert model.by_code("570123456789") is None


@given(count=st.integers(1, 8), data=st.data())
def test_what_is_dropped_lies_where_it_was_dropped(qapp: object, count: int, data: st.DataObject) -> None:
    products = tuple(Product(id=f"p{number}", title=f"P{number}", price_minor=1) for number in range(count))
    model, moves = ProductsModel(), list[tuple[str, int]]()
    model.show(products)
    model.moved.connect(lambda *move: moves.append(move))
    row, place = data.draw(st.integers(0, count - 1)), data.draw(st.integers(-1, count))
    model.dropMimeData(model.mimeData([model.index(row)]), Qt.DropAction.MoveAction, place, 0, QModelIndex())
    ((moved, to),) = moves
    order = [product.id for product in products]
    marked = [*order[:place], "here", *order[place:]] if place >= 0 else [*order, "here"]
    marked.remove(moved)
    marked[marked.index("here")] = moved
    order.remove(moved)
    order.insert(to, moved)
    assert order == marked


def test_whoever_listens_hears_everything_that_is_seen(model: ProductsModel) -> None:
    model.show((OIL, CLAY, MIST), ("oil",))
    said = [str(model.index(row).data(Qt.ItemDataRole.AccessibleTextRole)) for row in range(3)]
    assert said == [
        "1, Ansigtsolie, Pinned, DKK 249, 12 left",
        "2, Grøn LERMASKE <b>, DKK 199, SOLD OUT",
        "3, Ærteblomst mist, DKK 149, before price left out: not known for 30 days",
    ]
    tips = [str(model.index(row).data(Qt.ItemDataRole.ToolTipRole)) for row in range(3)]
    assert "&lt;b&gt;" in tips[1]
    assert tips[2].endswith("Gone from the feed")


@pytest.mark.parametrize(
    ("age_h", "words"),
    [(6, "4 left"), (7, "4 left, 7 h ago"), (47, "4 left, 47 h ago"), (48, "4 left, 2 days ago"), (100, "4 left, 4 days ago")],
)
def test_an_old_number_is_said_with_its_age(model: ProductsModel, age_h: int, words: str) -> None:
    product = of(OIL, stock=4, stock_at_ms=HOUR_MS)
    assert stock_words(product, HOUR_MS + age_h * HOUR_MS) == words
    assert stock_words(of(product, stock=None), 0) == ""
    assert stock_words(of(product, sold_out=True), 0) == "SOLD OUT"


def test_a_before_price_that_may_be_claimed_is_no_warning() -> None:
    assert claim_words(of(OIL, claim="", before_minor=30000)) == ""
    assert claim_words(of(OIL, claim="higher")) == "", "the lowest is not known: nothing is claimed about it"


def test_what_is_dragged_is_itself_whatever_happens_to_the_list(model: ProductsModel) -> None:
    moved: list[tuple[str, int]] = []
    model.moved.connect(lambda product, place: moved.append((product, place)))
    carried = model.mimeData([model.index(2)])
    model.show((MIST, OIL))
    model.dropMimeData(carried, Qt.DropAction.MoveAction, 2, 0, QModelIndex())
    assert moved == [("mist", 1)]
    model.show((OIL,))
    model.dropMimeData(carried, Qt.DropAction.MoveAction, 0, 0, QModelIndex())
    assert moved == [("mist", 1)], "it has left the show meanwhile"


def test_a_new_barcode_is_found(model: ProductsModel) -> None:
    model.search("4006381333931")
    assert found(model) == []
    model.show((OIL, of(CLAY, gtin="4006381333931"), MIST))
    assert found(model) == ["clay-9"]
