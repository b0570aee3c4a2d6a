"""Statements that are asked hundreds of times a second: one call to the driver each, where SQLAlchemy's cursors take several.

On SQLite every call is a turn of another thread, and a cursor's execute, fetch and close are three of them; on PostgreSQL the
driver keeps the statement prepared. No transaction begins: each statement sees what is stored when it runs.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import CompoundSelect, Select
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.compiler import SQLCompiler

Statement = Select[Any] | CompoundSelect[Any]


class _Compiled:
    """A statement as a database reads it; it keeps the statement, by whose identity it is found."""

    def __init__(self, statement: Statement, compiled: SQLCompiler) -> None:
        self._statement = statement
        self._compiled = compiled
        self._order = tuple(compiled.positiontup or ())
        self.text = str(compiled)

    def listed(self, values: dict[str, Any]) -> list[Any]:
        """What stands for its marks, in their order."""
        bound = self._compiled.construct_params(values)
        return [bound[name] for name in self._order]


_compiled: dict[tuple[int, str], _Compiled] = {}
"""By statement and dialect."""


async def fetch(connection: AsyncConnection, statement: Statement, **values: Any) -> list[Sequence[Any]]:
    """Its rows, as the driver has them: SQLite's booleans are numbers. `statement` stands in a module, and has no lists in it."""
    dialect = connection.dialect
    known = _compiled.get((id(statement), dialect.name))
    if known is None:
        compiled = statement.compile(dialect=dialect)
        assert isinstance(compiled, SQLCompiler)
        known = _compiled[id(statement), dialect.name] = _Compiled(statement, compiled)
    listed = known.listed(values)
    try:
        driver: Any = (await connection.get_raw_connection()).driver_connection
        if dialect.name == "sqlite":
            return list(await driver.execute_fetchall(known.text, listed))
        return list(await driver.fetch(known.text, *listed))
    except Exception:  # SQLAlchemy knows what it means: whether the database is away, and that this connection is none any more
        return [tuple(row) for row in await connection.execute(statement, values)]
