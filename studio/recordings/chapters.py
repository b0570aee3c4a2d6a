"""A film's chapters from its marks: what people named, and what was shown. Pure."""

from collections.abc import Iterable, Sequence

from studio.show.film import CHAPTERS_MAX, Chapter
from studio.state.recording import Mark

LEAST_MS = 2000
"""Two that begin closer together are one: the one that a person named, or the later."""
IN_CHAPTERS = frozenset({"marker", "product", "poll"})


def chapters(marks: Iterable[Mark], length_ms: int, beginning: str) -> tuple[Chapter, ...]:
    """The chapters of a film of `length_ms`; what is before the first of them is called `beginning`."""
    wanted = sorted((mark for mark in marks if mark.kind in IN_CHAPTERS and mark.title and mark.at_ms < length_ms), key=_at)
    found: list[Mark] = []
    for mark in wanted:
        if found and mark.at_ms - found[-1].at_ms < LEAST_MS:
            if found[-1].kind == "marker" and mark.kind != "marker":
                continue
            found.pop()
        found.append(mark)
    named = [Chapter(mark.at_ms, mark.title) for mark in found[: CHAPTERS_MAX - 1]]
    if named and named[0].begins_ms < LEAST_MS:
        named[0] = Chapter(0, named[0].title)
    elif named:
        named.insert(0, Chapter(0, beginning))
    return tuple(named)


def shown(marks: Sequence[Mark]) -> tuple[str, ...]:
    """Titles of the products that were shown, in order, each once."""
    return tuple(dict.fromkeys(mark.title for mark in marks if mark.kind == "product"))


def _at(mark: Mark) -> tuple[int, bool]:
    return mark.at_ms, mark.kind == "marker"
