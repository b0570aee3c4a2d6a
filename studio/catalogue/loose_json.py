"""JSON of strangers: numbers exact, anything of any type, and every fault one sentence."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any, TypeVar

import msgspec

from studio.errors import InvalidValue

T = TypeVar("T")
_HEX = rb"[0-9a-fA-F]{2}"
_HALVES = re.compile(rb"(\\\\|\\u[dD][89abAB]" + _HEX + rb"\\u[dD][c-fC-F]" + _HEX + rb")|\\u[dD][89a-fA-F]" + _HEX)
"""`\\ud83d` without its other half: what is left when something cuts an emoji in two."""


def loads(text: str) -> Any:
    """The content; numbers with a point are `Decimal`. Line ends inside texts are forgiven. Raises `InvalidValue`."""
    try:
        return json.loads(text, strict=False, parse_float=number, parse_constant=lambda _: None)
    except RecursionError:
        raise InvalidValue("not valid JSON: {problem}", problem="nested too deep") from None
    except ValueError as error:
        raise InvalidValue("not valid JSON: {problem}", problem=error) from None


def envelope(data: bytes, type: type[T]) -> T:
    """The outermost object, checked. Raises `InvalidValue`."""
    try:
        return msgspec.json.decode(data, type=type)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        whole = _HALVES.sub(lambda found: found[1] or rb"\ufffd", data)
        if whole != data:
            return envelope(whole, type)
        raise InvalidValue("not valid JSON: {problem}", problem=error) from None


def mapping(value: Any) -> dict[str, Any]:
    """`value` when it is an object."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Any]:
    """`value` as a list: one thing is a list of one."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def words(value: Any) -> str:
    """A text or a number as text; the first of a list; nothing for anything else."""
    if isinstance(value, list):
        return words(value[0]) if value and not isinstance(value[0], list) else ""
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < 40 else ""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value) if abs(value) < 10**40 else ""
    return ""


def exact(value: Any) -> str | Decimal:
    """A number as the number that it is, for a text that looks like one may mean another; a text as `words` has it."""
    if isinstance(value, list):
        return exact(value[0]) if value and not isinstance(value[0], list) else ""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value) if abs(value) < 10**40 else ""
    return words(value)


def number(text: str) -> Decimal:
    """A JSON number without what a float would lose. Raises `ValueError`."""
    try:
        return Decimal(text)
    except InvalidOperation:
        raise ValueError("number out of range") from None
