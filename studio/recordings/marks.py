"""What a state's change means for a film: marks at what was shown, taken, asked and highlighted."""

from collections.abc import Iterator

import msgspec

from studio.state import State
from studio.state.recording import Mark

MARKS_MAX = 5000


def begun(old: State, new: State) -> Iterator[Mark]:
    """What began with this change, without its time."""
    titles = {product.id: product.title for product in new.shop.products}
    for product in new.shop.pins:
        if product not in old.shop.pins:
            yield Mark(at_ms=0, kind="product", ref=product, title=titles.get(product, product))
    if (scene := new.scenes.program) != old.scenes.program:
        name = next((one.name for one in new.scenes.scenes if one.id == scene), scene)
        yield Mark(at_ms=0, kind="scene", ref=scene, title=name)
    poll, before = new.shop.poll, old.shop.poll
    if poll is not None and (before is None or before.id != poll.id):
        yield Mark(at_ms=0, kind="poll", ref=poll.id, title=poll.question)
    line, before_line = new.shop.pinned_line, old.shop.pinned_line
    if line is not None and (before_line is None or before_line.id != line.id):
        yield Mark(at_ms=0, kind="chat", ref=line.id)


def standing(state: State) -> Iterator[Mark]:
    """What is shown already when a film begins."""
    return (mark for mark in begun(State(), state) if mark.kind in ("product", "scene"))


def ended(old: State, new: State) -> set[tuple[str, str]]:
    """Kind and id of what was over with this change."""
    over: set[tuple[str, str]] = {("product", product) for product in old.shop.pins if product not in new.shop.pins}
    if old.scenes.program != new.scenes.program:
        over.add(("scene", old.scenes.program))
    for kind, of in (("poll", _open_poll), ("chat", _line)):
        if (before := of(old)) and before != of(new):
            over.add((kind, before))
    return over


def _open_poll(state: State) -> str:
    poll = state.shop.poll
    return poll.id if poll is not None and poll.state == "open" else ""


def _line(state: State) -> str:
    return state.shop.pinned_line.id if state.shop.pinned_line is not None else ""


def closed(marks: tuple[Mark, ...], over: set[tuple[str, str]], at_ms: int) -> tuple[Mark, ...]:
    """The marks, with the end of what was over."""
    if not over:
        return marks
    return tuple(
        msgspec.structs.replace(mark, until_ms=at_ms) if mark.until_ms is None and (mark.kind, mark.ref) in over else mark
        for mark in marks
    )


def moved(marks: tuple[Mark, ...], product: str, at_ms: int, by_ms: int) -> tuple[Mark, ...]:
    """The marks, with the newest of a product at `at_ms`, when it is at most `by_ms` later now."""
    for number in range(len(marks) - 1, -1, -1):
        mark = marks[number]
        if (mark.kind, mark.ref) == ("product", product):
            if not 0 < mark.at_ms - at_ms <= by_ms:
                return marks
            return (*marks[:number], msgspec.structs.replace(mark, at_ms=at_ms), *marks[number + 1 :])
    return marks
