"""The price-claim guard: what may be called a before price."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.show.price_claim import DAY_MS, PERIOD_MS, Claim, PastOffer, ShownPrice, judge, lowest_between
from studio.show.product import Offer

NOW = 1_800_000_000_000


def past(days: float, price: int, sale: int | None = None, start: float | None = None, end: float | None = None) -> PastOffer:
    def at(ago: float | None) -> int | None:
        return None if ago is None else NOW - round(ago * DAY_MS)

    offer = Offer(price_minor=price, sale_minor=sale, sale_from_ms=at(start), sale_until_ms=at(end))
    return PastOffer(NOW - round(days * DAY_MS), offer)


def span(begun: float, ended: float | None, price: int) -> ShownPrice:
    return ShownPrice(NOW - round(begun * DAY_MS), None if ended is None else NOW - round(ended * DAY_MS), price)


@pytest.mark.parametrize(
    ("history", "verdict", "lowest"),
    [
        ((), "unproved", None),
        ((past(90, 329),), "proved", 329),  # reduced this very moment
        ((past(90, 329), past(2, 329, 249)), "proved", 329),
        ((past(10, 329), past(2, 329, 249)), "unproved", 329),  # known for eight days before the reduction
        ((past(90, 329), past(20, 229), past(15, 329), past(2, 329, 249)), "higher", 229),  # it was cheaper three weeks ago
        ((past(90, 329), past(20, 299), past(2, 329, 249)), "higher", 299),
        ((past(90, 329), past(60, 199), past(45, 329), past(2, 329, 249)), "proved", 329),  # too long ago to matter
        ((past(90, 329, 249, start=40, end=20), past(2, 329, 249)), "higher", 249),  # a sale by its dates, without an import
        ((past(90, 249), past(31, 329), past(0.5, 329, 249)), "proved", 329),  # raised, but 30 days and more ago
        ((past(90, 249), past(29, 329), past(0.5, 329, 249)), "higher", 249),
        ((past(90, 329), past(40, 329, 149), past(1, 329, 199)), "higher", 149),  # raised, and still below the regular price
        ((past(90, 329), past(8, 329, 249), past(4, 329, 229)), "higher", 249),  # reduced in two steps: the 249 came between
    ],
)
def test_a_before_price_must_be_the_lowest_of_thirty_days(
    history: tuple[PastOffer, ...], verdict: str, lowest: int | None
) -> None:
    price = history[-1].offer.price_at(NOW) if history else 249
    claim = judge(329, min(price, 249), history, NOW)
    assert (claim.verdict, claim.lowest_minor) == (verdict, lowest)


@pytest.mark.parametrize(
    ("shown", "verdict", "lowest"),
    [
        ((), "proved", 329),
        ((span(9, 8, 149),), "higher", 149),  # the show of last week
        ((span(9, None, 199),), "proved", 329),  # this one, still running
        ((span(50, 49, 149),), "proved", 329),
        ((span(9, 8, 399),), "proved", 329),  # dearer than the shop: nobody paid that
    ],
)
def test_prices_of_shows_count(shown: tuple[ShownPrice, ...], verdict: str, lowest: int | None) -> None:
    claim = judge(329, 199, (past(90, 329),), NOW, shown)
    assert (claim.verdict, claim.lowest_minor) == (verdict, lowest)


def test_the_reduction_began_when_the_price_came_down() -> None:
    assert judge(329, 249, (past(90, 329), past(2, 329, 249)), NOW) == Claim(
        verdict="proved", lowest_minor=329, since_ms=NOW - 2 * DAY_MS
    )
    assert judge(329, 249, (past(90, 329, 249, start=5),), NOW).since_ms == NOW - 5 * DAY_MS


def test_the_lowest_price_knows_sales_by_their_dates() -> None:
    history = (past(90, 329, 249, start=40, end=20),)
    assert lowest_between(history, NOW - 15 * DAY_MS, NOW) == 329
    assert lowest_between(history, NOW - 21 * DAY_MS, NOW) == 249
    assert lowest_between(history, NOW - 100 * DAY_MS, NOW - 95 * DAY_MS) is None


offers = st.builds(
    Offer,
    price_minor=st.integers(0, 1000),
    sale_minor=st.none() | st.integers(0, 1000),
    sale_from_ms=st.none() | st.integers(NOW - 2 * PERIOD_MS, NOW),
    sale_until_ms=st.none() | st.integers(NOW - 2 * PERIOD_MS, NOW),
)


@given(st.lists(st.tuples(st.integers(0, 2 * PERIOD_MS), offers), max_size=6), st.integers(0, PERIOD_MS))
def test_no_moment_was_cheaper_than_the_lowest(drawn: list[tuple[int, Offer]], ago: int) -> None:
    history = tuple(PastOffer(NOW - back, offer) for back, offer in sorted(drawn, key=lambda pair: -pair[0]))
    lowest = lowest_between(history, NOW - PERIOD_MS, NOW)
    moment = NOW - max(ago, 1)
    held = [item for item in history if item.at_ms <= moment]
    if held:
        assert lowest is not None
        assert lowest <= held[-1].offer.price_at(moment)


@given(st.lists(st.tuples(st.integers(0, 2 * PERIOD_MS), offers), max_size=6), st.integers(1, 1000))
def test_a_proved_claim_is_never_above_the_lowest(drawn: list[tuple[int, Offer]], before: int) -> None:
    history = tuple(PastOffer(NOW - back, offer) for back, offer in sorted(drawn, key=lambda pair: -pair[0]))
    claim = judge(before, history[-1].offer.price_at(NOW) if history else 1, history, NOW)
    if claim.verdict == "proved":
        assert claim.lowest_minor is not None
        assert before <= claim.lowest_minor
