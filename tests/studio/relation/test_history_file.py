"""What customers did before, from files as shops and other programs write them."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.errors import InvalidValue
from studio.relation import history_file
from studio.relation.days import Zone
from studio.relation.history_file import read

COPENHAGEN = Zone("Europe/Copenhagen")
SHOPIFY = """\ufeffOrder ID,Customer ID,Created at,Currency,Total,Lineitem sku,Lineitem price,Lineitem quantity,Lineitem vendor
1001,4711,2026-05-31 20:15,DKK,698.00,serum,449.00,1,Matilde
1001,4711,2026-05-31 20:15,,,oil,249.00,1,Matilde
1002,4712,2026-06-01T10:00:00+02:00,DKK,89.00,water,89.00,2,
"""
DANISH = """Kundenummer;Hændelse;Tidspunkt;Varenummer;Kategori;Pris;Valuta
4711;Product Viewed;2026-06-01 09:00;serum;Ansigt > Serum;1.449,50;dkk
;Product Viewed;2026-06-01 09:00;serum;;;
4711;Product Veiwed;2026-06-01 09:00;serum;;;
4711;Product Viewed;i går;serum;;;
4711;Product Viewed;2026-06-01 09:00;serum;;gratis;
"""
TRACK = {
    "type": "track",
    "messageId": "m-1",
    "userId": "4711",
    "event": "Order Completed",
    "timestamp": "2026-06-01T08:00:00Z",
    "properties": {"order_id": "1", "total": 24.9, "currency": "EUR", "products": [{"product_id": "oil", "price": 24.9}]},
}


def test_lines_of_one_order_are_one_behaviour_with_its_products() -> None:
    (first, second), problems = read(SHOPIFY, COPENHAGEN)
    assert problems == []
    assert (first.customer, first.said["name"], first.said["order_id"], first.said["value"]) == (
        "4711",
        "Order Completed",
        "1001",
        698.0,
    )
    assert [one["product_id"] for one in first.said["products"]] == ["serum", "oil"]
    assert first.said["at"] == 1_780_251_300_000, "a quarter past eight on the brand's wall"
    assert second.said["at"] == 1_780_300_800_000
    assert second.said["products"] == [{"product_id": "water", "price": 89.0, "quantity": 2}]


def test_each_line_that_cannot_be_used_is_named_and_the_others_are() -> None:
    (one,), problems = read(DANISH, COPENHAGEN)
    assert one.said["products"] == [{"product_id": "serum", "category": "Ansigt > Serum", "price": 1449.5}]
    assert one.said["currency"] == "DKK"
    assert [problem.line for problem in problems] == [3, 4, 5, 6]
    assert "Product Viewed" in problems[1].why, "did you mean"


@pytest.mark.parametrize("text", [json.dumps([TRACK]), json.dumps(TRACK), json.dumps(TRACK) + "\n\n"])
def test_segments_track_calls_are_read(text: str) -> None:
    (one,), problems = read(text, COPENHAGEN)
    assert problems == []
    assert one.customer == "4711"
    assert one.said | {"id": ""} == {
        "name": "Order Completed", "at": 1_780_300_800_000, "order_id": "1", "value": 24.9, "currency": "EUR", "id": "",
        "products": [{"product_id": "oil", "price": 24.9}],
    }  # fmt: skip


def test_what_is_read_again_is_the_same() -> None:
    assert read(DANISH, COPENHAGEN) == read(DANISH, COPENHAGEN)
    assert read(SHOPIFY, COPENHAGEN) == read(SHOPIFY.replace(",", ";"), COPENHAGEN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("event,timestamp\n", "customer_id"),
        ("customer_id,event\n", "timestamp"),
        ("customer_id,timestamp\n", "event"),
        ("", "customer_id"),
        ("[1,", "file"),
    ],
)
def test_what_is_no_history_is_refused_with_what_is_missing(text: str, said: str) -> None:
    with pytest.raises(InvalidValue, match=said):
        read(text, COPENHAGEN)


def test_no_more_is_read_than_there_is_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history_file, "ROWS_MAX", 2)
    with pytest.raises(InvalidValue, match="More than 2"):
        read(SHOPIFY, COPENHAGEN)


JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.text(string.printable, max_size=200) | JSON.map(json.dumps) | st.lists(JSON, max_size=3).map(json.dumps))
def test_no_file_breaks_it(text: str) -> None:
    try:
        found, problems = read(text, COPENHAGEN)
    except InvalidValue:
        return
    assert all(one.customer and one.said["name"] and one.said["id"] for one in found)
    assert all(problem.why for problem in problems)


@given(st.dictionaries(st.sampled_from(sorted({*TRACK, *TRACK["properties"]})), JSON, max_size=8))
def test_no_value_breaks_it(changed: dict[str, Any]) -> None:
    found, problems = read(json.dumps(TRACK | changed), COPENHAGEN)
    assert len(found) + len(problems) <= 1


SHOPIFY_EXPORT = """Name,Email,Created at,Currency,Total,Lineitem name,Lineitem sku,Lineitem price,Id,Customer ID
#1001,a@b.dk,2026-05-31 20:15:00 +0200,DKK,698.00,Serum,serum,449.00,5001,4711
#1001,,2026-05-31 20:15:00 +0200,,,Oil,oil,249.00,5001,4711
"""


def test_a_shopify_export_of_orders_is_read_by_its_own_names() -> None:
    (one,), problems = read(SHOPIFY_EXPORT, COPENHAGEN)
    assert problems == []
    assert (one.said["name"], one.said["order_id"], one.said["value"]) == ("Order Completed", "#1001", 698.0)
    assert [item["product_id"] for item in one.said["products"]] == ["serum", "oil"]


@pytest.mark.parametrize(
    ("amount", "number"),
    [
        ("1.449,50", 1449.5),
        ("1,449.50", 1449.5),
        ("449", 449.0),
        ("0,5", 0.5),
        ("1.234.567", 1234567.0),
        ("1,234", None),
        ("1.234", None),
    ],
)
def test_an_amount_is_read_as_it_is_meant_or_refused(amount: str, number: float | None) -> None:
    found, problems = read(f"customer_id;event;timestamp;total\n1;Page Viewed;2026-06-01;{amount}\n", COPENHAGEN)
    assert [one.said["value"] for one in found] == ([] if number is None else [number])
    assert len(problems) == (number is None)


@pytest.mark.parametrize(
    ("said", "at_ms"),
    [
        ("1780300800", 1_780_300_800_000),
        ("1780300800000", 1_780_300_800_000),
        ("2026-06-01T08:00:00Z", 1_780_300_800_000),
        ("01-06-2026 10:00", 1_780_300_800_000),
        ("1.6.2026 10:00", 1_780_300_800_000),
        ("20260601", 1_780_264_800_000),
        ("2026", None),
        ("03/04/2026", None),
        ("²", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_it_is_meant_or_refused(said: str, at_ms: int | None) -> None:
    found, problems = read(f"customer_id,event,timestamp\n1,Page Viewed,{said}\n", COPENHAGEN)
    assert [one.said["at"] for one in found] == ([] if at_ms is None else [at_ms])
    assert len(problems) == (at_ms is None)


@pytest.mark.parametrize(
    "changed", [{"type": "identify"}, {"userId": {"a": 1}}, {"event": "", "properties": {}}, {"timestamp": 1780300800000.5}]
)
def test_what_says_nothing_that_somebody_did_is_named(changed: dict[str, Any]) -> None:
    found, problems = read(json.dumps(TRACK | changed), COPENHAGEN)
    assert (found, len(problems)) == ([], 1)
