"""How much one address may do."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from multidict import CIMultiDict

from studio.server import limiter as limiter_module
from studio.server.limiter import Limiter, TooMany, address_of


class Asked:
    """A request, as far as its address goes."""

    def __init__(self, remote: str, *forwarded: str) -> None:
        self.remote = remote
        self.headers = CIMultiDict(("X-Forwarded-For", line) for line in forwarded if line)


def address(remote: str, forwarded: str = "", *proxies: str) -> str:
    asked: Any = Asked(remote, forwarded)
    return address_of(asked, proxies)


def test_a_proxy_may_add_a_line_of_its_own() -> None:
    asked: Any = Asked("127.0.0.1", "198.51.100.66", "203.0.113.9")
    assert address_of(asked, ["127.0.0.1"]) == "203.0.113.9", "and not what the stranger wrote"


def test_a_minutes_worth_at_once_then_an_even_trickle() -> None:
    limiter = Limiter(60)
    for _ in range(60):
        limiter.spend("a", 100.0)
    with pytest.raises(TooMany) as caught:
        limiter.spend("a", 100.0)
    assert caught.value.wait_s in (1, 2)
    limiter.spend("b", 100.0)
    limiter.spend("a", 101.1)
    with pytest.raises(TooMany):
        limiter.spend("a", 101.2)


def test_nought_is_no_limit() -> None:
    limiter = Limiter(0)
    for _ in range(1000):
        limiter.spend("a", 1.0)


@given(st.lists(st.tuples(st.floats(0, 30), st.sampled_from("abc")), max_size=200))
def test_nobody_gets_more_than_a_minutes_worth_and_the_trickle(steps: list[tuple[float, str]]) -> None:
    limiter, now, spent = Limiter(10), 0.0, dict.fromkeys("abc", 0)
    for wait, key in steps:
        now += wait
        try:
            limiter.spend(key, now)
            spent[key] += 1
        except TooMany:
            assert limiter.wait_s(key, now) > 0
    assert all(count <= 10 + now / 6 + 1e-6 for count in spent.values())


def test_however_many_addresses_come_memory_does_not_grow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limiter_module, "KEYS_MAX", 100)
    limiter = Limiter(10)
    for number in range(1000):
        limiter.spend(str(number), number * 0.001)
    assert len(limiter._buckets) <= 101
    for _ in range(9):
        limiter.spend("999", 1.0)
    with pytest.raises(TooMany):
        limiter.spend("999", 1.0)


def test_who_asks_is_the_peer_unless_our_own_proxy_speaks_for_somebody() -> None:
    assert address("198.51.100.4", "203.0.113.9") == "198.51.100.4", "a stranger's header is only a claim"
    assert address("127.0.0.1", "203.0.113.9", "127.0.0.1") == "203.0.113.9"
    assert address("127.0.0.1", "1.2.3.4, 203.0.113.9, 10.0.0.2", "127.0.0.1", "10.0.0.2") == "203.0.113.9"
    assert address("127.0.0.1", "", "127.0.0.1") in ("", "127.0.0.1")


def test_an_ipv6_household_is_one_address() -> None:
    assert address("2001:db8:1:2:aaaa::1") == address("2001:db8:1:2:bbbb::9") == "2001:db8:1:2::"
    assert address("2001:db8:1:3::1") != address("2001:db8:1:2::1")
    assert address("::ffff:192.0.2.1") == "192.0.2.1"


@given(st.text(max_size=300))
def test_whatever_a_header_says_it_is_a_short_string(text: str) -> None:
    assert len(address("127.0.0.1", text, "127.0.0.1")) <= 64
