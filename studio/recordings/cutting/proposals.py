"""Clips that nobody had to cut: one for each product, from the time it was pinned.

A person pins a little late and unpins a little late, in the middle of a sentence. So each end moves to a place near it where a
cut does not hurt: into a pause, and within a pause to where the picture changes.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from studio.recordings.cutting.pauses import Spans, quiet_in
from studio.recordings.cutting.probe import Index, index_of
from studio.recordings.cutting.scenes import likely
from studio.recordings.cutting.source import Source, opened

SHORTEST_MS, BEST_MS, LONGEST_MS = 8_000, 30_000, 90_000
REACH_MS = 2_500
BREATH_MS = 150
"""Left before the first word and after the last one."""


class Pinned(Struct, frozen=True, kw_only=True):
    """A product was pinned, in film time."""

    product: str
    title: str
    begins_ms: int
    ends_ms: int


class Proposal(Struct, frozen=True, kw_only=True):
    """A clip about a product, in film time."""

    product: str
    title: str
    begins_ms: int
    ends_ms: int


class Bounds(NamedTuple):
    """How long clips are to be (ms): `best` is taken where a pin is longer than `longest`."""

    shortest: int = SHORTEST_MS
    best: int = BEST_MS
    longest: int = LONGEST_MS


USUAL = Bounds()


def propose(path: Path | str, pins: Sequence[Pinned], takes_ms: Sequence[int] = (), bounds: Bounds = USUAL) -> list[Proposal]:
    """One clip a product, of its longest pin, in the order of the film. `takes_ms`: when another scene was taken, where that is
    known. Only the sound near the ends is decoded. Raises as `opened` does."""
    with opened(path, threads=1) as source:
        index = index_of(source)
        length_ms = round(index.at_ms[-1] + 1000 / float(source.fps)) if len(index.at_ms) else 0
        film = _Film(source, index, sorted(takes_ms), length_ms)
        made = [film.proposal(pin, bounds) for pin in _of_each_product(pins, length_ms)]
        return sorted(made, key=lambda one: one.begins_ms)


def _of_each_product(pins: Sequence[Pinned], length_ms: int) -> list[Pinned]:
    """The longest, of those the first; only what is in the film."""
    chosen: dict[str, Pinned] = {}
    for pin in sorted(pins, key=lambda one: one.begins_ms):
        known = chosen.get(pin.product)
        if pin.begins_ms < length_ms and (known is None or pin.ends_ms - pin.begins_ms > known.ends_ms - known.begins_ms):
            chosen[pin.product] = pin
    return list(chosen.values())


def fitted(begins_ms: int, ends_ms: int, length_ms: int, bounds: Bounds) -> tuple[int, int]:
    """A span within the film, as long as a clip should be: a short one goes on, a long one ends earlier. Pure."""
    begins_ms = min(max(0, begins_ms), length_ms)
    ends_ms = min(max(begins_ms, ends_ms), length_ms)
    if ends_ms - begins_ms > bounds.longest:
        ends_ms = begins_ms + bounds.best
    if ends_ms - begins_ms < bounds.shortest:
        ends_ms = min(begins_ms + bounds.shortest, length_ms)
        begins_ms = max(0, ends_ms - bounds.shortest)
    return begins_ms, ends_ms


class _Film(NamedTuple):
    source: Source
    pictures: Index
    takes_ms: Sequence[int]
    length_ms: int

    def proposal(self, pin: Pinned, bounds: Bounds) -> Proposal:
        begins_ms, wanted_ms = fitted(pin.begins_ms, pin.ends_ms, self.length_ms, bounds)
        begins_ms = self._moved(begins_ms, opens=True)
        ends_ms = self._moved(wanted_ms, opens=False)
        if ends_ms - begins_ms < bounds.shortest:
            ends_ms = self._moved(begins_ms + bounds.shortest + REACH_MS, opens=False)
        elif ends_ms - begins_ms > bounds.longest:
            ends_ms = self._moved(begins_ms + bounds.longest - REACH_MS, opens=False)
        return Proposal(product=pin.product, title=pin.title, begins_ms=begins_ms, ends_ms=ends_ms)

    def _moved(self, at_ms: int, *, opens: bool) -> int:
        at_ms = min(at_ms, self.length_ms)
        if at_ms in (0, self.length_ms):
            return at_ms
        near = (max(0, at_ms - REACH_MS), min(self.length_ms, at_ms + REACH_MS))
        changes = [take for take in self.takes_ms if near[0] <= take <= near[1]] + likely(self.pictures, *near)
        return placed(at_ms, quiet_in(self.source, *near), changes, near, opens=opens)


def placed(at_ms: int, pauses: Spans, changes: Sequence[int], near: tuple[int, int], *, opens: bool) -> int:
    """Where to cut near `at_ms`: in the nearest pause, just before the next word (`opens`) or just after the last one, or where
    the picture changes in that pause; without any pause where the picture changes; else where it is. `near`: what `pauses` and
    `changes` were looked for in; a pause that goes on beyond it says nothing of a word. Pure."""
    if not pauses:
        return min(changes, key=lambda change: abs(change - at_ms), default=at_ms)
    begins, ends = min(pauses, key=lambda pause: (max(pause[0] - at_ms, at_ms - pause[1], 0), pause[0] - pause[1]))
    if inside := [change for change in changes if begins <= change <= ends]:
        return min(inside, key=lambda change: abs(change - at_ms))
    breath = min(BREATH_MS, (ends - begins) // 2)
    if opens and ends < near[1]:
        return ends - breath
    if not opens and begins > near[0]:
        return begins + breath
    return min(max(at_ms, begins + breath), ends - breath)
