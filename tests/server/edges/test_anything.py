"""Anything at all, in any order: every request and word that can be made up is answered, on both databases alike."""

import json
from typing import Any
from urllib.parse import quote

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.server import strangers
from tests.server.edges.both import EXPENSIVE, JSON, Pair, same
from tests.server.edges.doors import DOORS, Talk
from tests.server.strangers import BEARER, Asked, Route, look_at_log, routes_of

PLAIN = st.binary(max_size=40).map(lambda data: quote(data).encode())
VALUE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60).map(
    lambda text: text.encode("latin-1")
)


@st.composite
def requests(draw: st.DrawFn, routes: list[Route]) -> Asked:
    """Whatever one can say to one of these."""
    route = draw(st.sampled_from(routes))
    target = route.target(**{name: draw(PLAIN) or b"x" for name in route.names if draw(st.booleans())})
    query = b"&".join(
        name.encode() + b"=" + draw(PLAIN) for name in draw(st.lists(st.sampled_from(strangers.QUERIES), max_size=3))
    )
    headers = {name: draw(VALUE) for name in draw(st.lists(st.sampled_from(strangers.HEADERS), max_size=3))}
    token: dict[str, bytes | str] = dict(draw(st.sampled_from(({}, BEARER))))
    body = b""
    if route.method not in ("GET", "HEAD"):
        headers["Content-Type"] = draw(st.sampled_from(strangers.TYPES)).encode()
        body = draw(st.binary(max_size=200) | JSON.map(lambda value: json.dumps(value).encode()))
    return Asked(route.method, target + (b"?" + query if query else b""), headers | token, body)


@settings(max_examples=25)
@given(data=st.data())
async def test_whatever_is_asked_is_answered_in_order_and_the_same_on_both_databases(
    pair: Pair, caplog: pytest.LogCaptureFixture, data: st.DataObject
) -> None:
    routes = [route for route in routes_of(pair.sqlite) if route.canonical not in EXPENSIVE]
    await same(pair, data.draw(st.lists(requests(routes), min_size=10, max_size=30)))
    look_at_log(caplog.records)


@settings(max_examples=25)
@given(said=st.lists(st.tuples(st.sampled_from(sorted(DOORS)), JSON), min_size=10, max_size=20))
async def test_whatever_is_said_is_understood_or_ends_the_socket(
    pair: Pair, caplog: pytest.LogCaptureFixture, said: list[tuple[str, Any]]
) -> None:
    async with aiohttp.ClientSession() as http:
        talks = {path: Talk(http, pair.sqlite, path) for path in DOORS}
        for path, word in said:
            kind = DOORS[path].words[len(str(word)) % len(DOORS[path].words)]
            mixed = json.loads(kind) | word if isinstance(word, dict) else word
            await talks[path].say(json.dumps(mixed))
        for talk in talks.values():
            await talk.leave()
    look_at_log(caplog.records)
