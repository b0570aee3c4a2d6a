"""How much one address may do: token buckets (as many at once as a minute allows, refilled evenly). Nothing is stored."""

import ipaddress
import re
from collections.abc import Collection, Sequence

from aiohttp import web

from studio.errors import StudioError
from studio.i18n import N_

KEYS_MAX = 20_000


class TooMany(StudioError):
    """An address does something too often; `wait_s` says when it may again (RFC 6585 4)."""

    code = "too_many"

    def __init__(self, wait_s: int) -> None:
        super().__init__(N_("Too many requests from your network; try again in a moment"))
        self.wait_s = wait_s


class Limiter:
    """`a_minute` times a minute for each key, at most `at_once` (as many when not said) without a pause; 0: no limit."""

    def __init__(self, a_minute: float, at_once: int = 0) -> None:
        self._a_minute = a_minute
        self._at_once = float(at_once or a_minute)
        self._buckets: dict[str, tuple[float, float]] = {}

    def spend(self, key: str, now_s: float, times: int = 1) -> None:
        """One more time, or several at once; raises `TooMany`."""
        if (wait_s := self.wait_s(key, now_s, times)) > 0:
            raise TooMany(int(wait_s) + 1)
        if self._a_minute:
            self._buckets[key] = self._left(key, now_s) - times, now_s

    def wait_s(self, key: str, now_s: float, times: int = 1) -> float:
        """How long until `key` may again, so often; 0 when it may now."""
        if not self._a_minute:
            return 0.0
        return max(0.0, (times - self._left(key, now_s)) * 60 / self._a_minute)

    def _left(self, key: str, now_s: float) -> float:
        if len(self._buckets) > KEYS_MAX:
            self._forget(now_s)
        left, at_s = self._buckets.get(key, (self._at_once, now_s))
        return min(self._at_once, left + (now_s - at_s) * self._a_minute / 60)

    def _forget(self, now_s: float) -> None:
        """Whose bucket is full again is nobody special; if that is not enough, the oldest half goes."""
        self._buckets = {key: value for key, value in self._buckets.items() if now_s - value[1] < 60}
        if len(self._buckets) > KEYS_MAX // 2:
            newest = sorted(self._buckets.items(), key=lambda item: item[1][1])[KEYS_MAX // 2 :]
            self._buckets = dict(newest)


class Layers:
    """Limits one upon the other, each with a key of its own: for a person, for where they are, for the address alone, which the
    limited one cannot choose. All of them are spent, or none."""

    def __init__(self, *limiters: Limiter) -> None:
        self._limiters = limiters

    def spend(self, keys: Sequence[str], now_s: float, times: int = 1) -> None:
        """One more time, or several at once; raises `TooMany`."""
        pairs = tuple(zip(self._limiters, keys, strict=True))
        if (wait_s := max(limiter.wait_s(key, now_s, times) for limiter, key in pairs)) > 0:
            raise TooMany(int(wait_s) + 1)
        for limiter, key in pairs:
            limiter.spend(key, now_s, times)


def address_of(request: web.BaseRequest, proxies: Collection[str]) -> str:
    """Who asks: the peer, or who our own proxy says it speaks for. Where a proxy's word is no address it is the proxy itself."""
    address = request.remote or ""
    if address in proxies:
        hops = ",".join(request.headers.getall("X-Forwarded-For", ()))  # a proxy may add a line of its own
        for hop in reversed(hops.split(",")):
            if (said := _address(hop)) is None:
                break
            address = said
            if address not in proxies:
                break
    return household(address)


def _address(hop: str) -> str | None:
    """The address in a word of X-Forwarded-For, which may have a port; None when it is none."""
    word = hop.strip().strip('"')
    bare = re.fullmatch(r"\[([0-9A-Fa-f:.%]+)\](?::\d{1,5})?|(\d{1,3}(?:\.\d{1,3}){3})(?::\d{1,5})?", word)
    if bare is not None:
        word = bare[1] or bare[2]
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return None


def is_secure(request: web.BaseRequest, proxies: Collection[str]) -> bool:
    """Whether the asker's own connection is encrypted: to us, or to our proxy, which says so."""
    if request.secure:
        return True
    said = request.headers.getall("X-Forwarded-Proto", ())
    return request.remote in proxies and len(said) == 1 and said[0].strip().lower() == "https"


def household(address: str) -> str:
    """Of an IPv6 address the network (/64), of IPv4 the address itself."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)
