"""May the shop say "before 329"? A before price must be the lowest of the 30 days before the reduction.

Source: Directive 98/6/EC article 6a (Omnibus, 2019/2161), in Denmark since 28 May 2022. Where the law differs the guard is
switched off. What we know of earlier prices is the history of offers as the feed brought them; what we do not know cannot
prove anything.
"""

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from studio.show.product import Offer

DAY_MS = 24 * 3600 * 1000
PERIOD_MS = 30 * DAY_MS

Verdict = Literal["", "proved", "higher", "unproved"]
"""`""`: nothing is claimed; `higher`: it was cheaper within the 30 days; `unproved`: we have not known the price for so long."""


class PastOffer(Struct, frozen=True):
    """From `at_ms` (Unix) on this was the offer, until the next one."""

    at_ms: int
    offer: Offer


class ShownPrice(Struct, frozen=True):
    """A price of a show, which held from `at_ms` until `until_ms` (Unix; None: it holds still)."""

    at_ms: int
    until_ms: int | None
    price_minor: int


class Claim(Struct, frozen=True, kw_only=True):
    """What was found. `lowest_minor`: the lowest price in the 30 days before the reduction, as far as we know it."""

    verdict: Verdict = ""
    lowest_minor: int | None = None
    since_ms: int | None = None
    """When the reduction began."""


def judge(
    before_minor: int, price_minor: int, history: Sequence[PastOffer], now_ms: int, shown: Sequence[ShownPrice] = ()
) -> Claim:
    """Whether `before_minor` may stand beside `price_minor` at `now_ms`. `history` is in the order of time; `shown` are the
    prices of shows, which people could buy at as well."""
    since_ms = _reduced_since(price_minor, history, shown, now_ms)
    start_ms = since_ms - PERIOD_MS
    lowest = lowest_between(history, start_ms, since_ms, shown)
    if lowest is not None and lowest < before_minor:
        return Claim(verdict="higher", lowest_minor=lowest, since_ms=since_ms)
    known = bool(history) and history[0].at_ms <= start_ms
    return Claim(verdict="proved" if known else "unproved", lowest_minor=lowest, since_ms=since_ms)


def lowest_between(history: Sequence[PastOffer], start_ms: int, end_ms: int, shown: Sequence[ShownPrice] = ()) -> int | None:
    """The lowest price that held at some time from `start_ms` up to, but not at, `end_ms`; None when nothing is known."""
    prices = [price for _, price in _steps(history, shown, start_ms, end_ms)]
    return min(prices, default=None)


def _reduced_since(price_minor: int, history: Sequence[PastOffer], shown: Sequence[ShownPrice], now_ms: int) -> int:
    """Since when the price has been what it is. Question: is a price that was raised a little still the old reduction?
    Decision: no; the claim is then judged by the days in which it was lower, which is the reading nobody can object to."""
    since = now_ms
    for at_ms, price in reversed(_steps(history, shown, -(10**15), now_ms)):
        if price != price_minor:
            return since
        since = at_ms
    return since


def _steps(history: Sequence[PastOffer], shown: Sequence[ShownPrice], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """(from when, price) of each time between `start_ms` and `end_ms` in which the price did not change."""
    steps = _offered(history, start_ms, end_ms)
    spans = [(max(s.at_ms, start_ms), end_ms if s.until_ms is None else min(s.until_ms, end_ms), s.price_minor) for s in shown]
    spans = [span for span in spans if span[0] < span[1]]
    if not spans:
        return steps
    merged = []
    for edge in sorted({at for at, _ in steps} | {at for span in spans for at in span[:2] if at < end_ms}):
        known = [price for at, price in steps if at <= edge][-1:]
        prices = known + [price for begin, until, price in spans if begin <= edge < until]
        if prices:
            merged.append((edge, min(prices)))
    return merged


def _offered(history: Sequence[PastOffer], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """(from when, price) of each time between `start_ms` and `end_ms` in which the price did not change."""
    steps: list[tuple[int, int]] = []
    for number, past in enumerate(history):
        until = min(history[number + 1].at_ms, end_ms) if number + 1 < len(history) else end_ms
        begin = max(past.at_ms, start_ms)
        edges = {begin} | {
            edge for edge in (past.offer.sale_from_ms, past.offer.sale_until_ms) if edge is not None and begin < edge < until
        }
        if begin < until:
            steps += [(edge, past.offer.price_at(edge)) for edge in sorted(edges)]
    return steps
