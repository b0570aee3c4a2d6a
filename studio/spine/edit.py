"""Undoable replacement of one object in the state: refuses when the object has moved on."""

from collections.abc import Callable
from typing import Any, TypeVar

from studio.errors import ChangedSince
from studio.i18n import N_
from studio.spine.undo import Inverse

T = TypeVar("T")


def replaced(sentence: str, get: Callable[[], T], put: Callable[[T], None], *, before: T, after: T, key: str = "") -> Inverse:
    """The inverse of having replaced `before` by `after` at the place that `get` and `put` reach."""

    async def run() -> Inverse:
        if get() != after:
            raise ChangedSince(N_("It has been changed since"))
        put(before)
        return replaced(sentence, get, put, before=after, after=before)

    return Inverse(
        sentence, run, None, key, before, lambda earlier: replaced(sentence, get, put, before=earlier, after=after, key=key)
    )


def edit(sentence: str, get: Callable[[], T], put: Callable[[T], None], after: T, key: str = "") -> Inverse | None:
    """Replace now, and return how to take it back; None when nothing changes. With `key`, quick changes are one gesture."""
    before = get()
    if before == after:
        return None
    put(after)
    return replaced(sentence, get, put, before=before, after=after, key=key)


def find(items: Any, wanted: str) -> Any:
    """The item whose id, or else name, is `wanted`; None when there is none."""
    for item in items:
        if item.id == wanted:
            return item
    return next((item for item in items if getattr(item, "name", "").casefold() == wanted.casefold()), None)
