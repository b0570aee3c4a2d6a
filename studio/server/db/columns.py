"""Columns that take the same from strangers on every database: SQLite would keep a U+0000 and a text of any length, where
PostgreSQL refuses each in words of its own."""

from typing import Any

from sqlalchemy import BigInteger as AnyInteger
from sqlalchemy import Dialect, types
from sqlalchemy.exc import DontWrapMixin
from sqlalchemy.types import TypeDecorator, TypeEngine

from studio.errors import InvalidValue
from studio.i18n import N_

INTEGER_MAX = 2**63 - 1


class Unstorable(InvalidValue, DontWrapMixin):
    """A value that no column can keep."""


class String(TypeDecorator[str]):
    """Text of at most `length` characters."""

    impl = types.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        _look(value)
        most = getattr(self.impl, "length", None)
        if most is not None and len(value) > most:
            raise Unstorable(N_("It has more than {most} characters"), most=most)
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        """What is only looked for may have any length: it is not found."""
        return Text()


class Text(TypeDecorator[str]):
    """Text of any length."""

    impl = types.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is not None:
            _look(value)
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self


class BigInteger(TypeDecorator[int]):
    """A number of 64 bits."""

    impl = AnyInteger
    cache_ok = True

    def process_bind_param(self, value: int | None, dialect: Dialect) -> int | None:
        if value is not None and not -INTEGER_MAX <= value <= INTEGER_MAX:
            raise Unstorable(N_("The number is too large"))
        return value

    def coerce_compared_value(self, op: Any, value: Any) -> TypeEngine[Any]:
        return self


def _look(value: str) -> None:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise Unstorable(N_("It has characters that cannot be stored")) from None
    if "\0" in value:
        raise Unstorable(N_("It has characters that cannot be stored"))
