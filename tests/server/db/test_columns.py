"""Every column takes the same on both databases: no more characters than it has, no U+0000, no halves, no number too large."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import Column, String, Text, insert, select
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.types import BigInteger

from studio.errors import InvalidValue
from studio.server.db import columns, tables
from studio.server.db.engine import open_database
from tests.server.conftest import BOTH_DATABASES

ALL = [column for table in tables.metadata.tables.values() for column in table.columns]


@pytest.fixture
async def engine(database: str) -> AsyncIterator[AsyncEngine]:
    engine = await open_database(database)
    yield engine
    await engine.dispose()


def bound(column: Column[Any], value: object) -> object:
    """As it would be sent to a database."""
    from sqlalchemy.dialects.sqlite import dialect

    return column.type.process_bind_param(value, dialect())  # type: ignore[attr-defined]


@pytest.mark.parametrize("column", ALL, ids=str)
def test_no_column_is_a_plain_one(column: Column[Any]) -> None:
    assert not isinstance(column.type, String | Text | BigInteger), "take those of studio.server.db.columns"


@pytest.mark.parametrize("column", [one for one in ALL if isinstance(one.type, columns.String | columns.Text)], ids=str)
def test_no_text_is_taken_that_only_one_database_keeps(column: Column[Any]) -> None:
    for text in ("\0", "a\0", "\ud800", "a\udfff"):
        with pytest.raises(InvalidValue):
            bound(column, text)
    most = getattr(column.type.impl, "length", None)  # type: ignore[attr-defined]
    assert bound(column, "😀" * (most or 500)) is not None
    assert bound(column, None) is None
    if most is not None:
        with pytest.raises(InvalidValue):
            bound(column, "x" * (most + 1))


@pytest.mark.parametrize("column", [one for one in ALL if isinstance(one.type, columns.BigInteger)], ids=str)
def test_no_number_is_taken_that_is_too_large(column: Column[Any]) -> None:
    for number in (2**63, -(2**63), 10**40):
        with pytest.raises(InvalidValue):
            bound(column, number)
    assert bound(column, 2**63 - 1) == 2**63 - 1


@BOTH_DATABASES
async def test_what_is_refused_is_refused_in_words_and_what_is_looked_for_is_not_found(engine: AsyncEngine) -> None:
    row = {"id": "a", "title": "A", "key": "k", "created_ms": 1}
    async with engine.begin() as connection:
        await connection.execute(insert(tables.shows).values(row))
    for wrong in ({"id": "x" * 1000}, {"title": "\0"}, {"title": "\ud800"}, {"created_ms": 2**63}):
        with pytest.raises(InvalidValue):
            async with engine.begin() as connection:
                await connection.execute(insert(tables.shows).values(row | {"id": "b"} | wrong))
    async with engine.connect() as connection:
        for name in ("x" * 10_000, "😀" * 500):
            assert (await connection.execute(select(tables.shows).where(tables.shows.c.id == name))).all() == []
        for name in ("\0", "\ud800"):
            with pytest.raises(InvalidValue):
                await connection.execute(select(tables.shows).where(tables.shows.c.id == name))
