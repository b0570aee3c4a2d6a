"""Feeds as bytes, read into products and refusals."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import pytest

from studio.catalogue.item import Options, Progress, Rejected
from studio.catalogue.reader import read
from studio.show.product import CatalogueProduct

SAMPLES = Path("/work/shared/data")


class Result(NamedTuple):
    products: list[CatalogueProduct]
    rejected: list[Rejected]
    """Products that were refused."""
    left_out: list[Rejected]
    """Fields and variants that were."""
    last: Progress

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
    last = found[-1]
    assert isinstance(last, Progress)
    assert (last.products, last.done_bytes) == (len(products), len(data))
    return Result(products, [one for one in refused if not one.kept], [one for one in refused if one.kept], last)


@pytest.fixture
def sample() -> Callable[[str], bytes]:
    """A shop's real export, by its file name."""

    def load(name: str) -> bytes:
        path = SAMPLES / name
        if not path.exists():
            pytest.skip(f"{path} is not here")
        return path.read_bytes()

    return load
