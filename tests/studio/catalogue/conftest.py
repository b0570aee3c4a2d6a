"""Feeds as bytes, read into products and refusals."""

import io
from typing import Any, NamedTuple

import msgspec

from studio.catalogue.item import Options, Progress, Rejected
from studio.catalogue.reader import read
from studio.show.product import CatalogueProduct
from studio.show.read_as import ReadAs


class Result(NamedTuple):
    products: list[CatalogueProduct]
    rejected: list[Rejected]
    """Products that were refused."""
    left_out: list[Rejected]
    """Fields and variants that were."""
    last: Progress
    read_as: ReadAs

    @property
    def only(self) -> CatalogueProduct:
        assert len(self.products) == 1, self
        return self.products[0]

    def reasons(self) -> list[tuple[int, str, str]]:
        return [(one.line, one.field, one.reason.format_map(one.params)) for one in (*self.rejected, *self.left_out)]


def result(data: bytes, **options: Any) -> Result:
    """Everything in the feed; each product also fits its struct's limits, as the server will check."""
    found = list(read(io.BytesIO(data), Options(**{"currency": "DKK", **options})))
    products = [one for one in found if isinstance(one, CatalogueProduct)]
    for product in products:
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(product), type=CatalogueProduct) == product
    refused = [one for one in found if isinstance(one, Rejected)]
    read_as, last = found[-2:]
    assert isinstance(read_as, ReadAs)
    assert isinstance(last, Progress)
    assert (last.products, last.done_bytes) == (len(products), len(data))
    return Result(products, [one for one in refused if not one.kept], [one for one in refused if one.kept], last, read_as)
